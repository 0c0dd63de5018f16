"""Schedules that are given by points and lists."""

from __future__ import annotations

import math
from collections.abc import Sequence as Values
from itertools import pairwise
from typing import Literal, TypeAlias

from .._combinators import Sequence, Truncate
from .._errors import InvalidScheduleError
from .._leaves import Constant, Cosine, Exponential, Geometric, Linear, PiecewiseConstant
from .._schedule import Schedule
from .._types import Length, Positive, Value
from ._arguments import Whole, recipe

Shape: TypeAlias = Literal["linear", "cosine", "geometric"]

_SHAPES = {"linear": Linear, "cosine": Cosine, "geometric": Geometric}


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
def interpolate(knots: Values[Whole], values: Values[Value], shape: Shape = "linear") -> Schedule:
    """A value that goes through given points.

    The value is `values[i]` at `t = knots[i]`, on a line, half a cosine or a geometric line between two
    knots, `values[0]` before the first and `values[-1]` from the last one on. Where two knots are
    equal, the value jumps to that of the second.

    Args:
        knots: steps, ascending.
        values: one for each knot.
        shape: the way from one to the next.

    Raises:
        InvalidScheduleError: the knots descend, or there are not as many values.

    Example:
        >>> import lrcore as lr
        >>> lr.interpolate([0, 2, 4], [0.0, 1.0, 0.5]).values(6).tolist()
        [0.0, 0.5, 1.0, 0.75, 0.5, 0.5]

    Source:
        `optax.piecewise_interpolate_schedule`; `PiecewiseLinear` of Ignite.
    """
    if not knots or len(knots) != len(values):
        raise InvalidScheduleError(
            f"interpolate: {len(knots)} knots need as many values, there are {len(values)}"
        )
    for before, after in pairwise(knots):
        if after < before:
            raise InvalidScheduleError(
                f"interpolate: the knots descend from {before} to {after}; sort them"
            )
    points = list(zip((0, *knots), (values[0], *values), strict=True))
    legs = [_SHAPES[shape](a, b, end - begin) for (begin, a), (end, b) in pairwise(points)]
    return Sequence((*legs, Constant(values[-1])))


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
