"""One schedule after the other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated

from pydantic import Field

from .._ops import Array, Ops
from .._schedule import Schedule
from .._timeline import Timeline
from .._types import LAST_STEP


class Sequence(Schedule, kind="sequence"):
    """Schedules played one after the other, each on a clock that starts at 0 when it begins.

    With `b[i]` the sum of the durations before part `i`, the value for `b[i] <= t < b[i+1]` is
    `parts[i](t - b[i])`; the last part goes on for ever. A step at a boundary belongs to the part that
    begins there. Parts of duration 0 vanish.

    `a >> b` is `Sequence((a, b))`. It is associative, and a sequence of one part equals its part at
    every step.

    Args:
        parts: at least one schedule; all but the last are finite.

    Raises:
        InvalidScheduleError: there is no part, or a part other than the last is endless.

    Example:
        >>> import lrcore as lr
        >>> schedule = lr.Linear(0.0, 1.0, 10) >> lr.Linear(1.0, 0.0, 90)
        >>> schedule(5), schedule(10), schedule(55), schedule.duration
        (0.5, 1.0, 0.5, 100)
    """

    parts: Annotated[tuple[Schedule, ...], Field(min_length=1)]

    def __post_init__(self) -> None:
        for i, part in enumerate(self.parts[:-1]):
            if part.duration is None:
                raise ValueError(
                    f"parts[{i}], {type(part).__name__}, is endless, so parts[{i + 1}] would never begin"
                )
        if (self.duration or 0) > LAST_STEP:
            raise ValueError(f"the parts last {self.duration} steps together; the limit is 2**53")

    @cached_property
    def duration(self) -> int | None:
        if self.parts[-1].duration is None:
            return None
        return sum(part.duration or 0 for part in self.parts)

    def pieces(self) -> Iterable[tuple[Schedule, int | None]]:
        for part in self.parts:
            yield from part.pieces()

    @cached_property
    def _timeline(self) -> Timeline:
        return Timeline.of(self.pieces())

    def formula(self, t: Array, op: Ops) -> Array:
        return self._timeline.at(t, op)


def follow(before: Schedule, after: Schedule) -> Schedule:
    """What `before >> after` gives: one flat sequence, so that the grouping does not matter."""
    return Sequence((*_parts(before), *_parts(after)))


def _parts(schedule: Schedule) -> tuple[Schedule, ...]:
    return schedule.parts if isinstance(schedule, Sequence) else (schedule,)
