"""Schedules that come back: triangles, restarts, and a single cycle."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import count, pairwise
from typing import Final, Literal, TypeAlias, get_args

from .._combinators import Repeat, Sequence, Shift, Stretch, Truncate
from .._errors import InvalidScheduleError
from .._leaves import Cosine, Exponential, Linear
from .._schedule import Schedule
from .._types import LAST_STEP, Length
from .._units import Duration
from ._numbers import choice, whole

Ends: TypeAlias = Literal["peak", "amplitude", "both"]

_MOST_CYCLES: Final = 100_000


def cyclic(
    low: float,
    high: float,
    steps: Length,
    mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
    gamma: float = 1.0,
) -> Schedule:
    """Up from `low` to `high` in `steps` updates, down again in as many, for ever.

    With `w` the triangle that rises from 0 to 1 and falls back, the value is `low + (high - low) * w`
    times, in the modes other than `"triangular"`, a factor inside the second term:
    `0.5**floor(t / (2 * steps))` in `"triangular2"`, which halves the triangle with every cycle, and
    `gamma**t` in `"exp_range"`.

    Args:
        low: the value at the ends of a cycle.
        high: the value in the middle of the first cycle.
        steps: half of a cycle, at least 1; two to eight epochs are usual.
        mode: how the triangles shrink.
        gamma: the factor for each update in the mode `"exp_range"`, above 0; 1 elsewhere.

    Raises:
        InvalidScheduleError: a number is out of range, the mode is unknown, or it ignores `gamma`.

    Example:
        >>> import lrcore as lr
        >>> lr.cyclic(1.0, 3.0, 2, mode="triangular2").values(7).tolist()
        [1.0, 2.0, 3.0, 2.0, 1.0, 1.5, 2.0]

    Source:
        Smith, "Cyclical Learning Rates for Training Neural Networks", 2017,
        https://arxiv.org/abs/1506.01186; `CyclicalLearningRate` of TensorFlow Addons.
    """
    if mode != "exp_range" and gamma != 1.0:
        raise InvalidScheduleError(f"cyclic: gamma={gamma!r} has no effect in the mode {mode!r}")
    steps = Duration.parse(steps) if isinstance(steps, str) else steps
    if mode == "triangular":
        return Repeat(Linear(low, high, steps) >> Linear(high, low, steps))
    height = high - low
    triangle = Repeat(Linear(0.0, height, steps) >> Linear(height, 0.0, steps))
    if mode == "triangular2":
        return low + triangle * Stretch(Exponential(1.0, 0.5, steps, staircase=True), 2)
    if mode == "exp_range":
        return low + triangle * Exponential(1.0, gamma)
    raise InvalidScheduleError(
        f'cyclic: the mode is "triangular", "triangular2" or "exp_range"; got {mode!r}'
    )


def restarts(
    start: float,
    end: float,
    steps: int,
    growth: float = 1.0,
    decay: float = 1.0,
    decays: Ends = "peak",
    cycles: int | None = None,
) -> Schedule:
    """Half a cosine from `start` to `end`, again and again, with warm restarts.

    Cycle `i` begins at `b[i] = steps * (1 + growth + ... + growth**(i-1))`, and lasts
    `steps * growth**i`. With `p` the share of a cycle that is done, the value is
    `e + (s - e) * (1 + cos(pi * p)) / 2`. There `s` is `start * decay**i` and `e` is `end` if the peak
    decays; `s` is `end + (start - end) * decay**i` if the amplitude does; and with both, `s` and `e` are
    `start * decay**i` and `end * decay**i`. Cycles need not begin at steps: with a `growth` of 1.5, a
    step sees the cosine where it is.

    Args:
        start: the value at the beginning of the first cycle.
        end: what every cycle goes to.
        steps: the length of the first cycle, at least 1.
        growth: how much longer each cycle is than the one before, at least 1.
        decay: the factor for each cycle, above 0.
        decays: what that factor is for.
        cycles: how many there are; the value then stays at the end of the last one. None is no end.

    Raises:
        InvalidScheduleError: a number is out of range, or so little growth makes too many cycles.

    Example:
        >>> import lrcore as lr
        >>> lr.restarts(1.0, 0.0, 2, growth=2.0).values(7).round(4).tolist()
        [1.0, 0.5, 1.0, 0.8536, 0.5, 0.1464, 1.0]

    Source:
        Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017,
        https://arxiv.org/abs/1608.03983.
    """
    whole("restarts", steps=steps)
    choice("restarts", "decays", decays, get_args(Ends))
    if cycles is not None:
        whole("restarts", cycles=cycles)
    if not 1 <= growth < math.inf or steps < 1 or decay <= 0 or (cycles is not None and cycles < 1):
        raise InvalidScheduleError(
            f"restarts: steps={steps}, growth={growth} and cycles={cycles} are at least 1, "
            f"decay={decay} is above 0"
        )
    if growth == 1 and cycles is None:
        return _endless_restarts(start, end, steps, decay, decays)
    begins = _beginnings(steps, growth, cycles)
    legs: list[Schedule] = []
    for i, (begin, after) in enumerate(pairwise(begins)):
        factor = decay**i
        top = end + (start - end) * factor if decays == "amplitude" else start * factor
        bottom = end * factor if decays == "both" else end
        legs.append(_cosine_between(top, bottom, begin, after))
    return Sequence(tuple(legs))


def _endless_restarts(start: float, end: float, steps: int, decay: float, decays: Ends) -> Schedule:
    whole = Repeat(Cosine(start, end, steps))
    if decay == 1:
        return whole
    factor = Exponential(1.0, decay, steps, staircase=True)
    if decays == "both":
        return whole * factor
    if decays == "peak":
        return Repeat(Cosine(start, 0.0, steps)) * factor + Repeat(Cosine(0.0, end, steps))
    return end + Repeat(Cosine(start - end, 0.0, steps)) * factor


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
        f"restarts: a growth of {growth} makes more than {_MOST_CYCLES} cycles; give the number of cycles"
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


def one_cycle(
    start: float,
    peak: float,
    end: float,
    up_steps: Length,
    down_steps: Length,
    middle: float | None = None,
    final_steps: Length = 0,
    shape: Literal["cosine", "linear"] = "cosine",
) -> Schedule:
    """Up from `start` to `peak`, and down to `end`, once.

    The value is `start` at step 0, `peak` at step `up_steps`, and `end` from
    `up_steps + down_steps` on. With a `middle` it is `middle` there, and `end` after `final_steps`
    more.

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

    Source:
        Smith and Topin, "Super-Convergence", 2018, https://arxiv.org/abs/1708.07120.
    """
    choice("one_cycle", "shape", shape, ("cosine", "linear"))
    way = Cosine if shape == "cosine" else Linear
    if middle is None:
        if final_steps:
            raise InvalidScheduleError("one_cycle: final_steps need the value of the middle")
        return way(start, peak, up_steps) >> way(peak, end, down_steps)
    second = way(peak, middle, down_steps) >> way(middle, end, final_steps)
    return way(start, peak, up_steps) >> second
