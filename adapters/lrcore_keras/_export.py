"""What `lrcore.export(..., "keras")` calls."""

from __future__ import annotations

import keras
from keras.optimizers.schedules import LearningRateSchedule

from lrcore import Constant, ExportError, Plan
from lrcore import Schedule as Definition
from lrcore.backend import Precision, shown

from ._native import Schedule
from ._peers import peer
from ._places import ALIASES
from ._scheduled import scheduled


def export(
    schedule: Definition,
    *,
    dtype: Precision = "float32",
    gradient_accumulation_steps: int | None = None,
    native: bool = False,
) -> LearningRateSchedule:
    """`Schedule(schedule, ...)`, or with `native` the schedule of Keras that equals it.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64".
        gradient_accumulation_steps: the number of batches for each update, as the optimizer has it.
        native: whether the result is a class of `keras.optimizers.schedules`, for programs without lrcore.

    Raises:
        lrcore.ExportError: as for `Schedule`, or no class of Keras has the values of the schedule.
    """
    if not native:
        return Schedule(
            schedule, dtype=dtype, gradient_accumulation_steps=gradient_accumulation_steps
        )
    if dtype != "float32":
        raise ExportError(
            f"native=True: the schedules of Keras have float32 values; leave out dtype={shown(dtype)}"
        )
    if gradient_accumulation_steps is not None:
        raise ExportError(
            "native=True: the schedules of Keras count batches; leave out gradient_accumulation_steps"
        )
    return peer(schedule)


def export_plan(
    plan: Plan,
    *,
    optimizer: keras.Optimizer | None = None,
    group: str | int | None = None,
    dtype: Precision = "float32",
    gradient_accumulation_steps: int | None = None,
) -> keras.Optimizer | dict[str, LearningRateSchedule | float]:
    """`scheduled(optimizer, plan, ...)`, or without an optimizer the arguments for one.

    Args:
        plan: the plan.
        optimizer: an optimizer of Keras; the result is one of the same kind that follows the plan.
        group: a group of the plan; None is the plan itself.
        dtype: the dtype of the values, "float32" or "float64".
        gradient_accumulation_steps: the number of batches for each update, where no optimizer is given.

    Returns:
        An optimizer, or a dictionary with a number for what never changes, and a schedule for the learning rate.

    Raises:
        lrcore.ExportError: as for `scheduled`, or another value than the learning rate changes and there is no
            optimizer.
    """
    if optimizer is not None:
        if gradient_accumulation_steps is not None:
            raise ExportError("give gradient_accumulation_steps to the optimizer")
        return scheduled(optimizer, plan, group=group, dtype=dtype)
    plan(0, group)  # an error of a schedule names its hyper-parameter
    made: dict[str, LearningRateSchedule | float] = {}
    for name, schedule in plan.schedules(group).items():
        native = Schedule(
            schedule, dtype=dtype, gradient_accumulation_steps=gradient_accumulation_steps
        )
        key = ALIASES.get(name, name)
        if isinstance(schedule, Constant):
            made[key] = schedule.value
        elif name == "learning_rate":
            made[key] = native
        else:
            raise ExportError(
                f"Plan.{name} changes, and an optimizer of Keras is given a number for it; with "
                "optimizer=keras.optimizers.AdamW(...) the result is an optimizer that follows the plan"
            )
    return made
