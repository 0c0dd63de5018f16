"""One schedule, on another clock."""

from __future__ import annotations

from functools import cached_property
from typing import cast

from .._ops import Array, Ops
from .._schedule import Schedule
from .._types import LAST_STEP, Count, Delay, Period, Steps
from .._units import UNKNOWN, Duration


class Shift(Schedule, kind="shift"):
    """A schedule that is ahead by a number of steps, or behind.

    The value is `schedule(t + steps)`; where that is below 0, it is `schedule(0)`.

    Args:
        schedule: what to shift.
        steps: how far ahead it is; below 0, how long it waits before it begins.

    Example:
        >>> import lrcore as lr
        >>> lr.Shift(lr.Linear(0.0, 1.0, 4), 1).values(4).tolist()
        [0.25, 0.5, 0.75, 1.0]
    """

    schedule: Schedule
    steps: Delay

    @cached_property
    def duration(self) -> int | None:
        length = self.schedule.duration
        return None if length is None else min(max(length - self.steps, 0), LAST_STEP)

    def formula(self, t: Array, op: Ops) -> Array:
        return self.schedule.at(op.minimum(op.maximum(t + self.steps, 0), LAST_STEP), op)


class Stretch(Schedule, kind="stretch"):
    """A schedule that takes `factor / divisor` times as long.

    The value is `schedule(floor(t * divisor / factor))`: a longer one repeats values, a shorter one
    leaves values out.

    Args:
        schedule: what to stretch.
        factor: how many steps it takes, at least 1,
        divisor: for so many of its own, at least 1.

    Raises:
        InvalidScheduleError: a number is out of range, or their product is above 2**53.

    Example:
        >>> import lrcore as lr
        >>> lr.Stretch(lr.Linear(0.0, 1.0, 2), 2).values(6).tolist()
        [0.0, 0.0, 0.5, 0.5, 1.0, 1.0]
    """

    schedule: Schedule
    factor: Count
    divisor: Count = 1

    def __post_init__(self) -> None:
        if self.factor * self.divisor > LAST_STEP:
            raise ValueError(
                f"factor={self.factor} times divisor={self.divisor} is above 2**53; reduce the fraction"
            )

    @cached_property
    def duration(self) -> int | None:
        length = self.schedule.duration
        if length is None:
            return None
        return min(-(-length * self.factor // self.divisor), LAST_STEP)

    def formula(self, t: Array, op: Ops) -> Array:
        # Whole factors first: their product with the divisor alone may leave the clock.
        last = LAST_STEP // self.divisor + 1
        whole = op.minimum(t // self.factor, last) * self.divisor
        inner = whole + t % self.factor * self.divisor // self.factor
        return self.schedule.at(op.minimum(inner, LAST_STEP), op)


class Staircase(Schedule, kind="staircase"):
    """A schedule that changes only every `steps` updates.

    The value is `schedule(steps * floor(t / steps))`: with the length of an epoch, a schedule that is
    looked at once an epoch.

    Args:
        schedule: what to look at.
        steps: how often, at least 1.

    Example:
        >>> import lrcore as lr
        >>> lr.Staircase(lr.Linear(1.0, 0.0, 4), 2).values(5).tolist()
        [1.0, 1.0, 0.5, 0.5, 0.0]
    """

    schedule: Schedule
    steps: Period

    @cached_property
    def duration(self) -> int | None:
        length = self.schedule.duration
        if length is None:
            return None
        return min(-(-length // self.steps) * self.steps, LAST_STEP)

    def formula(self, t: Array, op: Ops) -> Array:
        return self.schedule.at(t - t % self.steps, op)


class Reverse(Schedule, kind="reverse"):
    """A finite schedule, backwards.

    With `n = schedule.duration` the value is `schedule(n - min(t, n))`.

    Args:
        schedule: what to reverse: finite.

    Raises:
        InvalidScheduleError: the schedule is endless.

    Example:
        >>> import lrcore as lr
        >>> lr.Reverse(lr.Polynomial(1.0, 0.0, 4, power=2.0)).values(5).tolist()
        [0.0, 0.0625, 0.25, 0.5625, 1.0]
    """

    schedule: Schedule

    def __post_init__(self) -> None:
        if self.schedule.duration is None:
            raise ValueError(f"{type(self.schedule).__name__} is endless, so it has no reverse")

    @cached_property
    def duration(self) -> int | None:
        return self.schedule.duration

    def formula(self, t: Array, op: Ops) -> Array:
        length = self.schedule.duration
        assert length is not None, "checked on construction"
        return self.schedule.at(length - op.minimum(t, length), op)


class Truncate(Schedule, kind="truncate"):
    """A schedule for a number of steps.

    The value is `schedule(min(t, steps))`. It lasts exactly `steps`, whether the schedule is longer,
    shorter or endless.

    Args:
        schedule: what to play.
        steps: how long.

    Example:
        >>> import lrcore as lr
        >>> (lr.Truncate(lr.Constant(1.0), 2) >> lr.Linear(1.0, 0.0, 2)).values(5).tolist()
        [1.0, 1.0, 1.0, 0.5, 0.0]
    """

    schedule: Schedule
    steps: Steps

    @cached_property
    def duration(self) -> int:
        return self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        return self.schedule.at(op.minimum(t, self.steps), op)


class Pause(Schedule, kind="pause"):
    """A schedule that stands still for a while.

    The value is `schedule(t)` for `t <= begin`, `schedule(begin)` for `steps` more, and
    `schedule(t - steps)` from there on. In a warm-up, stable phase and decay, with `begin` in the stable
    phase, this is a longer run.

    Args:
        schedule: what to stop.
        begin: the step whose value is kept.
        steps: for how many steps.

    Example:
        >>> import lrcore as lr
        >>> lr.Pause(lr.Linear(1.0, 0.0, 2), begin=1, steps=2).values(6).tolist()
        [1.0, 0.5, 0.5, 0.5, 0.0, 0.0]
    """

    schedule: Schedule
    begin: Steps
    steps: Steps

    @cached_property
    def duration(self) -> int | None:
        length = self.schedule.duration
        if isinstance(cast(object, self.begin), Duration):
            return cast(int, UNKNOWN)
        if length is None or length < self.begin or length == self.begin:
            return length
        return min(length + self.steps, LAST_STEP)

    def formula(self, t: Array, op: Ops) -> Array:
        before = op.minimum(t, self.begin)
        return self.schedule.at(before + op.maximum(t - self.begin - self.steps, 0), op)
