"""The usual form of every formula, as textbooks have it, at any rational point of time."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import accumulate
from math import ceil, floor
from typing import Any, Final, cast

import mpmath
from mpmath import mpf

import lrcore as lrc
from lrcore._durations import in_steps


def _constant(s: lrc.Constant, t: Fraction) -> mpf:
    return mpf(s.value)


def _linear(s: lrc.Linear, t: Fraction) -> mpf:
    p = _real(t / _steps(s)) if s.extrapolate else _done(t, _steps(s))
    return mpf(s.start) * (1 - p) + mpf(s.end) * p


def _real(x: Fraction) -> mpf:
    return mpf(x.numerator) / x.denominator


def _steps(s: Any) -> Fraction:
    return in_steps(s.steps)


def _done(t: Fraction, steps: Fraction, exponent: float | None = None) -> mpf:
    p = _real(min(t, steps) / steps) if steps else mpf(1)
    return p if exponent is None else _power(p, exponent)


def _power(base: mpf, exponent: float) -> mpf:
    """With an exponent of 0, the limit of smaller and smaller ones."""
    return mpf(base > 0) if exponent == 0 else base ** mpf(exponent)


def _blend(start: float, end: float, kept: mpf) -> mpf:
    return mpf(end) + (mpf(start) - mpf(end)) * kept


def _polynomial(s: lrc.Polynomial, t: Fraction) -> mpf:
    steps = _steps(s) * max(1, ceil(t / _steps(s))) if s.cycle else _steps(s)
    return _blend(s.start, s.end, _power(1 - _done(t, steps, s.k_decay), s.power))


def _cosine(s: lrc.Cosine, t: Fraction) -> mpf:
    phase = 2 * _real(s.cycles) * _done(t, _steps(s), s.k_decay)
    wave = (1 + mpmath.cospi(phase)) / 2
    # At an odd multiple of pi the cosine in digits is not quite -1.
    wave = mpf(0) if abs(wave) < mpf(10) ** -57 else wave
    return _blend(s.start, s.end, wave if s.power is None else _power(wave, s.power))


def _geometric(s: lrc.Geometric, t: Fraction) -> mpf:
    return mpf(s.start) * (mpf(s.end) / mpf(s.start)) ** _done(t, _steps(s))


def _inverse_linear(s: lrc.InverseLinear, t: Fraction) -> mpf:
    p = _done(t, _steps(s))
    return 1 / ((1 - p) / mpf(s.start) + p / mpf(s.end))


def _logarithmic(s: lrc.Logarithmic, t: Fraction) -> mpf:
    if t >= s.steps:
        return mpf(s.end)
    return _blend(s.end, s.start, mpmath.log(1 + _real(t)) / mpmath.log(1 + s.steps))


def _bounded_exponential(s: lrc.BoundedExponential, t: Fraction) -> mpf:
    r = mpf(s.ratio)
    return _blend(s.start, s.end, (r ** _done(t, _steps(s)) - r) / (1 - r))


def _inverse_time(s: lrc.InverseTime, t: Fraction) -> mpf:
    time = mpf(t // _steps(s)) if s.staircase else _real(t / _steps(s))
    return mpf(s.start) / (1 + mpf(s.rate) * time) ** mpf(s.power)


def _sigmoid(s: lrc.Sigmoid, t: Fraction) -> mpf:
    away = _real(t) - mpf(s.center)
    return _blend(s.start, s.end, 1 / (1 + mpmath.exp(mpf(s.steepness) * away)))


def _bias_correction(s: lrc.BiasCorrection, t: Fraction) -> mpf:
    n = _real(t + 1)
    return mpmath.sqrt(1 - mpf(s.beta2) ** n) / (1 - mpf(s.beta1) ** n)


PRIME: Final = 2**31 - 1


def _hash(t: int, seed: int, first: int) -> int:
    x = (t + seed) % PRIME
    for word in range(first, first + 6):
        with mpmath.workprec(600):
            digits = int(mpmath.floor(mpmath.pi * mpf(2) ** (32 * (word + 1)))) % 2**31
        x = (pow(x + digits, 5, PRIME) + t // PRIME + seed) % PRIME
    return x


def _noise(s: lrc.Noise, t: Fraction) -> mpf:
    return _blend(s.high, s.low, mpf(_hash(int(t), s.seed, 0)) / PRIME)


def _normal_noise(s: lrc.NormalNoise, t: Fraction) -> mpf:
    u = mpf(_hash(int(t), s.seed, 0) + 1) / PRIME
    v = mpf(_hash(int(t), s.seed, 6)) / PRIME
    size = mpmath.sqrt(-2 * mpmath.log(u)) * mpmath.sin(2 * mpmath.pi * v)
    return mpf(s.mean) + mpf(s.deviation) * size


def _exponential(s: lrc.Exponential, t: Fraction) -> mpf:
    exponent = mpf(t // _steps(s)) if s.staircase else _real(t / _steps(s))
    return mpf(s.start) * mpf(s.factor) ** exponent


def _piecewise(s: lrc.PiecewiseConstant, t: Fraction) -> mpf:
    return mpf(s.values[sum(t >= in_steps(step) for step in cast("tuple[int, ...]", s.boundaries))])


def _interpolation(s: lrc.Interpolation, t: Fraction) -> mpf:
    knots = [in_steps(knot) for knot in cast("tuple[int, ...]", s.knots)]
    after = sum(knot <= t for knot in knots)
    if after in (0, len(knots)):
        return mpf(s.values[0 if after == 0 else -1])
    (begin, end), (start, goal) = knots[after - 1 : after + 1], s.values[after - 1 : after + 1]
    p = _real((t - begin) / (end - begin))
    if s.shape == "geometric":
        return mpf(start) ** (1 - p) * mpf(goal) ** p
    return _blend(start, goal, 1 - p if s.shape == "linear" else (1 + mpmath.cospi(p)) / 2)


def _length(s: lrc.Schedule) -> Fraction:
    assert s.duration is not None
    return in_steps(s.duration)


@cache
def _ends(s: lrc.Sequence) -> list[Fraction]:
    lengths = [_length(part) for part in s.parts[:-1]]
    return list(accumulate(lengths, max if s.clock == "global" else None))


def _sequence(s: lrc.Sequence, t: Fraction) -> mpf:
    ends = _ends(s)
    which = sum(end <= t for end in ends)
    begin = ends[which - 1] if which and s.clock == "local" else 0
    return truth(s.parts[which], t - begin)


def _product(s: lrc.Product, t: Fraction) -> mpf:
    return mpmath.fprod(truth(factor, t) for factor in s.factors)


def _sum(s: lrc.Sum, t: Fraction) -> mpf:
    return mpmath.fsum(truth(term, t) for term in s.terms)


def _repeat(s: lrc.Repeat, t: Fraction) -> mpf:
    length = _length(s.schedule)
    if s.times is not None and t >= s.times * length:
        return truth(s.schedule, length)
    return truth(s.schedule, t % length)


def _shift(s: lrc.Shift, t: Fraction) -> mpf:
    return truth(s.schedule, max(t + in_steps(s.steps), Fraction(0)))


def _from(s: lrc.From, t: Fraction) -> mpf:
    return truth(s.schedule, max(t, in_steps(s.step)))


def _until(s: lrc.Until, t: Fraction) -> mpf:
    return truth(s.schedule, min(t, in_steps(s.steps)))


def _pause(s: lrc.Pause, t: Fraction) -> mpf:
    return truth(s.schedule, t if t <= s.at else max(Fraction(s.at), t - s.steps))


def _stretch(s: lrc.Stretch, t: Fraction) -> mpf:
    return truth(s.schedule, t / s.factor)


def _staircase(s: lrc.Staircase, t: Fraction) -> mpf:
    return truth(s.schedule, t // _steps(s) * _steps(s))


def _reverse(s: lrc.Reverse, t: Fraction) -> mpf:
    return truth(s.schedule, max(_length(s.schedule) - t, Fraction(0)))


def _clip(s: lrc.Clip, t: Fraction) -> mpf:
    value = truth(s.schedule, t)
    if s.low is not None and value < s.low:
        return mpf(s.low)
    if s.high is not None and value > s.high:
        return mpf(s.high)
    return value


TEXTBOOK: Final[dict[type[lrc.Schedule], Callable[[Any, Fraction], mpf]]] = {
    lrc.Constant: _constant,
    lrc.Linear: _linear,
    lrc.Polynomial: _polynomial,
    lrc.Cosine: _cosine,
    lrc.Exponential: _exponential,
    lrc.PiecewiseConstant: _piecewise,
    lrc.Interpolation: _interpolation,
    lrc.Sequence: _sequence,
    lrc.Product: _product,
    lrc.Sum: _sum,
    lrc.Repeat: _repeat,
    lrc.Geometric: _geometric,
    lrc.InverseLinear: _inverse_linear,
    lrc.Logarithmic: _logarithmic,
    lrc.BoundedExponential: _bounded_exponential,
    lrc.InverseTime: _inverse_time,
    lrc.Sigmoid: _sigmoid,
    lrc.BiasCorrection: _bias_correction,
    lrc.Noise: _noise,
    lrc.NormalNoise: _normal_noise,
    lrc.Shift: _shift,
    lrc.Stretch: _stretch,
    lrc.Staircase: _staircase,
    lrc.Pause: _pause,
    lrc.Reverse: _reverse,
    lrc.Until: _until,
    lrc.From: _from,
    lrc.Clip: _clip,
}


WHOLE: Final = (lrc.Logarithmic, lrc.Sigmoid, lrc.BiasCorrection, lrc.Noise, lrc.NormalNoise)
"""What has values at integers alone: between them, those of the step before."""


@cache
def _expanded(schedule: lrc.Schedule) -> lrc.Schedule:
    return schedule.expand()


def truth(schedule: lrc.Schedule, t: Fraction) -> mpf:
    """The value by the textbook, with the digits that mpmath works with; a recipe is what it stands for."""
    formula = TEXTBOOK.get(type(schedule))
    if formula is None:
        return truth(_expanded(schedule), t)
    return formula(schedule, Fraction(floor(t)) if isinstance(schedule, WHOLE) else t)
