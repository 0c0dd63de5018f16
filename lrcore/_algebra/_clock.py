"""One schedule on another clock."""

from __future__ import annotations

from math import ceil

from .._definition._fields import Delay, PositiveSteps, Steps
from .._definition._schedule import Schedule
from .._durations import Duration, in_steps, shortest
from .._evaluation._cached import cached_property
from .._evaluation._ops import Array, Ops
from ._lengths import within_clock


class Shift(Schedule, kind="shift"):
    """Moves a schedule ahead by a number of steps, or behind.

    The value is `schedule(t + steps)`; where `t + steps` is below 0, it is `schedule(0)`.

    Args:
        schedule: the schedule to shift.
        steps: the number of steps that the schedule is ahead. With a number below 0, it waits for so many
            steps before it begins.

    Raises:
        InvalidScheduleError: `steps` is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Shift(lrc.Linear(0.0, 1.0, 4), 1)(range(4)).tolist()
        [0.25, 0.5, 0.75, 1.0]
    """

    schedule: Schedule
    steps: Delay

    scales = True

    @cached_property
    def duration(self) -> int | Duration | None:
        length = self.schedule.duration
        if length is None:
            return None
        return within_clock(max(shortest(Duration(length) - self.steps), 0))

    def formula(self, t: Array, op: Ops) -> Array:
        return self.schedule.evaluate(op.maximum(t + self.steps, 0), op)


class From(Schedule, kind="from"):
    """Follows a schedule from a step on, and has the value of that step before.

    The value is `schedule(max(t, step))`. The clock is not shifted: from `step` on, the values are those
    of the schedule.

    Args:
        schedule: the schedule.
        step: the step from which on the schedule is followed.

    Raises:
        InvalidScheduleError: `step` is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.From(lrc.Linear(1.0, 0.0, 4), 2)(range(5)).tolist()
        [0.5, 0.5, 0.5, 0.25, 0.0]

    Source:
        Systems that count updates from 1 and take the larger of 1 and the update, such as the power decay
        of the TensorFlow Model Garden.
    """

    schedule: Schedule
    step: Steps

    scales = True

    @cached_property
    def duration(self) -> int | Duration | None:
        return self.schedule.duration

    def formula(self, t: Array, op: Ops) -> Array:
        return self.schedule.evaluate(op.maximum(t, self.step), op)


class Until(Schedule, kind="until"):
    """Follows a schedule until a step, and keeps the value of that step from there on.

    The value is `schedule(min(t, steps))`. The duration is `steps`, whether the schedule is longer, shorter
    or endless.

    Args:
        schedule: the schedule.
        steps: the number of steps for which the schedule is followed.

    Raises:
        InvalidScheduleError: `steps` is out of range.

    Example:
        >>> import lrcore as lrc
        >>> decay = lrc.Until(lrc.Exponential(1.0, 0.5), 2)
        >>> (decay >> lrc.Linear(0.25, 0.0, 2))(range(5)).tolist()
        [1.0, 0.5, 0.25, 0.125, 0.0]
    """

    schedule: Schedule
    steps: Steps

    phases = ("steps",)
    scales = True

    def formula(self, t: Array, op: Ops) -> Array:
        return self.schedule.evaluate(op.minimum(t, self.steps), op)


class Pause(Schedule, kind="pause"):
    """Interrupts a schedule for a number of steps.

    The value is `schedule(t)` for `t <= at`, `schedule(at)` for `steps` more updates, and
    `schedule(t - steps)` from there on. The schedule lasts `steps` longer. A pause in the stable phase of a
    `WarmupStableDecay` makes this phase longer.

    Args:
        schedule: the schedule to interrupt.
        at: the step whose value is kept.
        steps: the number of steps for which the value is kept.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Pause(lrc.Linear(1.0, 0.0, 2), at=1, steps=2)(range(6)).tolist()
        [1.0, 0.5, 0.5, 0.5, 0.0, 0.0]
    """

    schedule: Schedule
    at: Steps
    steps: Steps

    scales = True

    @cached_property
    def duration(self) -> int | Duration | None:
        length = self.schedule.duration
        return None if length is None else within_clock(shortest(Duration(length) + self.steps))

    def formula(self, t: Array, op: Ops) -> Array:
        before = op.minimum(t, self.at)
        return self.schedule.evaluate(before + op.maximum(t - self.at - self.steps, 0), op)


class Staircase(Schedule, kind="staircase"):
    """Lets a schedule change only every `steps` updates.

    The value is `schedule(steps * floor(t / steps))`. If `steps` is the number of updates in an epoch, the
    value changes once per epoch.

    Args:
        schedule: the schedule.
        steps: the number of updates between two changes, above 0.

    Raises:
        InvalidScheduleError: `steps` is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Staircase(lrc.Linear(1.0, 0.0, 4), 2)(range(5)).tolist()
        [1.0, 1.0, 0.5, 0.5, 0.0]
    """

    schedule: Schedule
    steps: PositiveSteps

    scales = True

    @cached_property
    def duration(self) -> int | Duration | None:
        length = self.schedule.duration
        if length is None:
            return None
        each = in_steps(self.steps)
        return within_clock(shortest(Duration(ceil(in_steps(length) / each) * each)))

    def formula(self, t: Array, op: Ops) -> Array:
        return self.schedule.evaluate(t - t % self.steps, op)
