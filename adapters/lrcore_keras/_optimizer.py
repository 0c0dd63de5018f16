"""Optimizers of Keras whose values follow a plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, TypeAlias, cast

import keras

from lrcore import Constant, ExportError, Plan, from_dict
from lrcore.backend import Precision

from ._native import Schedule
from ._places import keys
from ._updates import updates

Options: TypeAlias = dict[str, Any]
"""The arguments of the constructor of an optimizer."""


@keras.saving.register_keras_serializable(package="lrcore", name="Optimizer")
class Scheduled:
    """An optimizer of Keras that follows a plan without groups, as `scheduled` makes it.

    A value that follows a schedule is no attribute of its own: whenever Keras reads it, it is computed from the
    number of updates.
    """

    kind: ClassVar[type[keras.Optimizer]]
    """The class of the optimizer, which is the other base class."""
    plan: Plan
    dtype: Precision

    def __init__(self, plan: Plan, dtype: Precision, options: Options) -> None:
        planned = keys(plan, self.kind, options)
        batches = options.get("gradient_accumulation_steps")
        made, schedules = dict(options), {}
        for key, name in planned.items():
            made[key] = plan[name](0)
            # Keras would keep a constant rate in a variable, which a checkpoint of another rate restores.
            if key == "learning_rate" or not isinstance(plan[name], Constant):
                schedules[key] = Schedule(
                    plan[name], dtype=dtype, gradient_accumulation_steps=batches
                )
        made["learning_rate"] = schedules.pop("learning_rate", made["learning_rate"])
        # Not as attributes, which Keras takes after its own constructor only.
        vars(self).update(plan=plan, dtype=dtype, _options=options)
        vars(self).update(_schedules=schedules, _now={}, _fixed=frozenset())
        super().__init__(**made)
        vars(self)["_fixed"] = frozenset(planned)

    def current(self, group: str | None = None) -> dict[str, float]:
        """The values of the next update by hyper-parameter."""
        return self.plan(updates(self), group)

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Update the variables; the value of each schedule is computed once."""
        own = vars(self)
        own["_now"] = {key: getattr(self, key) for key in own["_schedules"]}
        try:
            super().apply(grads, trainable_variables)  # type: ignore[misc]
        finally:
            own["_now"] = {}

    def get_config(self) -> dict[str, object]:
        """The optimizer as it was given, and the plan."""
        return config(self, self.plan)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The optimizer of `get_config`."""
        return follow(*from_config(config, custom_objects))

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        optimizer: Any = super()
        _, arguments = optimizer.__reduce__()  # with a method of this class, which is in no module
        return keras.Optimizer._unpickle_model, arguments

    def __getattr__(self, name: str) -> Any:
        own = vars(self)
        if name not in own.get("_schedules", ()):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        now = own["_now"]
        return now[name] if name in now else own["_schedules"][name](own["_iterations"])

    def __setattr__(self, name: str, value: Any) -> None:
        own = vars(self)
        if name in own["_fixed"]:
            raise ExportError(f"{name} follows the plan of the optimizer, and cannot be set")
        if name not in own["_schedules"]:
            super().__setattr__(name, value)


class ScheduledMomentum(Scheduled):
    """The same for `keras.optimizers.SGD`, which leaves its momentum out wherever it is 0."""

    def build(self, variables: Any) -> None:
        """Make the variables of the optimizer."""
        if not self.built:
            super(keras.optimizers.SGD, self).build(variables)  # type: ignore[misc]
            add = self.add_variable_from_reference
            self.momentums = [add(variable, name="momentum") for variable in variables]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """The update of one variable, as `keras.optimizers.SGD` makes it with a momentum."""
        values = (gradient, learning_rate, self.momentum)
        gradient, rate, momentum = (keras.ops.cast(value, variable.dtype) for value in values)
        velocity = self.momentums[self._get_variable_index(variable)]
        self.assign(velocity, velocity * momentum - gradient * rate)
        step = velocity * momentum - gradient * rate if self.nesterov else velocity
        self.assign_add(variable, step)


@cache
def _class_of(kind: type[keras.Optimizer], has_momentum: bool) -> type[Scheduled]:
    """The class of optimizers of this kind that follow a plan."""
    base = ScheduledMomentum if has_momentum else Scheduled
    made = type(f"Scheduled{kind.__name__}", (base, kind), {"kind": kind, "__module__": __name__})
    # All have one name in saved models, where `from_config` finds the kind in the configuration.
    register = keras.saving.register_keras_serializable("lrcore", "Optimizer")
    return cast(type[Scheduled], register(made))


def follow(optimizer: keras.Optimizer, plan: Plan, dtype: Precision) -> Scheduled:
    """An optimizer of the same kind and with the same options, which follows a plan without groups."""
    options = optimizer.get_config()
    if isinstance(options["learning_rate"], dict):  # a schedule, in its configuration
        options["learning_rate"] = optimizer._learning_rate
    # Keras on PyTorch puts classes of its own in place of some optimizers, which compute with numbers only.
    kinds = [
        base
        for base in type(optimizer).__mro__
        if not base.__module__.startswith("keras.src.backend.")
    ]
    made = _class_of(kinds[0], "momentum" in keys(plan, kinds[0], options))
    return made(plan, dtype, options)


def config(optimizer: Scheduled, plan: Plan) -> dict[str, object]:
    """What a saved model holds of an optimizer that follows a plan: the optimizer as it was given, and the plan."""
    own = vars(optimizer)
    given = keras.optimizers.serialize(optimizer.kind(**own["_options"]))
    return {"optimizer": given, "plan": plan.to_dict(), "dtype": optimizer.dtype}


def from_config(
    saved: dict[str, Any], custom_objects: Any
) -> tuple[keras.Optimizer, Plan, Precision]:
    """The optimizer as it was given, the plan and the dtype of what `config` has made."""
    given = keras.saving.deserialize_keras_object(saved["optimizer"], custom_objects=custom_objects)
    return given, cast(Plan, from_dict(saved["plan"])), saved["dtype"]
