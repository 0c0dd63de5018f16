"""Optimizers of Optax whose values follow a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import optax

from lrcore import ExportError, Plan, Schedule
from lrcore.backend import Precision, shown

from ._function import Function, function
from ._places import keys

Values: TypeAlias = dict[str, jax.Array]
"""The value of each hyper-parameter by its name in the plan."""

DEFAULT: str = "default"
"""The label of parameters that are in no group."""


class InjectState(NamedTuple):
    """The state of an optimizer that `inject` makes. Its structure does not depend on the schedules.

    Args:
        step: the step of the next update, which is the number of updates unless steps were given.
        last: the values that the last update has used; NaN before the first update.
        next: the values that the next update will use.
        inner_state: the state of the optimizer itself.
    """

    step: jax.Array
    last: Values
    next: Values
    inner_state: optax.OptState


def inject(
    factory: Callable[..., optax.GradientTransformation],
    plan: Plan,
    *,
    param_labels: object = None,
    dtype: Precision = "float32",
    **fixed: Any,
) -> optax.GradientTransformationExtraArgs:
    """An optimizer of Optax whose arguments follow a plan.

    The optimizer counts its updates, and uses the values of each step. With `update(..., step=t)` it uses those of
    step `t`, and goes on counting from there. The state consists of arrays, and has one structure for all plans with
    the same names, whether a value changes or not. So the state of a run can be restored for another plan.

    "beta1", "beta2" and "epsilon" are Optax's `b1`, `b2` and `eps`; the other names are those of the arguments.

    Args:
        factory: the function that makes the optimizer, such as `optax.adamw`. It is called in each update, with
            arrays as the values of the plan.
        plan: the plan.
        param_labels: the group of each parameter, as `optax.partition` takes labels: a tree like that of the
            parameters, or a function that makes it. Parameters that are in no group have the label "default". It is
            needed if the plan has groups.
        dtype: the dtype of the values, "float32" or "float64".
        fixed: the other arguments of the optimizer.

    Raises:
        lrcore.ExportError: the optimizer has no such argument, or labels are missing; and in `init`, if a label is no
            group, or a group has no parameters.
        lrcore.UnboundError: the plan has durations that `bind` has to resolve.

    Example:
        >>> import jax.numpy as jnp, lrcore as lrc, lrcore_jax, optax
        >>> plan = lrc.Plan(learning_rate=lrc.Linear(0.5, 0.0, 4), weight_decay=0.125)
        >>> optimizer = lrcore_jax.inject(optax.adamw, plan, b1=0.8)
        >>> state = optimizer.init(jnp.ones(3))
        >>> _, state = optimizer.update(jnp.ones(3), state, jnp.ones(3))
        >>> float(lrcore_jax.current(state).next["learning_rate"])
        0.375
    """
    if not isinstance(plan, Plan):
        hint = "; write lrcore.Plan(learning_rate=...)" if isinstance(plan, Schedule) else ""
        raise ExportError(f"a plan is needed; got {shown(plan)}{hint}")
    groups: tuple[str | int | None, ...] = (None, *plan.groups)
    made = {
        DEFAULT if group is None else group: _injected(factory, plan, group, dtype, fixed)
        for group in groups
    }
    if not plan.groups:
        if param_labels is not None:
            raise ExportError("the plan has no groups; leave out param_labels")
        return made[DEFAULT]
    if DEFAULT in plan.groups:
        raise ExportError(
            f"{DEFAULT!r} is the label of parameters in no group; give the group another name"
        )
    if param_labels is None:
        raise ExportError(
            f"the plan has the groups {', '.join(map(repr, plan.groups))}; give param_labels, which says which "
            "parameters are in them"
        )

    def labels(params: optax.Params) -> object:
        own = param_labels(params) if callable(param_labels) else param_labels
        _check_labels(set(jax.tree.leaves(own)), made)
        return own

    return optax.partition(made, labels)


def _check_labels(given: set[object], made: Mapping[str | int, object]) -> None:
    known = ", ".join(map(repr, made))
    for label in given - set(made):
        raise ExportError(f"param_labels has the label {shown(label)}; the labels are {known}")
    for group in set(made) - {DEFAULT} - given:
        raise ExportError(f"the plan has a group {group!r}, and no parameter has this label")


def _injected(
    factory: Callable[..., optax.GradientTransformation],
    plan: Plan,
    group: str | int | None,
    dtype: Precision,
    fixed: Mapping[str, object],
) -> optax.GradientTransformationExtraArgs:
    """The optimizer of one group."""
    plan(0, group)  # an error of a schedule names its hyper-parameter
    own = plan.schedules(group)
    names = keys(own, factory, fixed)
    rates: dict[str, Function] = {
        name: function(schedule, dtype=dtype) for name, schedule in own.items()
    }

    def optimizer(values: Values) -> optax.GradientTransformationExtraArgs:
        arguments = {key: values[name] for key, name in names.items()}
        return optax.with_extra_args_support(factory(**arguments, **fixed))

    def init(params: optax.Params) -> InjectState:
        first = {name: rate(0) for name, rate in rates.items()}
        unused = {name: jnp.full_like(value, jnp.nan) for name, value in _stored(first).items()}
        inner = optimizer(first).init(params)
        return InjectState(jnp.zeros([], jnp.int32), unused, _stored(first), inner)

    def update(
        updates: optax.Updates,
        state: InjectState,
        params: optax.Params | None = None,
        *,
        step: jax.typing.ArrayLike | None = None,
        **extra: Any,
    ) -> tuple[optax.Updates, InjectState]:
        now = state.step if step is None else jnp.asarray(step, jnp.int32)
        after = optax.safe_increment(now)
        # Both at once: the graph of two steps is hardly longer than that of one.
        both = {name: rate(jnp.stack([now, after])) for name, rate in rates.items()}
        used = {name: value[0] for name, value in both.items()}
        coming = {name: value[1] for name, value in both.items()}
        updates, inner = optimizer(used).update(updates, state.inner_state, params, **extra)
        return updates, InjectState(after, _stored(used), _stored(coming), inner)

    return optax.GradientTransformationExtraArgs(init, update)


def _stored(values: Values) -> Values:
    """The values with types that a checkpoint keeps, which does not know of weak types."""
    return {name: jax.lax.convert_element_type(x, x.dtype) for name, x in values.items()}


class Current(NamedTuple):
    """The values of two updates, by their names in the plan.

    Args:
        last: the values that the last update has used; NaN before the first update.
        next: the values that the next update will use.
    """

    last: Values
    next: Values


def current(opt_state: object, group: str | int | None = None) -> Current:
    """The values that the last update has used, and those that the next update will use.

    It works inside of compiled functions as well.

    Args:
        opt_state: the state of an optimizer that `inject` has made, or any tree that contains one such state, such as
            a `TrainState` or the state of `optax.chain` or `optax.MultiSteps`.
        group: a group of the plan, or any label of `optax.partition`; None is the plan itself.

    Raises:
        lrcore.ExportError: there is no such state in the tree, or there are several.

    Example:
        >>> import jax.numpy as jnp, lrcore as lrc, lrcore_jax, optax
        >>> plan = lrc.Plan(learning_rate=lrc.Linear(0.5, 0.0, 4))
        >>> optimizer = optax.chain(optax.clip(1.0), lrcore_jax.inject(optax.sgd, plan))
        >>> float(lrcore_jax.current(optimizer.init(jnp.ones(3))).next["learning_rate"])
        0.5
    """
    leaves = jax.tree_util.tree_leaves_with_path(opt_state, is_leaf=_is_state)
    states = {_label(path): state for path, state in leaves if _is_state(state)}
    count = sum(_is_state(state) for _, state in leaves)
    if not states or len(states) < count:
        raise ExportError(
            f"one state of an optimizer that lrcore_jax.inject has made is needed; there are {count}"
        )
    label = DEFAULT if group is None and DEFAULT in states else group
    if label not in states:
        known = ", ".join(map(repr, states))
        raise ExportError(f"the state has no group {shown(group)}; it has {known}")
    return Current(states[label].last, states[label].next)


def _is_state(node: object) -> bool:
    return isinstance(node, InjectState)


def _label(path: tuple[object, ...]) -> str | int | None:
    """The last key of a dictionary on the way to a state, which is the label of `optax.partition`."""
    found = [key.key for key in path if isinstance(key, jax.tree_util.DictKey)]
    return found[-1] if found else None
