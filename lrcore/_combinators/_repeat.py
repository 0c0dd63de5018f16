"""One schedule again and again."""

from __future__ import annotations

from functools import cached_property

from .._ops import Array, Ops
from .._schedule import Schedule
from .._types import LAST_STEP, Count


class Repeat(Schedule, kind="repeat"):
    """A finite schedule played again and again, each time from its beginning.

    With `n = schedule.duration` the value is `schedule(t mod n)`. With a number of `times` the last
    round is not left: from `t = times * n` on it holds `schedule(n)`.

    Args:
        schedule: what to repeat: finite.
        times: how often, at least once; None for ever.

    Raises:
        InvalidScheduleError: the schedule is endless or has no length, or `times` is below 1.

    Example:
        >>> import lrcore as lr
        >>> lr.Repeat(lr.Linear(1.0, 0.0, 4)).values(9).tolist()
        [1.0, 0.75, 0.5, 0.25, 1.0, 0.75, 0.5, 0.25, 1.0]
    """

    schedule: Schedule
    times: Count | None = None

    def __post_init__(self) -> None:
        length = self.schedule.duration
        if length is None:
            raise ValueError(f"{type(self.schedule).__name__} is endless, so it cannot be repeated")
        if length == 0:
            raise ValueError("a schedule of duration 0 cannot be repeated")
        if (self.duration or 0) > LAST_STEP:
            raise ValueError(f"the rounds last {self.duration} steps together; the limit is 2**53")

    @cached_property
    def duration(self) -> int | None:
        length = self.schedule.duration
        return None if self.times is None or length is None else self.times * length

    def formula(self, t: Array, op: Ops) -> Array:
        length = self.schedule.duration
        assert length is not None, "checked on construction"
        if self.times is None:
            return self.schedule.at(t % length, op)
        done = op.minimum(t // length, self.times - 1)
        return self.schedule.at(t - done * length, op)
