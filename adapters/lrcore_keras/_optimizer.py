"""Optimizers of Keras whose values follow a plan."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, TypeAlias, cast

import keras

from lrcore import Constant, ExportError, Plan, from_dict
from lrcore.backend import Precision, shown

from ._native import Schedule
from ._places import keys

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
        made, schedules = dict(options), {}
        for key, name in keys(plan, self.kind, options).items():
            made[key] = plan[name](0)
            if not isinstance(plan[name], Constant):
                batches = options.get("gradient_accumulation_steps")
                schedules[key] = Schedule(
                    plan[name], dtype=dtype, gradient_accumulation_steps=batches
                )
        made["learning_rate"] = schedules.pop("learning_rate", made["learning_rate"])
        # Not as attributes, which Keras takes after its own constructor only.
        vars(self).update(plan=plan, dtype=dtype, _options=options)
        vars(self).update(_schedules=schedules, _now={}, _is_made=False)
        super().__init__(**made)
        vars(self)["_is_made"] = True

    def current(self) -> dict[str, float]:
        """The values of the next update by hyper-parameter."""
        return _values(self.plan, self)

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
        return _config(self.kind, vars(self)["_options"], self.plan, self.dtype)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The optimizer of `get_config`."""
        return _from_config(config, custom_objects)

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
        if name not in vars(self)["_schedules"]:
            super().__setattr__(name, value)
        elif vars(self)["_is_made"]:
            raise ExportError(f"{name} follows a schedule of the plan, and cannot be set")


class ScheduledMomentum(Scheduled):
    """The same for `keras.optimizers.SGD`, which leaves its momentum out wherever it is 0."""

    def build(self, variables: Any) -> None:
        """Make the variables of the optimizer."""
        if not self.built:
            super(keras.optimizers.SGD, self).build(variables)  # type: ignore[misc]
            self.momentums = self.add_optimizer_variables(variables, "momentum")

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


_MultiOptimizer: Any = getattr(keras.optimizers, "MultiOptimizer", None)
"""Keras has it since version 3.15."""


@keras.saving.register_keras_serializable(package="lrcore", name="MultiOptimizer")
class ScheduledGroups(_MultiOptimizer or keras.Optimizer):  # type: ignore[misc]
    """An optimizer of Keras that follows a plan with groups, as `scheduled` makes it."""

    def __init__(self, optimizer: keras.Optimizer, plan: Plan, dtype: Precision) -> None:
        if _MultiOptimizer is None:
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
        own = {name: scheduled(optimizer, _flat(plan, name), dtype=dtype) for name in names}
        default = own[None]
        groups = {name: own[name] for name in names[1:]}
        super().__init__(keras.optimizers.OptimizerMap(default, groups))
        self.plan, self.by_group = plan, own
        self._config = _config(default.kind, vars(default)["_options"], plan, dtype)

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
        return _values(self.plan, self, group)

    def get_config(self) -> dict[str, object]:
        """The optimizer as it was given, and the plan."""
        return dict(self._config)

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The optimizer of `get_config`."""
        return _from_config(config, custom_objects)


def _flat(plan: Plan, group: str | int | None = None) -> Plan:
    """The plan of a group, or the plan without its groups."""
    own: dict[str, Any] = {**plan.schedules(group)}
    return Plan(**own)


def _values(plan: Plan, optimizer: Any, group: str | None = None) -> dict[str, float]:
    return plan(int(optimizer.iterations), group)


def _config(
    kind: type[keras.Optimizer], options: Options, plan: Plan, dtype: Precision
) -> dict[str, object]:
    given = keras.optimizers.serialize(kind(**options))
    return {"optimizer": given, "plan": plan.to_dict(), "dtype": dtype}


def _from_config(config: dict[str, Any], custom_objects: Any) -> keras.Optimizer:
    given = config["optimizer"]
    optimizer = keras.saving.deserialize_keras_object(given, custom_objects=custom_objects)
    return scheduled(optimizer, cast(Plan, from_dict(config["plan"])), dtype=config["dtype"])


def scheduled(
    optimizer: keras.Optimizer,
    plan: Plan,
    *,
    group: str | int | None = None,
    dtype: Precision = "float32",
) -> keras.Optimizer:
    """An optimizer of the same kind and with the same options, whose values follow a plan.

    "learning_rate", "weight_decay", the betas, "epsilon" and "rho" of every optimizer of Keras can follow a
    schedule, and so can the momentum of `SGD`. A value that never changes is a number, which every argument can
    be. What the plan does not have is as in `optimizer`. "beta1" and "beta2" are Keras's `beta_1` and `beta_2`, and
    "momentum" is the first beta of an optimizer without a momentum.

    If the plan has groups, the result is a `keras.optimizers.MultiOptimizer`. The name of a group is then the path
    of a variable, or a regular expression for the paths of several, such as ".*head/.*".

    The result is saved and loaded with its model. Import `lrcore_keras` before you load the model. Its method
    `current()` gives the values of the next update, and `current(group)` those of a group.

    Args:
        optimizer: the optimizer, which is not changed, and has made no update.
        plan: the plan.
        group: the group of the plan for all variables; None is the plan itself with its groups.
        dtype: the dtype of the values, "float32" or "float64".

    Raises:
        lrcore.ExportError: `optimizer` has no such value, cannot follow a schedule with it, or is in use.
        lrcore.InvalidScheduleError: the plan has no such group.
        lrcore.UnboundError: the plan has durations that `bind` has to resolve.

    Example:
        >>> import keras, lrcore as lrc, lrcore_keras
        >>> plan = lrc.Plan(learning_rate=0.001, weight_decay=lrc.Linear(0.1, 0.0, 100))
        >>> optimizer = lrcore_keras.scheduled(keras.optimizers.AdamW(), plan)
        >>> optimizer.current()
        {'learning_rate': 0.001, 'weight_decay': 0.1}
    """
    _check(optimizer, plan)
    if group is not None:
        plan = _flat(plan, group)
    if plan.groups:
        return ScheduledGroups(optimizer, plan, dtype)
    options = optimizer.get_config()
    if isinstance(options["learning_rate"], dict):  # a schedule, in its configuration
        options["learning_rate"] = optimizer._learning_rate
    # Keras on PyTorch puts classes of its own in place of some optimizers, which compute with numbers only.
    kinds = [
        base for base in type(optimizer).__mro__ if "backend" not in base.__module__.split(".")
    ]
    made: Any = _class_of(kinds[0], "momentum" in keys(plan, kinds[0], options))
    return made(plan, dtype, options)


def _check(optimizer: keras.Optimizer, plan: Plan) -> None:
    """A new optimizer, and a plan."""
    if not isinstance(plan, Plan):
        raise ExportError(f"a plan is needed; got {shown(plan)}")
    if not isinstance(optimizer, keras.Optimizer):
        raise ExportError(f"an optimizer of Keras is needed; got {shown(optimizer)}")
    wrappers = keras.optimizers.LossScaleOptimizer, _MultiOptimizer, Scheduled
    if isinstance(optimizer, tuple(filter(None, wrappers))):
        raise ExportError(
            f"a {type(optimizer).__name__} has values of its own; give the optimizer inside of it"
        )
    if optimizer.built:
        raise ExportError(
            "the optimizer is in use already; give a new one, before its first update"
        )
