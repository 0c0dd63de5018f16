"""One schedule within bounds."""

from __future__ import annotations

from .._definition._fields import Value
from .._definition._schedule import Schedule
from .._durations import Duration
from .._evaluation._cached import cached_property
from .._evaluation._ops import Array, Ops


class Clip(Schedule, kind="clip"):
    """Keeps a schedule between a lower and an upper bound.

    The value is `min(max(schedule(t), low), high)`. A lower bound cuts a decay off, while the `end` of a
    decay is a value that the decay approaches.

    Args:
        schedule: the schedule to bound.
        low: the smallest value; None for no lower bound.
        high: the largest value; None for no upper bound.

    Raises:
        InvalidScheduleError: `low` is above `high`, or neither is given.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Clip(lrc.Linear(1.0, 0.0, 4), low=0.4)(range(5)).tolist()
        [1.0, 0.75, 0.5, 0.4, 0.4]
    """

    schedule: Schedule
    low: Value | None = None
    high: Value | None = None

    scales = True

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("there is neither a low nor a high bound")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low={self.low} is above high={self.high}")

    @cached_property
    def duration(self) -> int | Duration | None:
        return self.schedule.duration

    def formula(self, t: Array, op: Ops) -> Array:
        value = self.schedule.evaluate(t, op)
        if self.low is not None:
            value = op.maximum(value, self.low)
        if self.high is not None:
            value = op.minimum(value, self.high)
        return value
