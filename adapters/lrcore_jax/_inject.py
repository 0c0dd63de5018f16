"""Optimizers of Optax whose values follow a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax

from lrcore import ExportError, Plan, Schedule
from lrcore.backend import Precision, checked, settled, shown, with_traced

from ._count import counted
from ._function import Function
from ._labels import DEFAULT, labelling
from ._places import keys
from ._several import values_at
from ._state import InjectState, Order
from ._traced import Numbers, by_place, real_numbers, smoothly_settled


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
    schedules = _schedules(plan, traced)
    names = {
        label: keys([name for own, name in schedules if own == label], factory, fixed)
        for label in dict.fromkeys(label for label, _ in schedules)
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

    order = Order(list(schedules))

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


def _schedules(plan: Plan, traced: Numbers | None) -> dict[tuple[str | int, str], Schedule]:
    """The schedules of the plan by label and name."""
    groups: list[str | int | None] = [None, *plan.groups]
    for group in groups:
        plan(0, group)  # an error of a schedule names its hyper-parameter
    if traced is not None:
        with jax.enable_x64(True):
            own = with_traced(plan.schedules(), real_numbers(by_place(traced)))
        plan = Plan(groups=plan.groups, **own)
    return {
        (DEFAULT if group is None else group, name): schedule
        for group in groups
        for name, schedule in plan.schedules(group).items()
    }


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
