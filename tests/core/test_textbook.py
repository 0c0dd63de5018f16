"""The formulas say what the textbooks say: compared in sixty digits with their usual form."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from math import inf
from typing import Any, Final, cast

import mpmath
import numpy as np
import pytest
from mpmath import mpf

import lrcore as lrc
from lrcore.testing import cases, exact, probe_steps

CLOSE: Final = mpf(10) ** -50
"""Of the largest end; ten digits are left for rounding."""


def _constant(s: lrc.Constant, t: int) -> mpf:
    return mpf(s.value)


def _linear(s: lrc.Linear, t: int) -> mpf:
    p = _done(t, s.steps)
    return mpf(s.start) * (1 - p) + mpf(s.end) * p


def _done(t: int, steps: int, exponent: float | None = None) -> mpf:
    p = mpf(min(t, steps)) / steps if steps else mpf(1)
    return p if exponent is None else p ** mpf(exponent)


def _blend(start: float, end: float, kept: mpf) -> mpf:
    return mpf(end) + (mpf(start) - mpf(end)) * kept


def _polynomial(s: lrc.Polynomial, t: int) -> mpf:
    steps = s.steps * max(1, -(-t // s.steps)) if s.cycle else s.steps
    return _blend(s.start, s.end, (1 - _done(t, steps, s.k_decay)) ** mpf(s.power))


def _cosine(s: lrc.Cosine, t: int) -> mpf:
    wave = (1 + mpmath.cos(mpmath.pi * s.half_waves * _done(t, s.steps, s.k_decay))) / 2
    # At an odd multiple of pi the cosine in digits is not quite -1.
    wave = mpf(0) if abs(wave) < mpf(10) ** -57 else wave
    return _blend(s.start, s.end, wave if s.power is None else wave ** mpf(s.power))


def _geometric(s: lrc.Geometric, t: int) -> mpf:
    return mpf(s.start) * (mpf(s.end) / mpf(s.start)) ** _done(t, s.steps)


def _harmonic(s: lrc.InverseLinear, t: int) -> mpf:
    p = _done(t, s.steps)
    return 1 / ((1 - p) / mpf(s.start) + p / mpf(s.end))


def _logarithmic(s: lrc.Logarithmic, t: int) -> mpf:
    if t >= s.steps:
        return mpf(s.end)
    return _blend(s.end, s.start, mpmath.log(1 + t) / mpmath.log(1 + s.steps))


def _relaxation(s: lrc.BoundedExponential, t: int) -> mpf:
    r = mpf(s.rate)
    return _blend(s.start, s.end, (r ** _done(t, s.steps) - r) / (1 - r))


def _inverse_time(s: lrc.InverseTime, t: int) -> mpf:
    time = mpf(t // s.steps) if s.staircase else mpf(t) / s.steps
    return mpf(s.start) / (1 + mpf(s.rate) * time) ** mpf(s.power)


def _sigmoid(s: lrc.Sigmoid, t: int) -> mpf:
    return _blend(s.start, s.end, 1 / (1 + mpmath.exp(mpf(s.rate) * (t - mpf(s.centre)))))


def _bias_correction(s: lrc.BiasCorrection, t: int) -> mpf:
    return mpmath.sqrt(1 - mpf(s.beta2) ** (t + 1)) / (1 - mpf(s.beta1) ** (t + 1))


PRIME: Final = 2**31 - 1


def _hash(t: int, seed: int, first: int) -> int:
    x = (t + seed) % PRIME
    for word in range(first, first + 6):
        with mpmath.workprec(600):
            digits = int(mpmath.floor(mpmath.pi * mpf(2) ** (32 * (word + 1)))) % 2**31
        x = (pow(x + digits, 5, PRIME) + t // PRIME + seed) % PRIME
    return x


def _noise(s: lrc.Noise, t: int) -> mpf:
    return _blend(s.high, s.low, mpf(_hash(t, s.seed, 0)) / PRIME)


def _normal_noise(s: lrc.NormalNoise, t: int) -> mpf:
    u = mpf(_hash(t, s.seed, 0) + 1) / PRIME
    v = mpf(_hash(t, s.seed, 6)) / PRIME
    size = mpmath.sqrt(-2 * mpmath.log(u)) * mpmath.sin(2 * mpmath.pi * v)
    return mpf(s.mean) + mpf(s.deviation) * size


def _exponential(s: lrc.Exponential, t: int) -> mpf:
    exponent = t // s.steps if s.staircase else mpf(t) / s.steps
    return mpf(s.start) * mpf(s.rate) ** exponent


def _piecewise(s: lrc.PiecewiseConstant, t: int) -> mpf:
    return mpf(s.levels[sum(t >= boundary for boundary in cast("tuple[int, ...]", s.boundaries))])


def _interpolation(s: lrc.Interpolation, t: int) -> mpf:
    knots = cast("tuple[int, ...]", s.knots)
    after = sum(knot <= t for knot in knots)
    if after in (0, len(knots)):
        return mpf(s.levels[0 if after == 0 else -1])
    (begin, end), (start, goal) = knots[after - 1 : after + 1], s.levels[after - 1 : after + 1]
    p = mpf(t - begin) / (end - begin)
    if s.shape == "geometric":
        return mpf(start) ** (1 - p) * mpf(goal) ** p
    return _blend(start, goal, 1 - p if s.shape == "linear" else (1 + mpmath.cospi(p)) / 2)


def _sequence(s: lrc.Sequence, t: int) -> mpf:
    if s.clock == "global":
        ends = [inf if part.duration is None else part.duration for part in s.parts]
        heard = [i for i, end in enumerate(ends) if end > max((0, *ends[:i]))] or [len(ends) - 1]
        playing = [i for i in heard if t < ends[i]]
        return truth(s.parts[(*playing, heard[-1])[0]], t)
    lasting = [part for part in s.parts if part.duration != 0] or [s.parts[-1]]
    starts = list(accumulate((part.duration or 0 for part in lasting[:-1]), initial=0))
    which = max(i for i, start in enumerate(starts) if start <= t)
    return truth(lasting[which], t - starts[which])


def _product(s: lrc.Product, t: int) -> mpf:
    return mpmath.fprod(truth(factor, t) for factor in s.factors)


def _sum(s: lrc.Sum, t: int) -> mpf:
    return mpmath.fsum(truth(term, t) for term in s.terms)


def _repeat(s: lrc.Repeat, t: int) -> mpf:
    length = s.schedule.duration
    assert length
    if s.times is not None and t >= s.times * length:
        return truth(s.schedule, length)
    return truth(s.schedule, t % length)


def _shift(s: lrc.Shift, t: int) -> mpf:
    return truth(s.schedule, min(max(t + s.steps, 0), 2**53))


def _pause(s: lrc.Pause, t: int) -> mpf:
    return truth(s.schedule, t if t <= s.begin else max(s.begin, t - s.steps))


def _stretch(s: lrc.Stretch, t: int) -> mpf:
    return truth(s.schedule, t * s.divisor // s.factor)


def _staircase(s: lrc.Staircase, t: int) -> mpf:
    return truth(s.schedule, t // s.steps * s.steps)


def _reverse(s: lrc.Reverse, t: int) -> mpf:
    length = s.schedule.duration
    assert length is not None
    return truth(s.schedule, max(length - t, 0))


def _truncate(s: lrc.Until, t: int) -> mpf:
    return truth(s.schedule, min(t, s.steps))


def _clip(s: lrc.Clip, t: int) -> mpf:
    value = truth(s.schedule, t)
    if s.low is not None and value < s.low:
        return mpf(s.low)
    if s.high is not None and value > s.high:
        return mpf(s.high)
    return value


TEXTBOOK: Final[dict[type[lrc.Schedule], Callable[[Any, int], mpf]]] = {
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
    lrc.InverseLinear: _harmonic,
    lrc.Logarithmic: _logarithmic,
    lrc.BoundedExponential: _relaxation,
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
    lrc.Until: _truncate,
    lrc.Clip: _clip,
}


def truth(schedule: lrc.Schedule, t: int) -> mpf:
    """The value by the textbook."""
    return TEXTBOOK[type(schedule)](schedule, t)


@pytest.mark.parametrize("name", cases())
def test_the_formula_is_the_textbook_one(name: str) -> None:
    """Same value to fifty digits, wherever the harness looks."""
    schedule = cases()[name].schedule
    scale = max(1e-30, np.abs(schedule(range(2000))).max())
    with mpmath.workdps(60):
        for step in probe_steps(schedule, 60, last=2**40).tolist():
            difference = abs(exact(schedule, step) - truth(schedule, step))
            assert difference <= CLOSE * max(scale, abs(truth(schedule, step))), step
