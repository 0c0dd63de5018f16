"""What `lrcore.export(..., "jax")` calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import jax

from lrcore import ExportError, Schedule
from lrcore.backend import Precision, shown

from ._function import Function, function

if TYPE_CHECKING:
    import optax  # Keras on JAX uses this adapter, and has no need of Optax


def export(
    schedule: Schedule,
    *,
    dtype: Precision = "float32",
    traced: Mapping[str, jax.typing.ArrayLike] | None = None,
    native: bool = False,
) -> Function | optax.Schedule:
    """`function(schedule, ...)`, or with `native` the composition of Optax that equals it.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64".
        traced: numbers of JAX in the place of numbers of the schedule, as for `function`.
        native: whether the result is made by functions of `optax.schedules`, for programs without lrcore.

    Raises:
        lrcore.ExportError: as for `function`, or no composition of Optax has the values of the schedule.
    """
    if not native:
        return function(schedule, dtype=dtype, traced=traced)
    if dtype != "float32":
        raise ExportError(
            f"native=True: the schedules of Optax have float32 values; leave out dtype={shown(dtype)}"
        )
    if traced is not None:
        raise ExportError("native=True: give traced numbers to Optax's own functions")
    from ._peers import peer

    return peer(schedule)
