"""Optimizers of Keras whose values follow a plan with groups."""

from __future__ import annotations

from typing import Any

import keras

from lrcore import ExportError, Plan
from lrcore.backend import Precision

from ._optimizer import config, follow, from_config

MultiOptimizer: Any = getattr(keras.optimizers, "MultiOptimizer", None)
"""Keras has it since version 3.15."""


@keras.saving.register_keras_serializable(package="lrcore", name="MultiOptimizer")
class ScheduledGroups(MultiOptimizer or keras.Optimizer):  # type: ignore[misc]
    """An optimizer of Keras that follows a plan with groups, as `scheduled` makes it."""

    def __init__(self, optimizer: keras.Optimizer, plan: Plan, dtype: Precision) -> None:
        if MultiOptimizer is None:
            raise ExportError(
                f"a plan with groups needs keras.optimizers.MultiOptimizer, which Keras {keras.__version__} does "
                "not have; give group=, or install Keras 3.15 or later"
            )
        if numbers := [name for name in plan.groups if not isinstance(name, str)]:
            raise ExportError(
                f"the plan has a group {numbers[0]!r}; in Keras the name of a group is the path of a variable, or a "
                'regular expression for the paths of several, such as ".*head/.*"'
            )
        # In one order, in which a saved model has their variables; a saved plan may have another.
        names: list[Any] = [None, *sorted(map(str, plan.groups))]
        own = {name: follow(optimizer, flat(plan, name), dtype) for name in names}
        default = own[None]
        groups = {name: own[name] for name in names[1:]}
        super().__init__(keras.optimizers.OptimizerMap(default, groups))
        self.plan, self.by_group = plan, own

    def build(self, variables: Any) -> None:
        """Make the variables of the optimizers, each of which has something to update."""
        super().build(variables)
        for name, optimizer in self.by_group.items():
            if name is not None and not optimizer.built:
                paths = ", ".join(repr(variable.path) for variable in variables)
                raise ExportError(
                    f"the plan has a group {name!r}, which is the path of no variable, nor a regular expression for "
                    f"one; the paths are {paths}"
                )

    def current(self, group: str | None = None) -> dict[str, float]:
        """The values of the next update by hyper-parameter, of the plan itself or of a group."""
        return self.plan(int(self.iterations), group)

    def get_config(self) -> dict[str, object]:
        """The optimizer as it was given, and the plan."""
        return config(self.by_group[None], self.plan)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The optimizer of `get_config`."""
        return cls(*from_config(config, custom_objects))


def flat(plan: Plan, group: str | int | None = None) -> Plan:
    """The plan of a group, or the plan without its groups."""
    own: dict[str, Any] = {**plan.schedules(group)}
    return Plan(**own)
