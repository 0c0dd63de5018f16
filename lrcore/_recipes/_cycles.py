"""Schedules that come back: triangles, restarts, and a single cycle."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import count, pairwise
from typing import Annotated, Final, Literal, cast

from pydantic import Field

from .._combinators import Repeat, Sequence, Shift, Stretch, Truncate
from .._errors import InvalidScheduleError
from .._leaves import Cosine, Exponential, Linear
from .._schedule import Schedule
from .._types import LAST_STEP, Count, Length, Positive, Value
from ._arguments import LengthOrList, ValueOrList, recipe
from ._pieces import scaled

_MOST_CYCLES: Final = 100_000


@recipe
def cyclic(
    low: Value,
    high: Value,
    steps: Length,
    mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
    gamma: Positive = 1.0,
    down_steps: Length | None = None,
    decay: Positive = 1.0,
    decays: Literal["amplitude", "peak", "both"] = "amplitude",
) -> Schedule:
    """Up from `low` to `high` in `steps` updates, down again in as many or in others, for ever.

    With `w` the triangle that rises from 0 to 1 and falls back, and `f` a factor, the value is
    `low + (high - low) * w * f` if the amplitude decays, `low * (1 - w) + high * w * f` if the peak does,
    and `(low + (high - low) * w) * f` with both. With `c` the number of cycles that are over, the factor
    is `decay**c` in the mode `"triangular"`, `0.5**c` in `"triangular2"`, and `gamma**t` in
    `"exp_range"`. Where the amplitude decays, the schedule keeps `high - low`, rounded to float64: with
    `0 <= low <= high` it is within a share of 1.2e-16 of the formula in real numbers.

    Args:
        low: the value at the ends of a cycle.
        high: the value at the peak of the first cycle.
        steps: the way up, at least 1; two to eight epochs are usual.
        mode: how the triangles shrink.
        gamma: the factor for each update in the mode `"exp_range"`, above 0; 1 elsewhere.
        down_steps: the way down; None is as long as the way up. A length of its own is an integer
            where a factor changes with the cycle.
        decay: the factor for each cycle in the mode `"triangular"`, above 0; 1 elsewhere.
        decays: what the factor is for.

    Raises:
        InvalidScheduleError: a number is out of range, the mode is unknown, or it ignores `gamma` or
            `decay`.

    Example:
        >>> import lrcore as lr
        >>> lr.cyclic(1.0, 3.0, 2, mode="triangular2").values(7).tolist()
        [1.0, 2.0, 3.0, 2.0, 1.0, 1.5, 2.0]
        >>> lr.cyclic(0.0, 1.0, 1, down_steps=2, decay=0.5).values(7).tolist()
        [0.0, 1.0, 0.5, 0.0, 0.5, 0.25, 0.0]

    Source:
        Smith, "Cyclical Learning Rates for Training Neural Networks", 2017,
        https://arxiv.org/abs/1506.01186; `CyclicalLearningRate` of TensorFlow Addons, `CyclicLR` of
        PyTorch, the triangular schedule of fairseq.
    """
    if mode != "exp_range" and gamma != 1.0:
        raise InvalidScheduleError(f"cyclic: gamma={gamma!r} has no effect in the mode {mode!r}")
    if mode != "triangular" and decay != 1.0:
        raise InvalidScheduleError(f"cyclic: decay={decay!r} has no effect in the mode {mode!r}")
    down = steps if down_steps is None else down_steps

    def triangle(low: float, high: float) -> Schedule:
        return Repeat(Linear(low, high, steps) >> Linear(high, low, down))

    if mode == "triangular" and decay == 1.0:
        return triangle(low, high)
    factor = (
        Exponential(1.0, gamma)
        if mode == "exp_range"
        else _each_cycle(0.5 if mode == "triangular2" else decay, steps, down)
    )
    if decays == "both":
        return triangle(low, high) * factor
    if decays == "peak":
        return triangle(low, 0.0) + triangle(0.0, high) * factor
    return low + triangle(0.0, high - low) * factor


def _each_cycle(factor: float, up: Length, down: Length) -> Schedule:
    """A power of the factor, the number of cycles."""
    if up == down:
        return Stretch(Exponential(1.0, factor, up, staircase=True), 2)
    if isinstance(up, int) and isinstance(down, int):
        return Exponential(1.0, factor, up + down, staircase=True)
    raise InvalidScheduleError(
        f"cyclic: a cycle of steps={up!r} and down_steps={down!r}, with a factor that changes with "
        "the cycle, needs the numbers; give integers"
    )


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


@recipe
def one_cycle(
    start: Value,
    peak: Value,
    end: Value,
    up_steps: Length,
    down_steps: Length,
    middle: Value | None = None,
    final_steps: Length = 0,
    shape: Literal["cosine", "linear"] = "cosine",
) -> Schedule:
    """Up from `start` to `peak`, and down to `end`, once.

    The value is `start` at step 0, `peak` at step `up_steps`, and `end` from
    `up_steps + down_steps` on. With a `middle` it is `middle` there, and `end` after `final_steps`
    more. Lengths can be shares of the run, as in the last example; each is rounded to steps by itself.

    Args:
        start: the value at step 0.
        peak: the largest value.
        end: the last value.
        up_steps: the length of the way up.
        down_steps: the length of the way down.
        middle: the value between a second and a third phase; None for two phases.
        final_steps: the length of the third phase.
        shape: of all ways.

    Raises:
        InvalidScheduleError: a number is out of range, or a third phase has no `middle`.

    Example:
        >>> import lrcore as lr
        >>> lr.one_cycle(0.25, 1.0, 0.0, 2, 4, shape="linear").values(7).tolist()
        [0.25, 0.625, 1.0, 0.75, 0.5, 0.25, 0.0]
        >>> lr.one_cycle(0.25, 1.0, 0.0, "0.3 run", "0.7 run").bind(total_steps=100)(30)
        1.0

    Source:
        Smith and Topin, "Super-Convergence", 2018, https://arxiv.org/abs/1708.07120.
    """
    way = Cosine if shape == "cosine" else Linear
    if middle is None:
        if final_steps:
            raise InvalidScheduleError("one_cycle: final_steps need the value of the middle")
        return way(start, peak, up_steps) >> way(peak, end, down_steps)
    second = way(peak, middle, down_steps) >> way(middle, end, final_steps)
    return way(start, peak, up_steps) >> second
