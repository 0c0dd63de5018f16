"""The laws of the algebra, on random schedules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrcore as lr

values = st.one_of(st.just(0.0), st.floats(1e-9, 10), st.floats(-10, -1e-9))
lengths = st.integers(0, 40)
finite_leaves: st.SearchStrategy[lr.Schedule] = st.one_of(
    st.builds(lr.Linear, values, values, lengths),
    st.builds(lr.Cosine, values, values, lengths),
    st.builds(lr.Polynomial, values, values, lengths, st.floats(0.1, 4)),
)
endless_leaves: st.SearchStrategy[lr.Schedule] = st.one_of(
    st.builds(lr.Constant, values),
    st.builds(lr.Exponential, values, st.floats(0.5, 1.0), st.integers(1, 40), st.booleans()),
    st.builds(lambda b, v, w: lr.PiecewiseConstant((b,), (v, w)), lengths, values, values),
)
finite = st.recursive(
    finite_leaves,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a >> b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(
            lambda a, n: lr.Repeat(a, times=n) if a.duration else a, inner, st.integers(1, 3)
        ),
    ),
    max_leaves=5,
)
schedules = st.one_of(
    finite, endless_leaves, st.builds(lambda a, b: a >> b, finite, endless_leaves)
)
laws = settings(max_examples=1000, deadline=None)


def same(a: lr.Schedule, b: lr.Schedule) -> bool:
    """Equal to the bit, wherever anything happens."""
    return np.array_equal(a.values(600), b.values(600)) and a.duration == b.duration


@laws
@given(finite, finite, schedules)
def test_then_is_associative(a: lr.Schedule, b: lr.Schedule, c: lr.Schedule) -> None:
    """As a definition, and where the grouping is forced also as a function."""
    assert (a >> b) >> c == a >> (b >> c)
    assert same(lr.Sequence((lr.Sequence((a, b)), c)), lr.Sequence((a, lr.Sequence((b, c)))))


@laws
@given(schedules)
def test_a_sequence_of_one_is_its_element(a: lr.Schedule) -> None:
    """Wrapping changes nothing."""
    assert same(lr.Sequence((a,)), a)


@laws
@given(finite, schedules, st.integers(0, 200))
def test_parts_of_a_sequence_have_their_own_clocks(a: lr.Schedule, b: lr.Schedule, t: int) -> None:
    """Before the end of the first part it is the first, from there on the second from its step 0."""
    n = a.duration
    assert n is not None
    if b.duration != 0:
        assert (a >> b)(n + t) == b(t)
    if t < n:
        assert (a >> b)(t) == a(t)


@laws
@given(finite, schedules)
def test_parts_of_no_steps_vanish(a: lr.Schedule, b: lr.Schedule) -> None:
    """In front, in the middle and at the end."""
    nothing = lr.Linear(7.0, 8.0, 0)
    assert same(nothing >> b, b) or b.duration == 0
    assert same(a >> nothing >> b, a >> b) or a.duration == 0
    assert same(a >> nothing, a) or a.duration == 0


@laws
@given(schedules, schedules, schedules)
def test_products_and_sums(a: lr.Schedule, b: lr.Schedule, c: lr.Schedule) -> None:
    """Neutral numbers leave the very object; grouping is free, and so is the order of two."""
    assert 1 * a is a * 1.0 is a + 0 is 0.0 + a is a
    assert (a * b) * c == a * (b * c)
    assert (a + b) + c == a + (b + c)
    assert same(lr.Product((a, b)), lr.Product((b, a)))
    assert same(lr.Sum((a, b)), lr.Sum((b, a)))
    steps = np.arange(100)
    assert np.array_equal(lr.Product((a, b))(steps), a(steps) * b(steps))
    assert np.array_equal(lr.Sum((a, b))(steps), a(steps) + b(steps))


@laws
@given(schedules, values)
def test_numbers_are_constants(a: lr.Schedule, x: float) -> None:
    """On either side of either operator."""
    assert same(lr.Product((lr.Constant(x), a)), lr.Product((a, lr.Constant(x))))
    assert x in (0, 1) or (x * a, a * x, x + a, a + x) == (
        lr.Constant(x) * a,
        a * lr.Constant(x),
        lr.Constant(x) + a,
        a + lr.Constant(x),
    )


@laws
@given(finite, st.integers(1, 4), st.integers(0, 500))
def test_repeat(a: lr.Schedule, times: int, t: int) -> None:
    """Periodic; a number of times is that many copies one after the other."""
    n = a.duration
    if not n:
        return
    assert lr.Repeat(a)(t) == a(t % n)
    assert same(lr.Repeat(a, times=times), lr.Sequence((a,) * times))


@given(schedules)
def test_operands_that_are_no_schedule_are_refused(a: lr.Schedule) -> None:
    """By Python's own error for operators."""
    for bad in ("1", None, True, [1.0]):
        with pytest.raises(TypeError):
            a * bad  # type: ignore[operator]
        with pytest.raises(TypeError, match="unsupported operand"):
            a >> bad  # type: ignore[operator]


def test_a_long_sequence_is_evaluated_by_piece() -> None:
    """A thousand pieces, each exactly the schedule that it is made of."""
    pieces = [lr.Linear(i / 7, (i + 1) / 7, 3 + i % 5) for i in range(1000)]
    schedule = lr.Sequence(tuple(pieces))
    start = 0
    for piece in pieces:
        assert schedule(start + 2) == piece(2)
        start += piece.steps
    assert schedule.duration == start
