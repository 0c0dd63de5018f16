"""Schedules that are given by points and lists."""

from __future__ import annotations

import math
from collections.abc import Sequence as Values

from .._combinators import Truncate
from .._leaves import Constant, Exponential, PiecewiseConstant
from .._schedule import Schedule
from .._types import Length, Positive, Value
from ._arguments import recipe


def scaled(value: float, factor: float, count: int) -> float:
    """`value * factor**count`; infinite where float64 cannot hold it, which no class accepts."""
    try:
        return value * factor**count
    except OverflowError:
        return math.inf


@recipe
def hold(value: Value, steps: Length) -> Schedule:
    """The same value for a number of steps, as a part of a sequence.

    The value is `value` for all `t`; it lasts `steps`.

    Args:
        value: what to hold.
        steps: how long.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> (lr.hold(1.0, 2) >> lr.Linear(0.5, 0.0, 2)).values(4).tolist()
        [1.0, 1.0, 0.5, 0.25]
    """
    return Truncate(Constant(value), steps)


@recipe
def multi_step(start: Value, factor: Value, milestones: Values[Length]) -> Schedule:
    """A value that is multiplied by the same factor at each milestone.

    The value is `start * factor**k`, where `k` is the number of milestones up to and with `t`. The
    schedule keeps these numbers, rounded to float64: where `factor**k` is above 1e-300, within a share
    of 4e-16 of the formula in real numbers.

    Args:
        start: the value before the first milestone.
        factor: what each milestone multiplies by.
        milestones: steps, ascending; one that is there twice counts twice.

    Raises:
        InvalidScheduleError: the milestones descend, or a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.multi_step(1.0, 0.5, [2, 3]).values(5).tolist()
        [1.0, 1.0, 0.5, 0.25, 0.25]

    Source:
        `torch.optim.lr_scheduler.MultiStepLR`.
    """
    values = (scaled(start, factor, count) for count in range(len(milestones) + 1))
    return PiecewiseConstant(tuple(milestones), tuple(values))


@recipe
def step_decay(start: Value, factor: Positive, steps: Length) -> Schedule:
    """A value that is multiplied by the same factor every `steps` updates.

    The value is `start * factor**floor(t / steps)`.

    Args:
        start: the value for the first `steps` updates.
        factor: what to multiply by, above 0.
        steps: how often, at least 1.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.step_decay(1.0, 0.5, 2).values(5).tolist()
        [1.0, 1.0, 0.5, 0.5, 0.25]

    Source:
        `torch.optim.lr_scheduler.StepLR`.
    """
    return Exponential(start, factor, steps, staircase=True)


@recipe
def table(values: Values[Value]) -> Schedule:
    """A value for each step, from a list.

    The value is `values[t]`, and the last one from the end of the list on.

    Args:
        values: at least one.

    Raises:
        InvalidScheduleError: the list is empty, or holds what is not a value.

    Example:
        >>> import lrcore as lr
        >>> lr.table([0.3, 0.2, 0.1]).values(5).tolist()
        [0.3, 0.2, 0.1, 0.1, 0.1]
    """
    return PiecewiseConstant(tuple(range(1, len(values))), tuple(values))
