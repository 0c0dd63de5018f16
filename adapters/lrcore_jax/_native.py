"""A schedule as an Optax schedule."""

from __future__ import annotations

from collections.abc import Mapping

import jax

from lrcore import Schedule
from lrcore.backend import Precision

from ._function import Function, function


def export(
    schedule: Schedule,
    *,
    dtype: Precision = "float32",
    traced: Mapping[str, jax.typing.ArrayLike] | None = None,
) -> Function:
    """`function(schedule, ...)`, which is an Optax schedule."""
    return function(schedule, dtype=dtype, traced=traced)
