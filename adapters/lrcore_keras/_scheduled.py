"""An optimizer of Keras that follows a plan."""

from __future__ import annotations

from collections.abc import Callable

import keras

from lrcore import ExportError, Plan
from lrcore.backend import Precision, shown

from ._groups import MultiOptimizer, ScheduledGroups, flat
from ._optimizer import Scheduled, follow


def scheduled(
    optimizer: keras.Optimizer,
    plan: Plan,
    *,
    group: str | int | None = None,
    dtype: Precision = "float32",
) -> keras.Optimizer:
    """An optimizer of the same kind and with the same options, whose values follow a plan.

    "learning_rate", "weight_decay", the betas, "epsilon" and "rho" of every optimizer of Keras can follow a
    schedule, and so can the momentum of `SGD`. A value that never changes is a number, which other arguments can
    be as well, without counts and switches. What the plan does not have is as in `optimizer`. "beta1" and "beta2"
    are Keras's `beta_1` and `beta_2`, and "momentum" is the first beta of an optimizer without a momentum.

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
        plan = flat(plan, group)
    make: Callable[..., keras.Optimizer] = ScheduledGroups if plan.groups else follow
    return make(optimizer, plan, dtype)


def _check(optimizer: keras.Optimizer, plan: Plan) -> None:
    """A new optimizer, and a plan."""
    if not isinstance(plan, Plan):
        raise ExportError(f"a plan is needed; got {shown(plan)}")
    if not isinstance(optimizer, keras.Optimizer):
        hint = "; write a pair of brackets behind the class" if isinstance(optimizer, type) else ""
        raise ExportError(f"an optimizer of Keras is needed; got {shown(optimizer)}{hint}")
    wrappers = keras.optimizers.LossScaleOptimizer, MultiOptimizer, Scheduled
    if isinstance(optimizer, tuple(filter(None, wrappers))):
        raise ExportError(
            f"a {type(optimizer).__name__} has values of its own; give the optimizer inside of it"
        )
    if hasattr(optimizer, "_exclude_from_weight_decay"):
        raise ExportError(
            "exclude_from_weight_decay was called on the optimizer, and does not count for another one; call it on "
            "the result"
        )
    if optimizer.built:
        raise ExportError(
            "the optimizer is in use already; give a new one, before its first update"
        )
