"""Optimizers of Keras whose values follow a plan with groups."""

from __future__ import annotations

import re
from typing import Any, cast

import keras

from lrcore import ExportError, Plan
from lrcore.backend import Precision

from ._optimizer import config, follow, from_config
from ._updates import updates

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
        for name in plan.groups:
            _check_name(name)
        if (
            getattr(optimizer, "global_clipnorm", None) is not None
            or "global_clipnorm" in plan.schedules()
        ):
            raise ExportError(
                "global_clipnorm is the norm of all gradients, and Keras would compute a norm for each group; take "
                "clipnorm, which is the norm for each variable"
            )
        # In one order, in which a saved model has their variables; a saved plan may have another.
        names: list[Any] = [None, *sorted(map(str, plan.groups))]
        default, *others = [follow(optimizer, flat(plan, name), dtype) for name in names]
        groups = dict(zip(names[1:], others, strict=True))
        optimizers = keras.optimizers.OptimizerMap(default, groups)
        super().__init__(optimizers, loss_scale_factor=optimizer.loss_scale_factor)
        # As attributes, so that TensorFlow finds them for its checkpoints.
        self.plan, self.default, self.groups = plan, default, groups

    def build(self, variables: Any) -> None:
        """Make the variables of the optimizers, each of which has something to update."""
        _check_paths(list(map(str, self.plan.groups)), [variable.path for variable in variables])
        super().build(variables)

    @property
    def iterations(self) -> Any:
        """The number of updates, as that of other optimizers; Keras's own class counts batches."""
        batches = self.default.gradient_accumulation_steps
        return keras.ops.floor_divide(self._iterations, batches) if batches else self._iterations

    def exclude_from_weight_decay(self, *args: Any, **kwargs: Any) -> None:
        """The same for the optimizers of all groups."""
        for optimizer in (self.default, *self.groups.values()):
            optimizer.exclude_from_weight_decay(*args, **kwargs)

    def current(self, group: str | None = None) -> dict[str, float]:
        """The values of the next update by hyper-parameter, of the plan itself or of a group."""
        return self.plan(updates(self), group)

    def get_config(self) -> dict[str, object]:
        """The optimizer as it was given, and the plan."""
        return config(self.default, self.plan)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The optimizer of `get_config`."""
        return cls(*from_config(config, custom_objects))


def _check_name(name: str | int) -> None:
    """The name of a group is a path or a regular expression."""
    try:
        re.compile(cast(str, name))
    except (TypeError, re.error) as error:
        raise ExportError(
            f"the plan has a group {name!r}; in Keras the name of a group is the path of a variable, or a regular "
            f'expression for the paths of several, such as ".*head/.*": {error}'
        ) from None


def _check_paths(names: list[str], paths: list[str]) -> None:
    """Each group has variables, and each variable has at most one group; the group of one path comes first."""
    found = {
        path: [path] if path in names else [name for name in names if re.fullmatch(name, path)]
        for path in paths
    }
    for path, own in found.items():
        if len(own) > 1:
            raise ExportError(
                f"the groups {own[0]!r} and {own[1]!r} of the plan both have the variable {path!r}; a group "
                f"{path!r} would come before them"
            )
    for name in names:
        if not any(name in own for own in found.values()):
            raise ExportError(
                f"the plan has a group {name!r}, which is no variable's path, nor a regular expression for a whole "
                f'path, as ".*head/.*" is; the paths are {", ".join(map(repr, paths))}'
            )


def flat(plan: Plan, group: str | int | None = None) -> Plan:
    """The plan of a group, or the plan without its groups."""
    own: dict[str, Any] = {**plan.schedules(group)}
    return Plan(**own)
