"""Optimizers of Optax whose values follow a plan."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax

from lrcore import ExportError, Plan, Schedule
from lrcore.backend import Precision, shown

from ._places import keys
from ._several import values_at

Values: TypeAlias = dict[str, jax.Array]
"""The value of each hyper-parameter by its name in the plan."""

DEFAULT: Final = "default"
"""The label of parameters that are in no group."""


class InjectState(NamedTuple):
    """The state of an optimizer that `inject` makes. Its structure does not depend on the schedules.

    Args:
        step: the step of the next update, which is the number of updates unless steps were given.
        last: the values that the last update has used by name, with an entry for each label; NaN before the first.
        next: the values that the next update will use.
        labels: the labels of groups, in their order; the keys have no values.
        inner_state: the state of the optimizer itself.
    """

    step: jax.Array
    last: Values
    next: Values
    labels: dict[str, tuple[()]]
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
    if not plan.groups and param_labels is not None:
        raise ExportError("the plan has no groups; leave out param_labels")
    if DEFAULT in plan.groups:
        raise ExportError(
            f"{DEFAULT!r} is the label of parameters in no group; give the group another name"
        )
    if plan.groups and param_labels is None:
        raise ExportError(
            f"the plan has the groups {', '.join(map(repr, plan.groups))}; give param_labels, which says which "
            "parameters are in them"
        )
    labels: dict[str | int, str | int | None] = {
        DEFAULT: None,
        **{name: name for name in plan.groups},
    }
    schedules = {
        (label, name): schedule
        for label, group in labels.items()
        for name, schedule in _checked(plan, group).items()
    }
    names = {
        label: keys([name for own, name in schedules if own == label], factory, fixed)
        for label in labels
    }

    def labelled(params: optax.Params) -> object:
        own = param_labels(params) if callable(param_labels) else param_labels
        _check_labels(set(jax.tree.leaves(own)), labels)
        return jax.tree.map(str, own)

    def optimizer(row: jax.Array) -> optax.GradientTransformationExtraArgs:
        values = dict(zip(schedules, row, strict=True))
        made = {
            str(label): factory(**{key: values[label, name] for key, name in own.items()}, **fixed)
            for label, own in names.items()
        }
        if not plan.groups:
            return optax.with_extra_args_support(made[DEFAULT])
        return optax.partition(made, labelled)

    order = _Order(list(schedules))

    def init(params: optax.Params) -> InjectState:
        (first,) = values_at(list(schedules.values()), jnp.zeros([1], jnp.int32), dtype)
        inner = optimizer(first).init(params)
        unused = order.stored(jnp.full_like(first, jnp.nan))
        return InjectState(
            jnp.zeros([], jnp.int32), unused, order.stored(first), order.labels, inner
        )

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
        used, coming = values_at(list(schedules.values()), jnp.stack([now, after]), dtype)
        updates, inner = optimizer(used).update(updates, state.inner_state, params, **extra)
        stored = order.stored(used), order.stored(coming)
        return updates, InjectState(after, *stored, order.labels, inner)

    return optax.GradientTransformationExtraArgs(init, update)


def _checked(plan: Plan, group: str | int | None) -> dict[str, Schedule]:
    plan(0, group)  # an error of a schedule names its hyper-parameter
    return plan.schedules(group)


def _check_labels(given: set[object], labels: Collection[str | int]) -> None:
    known = ", ".join(map(repr, labels))
    for label in given - set(labels):
        raise ExportError(f"param_labels has the label {shown(label)}; the labels are {known}")
    for group in set(labels) - {DEFAULT} - given:
        raise ExportError(f"the plan has a group {group!r}, and no parameter has this label")


class _Order:
    """Where a state has the value of each label and name."""

    def __init__(self, places: list[tuple[str | int, str]]) -> None:
        # Dictionaries in a state have texts as keys, and their order.
        known = sorted({str(label) for label, _ in places})
        self.labels: dict[str, tuple[()]] = dict.fromkeys(known, ())
        self._rows = {name: np.full(len(known), -1) for _, name in places}
        for row, (label, name) in enumerate(places):
            self._rows[name][known.index(str(label))] = row

    def stored(self, row: jax.Array) -> dict[str, jax.Array]:
        """The values by name, with an entry for each label; NaN where a group has no such value.

        They have types that a checkpoint keeps, which does not know of weak types.
        """
        strong = jax.lax.convert_element_type(row, row.dtype)
        return {
            name: jnp.where(rows >= 0, strong[np.maximum(rows, 0)], jnp.nan)
            for name, rows in self._rows.items()
        }


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
        group: a group of the plan; None is the plan itself.

    Raises:
        lrcore.ExportError: there is no such state in the tree, or there are several.

    Example:
        >>> import jax.numpy as jnp, lrcore as lrc, lrcore_jax, optax
        >>> plan = lrc.Plan(learning_rate=lrc.Linear(0.5, 0.0, 4))
        >>> optimizer = optax.chain(optax.clip(1.0), lrcore_jax.inject(optax.sgd, plan))
        >>> float(lrcore_jax.current(optimizer.init(jnp.ones(3))).next["learning_rate"])
        0.5
    """
    leaves = jax.tree.leaves(opt_state, is_leaf=lambda node: isinstance(node, InjectState))
    states = [leaf for leaf in leaves if isinstance(leaf, InjectState)]
    if len(states) != 1:
        raise ExportError(
            f"one state of an optimizer that lrcore_jax.inject has made is needed; there are {len(states)}"
        )
    (state,) = states
    label, labels = DEFAULT if group is None else str(group), sorted(state.labels)
    if label not in labels:
        raise ExportError(
            f"the state has no group {shown(group)}; it has {', '.join(map(repr, labels))}"
        )
    entry = labels.index(label)
    last, coming = (
        {name: values[entry] for name, values in stored.items()}
        for stored in (state.last, state.next)
    )
    return Current(last, coming)
