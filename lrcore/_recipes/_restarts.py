"""One decay again and again, longer and lower each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import count, islice, pairwise
from math import floor
from typing import Final, cast

from .._algebra import Repeat, Sequence, Stretch
from .._definition._extent import Extent, whole
from .._definition._fields import Count, Exact, NonNegative
from .._definition._schedule import Schedule
from .._durations import Duration, Length, in_steps, nearest, shortest
from .._evaluation._cached import cached_property
from .._evaluation._value import LAST_STEP
from .._schedules import Exponential, Geometric, InverseLinear
from ._pieces import scaled

_MOST_CYCLES: Final = 1000
_SIZE_OF_CYCLE: Final = 128
"""A cycle of its own length takes as long to build as so many entries of a document take to read."""

_GRID: Final = 2**60
"""Cycles begin at multiples of 1 / 2**60: finer than float64, and exact in sums."""


class Restarts(Schedule, kind="restarts"):
    """Plays a decay again and again, with warm restarts.

    Cycle `i` is the decay `cycle` with `steps * growth**i` steps, from `start * start_decay**i` to
    `end * end_decay**i`, where `start`, `end` and `steps` are those of `cycle`. If the amplitude decays,
    cycle `i` goes from `end + (start - end) * amplitude_decay**i` to `end`. Cycles need not begin at
    integers: with a `growth` of 1.5, a step has the value of the curve at that point. With `whole_steps`
    the length of each cycle is rounded down to an integer before the next length is computed from it.

    The ends of the cycles and the steps at which they begin are rounded. With decays of at most 1, the error
    is up to 5e-16 times the larger of `start` and `end`.

    Args:
        cycle: the first cycle: a schedule with fields `start`, `end` and `steps`, such as `Cosine`,
            `Polynomial` or `Tanh`. (`Repeat` repeats any schedule as it is.)
        growth: the factor by which a cycle is longer than the cycle before, at least 1. A float is taken as
            it is written.
        start_decay: the factor for the start of each cycle, at least 0.
        end_decay: the factor for the end of each cycle, at least 0.
        amplitude_decay: the factor for the difference of start and end in each cycle, at least 0.
        cycles: the number of cycles, after which the value stays at the end of the last cycle. None repeats
            without an end.
        whole_steps: whether the length of each cycle is rounded down to an integer.

    Raises:
        InvalidScheduleError: a number is out of range, `cycle` is not such a schedule, several ways to decay
            are given, or there are more than 1,000 cycles of different lengths or ends.

    Example:
        >>> import lrcore as lrc
        >>> cycle = lrc.Cosine(1.0, 0.0, 2)
        >>> lrc.Restarts(cycle, growth=2)(range(7)).round(4).tolist()
        [1.0, 0.5, 1.0, 0.8536, 0.5, 0.1464, 1.0]
        >>> lrc.Restarts(cycle, start_decay=0.5, cycles=2)(range(5)).tolist()
        [1.0, 0.5, 0.5, 0.25, 0.0]

    Source:
        Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017,
        https://arxiv.org/abs/1608.03983; `CosineAnnealingWarmRestarts` of PyTorch; `CosineDecayRestarts`
        of Keras, where the amplitude decays; the cycles of timm, where the start decays.
    """

    cycle: Schedule
    growth: Exact = Exact("1")
    start_decay: NonNegative = 1.0
    end_decay: NonNegative = 1.0
    amplitude_decay: NonNegative = 1.0
    cycles: Count | None = None
    whole_steps: bool = False

    scales = True

    def __post_init__(self) -> None:
        if not {"start", "end", "steps"} <= {*self.cycle.fields} or self.cycle.duration is None:
            raise ValueError(
                f"the cycle {type(self.cycle).__name__} is not a decay with start, end and steps; Repeat "
                "repeats any finite schedule"
            )
        if self.cycle.duration == 0:
            raise ValueError("a cycle has 0 steps; give it at least 1")
        if self.growth < 1:
            raise ValueError(f"growth={self.growth} is below 1")
        if self.amplitude_decay != 1.0 and self._decays:
            raise ValueError(
                f"amplitude_decay={self.amplitude_decay} excludes start_decay and end_decay; leave one out"
            )
        endless = self.cycles is None and self.growth == 1
        differ = self.start_decay != self.end_decay or self.amplitude_decay != 1.0
        if endless and differ and isinstance(self.cycle, (Geometric, InverseLinear)):
            raise ValueError(
                f"{type(self.cycle).__name__} has no end of its cycles with different decays; give "
                "cycles"
            )
        if (self.cycles or 0) > _MOST_CYCLES and (self.growth > 1 or self._decays):
            raise ValueError(f"cycles={self.cycles} is above {_MOST_CYCLES}")

    @property
    def _grows(self) -> bool:
        """Whether cycles become longer; lengths that are rounded down may not."""
        first, second = islice(self._lengths(in_steps(cast(Length, self.cycle.duration))), 2)
        return second > first

    @property
    def _decays(self) -> bool:
        return self.start_decay != 1.0 or self.end_decay != 1.0

    @cached_property
    def duration(self) -> int | Duration | None:
        if self.cycles is None:
            return None
        first = Duration(cast(Length, self.cycle.duration))
        if self.whole_steps:
            return int(sum(islice(self._lengths(in_steps(shortest(first))), self.cycles)))
        if self.growth == 1:
            return shortest(first * self.cycles)
        if not first.is_bound:
            return shortest(first * sum(self.growth**i for i in range(self.cycles)))
        return shortest(Duration(self._begins()[-1]))

    @cached_property
    def _extent(self) -> Extent:
        extent = whole(self)
        if self.unbound or not self._grows:
            return extent
        # A small document could otherwise hold cycles that take a minute to build.
        return extent._replace(size=extent.size + _SIZE_OF_CYCLE * (len(self._begins()) - 1))

    def expand(self) -> Schedule:
        if not self._grows:
            length = next(self._lengths(in_steps(cast(Length, self.cycle.duration))))
            cycle: Schedule = _with(self.cycle, steps=shortest(Duration(length)))
            if not self._decays and self.amplitude_decay == 1.0:
                return Repeat(cycle, self.cycles)
            if self.cycles is None:
                return self._endless(cycle)
        begins = self._begins()
        lengths = (after - before for before, after in pairwise(begins))
        return Sequence(tuple(self._cycle(i, length) for i, length in enumerate(lengths)))

    def _cycle(self, i: int, length: Fraction) -> Schedule:
        start, end = cast("tuple[float, float]", (self._field("start"), self._field("end")))
        if self.amplitude_decay != 1.0:
            start = end + scaled(start - end, self.amplitude_decay, i)
        else:
            start, end = scaled(start, self.start_decay, i), scaled(end, self.end_decay, i)
        # The last cycle without an end may be longer than the clock, and needs a coarser one.
        coarse = Fraction(2) ** max(0, floor(length / LAST_STEP).bit_length())
        if coarse == 1:
            return _between(self.cycle, start, end, steps=shortest(Duration(length)))
        return Stretch(_between(self.cycle, start, end, steps=nearest(length / coarse)), coarse)

    def _field(self, name: str) -> object:
        return getattr(self.cycle, name)

    def _endless(self, cycle: Schedule) -> Schedule:
        """Products with powers of the decays, which cost the same at every step."""
        start, end = cast("tuple[float, float]", (self._field("start"), self._field("end")))
        length = cast(Length, cycle.duration)

        def each_cycle(factor: float) -> Schedule | float:
            return 1.0 if factor == 1.0 else Exponential(1.0, factor, length, staircase=True)

        if self.amplitude_decay != 1.0:
            falling = Repeat(_between(cycle, start - end, 0.0)) * each_cycle(self.amplitude_decay)
            return end + falling
        if self.start_decay == self.end_decay:
            return Repeat(cycle) * each_cycle(self.start_decay)
        falling = Repeat(_between(cycle, start, 0.0)) * each_cycle(self.start_decay)
        return falling + Repeat(_between(cycle, 0.0, end)) * each_cycle(self.end_decay)

    def _begins(self) -> list[Fraction]:
        """Where cycles begin, and where the last one ends; at most to the end of the clock."""
        begins = [Fraction(0)]
        first = in_steps(cast(Length, self.cycle.duration))
        for i, length in enumerate(self._lengths(first)):
            if i == self.cycles or begins[-1] >= LAST_STEP:
                return begins
            if i == _MOST_CYCLES:
                break
            end = begins[-1] + length
            begins.append(Fraction(nearest(end * _GRID), _GRID))
        raise ValueError(
            f"growth={self.growth} makes more than {_MOST_CYCLES} cycles; give cycles, at most as many"
        )

    def _lengths(self, first: Fraction) -> Iterator[Fraction]:
        length = Fraction(floor(first)) if self.whole_steps else first
        for _ in count():
            yield length
            length *= self.growth
            if self.whole_steps:
                length = Fraction(floor(length))
            elif length.denominator > _GRID:
                length = Fraction(nearest(length * _GRID), _GRID)


def _between(cycle: Schedule, start: float, end: float, **fields: object) -> Schedule:
    return _with(cycle, start=start, end=end, **fields)


def _with(cycle: Schedule, **fields: object) -> Schedule:
    return replace(cycle, **fields)
