"""Which argument of an optimizer of Keras each value of a plan is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import keras

from lrcore import Constant, ExportError, Plan

ALIASES: Final = {"beta1": "beta_1", "beta2": "beta_2"}
"""Values of plans that Keras writes in another way."""

_COMPUTED: Final = frozenset(
    {"learning_rate", "weight_decay", "beta_1", "beta_2", "epsilon", "rho"}
)
"""What updates compute with. By other values, such as a clip norm, Keras decides in Python what to compute."""

_COUNTS: Final = frozenset({"gradient_accumulation_steps", "ema_overwrite_frequency"})
"""What Keras counts with."""


def keys(plan: Plan, kind: type[keras.Optimizer], options: Mapping[str, object]) -> dict[str, str]:
    """The name in the plan for each argument of an optimizer that the plan has.

    Args:
        plan: the plan.
        kind: the class of the optimizer.
        options: its arguments, as `get_config` gives them.

    Raises:
        ExportError: there is no such argument, it is there twice, or it cannot follow a schedule.
    """
    found: dict[str, str] = {}
    for name, schedule in plan.schedules().items():
        key = ALIASES.get(name, name)
        if key == "momentum" and key not in options:
            key = "beta_1"
        if key not in options or key == "name":
            raise ExportError(f"{kind.__name__} has no value {name!r}")
        if key in _COUNTS or isinstance(options[key], bool):
            raise ExportError(f"{name!r} is no value of a plan; give it to {kind.__name__}")
        if key in found:
            raise ExportError(
                f"{found[key]!r} and {name!r} are the same value of {kind.__name__}; leave one of them out"
            )
        can_follow = key in _COMPUTED or (key, kind) == ("momentum", keras.optimizers.SGD)
        if not isinstance(schedule, Constant) and not can_follow:
            raise ExportError(
                f"{kind.__name__} takes a number as its {key}, which decides in Python what its update computes, "
                f"so {name!r} cannot follow a schedule"
            )
        found[key] = name
    return found
