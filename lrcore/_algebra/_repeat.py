"""One finite schedule again and again, or backwards."""

from __future__ import annotations

from typing import cast

from .._definition._fields import Count
from .._definition._schedule import Schedule
from .._durations import Duration, shortest
from .._errors import UnboundError
from .._evaluation._cached import cached_property
from .._evaluation._ops import Array, Ops
from .._evaluation._value import LAST_STEP
from ._lengths import is_endless
from ._stretch import on_whole_steps


class Repeat(Schedule, kind="repeat"):
    """Plays a finite schedule again and again, each time from its beginning.

    With `n = schedule.duration` the value is `schedule(t mod n)`. If `times` is given, the last round is not
    left: from `t = times * n` on the value is `schedule(n)`. The duration `n` may lie between two integers.

    Args:
        schedule: the schedule to repeat, which is finite.
        times: how many times the schedule is played, at least 1; None repeats it without an end.

    Raises:
        InvalidScheduleError: the schedule is endless or lasts 0 steps, `times` is below 1, or all rounds
            last longer than 2**53 steps.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Repeat(lrc.Linear(1.0, 0.0, 4))(range(9)).tolist()
        [1.0, 0.75, 0.5, 0.25, 1.0, 0.75, 0.5, 0.25, 1.0]
    """

    schedule: Schedule
    times: Count | None = None

    scales = True

    def __post_init__(self) -> None:
        try:
            length = self.schedule.duration
        except UnboundError:  # finite, but which of several durations it lasts is not known
            return
        if length is None:
            raise ValueError(f"{type(self.schedule).__name__} is endless, so it cannot be repeated")
        if not length:
            raise ValueError("a schedule of duration 0 cannot be repeated")
        if isinstance(length, int) and length * (self.times or 1) > LAST_STEP:
            raise ValueError(f"the rounds last {self.duration} steps together; the limit is 2**53")

    @cached_property
    def duration(self) -> int | Duration | None:
        length = self.schedule.duration
        return (
            None
            if self.times is None or length is None
            else shortest(Duration(length) * self.times)
        )

    def expand(self) -> Schedule:
        return on_whole_steps(self, self.schedule.duration)

    def formula(self, t: Array, op: Ops) -> Array:
        length = cast(int, self.schedule.duration)
        if self.times is None:
            return self.schedule.evaluate(t % length, op)
        done = op.minimum(t // length, self.times - 1)
        return self.schedule.evaluate(t - done * length, op)


class Reverse(Schedule, kind="reverse"):
    """Plays a finite schedule backwards.

    With `n = schedule.duration` the value is `schedule(n - min(t, n))`.

    Args:
        schedule: the schedule to reverse, which is finite.

    Raises:
        InvalidScheduleError: the schedule is endless.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Reverse(lrc.Polynomial(1.0, 0.0, 4, power=2.0))(range(5)).tolist()
        [0.0, 0.0625, 0.25, 0.5625, 1.0]
    """

    schedule: Schedule

    scales = True

    def __post_init__(self) -> None:
        if is_endless(self.schedule):
            raise ValueError(f"{type(self.schedule).__name__} is endless, so it has no reverse")

    @cached_property
    def duration(self) -> int | Duration | None:
        return self.schedule.duration

    def expand(self) -> Schedule:
        return on_whole_steps(self, self.schedule.duration)

    def formula(self, t: Array, op: Ops) -> Array:
        length = cast(int, self.schedule.duration)
        return self.schedule.evaluate(length - op.minimum(t, length), op)
