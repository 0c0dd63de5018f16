"""Leaves at the points where a reader would check them by hand, and against the systems they come from."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lrcore as lrc
from lrcore.testing import exact, float64_bound, ulps

Make: TypeAlias = Callable[[float, float, int], lrc.Schedule]


def kept(least: float, most: float) -> st.SearchStrategy[float]:
    """Values that are kept to the bit: those that are all but numbers of 25 bits become such numbers."""
    return st.floats(least, most, allow_subnormal=False).map(lambda value: lrc.Constant(value)(0))


VALUES = kept(-1e6, 1e6)
STEPS = st.integers(0, 2**53)
TRANSITIONS: list[Make] = [
    lambda a, b, n: lrc.Linear(a, b, n),
    lambda a, b, n: lrc.Cosine(a, b, n),
    lambda a, b, n: lrc.Polynomial(a, b, n, 2.0),
    lambda a, b, n: lrc.Polynomial(a, b, n, 0.3),
]


@pytest.mark.parametrize("make", TRANSITIONS)
@given(a=VALUES, b=VALUES, n=STEPS)
def test_transitions_are_exact_at_both_ends(make: Make, a: float, b: float, n: int) -> None:
    """To the bit: `start` at 0, `end` at `steps`; with no steps at all, `end`."""
    schedule = make(a, b, n)
    assert schedule(n) == schedule(2**53) == b
    assert schedule(0) == (a if n else b)


@pytest.mark.parametrize("make", TRANSITIONS)
@given(a=VALUES, n=STEPS, t=STEPS)
def test_transitions_between_equals_are_constant(make: Make, a: float, n: int, t: int) -> None:
    """To the bit, so that a stable phase can be written as a line."""
    assert make(a, a, n)(t) == a


@pytest.mark.parametrize("make", TRANSITIONS)
@given(
    a=kept(0, 1),
    b=kept(0, 1),
    n=st.integers(1, 10**6),
    t=st.integers(0, 10**6),
)
def test_transitions_stay_between_their_ends(
    make: Make, a: float, b: float, n: int, t: int
) -> None:
    """A rounding error that leaves the range would make a rate negative at the end of a decay."""
    assert min(a, b) <= make(a, b, n)(t) <= max(a, b)


@pytest.mark.parametrize("make", TRANSITIONS)
@given(
    a=st.floats(1e-8, 1),
    b=st.floats(0, 1, allow_subnormal=False),
    n=st.integers(1, 2**53),
    data=st.data(),
)
def test_transitions_are_within_the_bound(
    make: Make, a: float, b: float, n: int, data: st.DataObject
) -> None:
    """Random ends, lengths up to 2**53, any step."""
    t = data.draw(st.integers(0, n))
    schedule = make(a, b, n)
    assert ulps(schedule(t), exact(schedule, t)) <= float64_bound(schedule)


EXPONENTS = st.floats(-6, 20).map(lambda x: 2.0**x)
SHAPES: list[Callable[[float, float, int, float, float], lrc.Schedule]] = [
    lambda a, b, n, p, k: lrc.Polynomial(a, b, n, p),
    lambda a, b, n, p, k: lrc.Polynomial(a, b, n, p, k_decay=k),
    lambda a, b, n, p, k: lrc.Cosine(a, b, n, power=p),
    lambda a, b, n, p, k: lrc.Cosine(a, b, n, k_decay=k),
    lambda a, b, n, p, k: lrc.Cosine(a, b, n, power=p, k_decay=k),
    lambda a, b, n, p, k: lrc.BoundedExponential(a, b, n, ratio=p / (1 + p)),
    lambda a, b, n, p, k: lrc.InverseTime(a, k, n, -p),
    lambda a, b, n, p, k: lrc.InverseTime(a, k, n, p),
]


@pytest.mark.parametrize("make", SHAPES)
@given(
    a=st.floats(1e-8, 1),
    b=st.floats(1e-8, 1) | st.just(0.0),
    n=st.integers(1, 2**53),
    power=EXPONENTS,
    k_decay=EXPONENTS,
    data=st.data(),
)
def test_curves_are_within_the_bound_that_they_document(
    make: Callable[[float, float, int, float, float], lrc.Schedule],
    a: float,
    b: float,
    n: int,
    power: float,
    k_decay: float,
    data: st.DataObject,
) -> None:
    """With all exponents, at any step, upwards and downwards."""
    t = data.draw(st.integers(0, n) | st.integers(0, min(n, 1000)))
    for start, end in ((a, b), (max(b, 1e-8), a)):
        schedule = make(start, end, n, power, k_decay)
        assert ulps(schedule(t), exact(schedule, t)) <= float64_bound(schedule)


RATIOS = st.floats(1e-12, 1.0, exclude_max=True) | st.floats(1e-100, 1e-12)


@given(
    rate=RATIOS | st.floats(1.0, 1e30),
    n=st.integers(1, 10**6),
    t=st.integers(0, 10**12) | st.integers(0, 1000),
    staircase=st.booleans(),
)
def test_exponential_is_within_the_bound(rate: float, n: int, t: int, staircase: bool) -> None:
    """Large exponents cost no digits: the split of the clock is exact."""
    schedule = lrc.Exponential(0.7, rate, n, staircase=staircase)
    assert ulps(schedule(t), exact(schedule, t)) <= float64_bound(schedule)


@given(ratio=RATIOS, n=st.integers(1, 10**6), data=st.data())
def test_steep_curves_are_within_the_bound(ratio: float, n: int, data: st.DataObject) -> None:
    """The logarithm of a ratio multiplies the rounding of its exponent."""
    t = data.draw(st.integers(0, n) | st.integers(0, min(n, 1000)))
    for schedule in (
        lrc.BoundedExponential(0.7, 0.0, n, ratio=ratio),
        lrc.Geometric(0.7, 0.9 * ratio, n),
        lrc.Geometric(0.9 * ratio, 0.7, n),
        lrc.Sigmoid(0.7, 0.9 * ratio, center=n / 3, steepness=0.3),
        lrc.Sigmoid(0.0, 0.7, center=n / 3, steepness=0.3),
    ):
        assert ulps(schedule(t), exact(schedule, t)) <= float64_bound(schedule)


def test_a_steep_power_of_a_flat_k_decay() -> None:
    """Hardly anything of the start is left after one step, and all of it before."""
    schedule = lrc.Polynomial(0.25, 1.0, 642, power=1000.0, k_decay=0.03)
    assert schedule(range(3)).tolist() == [0.25, 1.0, 1.0]


def test_rational_points_of_the_cosine_are_exact() -> None:
    """At a third, a half and two thirds the weights are 3/4, 1/2 and 1/4, to the bit."""
    for n in (6, 600, 6 * 10**9, 6 * 10**15):
        schedule = lrc.Cosine(1.0, 0.0, n)
        assert [schedule(n // 6 * k) for k in (0, 2, 3, 4, 6)] == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_piecewise_has_the_new_value_at_the_boundary() -> None:
    """Twenty, sixty and a hundred epochs of 225 steps: step 4499 keeps 0.1, step 4500 has 0.01."""
    epoch = 225
    schedule = lrc.PiecewiseConstant(
        (20 * epoch, 60 * epoch, 100 * epoch), (0.1, 0.01, 0.001, 0.0001)
    )
    steps = np.array([0, 4499, 4500, 13499, 13500, 22499, 22500, 10**9])
    assert schedule(steps).tolist() == [0.1, 0.1, 0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001]


def test_equal_boundaries_leave_a_value_out() -> None:
    """Half-open intervals: one of no length has no step."""
    schedule = lrc.PiecewiseConstant((2, 2, 4), (1.0, 2.0, 3.0, 4.0))
    assert schedule(range(6)).tolist() == [1.0, 1.0, 3.0, 3.0, 4.0, 4.0]
    assert lrc.PiecewiseConstant((0,), (1.0, 2.0))(0) == 2.0


def test_the_printed_table_of_exponential_decay() -> None:
    """`exponential_decay(1.0, step, 100000, 0.96)`: exact at step 1, where float32 arithmetic was one ulp off."""
    schedule = lrc.Exponential(1.0, 0.96, 100_000)
    assert schedule(0) == 1.0
    assert schedule(1) == pytest.approx(0.99999959178, abs=0, rel=5e-12)
    # What TensorFlow 1 printed for steps 0 to 2; each is within one float32 ulp of the exact value.
    printed = np.array([1.0, 0.9999996423721313, 0.9999992251396179])
    assert np.all(np.abs(schedule(range(3)) - printed) <= 2.0**-24)
    assert np.float32(schedule(1)) != np.float32(printed[1])


def test_staircase_of_exponential_decay() -> None:
    """(0.1, 100000, 0.96, staircase): constant for 100000 steps, then times 0.96."""
    schedule = lrc.Exponential(0.1, 0.96, 100_000, staircase=True)
    assert schedule(np.array([0, 99_999])).tolist() == [0.1, 0.1]
    assert schedule(100_000) == schedule(199_999) == 0.1 * 0.96
    assert schedule(200_000) == pytest.approx(0.1 * 0.96**2, rel=1e-15)


def test_a_growing_exponential_reaches_infinity_without_a_warning() -> None:
    """There is no other value past the range of float64."""
    assert lrc.Exponential(1.0, 2.0)(5000) == math.inf
    assert lrc.Exponential(1.0, 2.0)(np.array([5000]))[0] == math.inf
    assert lrc.Exponential(1.0, 0.5)(5000) == 0.0


GROWING = lrc.Exponential(1.0, 2.0)


@pytest.mark.parametrize(
    ("schedule", "value"),
    [
        (lrc.Exponential(0.0, 2.0), 0.0),
        (lrc.Exponential(0.0, 2.0, staircase=True), 0.0),
        (lrc.InverseTime(0.0, power=-100_000.0), 0.0),
        (lrc.Linear(1.0, 0.0, 10) * GROWING, 0.0),
        (GROWING * lrc.Linear(1.0, 0.0, 10), 0.0),
        (GROWING * lrc.Linear(1.0, -0.5, 10), -math.inf),
    ],
)
def test_zero_times_what_has_grown_beyond_float64(schedule: lrc.Schedule, value: float) -> None:
    """In real numbers it is zero; the product of floats would be no number."""
    assert schedule(5000) == value
    assert schedule(np.array([5000])).tolist() == [value]


def test_a_geometric_way_that_float64_cannot_measure() -> None:
    """The ratio of its ends is what it is made of."""
    with pytest.raises(
        lrc.InvalidScheduleError, match=r"Geometric: 1e\+38 is too many times 1e-300"
    ):
        lrc.Geometric(1e-300, 1e38, 10)


@given(a=VALUES, b=VALUES, n=st.integers(1, 10**6))
def test_polynomial_of_power_one_is_a_line(a: float, b: float, n: int) -> None:
    """Within rounding; `Linear` is the one to write, as it is also exact at rational points."""
    steps = np.unique(np.linspace(0, n, 9).astype(np.int64))
    line, power = lrc.Linear(a, b, n)(steps), lrc.Polynomial(a, b, n, 1.0)(steps)
    assert np.all(np.abs(line - power) <= 8 * np.spacing(max(abs(a), abs(b))))
