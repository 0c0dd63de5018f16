"""One schedule, within bounds."""

from __future__ import annotations

from functools import cached_property

from .._ops import Array, Ops
from .._schedule import Schedule
from .._types import Value


class Clip(Schedule, kind="clip"):
    """A schedule that is never below `low` nor above `high`.

    The value is `min(max(schedule(t), low), high)`. A floor of this kind cuts a decay off; one that
    the decay approaches is the `end` of the decay.

    Args:
        schedule: what to bound.
        low: the smallest value; None for none.
        high: the largest value; None for none.

    Raises:
        InvalidScheduleError: `low` is above `high`, or neither is given.

    Example:
        >>> import lrcore as lr
        >>> lr.Clip(lr.Linear(1.0, 0.0, 4), low=0.4).values(5).tolist()
        [1.0, 0.75, 0.5, 0.4, 0.4]
    """

    schedule: Schedule
    low: Value | None = None
    high: Value | None = None

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("there is neither a low nor a high bound")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low={self.low} is above high={self.high}")

    @cached_property
    def duration(self) -> int | None:
        return self.schedule.duration

    def formula(self, t: Array, op: Ops) -> Array:
        value = self.schedule.at(t, op)
        if self.low is not None:
            value = op.maximum(value, self.low)
        if self.high is not None:
            value = op.minimum(value, self.high)
        return value
