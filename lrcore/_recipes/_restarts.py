"""Half a cosine, again and again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import count, pairwise
from typing import Annotated, Final, Literal, cast

from pydantic import Field

from .._combinators import Repeat, Sequence, Shift, Stretch, Truncate
from .._errors import InvalidScheduleError
from .._leaves import Cosine, Exponential
from .._schedule import Schedule
from .._types import LAST_STEP, Count, Length, Positive, Value
from ._arguments import LengthOrList, ValueOrList, recipe
from ._pieces import scaled

_MOST_CYCLES: Final = 100_000


@recipe
def restarts(
    start: ValueOrList,
    end: Value,
    steps: LengthOrList,
    growth: Annotated[float, Field(ge=1.0)] = 1.0,
    decay: Positive = 1.0,
    decays: Literal["peak", "end", "both", "amplitude"] = "peak",
    cycles: Count | None = None,
) -> Schedule:
    """Half a cosine from `start` to `end`, again and again, with warm restarts.

    Cycle `i` begins at `b[i] = steps * (1 + growth + ... + growth**(i-1))`, and lasts
    `steps * growth**i`. With `p` the share of a cycle that is done, the value is
    `e + (s - e) * (1 + cos(pi * p)) / 2`. There `s` is `start * decay**i` if the peak decays, `e` is
    `end * decay**i` if the end does, and with both, both are; if the amplitude decays, `s` is
    `end + (start - end) * decay**i`. Cycles need not begin at steps: with a `growth` of 1.5, a
    step sees the cosine where it is.

    The schedule keeps `s`, `e` and where cycles begin, rounded to float64. So, with a `decay` of at most
    1, it is within 1e-15 times the larger one of `start` and `end` of the formula in real numbers.

    Args:
        start: the value at the beginning of the first cycle, or a list of one for each cycle.
        end: what every cycle goes to.
        steps: the length of the first cycle, at least 1, or a list of one for each cycle. Durations
            need a growth that is an integer and, above 1, the number of cycles.
        growth: how much longer each cycle is than the one before, at least 1.
        decay: the factor for each cycle, above 0.
        decays: what that factor is for.
        cycles: how many there are; the value then stays at the end of the last one. None is no end, or
            that of the lists.

    Raises:
        InvalidScheduleError: a number is out of range, lists differ in their lengths or leave no room
            for a growth or a decay, or so little growth makes too many cycles.

    Example:
        >>> import lrcore as lr
        >>> lr.restarts(1.0, 0.0, 2, growth=2.0).values(7).round(4).tolist()
        [1.0, 0.5, 1.0, 0.8536, 0.5, 0.1464, 1.0]
        >>> lr.restarts([1.0, 0.5], 0.0, [2, 4]).values(7).round(4).tolist()
        [1.0, 0.5, 0.5, 0.4268, 0.25, 0.0732, 0.0]

    Source:
        Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017,
        https://arxiv.org/abs/1608.03983. Lists are those of `CosineRestartLR` of MMEngine and
        `optax.sgdr_schedule`.
    """
    peaks = start if isinstance(start, tuple) else None
    lengths = steps if isinstance(steps, tuple) else None
    cycles = _number_of_cycles(peaks, lengths, growth, decay, cycles)
    if 0 in (lengths or (steps,)):
        raise InvalidScheduleError("restarts: a cycle has 0 steps; give it at least 1")
    if peaks is None and lengths is None and growth == 1 and (decay == 1 or cycles is None):
        if decay == 1:
            return Repeat(Cosine(cast(float, start), end, cast(Length, steps)), cycles)
        return _endless_restarts(cast(float, start), end, cast(Length, steps), decay, decays)

    def heights(i: int) -> tuple[float, float]:
        """What cycle `i` begins and ends with."""
        if peaks is not None:
            return peaks[i], end
        first = cast(float, start)
        if decays == "amplitude":
            return end + scaled(first - end, decay, i), end
        top = scaled(first, decay, i) if decays in ("peak", "both") else first
        return top, scaled(end, decay, i) if decays in ("end", "both") else end

    if lengths is None and isinstance(steps, int) and growth > 1:
        begins = _beginnings(steps, growth, cycles)
        return Sequence(
            tuple(_cosine_between(*heights(i), *ends) for i, ends in enumerate(pairwise(begins)))
        )
    if cycles is None:
        raise InvalidScheduleError(
            f"restarts: steps={steps!r} that grow by {growth} need the number of cycles; give cycles"
        )
    each = lengths or tuple(_equal_or_multiples(cast(Length, steps), growth, cycles))
    return Sequence(tuple(Cosine(*heights(i), length) for i, length in enumerate(each)))


def _number_of_cycles(
    peaks: tuple[float, ...] | None,
    lengths: tuple[Length, ...] | None,
    growth: float,
    decay: float,
    cycles: int | None,
) -> int | None:
    """The number that lists and the argument agree on; None is no end."""
    if peaks is not None and decay != 1:
        raise InvalidScheduleError(
            f"restarts: a list of start has the peak of every cycle, so leave out decay={decay}"
        )
    if lengths is not None and growth != 1:
        raise InvalidScheduleError(
            f"restarts: a list of steps has the length of every cycle, so leave out growth={growth}"
        )
    given = {} if cycles is None else {"cycles": cycles}
    given |= {
        name: len(entries)
        for name, entries in (("start", peaks), ("steps", lengths))
        if entries is not None
    }
    if len(set(given.values())) > 1:
        told = ", ".join(f"{name} is for {number}" for name, number in given.items())
        raise InvalidScheduleError(f"restarts: the cycles differ, {told}; make them as many")
    return next(iter(given.values()), None)


def _equal_or_multiples(steps: Length, growth: float, cycles: int) -> Iterator[Length]:
    """The lengths of cycles, where they need not be known as numbers."""
    if growth != int(growth):
        raise InvalidScheduleError(
            f"restarts: durations cannot grow by {growth}; give an integer, or steps as a number"
        )
    if cycles > _MOST_CYCLES:
        raise InvalidScheduleError(f"restarts: cycles={cycles}; make it {_MOST_CYCLES} at most")
    for i in range(cycles):
        yield steps * int(growth) ** i


def _endless_restarts(
    start: float, end: float, steps: Length, decay: float, decays: str
) -> Schedule:
    factor = Exponential(1.0, decay, steps, staircase=True)
    if decays == "both":
        return Repeat(Cosine(start, end, steps)) * factor
    if decays == "amplitude":
        return end + Repeat(Cosine(start - end, 0.0, steps)) * factor
    falling, rising = Repeat(Cosine(start, 0.0, steps)), Repeat(Cosine(0.0, end, steps))
    return falling * factor + rising if decays == "peak" else falling + rising * factor


def _beginnings(steps: int, growth: float, cycles: int | None) -> list[Fraction]:
    """Where cycles begin, exactly, and where the last one ends; at most to the end of the clock."""
    begins, length = [Fraction(0)], Fraction(steps)
    for i in count():
        if i == cycles or begins[-1] >= LAST_STEP:
            return begins
        if i == _MOST_CYCLES:
            break
        # Denominators double with every cycle; 60 bits are more than the values have.
        begins.append((begins[-1] + length).limit_denominator(2**60))
        length = (length * Fraction(growth)).limit_denominator(2**60)
    raise InvalidScheduleError(
        f"restarts: a growth of {growth} makes more than {_MOST_CYCLES} cycles; give the number of "
        f"cycles, at most as many"
    )


def _cosine_between(top: float, bottom: float, begin: Fraction, end: Fraction) -> Schedule:
    """The steps of half a cosine that begins and ends between steps."""
    first, last = math.ceil(begin), min(math.ceil(end), LAST_STEP)
    length = end - begin
    if length == last - first:
        return Cosine(top, bottom, last - first)
    # A clock that is as fine as 53 bits allow, or as coarse as they demand.
    scale = Fraction(2) ** (52 - math.ceil(length).bit_length())
    wave = Shift(Cosine(top, bottom, round(length * scale)), round((first - begin) * scale))
    return Truncate(Stretch(wave, scale.denominator, scale.numerator), last - first)
