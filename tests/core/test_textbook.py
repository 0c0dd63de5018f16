"""The formulas say what the textbooks say: compared in sixty digits with their usual form."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any, Final

import mpmath
import numpy as np
import pytest
from mpmath import mpf

import lrcore as lr
from lrcore.testing import cases, exact, probe_steps

CLOSE: Final = mpf(10) ** -50
"""Of the largest end; ten digits are left for rounding."""


def _constant(s: lr.Constant, t: int) -> mpf:
    return mpf(s.value)


def _linear(s: lr.Linear, t: int) -> mpf:
    p = mpf(min(t, s.steps)) / s.steps if s.steps else mpf(1)
    return mpf(s.start) * (1 - p) + mpf(s.end) * p


def _polynomial(s: lr.Polynomial, t: int) -> mpf:
    p = mpf(min(t, s.steps)) / s.steps if s.steps else mpf(1)
    return (mpf(s.start) - mpf(s.end)) * (1 - p) ** mpf(s.power) + mpf(s.end)


def _cosine(s: lr.Cosine, t: int) -> mpf:
    p = mpf(min(t, s.steps)) / s.steps if s.steps else mpf(1)
    return mpf(s.end) + (mpf(s.start) - mpf(s.end)) * (1 + mpmath.cos(mpmath.pi * p)) / 2


def _exponential(s: lr.Exponential, t: int) -> mpf:
    exponent = t // s.steps if s.staircase else mpf(t) / s.steps
    return mpf(s.start) * mpf(s.rate) ** exponent


def _piecewise(s: lr.PiecewiseConstant, t: int) -> mpf:
    return mpf(s.levels[sum(t >= boundary for boundary in s.boundaries)])


def _sequence(s: lr.Sequence, t: int) -> mpf:
    lasting = [part for part in s.parts if part.duration != 0] or [s.parts[-1]]
    starts = list(accumulate((part.duration or 0 for part in lasting[:-1]), initial=0))
    which = max(i for i, start in enumerate(starts) if start <= t)
    return truth(lasting[which], t - starts[which])


def _product(s: lr.Product, t: int) -> mpf:
    return mpmath.fprod(truth(factor, t) for factor in s.factors)


def _sum(s: lr.Sum, t: int) -> mpf:
    return mpmath.fsum(truth(term, t) for term in s.terms)


def _repeat(s: lr.Repeat, t: int) -> mpf:
    length = s.schedule.duration
    assert length
    if s.times is not None and t >= s.times * length:
        return truth(s.schedule, length)
    return truth(s.schedule, t % length)


TEXTBOOK: Final[dict[type[lr.Schedule], Callable[[Any, int], mpf]]] = {
    lr.Constant: _constant,
    lr.Linear: _linear,
    lr.Polynomial: _polynomial,
    lr.Cosine: _cosine,
    lr.Exponential: _exponential,
    lr.PiecewiseConstant: _piecewise,
    lr.Sequence: _sequence,
    lr.Product: _product,
    lr.Sum: _sum,
    lr.Repeat: _repeat,
}


def truth(schedule: lr.Schedule, t: int) -> mpf:
    """The value by the textbook."""
    return TEXTBOOK[type(schedule)](schedule, t)


@pytest.mark.parametrize("name", cases())
def test_the_formula_is_the_textbook_one(name: str) -> None:
    """Same value to fifty digits, wherever the harness looks."""
    schedule = cases()[name].schedule
    scale = max(1e-30, np.abs(schedule.values(2000)).max())
    with mpmath.workdps(60):
        for step in probe_steps(schedule, 60, last=2**40).tolist():
            difference = abs(exact(schedule, step) - truth(schedule, step))
            assert difference <= CLOSE * max(scale, abs(truth(schedule, step))), step
