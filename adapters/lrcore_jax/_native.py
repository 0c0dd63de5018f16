"""What `lrcore.export(..., "jax")` calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcore import ExportError, Plan, Schedule
from lrcore.backend import Precision, shown

from ._function import Function, function
from ._traced import Numbers, by_place

if TYPE_CHECKING:
    import optax  # Keras on JAX uses this adapter, and has no need of Optax
    from jax.typing import ArrayLike


def export(
    schedule: Schedule,
    *,
    dtype: Precision = "float32",
    traced: Numbers | None = None,
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
    if not isinstance(schedule, Schedule):
        raise ExportError(f"native=True: a schedule is needed; got {shown(schedule)}")
    from ._peers import peer

    return peer(schedule)


def export_plan(
    plan: Plan,
    *,
    group: str | int | None = None,
    dtype: Precision = "float32",
    traced: Numbers | None = None,
    native: bool = False,
) -> dict[str, Function | optax.Schedule]:
    """What `export` makes of each schedule of a plan, by its name.

    Args:
        plan: the plan.
        group: a group of the plan; None is the plan itself.
        dtype: the dtype of the values, "float32" or "float64".
        traced: numbers of JAX in the place of numbers of the plan, such as "learning_rate.peak".
        native: as for `export`.

    Raises:
        lrcore.ExportError: as for `export`, or `group` and `traced` are given both.
    """
    plan(0, group)  # an error of a schedule names its hyper-parameter
    numbers: dict[str, dict[str, ArrayLike]] = {name: {} for name in plan.schedules(group)}
    for place, number in by_place(traced).items():
        name, _, below = str(place).partition(".")
        if name not in numbers or not below or group is not None:
            raise ExportError(
                f'{place}: traced numbers of a plan have places like "learning_rate.peak", in the plan itself and not '
                f"in a group; the plan has {', '.join(plan.schedules())}"
            )
        numbers[name][below] = number
    return {
        name: export(schedule, dtype=dtype, traced=numbers[name] or None, native=native)
        for name, schedule in plan.schedules(group).items()
    }
