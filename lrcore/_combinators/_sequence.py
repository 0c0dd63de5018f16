"""One schedule after the other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from .._schedule import Schedule
from .._twin import twin
from .._types import LAST_STEP
from ._clock import Shift


class Sequence(Schedule, kind="sequence"):
    """Schedules played one after the other.

    On the local clock, a part's steps count from its own beginning: with `b[i]` the sum of the
    durations before part `i`, the value for `b[i] <= t < b[i+1]` is `parts[i](t - b[i])`. On the global
    clock they count from the beginning of the sequence: a part begins where the one before ends, at
    `b[i] = parts[i-1].duration`, and the value is `parts[i](t)`. The last part goes on for ever. A step
    at a boundary belongs to the part that begins there. Parts of no steps vanish, on the global clock
    those that end where they begin.

    `a >> b` is `Sequence((a, b))`. It is associative, and a sequence of one part equals its part at
    every step.

    Args:
        parts: at least one schedule; all but the last are finite.
        clock: what the parts count from, "local" or "global".

    Raises:
        InvalidScheduleError: there is no part, a part other than the last is endless, or, on the
            global clock, a part ends before the one before it.

    Example:
        >>> import lrcore as lr
        >>> schedule = lr.Linear(0.0, 1.0, 10) >> lr.Linear(1.0, 0.0, 90)
        >>> schedule(5), schedule(10), schedule(55), schedule.duration
        (0.5, 1.0, 0.5, 100)
        >>> warm = lr.Sequence((lr.Linear(0.0, 0.9, 10), lr.Linear(1.0, 0.0, 100)), clock="global")
        >>> warm(5), warm(10), warm.duration
        (0.45, 0.9, 100)
    """

    parts: Annotated[tuple[Schedule, ...], Field(min_length=1)]
    clock: Literal["local", "global"] = "local"

    def __post_init__(self) -> None:
        for i, part in enumerate(self.parts[:-1]):
            if part.duration is None:
                raise ValueError(
                    f"parts[{i}], {type(part).__name__}, is endless, so parts[{i + 1}] would never begin"
                )
        if self.clock == "global":
            for i, (before, after) in enumerate(pairwise(self.parts)):
                if after.duration is not None and after.duration < (before.duration or 0):
                    raise ValueError(
                        f"on the global clock parts[{i + 1}] ends at {after.duration}, before "
                        f"parts[{i}] does, at {before.duration}"
                    )
        if (self.duration or 0) > LAST_STEP:
            raise ValueError(f"the parts last {self.duration} steps together; the limit is 2**53")

    @cached_property
    def duration(self) -> int | None:
        if self.clock == "global" or self.parts[-1].duration is None:
            return self.parts[-1].duration
        return sum(part.duration or 0 for part in self.parts)

    def pieces(self) -> Iterable[tuple[Schedule, int | None]]:
        start: int = 0
        for part in self.parts:
            if self.clock == "local":
                yield from part.pieces()
            else:
                length = None if part.duration is None else part.duration - start
                yield twin(Shift, schedule=part, steps=start, duration=length), length
                start = start if part.duration is None else part.duration


def follow(before: Schedule, after: Schedule) -> Schedule:
    """What `before >> after` gives: one flat sequence, so that the grouping does not matter."""
    return Sequence((*_parts(before), *_parts(after)))


def _parts(schedule: Schedule) -> tuple[Schedule, ...]:
    # A subclass may mean something else.
    if type(schedule) is Sequence and schedule.clock == "local":
        return schedule.parts
    return (schedule,)
