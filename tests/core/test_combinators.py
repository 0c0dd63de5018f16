"""The laws of the algebra, on random schedules."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrcore as lrc

ROUNDINGS = 2.0**-49
"""The relative difference that the roundings of a few values make."""

values = st.one_of(st.just(0.0), st.floats(1e-9, 10), st.floats(-10, -1e-9))
lengths = st.integers(0, 40)
finite_leaves: st.SearchStrategy[lrc.Schedule] = st.one_of(
    st.builds(lrc.Linear, values, values, lengths),
    st.builds(lrc.Cosine, values, values, lengths),
    st.builds(lrc.Polynomial, values, values, lengths, st.floats(0.1, 4)),
)
endless_leaves: st.SearchStrategy[lrc.Schedule] = st.one_of(
    st.builds(lrc.Constant, values),
    st.builds(lrc.Exponential, values, st.floats(0.5, 1.0), st.integers(1, 40), st.booleans()),
    st.builds(lambda b, v, w: lrc.PiecewiseConstant((b,), (v, w)), lengths, values, values),
)
finite = st.recursive(
    finite_leaves,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a >> b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(
            lambda a, n: lrc.Repeat(a, times=n) if a.duration else a, inner, st.integers(1, 3)
        ),
    ),
    max_leaves=5,
)
schedules = st.one_of(
    finite, endless_leaves, st.builds(lambda a, b: a >> b, finite, endless_leaves)
)
laws = settings(max_examples=1000, deadline=None)


def close(a: float, b: float) -> bool:
    """Equal but for the last digits: a finer clock has other quotients."""
    return math.isclose(a, b, rel_tol=1e-13, abs_tol=1e-14)


def whole(a: lrc.Schedule) -> int:
    """The duration of a schedule that ends at a step."""
    assert isinstance(a.duration, int)
    return a.duration


def same(a: lrc.Schedule, b: lrc.Schedule) -> bool:
    """Equal to the bit, wherever anything happens."""
    return np.array_equal(a(range(600)), b(range(600))) and a.duration == b.duration


@laws
@given(finite, finite, schedules)
def test_then_is_associative(a: lrc.Schedule, b: lrc.Schedule, c: lrc.Schedule) -> None:
    """As a definition, and where the grouping is forced also as a function."""
    assert (a >> b) >> c == a >> (b >> c)
    assert same(lrc.Sequence((lrc.Sequence((a, b)), c)), lrc.Sequence((a, lrc.Sequence((b, c)))))


@laws
@given(schedules)
def test_a_sequence_of_one_is_its_element(a: lrc.Schedule) -> None:
    """Wrapping changes nothing."""
    assert same(lrc.Sequence((a,)), a)


@laws
@given(finite, schedules, st.integers(0, 200))
def test_parts_of_a_sequence_have_their_own_clocks(
    a: lrc.Schedule, b: lrc.Schedule, t: int
) -> None:
    """Before the end of the first part it is the first, from there on the second from its step 0."""
    n = whole(a)
    assert (a >> b)(n + t) == b(t)
    if t < n:
        assert (a >> b)(t) == a(t)


@laws
@given(finite, schedules)
def test_parts_of_no_steps_vanish(a: lrc.Schedule, b: lrc.Schedule) -> None:
    """In front and in the middle; the last part is always heard."""
    nothing = lrc.Linear(7.0, 8.0, 0)
    assert same(nothing >> b, b)
    assert same(a >> nothing >> b, a >> b)
    ended = a >> nothing
    assert ended.duration == a.duration
    assert ended(whole(a)) == ended(2**53) == 8.0


@laws
@given(schedules, schedules, schedules)
def test_products_and_sums(a: lrc.Schedule, b: lrc.Schedule, c: lrc.Schedule) -> None:
    """Neutral numbers leave the very object; grouping is free, and so is the order of two."""
    assert 1 * a is a * 1.0 is a + 0 is 0.0 + a is a
    assert (a * b) * c == a * (b * c)
    assert (a + b) + c == a + (b + c)
    assert same(lrc.Product((a, b)), lrc.Product((b, a)))
    assert same(lrc.Sum((a, b)), lrc.Sum((b, a)))
    steps = np.arange(60)
    # Values are rounded once, at the end: those of the operands have roundings of their own.
    product, total = a(steps) * b(steps), a(steps) + b(steps)
    product = np.where(np.abs(product) < 2.0**-126, 0.0, product)
    assert np.all(np.abs(lrc.Product((a, b))(steps) - product) <= ROUNDINGS * np.abs(product))
    size = np.abs(a(steps)) + np.abs(b(steps))
    assert np.all(np.abs(lrc.Sum((a, b))(steps) - total) <= ROUNDINGS * size)


@laws
@given(schedules, values)
def test_numbers_are_constants(a: lrc.Schedule, x: float) -> None:
    """On either side of either operator."""
    assert same(lrc.Product((lrc.Constant(x), a)), lrc.Product((a, lrc.Constant(x))))
    assert x in (0, 1) or (x * a, a * x, x + a, a + x) == (
        lrc.Constant(x) * a,
        a * lrc.Constant(x),
        lrc.Constant(x) + a,
        a + lrc.Constant(x),
    )


@laws
@given(finite, st.integers(1, 4), st.integers(0, 500))
def test_repeat(a: lrc.Schedule, times: int, t: int) -> None:
    """Periodic; a number of times is that many copies one after the other."""
    n = whole(a)
    if not n:
        return
    assert lrc.Repeat(a)(t) == a(t % n)
    assert same(lrc.Repeat(a, times=times), lrc.Sequence((a,) * times))


@given(schedules)
def test_operands_that_are_no_schedule_are_refused(a: lrc.Schedule) -> None:
    """By Python's own error for operators."""
    for bad in ("1", None, True, [1.0]):
        with pytest.raises(TypeError):
            a * bad  # type: ignore[operator]
        with pytest.raises(TypeError, match="unsupported operand"):
            a >> bad  # type: ignore[operator]


def test_a_long_sequence_is_evaluated_by_piece() -> None:
    """A thousand pieces, each exactly the schedule that it is made of."""
    pieces = [lrc.Linear(i / 7, (i + 1) / 7, 3 + i % 5) for i in range(1000)]
    schedule = lrc.Sequence(tuple(pieces))
    start = 0
    for piece in pieces:
        assert schedule(start + 2) == piece(2)
        start += piece.steps
    assert schedule.duration == start


@laws
@given(schedules, st.integers(-50, 50), st.integers(-50, 50), st.integers(0, 200))
def test_shift(a: lrc.Schedule, m: int, n: int, t: int) -> None:
    """Ahead by `n`; by nothing is no change; ahead twice in one direction is once by the sum."""
    assert lrc.Shift(a, n)(t) == a(t + n)
    assert same(lrc.Shift(a, 0), a)
    if m * n >= 0:
        assert same(lrc.Shift(lrc.Shift(a, m), n), lrc.Shift(a, m + n))


@laws
@given(schedules, st.integers(1, 9), st.integers(1, 9), st.integers(0, 200))
def test_stretch(a: lrc.Schedule, m: int, n: int, t: int) -> None:
    """`n` steps take `m`; by 1 is no change; stretching twice multiplies; shrinking undoes it."""
    assert close(lrc.Stretch(a, Fraction(m, n))(t * m), a(t * n))
    assert same(lrc.Stretch(a, Fraction(n, n)), a)
    assert same(lrc.Stretch(lrc.Stretch(a, m), n), lrc.Stretch(a, m * n))
    assert same(lrc.Stretch(lrc.Stretch(a, m), Fraction(1, m)), a)
    assert close(lrc.Staircase(lrc.Stretch(a, m), m)(t), a(t // m))


@laws
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 40), st.integers(0, 200))
def test_stretched_schedules_are_smooth(m: int, n: int, steps: int, t: int) -> None:
    """A stretched line is a longer line, not a staircase; noise has no values between its steps."""
    longer = lrc.Linear(0.25, 1.0, lrc.Duration(Fraction(steps * m, n)))
    assert close(lrc.Stretch(lrc.Linear(0.25, 1.0, steps), Fraction(m, n))(t), longer(t))
    noise = lrc.Noise(0.0, 1.0)
    assert lrc.Stretch(noise, Fraction(m, n))(t) == noise(t * n // m)


@laws
@given(schedules, st.integers(1, 30), st.integers(0, 300))
def test_staircase(a: lrc.Schedule, n: int, t: int) -> None:
    """Looked at every `n` steps; looking twice changes nothing; `n = 1` is the schedule."""
    assert lrc.Staircase(a, n)(t) == a(t // n * n)
    assert same(lrc.Staircase(lrc.Staircase(a, n), n), lrc.Staircase(a, n))
    assert same(lrc.Staircase(a, 1), a)


@laws
@given(finite, st.integers(0, 300))
def test_reverse(a: lrc.Schedule, t: int) -> None:
    """Backwards; twice is forwards."""
    n = whole(a)
    assert lrc.Reverse(a)(t) == a(max(n - t, 0))
    assert same(lrc.Reverse(lrc.Reverse(a)), a)


@laws
@given(schedules, st.integers(0, 100), st.integers(0, 100), st.integers(0, 300))
def test_truncate(a: lrc.Schedule, m: int, n: int, t: int) -> None:
    """Exactly `n` steps; the shorter of two counts; at its own end nothing changes."""
    assert lrc.Until(a, n)(t) == a(min(t, n))
    assert lrc.Until(a, n).duration == n
    shorter = lrc.Until(lrc.Until(a, m), n)(range(400))
    assert np.array_equal(shorter, lrc.Until(a, min(m, n))(range(400)))
    if a.duration is not None:
        assert same(lrc.Until(a, a.duration), a)


@laws
@given(schedules, st.integers(0, 100), schedules, st.integers(0, 200))
def test_splice(a: lrc.Schedule, at: int, b: lrc.Schedule, t: int) -> None:
    """The old one before, the new one from its beginning after; with itself, shifted, no change."""
    spliced = lrc.splice(a, at, b)
    if t < at:
        assert spliced(t) == a(t)
    elif b.duration != 0:
        assert spliced(t) == b(t - at)
    rest = lrc.Shift(a, at)
    if rest.duration != 0:
        assert np.array_equal(lrc.splice(a, at, rest)(range(400)), a(range(400)))


@laws
@given(schedules, st.integers(0, 60), st.integers(0, 60), st.integers(0, 200))
def test_extend(a: lrc.Schedule, at: int, by: int, t: int) -> None:
    """Stopped for a while; by nothing is no change."""
    extended = lrc.Pause(a, at, by)
    clock = t if t <= at else max(at, t - by)
    assert extended(t) == a(clock)
    if a.duration is not None:
        n = whole(extended)
        assert n == whole(a) + by
        assert extended(n + t) == extended(n)


@laws
@given(schedules, values, values)
def test_clip(a: lrc.Schedule, x: float, y: float) -> None:
    """Within the bounds, and otherwise unchanged; clipping twice changes nothing."""
    low, high = sorted((x, y))
    clipped = lrc.Clip(a, low, high)
    wanted = np.clip(a(range(200)), low, high)
    assert np.all(np.abs(clipped(range(200)) - wanted) <= ROUNDINGS * np.abs(wanted))
    assert same(lrc.Clip(clipped, low, high), clipped)


@laws
@given(finite, finite, schedules, st.integers(0, 200))
def test_the_global_clock(a: lrc.Schedule, b: lrc.Schedule, c: lrc.Schedule, t: int) -> None:
    """Each part is heard until its end, if that is not over; all of them count from one beginning."""
    first, second = cast("tuple[int, int]", (a.duration, b.duration))
    heard = a if t < first else b if t < second else c
    joined = lrc.Sequence((a, b, c), clock="global")
    assert joined(t) == heard(t)
    assert joined.duration == (None if c.duration is None else max(first, second, c.duration))


@laws
@given(finite, st.integers(0, 500))
def test_mirror(a: lrc.Schedule, t: int) -> None:
    """There and back again, with twice the period."""
    n = whole(a)
    if not n:
        return
    phase = t % (2 * n)
    assert lrc.Mirror(a)(t) == a(phase if phase < n else 2 * n - phase)


@laws
@given(st.integers(1, 2**26), st.integers(1, 2**26), st.integers(0, 2**53))
def test_stretch_on_the_whole_clock(factor: int, divisor: int, t: int) -> None:
    """The exact quotient, as long as it is a step, up to the end of the clock."""
    stretched = (
        lrc.Stretch(lrc.Noise(0.0, 1.0), Fraction(factor, divisor)) if factor <= divisor else None
    )
    inner = t * divisor // factor
    if stretched is not None and inner <= 2**53:
        assert stretched(t) == lrc.Noise(0.0, 1.0)(inner)


@pytest.mark.parametrize(
    "longer",
    [
        lrc.Stretch(lrc.Linear(0.0, 1.0, 2**53), 2),
        lrc.Staircase(lrc.Linear(0.0, 1.0, 2**53), 3),
        lrc.Shift(lrc.Linear(0.0, 1.0, 2**53), -1),
    ],
)
def test_no_schedule_outlasts_the_clock(longer: lrc.Schedule) -> None:
    """Whatever would make it longer; what is made of it still counts in 64 bits."""
    assert longer.duration == 2**53
    assert lrc.Repeat(longer)(range(3)).tolist() == longer(range(3)).tolist()
    assert lrc.Reverse(longer)(0) == longer(2**53)


@pytest.mark.parametrize("factor", [0.23129598769375548, 1.000000000000001, 3.3333333333333335e-7])
def test_a_factor_of_many_digits(factor: float) -> None:
    """Products with it leave 64 bits, so a fraction is used that is nearer than float64 can tell."""
    stretched = lrc.Stretch(lrc.Linear(0.0, 1.0, 10**6), factor)
    for step in (1, 7, 200_000):
        assert stretched(step) == pytest.approx(min(step / factor / 10**6, 1.0), rel=1e-15)
