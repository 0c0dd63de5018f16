"""What `lrcore.export(..., "tf_keras")` calls."""

from __future__ import annotations

from typing import Final

from lrcore import Constant, ExportError, Plan
from lrcore import Schedule as Definition
from lrcore.backend import Precision

from ._native import Schedule

_ALIASES: Final = {"beta1": "beta_1", "beta2": "beta_2"}
"""Values of plans that Keras writes in another way."""


def export(schedule: Definition, *, dtype: Precision = "float32") -> Schedule:
    """`Schedule(schedule, dtype=dtype)`."""
    return Schedule(schedule, dtype=dtype)


def export_plan(
    plan: Plan, *, group: str | int | None = None, dtype: Precision = "float32"
) -> dict[str, Schedule | float]:
    """The arguments of an optimizer: a number for what never changes, and a schedule for the learning rate.

    Args:
        plan: the plan.
        group: a group of the plan; None is the plan itself.
        dtype: the dtype of the values, "float32" or "float64".

    Raises:
        lrcore.ExportError: another value than the learning rate changes.
    """
    plan(0, group)  # an error of a schedule names its hyper-parameter
    made: dict[str, Schedule | float] = {}
    for name, schedule in plan.schedules(group).items():
        native = Schedule(schedule, dtype=dtype)
        if isinstance(schedule, Constant):
            made[_ALIASES.get(name, name)] = schedule.value
        elif name == "learning_rate":
            made[name] = native
        else:
            raise ExportError(
                f"Plan.{name} changes, and an optimizer of Keras 2 takes a number for it; in Keras 3 it can follow "
                "the plan"
            )
    return made
