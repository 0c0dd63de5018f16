"""Schedules played one after the other."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import Annotated, Literal, cast

from pydantic import Field

from .._definition._schedule import Schedule
from .._durations import Duration, Length, in_steps
from .._errors import UnboundError
from .._evaluation._cached import cached_property
from .._evaluation._ops import Array, Operand, Ops
from .._evaluation._timeline import Timeline
from .._evaluation._value import LAST_STEP
from ._clock import Until
from ._stretch import placed


class Sequence(Schedule, kind="sequence"):
    """Plays schedules one after the other.

    On the local clock the steps of a part count from its own beginning: with `b[i]` the sum of the
    durations before part `i`, the value for `b[i] <= t < b[i+1]` is `parts[i](t - b[i])`. On the global
    clock they count from the beginning of the sequence: a part begins where the parts before it have
    ended, at the largest of their durations `b[i]`, and the value for `b[i] <= t < b[i+1]` is
    `parts[i](t)`.

    A step at a boundary belongs to the part that begins there. The last part is never left, so its last
    value is always reached. Other parts of 0 steps are never played. Parts need not begin at integers: a
    part that begins at 15.625 has, at step 16, the value of its own step 0.375.

    `a >> b` is `Sequence((a, b))`. It is associative, and a sequence of one part has the values of its
    part.

    Args:
        parts: at least one schedule. All but the last are finite. One of them may have `"rest"` as a
            length: what the other parts leave of the run.
        clock: what the steps of the parts count from, "local" or "global".

    Raises:
        InvalidScheduleError: there is no part, a part other than the last is endless, several parts
            have the rest of the run, or the last part begins beyond step 2**53.

    Example:
        >>> import lrcore as lrc
        >>> schedule = lrc.Linear(0.0, 1.0, 10) >> lrc.Linear(1.0, 0.0, 90)
        >>> schedule(5), schedule(10), schedule(55), schedule.duration
        (0.5, 1.0, 0.5, 100)
        >>> warm = lrc.Sequence((lrc.Linear(0.0, 0.9, 10), lrc.Linear(1.0, 0.0, 100)), clock="global")
        >>> warm(5), warm(10), warm.duration
        (0.45, 0.9, 100)
    """

    parts: Annotated[tuple[Schedule, ...], Field(min_length=1)]
    clock: Literal["local", "global"] = "local"

    scales = True

    @property
    def phases(self) -> tuple[str, ...]:  # type: ignore[override]
        """The parts, on the local clock."""
        return ("parts",) if self.clock == "local" else ()

    def __post_init__(self) -> None:
        lengths: list[Length | None] = []
        for i, part in enumerate(self.parts):
            try:
                lengths.append(part.duration)
            except UnboundError:  # finite, but which of several durations it lasts is not known
                lengths.append(0)
            if i > 0 and lengths[i - 1] is None:
                raise ValueError(
                    f"parts[{i - 1}], {type(self.parts[i - 1]).__name__}, is endless, so parts[{i}] "
                    "would never begin"
                )
        begin = sum(length for length in lengths[:-1] if isinstance(length, int))
        if begin > LAST_STEP and self.clock == "local":
            raise ValueError(f"the last part begins at step {begin}; the limit is 2**53")

    @cached_property
    def duration(self) -> int | Duration | None:
        if self.clock == "local":
            return super().duration
        if self.parts[-1].duration is None:
            return None
        return max(cast(int, part.duration) for part in self.parts)

    def expand(self) -> Schedule:
        begins = self._exact_begins()
        if self.clock == "global" or all(begin.denominator == 1 for begin in begins):
            return self
        last = len(self.parts) - 1
        parts = (
            placed(*part, i == last) for i, part in enumerate(zip(self.parts, begins, strict=False))
        )
        return Sequence.unchecked(parts=tuple(parts), clock=self.clock)

    def _exact_begins(self) -> list[Fraction]:
        begins = [Fraction(0)]
        for part in self.parts[:-1]:
            length = in_steps(cast(Length, part.duration))
            begins.append(begins[-1] + length)
        return begins

    def formula(self, t: Array, op: Ops) -> Array:
        if self.clock == "local":
            return self._timeline.at(t, op)
        begins: list[Operand] = [0]
        for part in self.parts[:-1]:
            begins.append(_later(begins[-1], part.duration, op))
        return Timeline.of(zip(self.parts, begins, strict=True), local=False).at(t, op)

    @cached_property
    def _timeline(self) -> Timeline:
        pieces = self._pieces()
        lengths = (cast(Operand, length) for _, length in pieces[:-1])
        begins = accumulate(lengths, initial=cast(Operand, 0))
        heard = (schedule for schedule, _ in pieces)
        return Timeline.of(zip(heard, begins, strict=True), local=True)

    def _pieces(self) -> list[tuple[Schedule, Operand | None]]:
        """The parts with their lengths, and in place of a sequence its own parts."""
        found: list[tuple[Schedule, Operand | None]] = []
        for part in self.parts:
            schedule = part.evaluated
            if type(schedule) is Sequence and schedule.clock == "local":
                found.extend(schedule._pieces())
            else:
                found.append((schedule, cast("Operand | None", part.duration)))
        return [*(_without_end(*piece) for piece in found[:-1]), found[-1]]


def _without_end(schedule: Schedule, length: Operand | None) -> tuple[Schedule, Operand | None]:
    """A piece that is left when it ends need not know where that is."""
    return (schedule.schedule.evaluated if type(schedule) is Until else schedule), length


def _later(begin: Operand, end: object, op: Ops) -> Operand:
    if isinstance(end, Duration):
        end = ceil(in_steps(end))
    if isinstance(begin, int) and isinstance(end, int):
        return max(begin, end)
    return op.maximum(begin, cast(Operand, end))


def follow(before: Schedule, after: Schedule) -> Schedule:
    """What `before >> after` gives: one flat sequence, so that the grouping does not matter."""
    return Sequence((*_parts(before), *_parts(after)))


def _parts(schedule: Schedule) -> tuple[Schedule, ...]:
    # A subclass may mean something else.
    if type(schedule) is Sequence and schedule.clock == "local":
        return schedule.parts
    return (schedule,)
