"""Optimizers of Optax whose values follow a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax

from lrcore import ExportError, Plan, Schedule
from lrcore.backend import Precision, checked, settled, shown, with_traced

from ._count import counted
from ._function import Function
from ._labels import DEFAULT, labelling
from ._places import keys
from ._several import values_at
from ._traced import Numbers, by_place, real_numbers, smoothly_settled

Values: TypeAlias = dict[str, jax.Array]
"""The value of each hyper-parameter by its name in the plan."""


class InjectState(NamedTuple):
    """The state of an optimizer that `inject` makes. Its structure does not depend on the schedules.

    Args:
        step: the step of the next update, which is the number of updates unless steps were given.
        last: the values that the last update has used by name, with an entry for each label in their order. Before
            the first update, they are those of the next.
        next: the values that the next update will use.
        labels: the names of the values of each label; the entries are empty.
        inner_state: the state of the optimizer itself.
    """

    step: jax.Array
    last: Values
    next: Values
    labels: dict[str, dict[str, tuple[()]]]
    inner_state: optax.OptState


def inject(
    factory: Callable[..., optax.GradientTransformation],
    plan: Plan,
    *,
    param_labels: object = None,
    dtype: Precision = "float32",
    traced: Numbers | None = None,
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
        dtype: the dtype of the values, "float32" or, where 64-bit types are enabled, "float64".
        traced: numbers of JAX in the place of numbers of the plan, such as "learning_rate.peak", as for `function`.
            Groups with a factor follow them.
        fixed: the other arguments of the optimizer.

    Raises:
        lrcore.ExportError: the optimizer has no such argument or needs another, or labels are missing; in `init`, if
            labels do not fit the parameters or the groups; in `update`, if the state is that of another optimizer.
        lrcore.StepError: in `update`, if `step` is not an integer.
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
    _check(plan, param_labels)
    if checked(dtype) == "float64" and jnp.result_type(float) != jnp.float64:
        raise ExportError(
            'dtype="float64" needs 64-bit types: jax.config.update("jax_enable_x64", True)'
        )
    settle = smoothly_settled if traced else settled
    labels: dict[str | int, str | int | None] = {
        DEFAULT: None,
        **{name: name for name in plan.groups},
    }
    for group in labels.values():
        plan(0, group)  # an error of a schedule names its hyper-parameter
    with jax.enable_x64(True):
        own = with_traced(plan.schedules(), real_numbers(by_place(traced)))
        followed = Plan(groups=plan.groups, **own) if traced else plan
    schedules = {
        (label, name): schedule
        for label, group in labels.items()
        for name, schedule in followed.schedules(group).items()
    }
    names = {
        label: keys([name for own, name in schedules if own == label], factory, fixed)
        for label in labels
    }
    labelled = labelling(param_labels, plan.groups)

    def optimizer(row: jax.Array) -> optax.GradientTransformationExtraArgs:
        values = dict(zip(schedules, row, strict=True))
        made = {
            str(label): factory(**{key: values[label, name] for key, name in own.items()}, **fixed)
            for label, own in names.items()
        }
        for one in made.values():
            if not isinstance(one, optax.GradientTransformation):
                raise ExportError(f"the factory makes no optimizer; it returned {shown(one)}")
        if not plan.groups:
            return optax.with_extra_args_support(made[DEFAULT])
        return optax.partition(made, labelled)

    order = _Order(list(schedules))

    def init(params: optax.Params) -> InjectState:
        (first,) = values_at(list(schedules.values()), jnp.zeros([1], jnp.int32), dtype, settle)
        inner = optimizer(first).init(params)
        stored = order.stored(first)
        return InjectState(jnp.zeros([], jnp.int32), stored, stored, order.labels, inner)

    def update(
        updates: optax.Updates,
        state: InjectState,
        params: optax.Params | None = None,
        *,
        step: jax.typing.ArrayLike | None = None,
        **extra: Any,
    ) -> tuple[optax.Updates, InjectState]:
        order.check(state)
        now = state.step if step is None else counted(step)
        after = optax.safe_increment(now)
        used, coming = values_at(list(schedules.values()), jnp.stack([now, after]), dtype, settle)
        updates, inner = optimizer(used).update(updates, state.inner_state, params, **extra)
        stored = order.stored(used), order.stored(coming)
        return updates, InjectState(after, *stored, order.labels, inner)

    return optax.GradientTransformationExtraArgs(init, update)


def _check(plan: Plan, param_labels: object) -> None:
    if not isinstance(plan, Plan):
        hint = ""
        if isinstance(plan, Schedule):
            hint = "; write lrcore.Plan(learning_rate=...)"
        elif isinstance(plan, Function):
            hint = "; write lrcore.Plan(learning_rate=...), with the schedule that was exported"
        elif isinstance(plan, dict):
            hint = "; write lrcore.Plan(**dictionary)"
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


class _Order:
    """Where a state has the value of each label and name."""

    def __init__(self, places: list[tuple[str | int, str]]) -> None:
        # Dictionaries in a state have texts as keys, and their order.
        known = sorted({str(label) for label, _ in places})
        self.labels: dict[str, dict[str, tuple[()]]] = {label: {} for label in known}
        self._rows = {name: np.zeros(len(known), int) for _, name in places}
        for row, (label, name) in enumerate(places):
            self.labels[str(label)][name] = ()
            self._rows[name][known.index(str(label))] = row

    def stored(self, row: jax.Array) -> dict[str, jax.Array]:
        """The values by name. What is stored for a group that has no such value has no meaning.

        They have types that a checkpoint keeps, which does not know of weak types.
        """
        strong = jax.lax.convert_element_type(row, row.dtype)
        return {name: strong[rows] for name, rows in self._rows.items()}

    def check(self, state: object) -> None:
        """An error if this is not a state of the optimizer."""
        if not isinstance(state, InjectState):
            raise ExportError(
                "update needs a state that init of an optimizer of lrcore_jax.inject has made; got a "
                f"{type(state).__name__}; a run that is to go on in such an optimizer keeps its own state in "
                "inner_state"
            )
        if state.labels != self.labels:
            raise ExportError(
                f"the state has values of {_listed(state.labels)}; the plan has {_listed(self.labels)}"
            )


def _listed(labels: dict[str, dict[str, tuple[()]]]) -> str:
    return "; ".join(f"{label!r}: {', '.join(names)}" for label, names in labels.items())


class Current(NamedTuple):
    """The values of two updates, by their names in the plan.

    Args:
        last: the values that the last update has used. Before the first update, they are those of the next.
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
    found = [
        (jax.tree_util.keystr(path) or "the state itself", leaf)
        for path, leaf in jax.tree_util.tree_leaves_with_path(
            opt_state, is_leaf=lambda node: isinstance(node, InjectState)
        )
        if isinstance(leaf, InjectState)
    ]
    if not found:
        raise ExportError(
            f"there is no state of an optimizer that lrcore_jax.inject has made; got {_kind(opt_state)}; a checkpoint "
            "is restored into a state that init has made"
        )
    if len(found) > 1:
        places = ", ".join(place for place, _ in found)
        raise ExportError(
            f"there are {len(found)} states of optimizers that lrcore_jax.inject has made, at {places}; give one of "
            "them"
        )
    ((_, state),) = found
    label, labels = DEFAULT if group is None else str(group), sorted(state.labels)
    if label not in labels:
        raise ExportError(
            f"the state has no group {shown(group)}; it has {', '.join(map(repr, labels))}"
        )
    entry = labels.index(label)
    last, coming = (
        # The states of several runs have axes before that of the labels.
        {name: stored[name][..., entry] for name in state.labels[label]}
        for stored in (state.last, state.next)
    )
    return Current(last, coming)


def _kind(tree: object) -> str:
    if isinstance(tree, dict):
        return f"a dictionary of {', '.join(map(str, tree))}"
    return f"a {type(tree).__name__}"
