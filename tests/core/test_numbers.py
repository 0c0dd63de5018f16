"""Where digits are easily lost: values that cancel, powers of many steps, steps near the last."""

from __future__ import annotations

import random
from typing import Final

import mpmath
import numpy as np
import pytest

import lrcore as lrc
from lrcore.testing import exact, float64_bound, rounded, ulps

HARD: Final[dict[str, tuple[lrc.Schedule, tuple[int, ...]]]] = {
    "an exponential after 2**44 periods": (
        lrc.Exponential(1.0, 1.000000000036876, 511),
        (9007199254740965, 2**52, 2**53),
    ),
    "an exponential that falls slowly": (lrc.Exponential(1.0, 1 - 2.0**-50, 3), (2**53, 2**52 + 1)),
    "a cycle that ends beyond the last step": (
        lrc.Polynomial(1.0, 0.0, 3, power=0.5, k_decay=0.5, cycle=True),
        (2**53, 2**53 - 1, 2**53 - 2),
    ),
    "a power that is subnormal": (
        lrc.StepDecay(1.805152640995641e19, 5.210814871007103e-10, 3),
        (18, 101, 102, 103),
    ),
    "a power that is subnormal, of the largest value": (
        lrc.Exponential(3.4e38, 1e-12),
        tuple(range(30)),
    ),
    "a line through zero": (
        lrc.Linear(-0.020233335543780484, 0.020233335543789806, 30),
        (14, 15, 16),
    ),
    "a long line through zero": (
        lrc.Linear(-0.1, 0.30000000000000004, 2**26),
        (2**24 - 1, 2**24, 2**24 + 1),
    ),
    "a line beyond zero": (lrc.Linear(0.3, 0.2, 7, extrapolate=True), (20, 21, 22, 2**40)),
    "a tangent of a small width": (lrc.Tanh(1.0, 0.0, 33, 0.5, 0.500001), (5, 17, 32)),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_numbers(name: str) -> None:
    """Within the bound, and the float32 is the correctly rounded one."""
    schedule, steps = HARD[name]
    for step in steps:
        value = exact(schedule, step)
        # Not by `ulps`, which tells nothing apart above 2**900.
        within = float64_bound(schedule) * abs(value) * 2.0**-52
        assert abs(mpmath.mpf(schedule(step)) - value) <= within, step
        with np.errstate(over="ignore"):
            assert np.float32(schedule(step)) == rounded(value), step


def test_lines_through_zero() -> None:
    """A line is a rational number at each step: correctly rounded also where it is near to zero."""
    rng = random.Random(1)
    for _ in range(2000):
        start = -rng.choice([rng.random(), round(rng.random(), 3), 0.1])
        end = rng.choice([-start, -3 * start, rng.random(), round(rng.random() + 0.001, 3)])
        steps = rng.randint(1, 10 ** rng.randint(1, 7))
        schedule = lrc.Linear(start, end, steps)
        zero = round(steps * -start / (end - start)) if end != start else 0
        for step in {max(zero - 1, 0), zero, steps // 2, rng.randint(0, steps)}:
            assert np.float32(schedule(step)) == rounded(exact(schedule, step)), (schedule, step)


def test_a_value_that_leaves_a_middle_slowly_is_the_middle() -> None:
    """No float64 tells it from the middle of two float32: it is rounded to even, and equal everywhere."""
    middle = 0.9999999701976776
    schedule = lrc.InverseTime(middle, rate=1e-49)
    assert exact(schedule, 2**53) < mpmath.mpf(middle)
    assert set(schedule(np.array([0, 1, 2**30, 2**53])).tolist()) == {middle}
    assert np.float32(middle) == 1.0


def test_the_float32_is_a_plain_cast() -> None:
    """Values that are nearly numbers of 25 bits become such numbers, and magnitudes below 2**-126 become 0."""
    middle = 1.0 + 2.0**-24
    for value, settled in (
        (middle + 2.0**-52, middle),
        (middle - 2.0**-51, middle),
        (middle + 2.0**-50, middle + 2.0**-50),
        (2.0**-126, 2.0**-126),
        (-(2.0**-126), -(2.0**-126)),
        (2.0**-126 * (1 - 2.0**-30), 0.0),
        (-1e-300, 0.0),
    ):
        assert lrc.Constant(value)(0) == settled
        assert lrc.Constant(value)(range(3)).tolist() == [settled] * 3


def test_the_middle_of_a_half_wave() -> None:
    """Exactly the mean of its ends, where that is a float64."""
    assert lrc.Cosine(0.1, 0.0, 80)(40) == 0.05
    assert lrc.Cosine(0.0, 3e-4, 2)(1) == 1.5e-4
    assert lrc.Cosine(1.0, 0.5, 6)(3) == 0.75


def test_sums_that_cancel_keep_the_error_of_their_terms() -> None:
    """In proportion to the largest term, and not to the sum."""
    rng = random.Random(1)
    for _ in range(300):
        peak, steps = rng.random(), rng.randint(2, 1000)
        schedule = lrc.Cosine(peak, 0.0, steps) - lrc.Cosine(peak * (1 + 2.0**-30), 0.0, steps)
        step = rng.randint(0, steps)
        assert ulps(schedule(step), exact(schedule, step), scale=peak) <= 16
