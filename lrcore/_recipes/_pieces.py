"""Schedules that are given by steps and lists."""

from __future__ import annotations

import math
from typing import Annotated, cast

from pydantic import Field

from .._algebra import Until
from .._definition._fields import NonNegative, PositiveSteps, Steps, StepsList, Value, ValueList
from .._definition._schedule import Schedule
from .._durations import Length, in_steps
from .._evaluation._cached import cached_property
from .._schedules import Constant, Exponential
from ._piecewise import PiecewiseConstant


def scaled(value: float, factor: float, count: int) -> float:
    """`value * factor**count`; infinite where float64 cannot hold it, which no class accepts."""
    try:
        return value * factor**count
    except OverflowError:
        return math.inf


class Hold(Schedule, kind="hold"):
    """Has the same value for a number of steps, as a part of a sequence.

    The value is `value` for all `t`, and the schedule lasts `steps`.

    Args:
        value: the value.
        steps: the number of steps.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> (lrc.Hold(1.0, 2) >> lrc.Linear(0.5, 0.0, 2))(range(4)).tolist()
        [1.0, 1.0, 0.5, 0.25]
    """

    value: Value
    steps: Steps

    phases = ("steps",)
    scales = True

    def expand(self) -> Schedule:
        return Until(Constant(self.value), self.steps)


class MultiStep(Schedule, kind="multi_step"):
    """Multiplies `start` by a factor at each milestone.

    The value is `start * factor**k`, where `k` is the number of milestones up to and including `t`. The
    schedule is endless. The powers are rounded to float64, so the relative error is up to 4e-16 where
    `factor**k` is above 1e-300.

    Args:
        start: the value before the first milestone.
        factor: the factor at each milestone.
        milestones: steps, in any order. A milestone that is given twice counts twice.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.MultiStep(1.0, 0.5, [2, 3])(range(5)).tolist()
        [1.0, 1.0, 0.5, 0.25, 0.25]

    Source:
        `torch.optim.lr_scheduler.MultiStepLR`.
    """

    start: Value
    factor: Value
    milestones: StepsList

    scales = True

    @cached_property
    def duration(self) -> None:
        return None

    def expand(self) -> Schedule:
        milestones = sorted(cast("tuple[Length, ...]", self.milestones), key=in_steps)
        values = (scaled(self.start, self.factor, k) for k in range(len(milestones) + 1))
        return PiecewiseConstant(milestones, tuple(values))


class StepDecay(Schedule, kind="step_decay"):
    """Multiplies `start` by a factor every `steps` updates.

    The value is `start * factor**floor(t / steps)`. The schedule is endless.

    Args:
        start: the value of the first `steps` updates.
        factor: the factor, at least 0.
        steps: the number of updates between two changes, above 0.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.StepDecay(1.0, 0.5, 2)(range(5)).tolist()
        [1.0, 1.0, 0.5, 0.5, 0.25]

    Source:
        `torch.optim.lr_scheduler.StepLR`.
    """

    start: Value
    factor: NonNegative
    steps: PositiveSteps

    scales = True

    def expand(self) -> Schedule:
        return Exponential(self.start, self.factor, self.steps, staircase=True)

    @cached_property
    def duration(self) -> None:
        return None


class Table(Schedule, kind="table"):
    """Has a value for each step, from a list.

    The value is `values[t]`, and the last value from the end of the list on. The schedule lasts as many
    steps as the list has values.

    Args:
        values: at least one value.

    Raises:
        InvalidScheduleError: the list is empty, or an entry is not a value.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Table([0.3, 0.2, 0.1])(range(5)).tolist()
        [0.3, 0.2, 0.1, 0.1, 0.1]
    """

    values: Annotated[ValueList, Field(min_length=1)]

    @cached_property
    def duration(self) -> int:
        return len(self.values)

    def expand(self) -> Schedule:
        steps = range(1, len(self.values))
        return Until(PiecewiseConstant(steps, self.values), len(self.values))
