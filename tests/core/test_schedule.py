"""What every schedule does: construction, steps, arrays, equality, errors."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lrcore as lrc
from lrcore._durations import in_steps
from lrcore.testing import cases

WARM = lrc.Linear(0.0, 0.1, 10) >> lrc.Cosine(0.1, 0.001, 90)


@pytest.mark.parametrize("name", cases())
def test_an_array_of_steps_gives_the_bits_of_each_step(name: str) -> None:
    """`schedule(array)[k]`, `schedule(range(n))[k]` and `schedule(k)` are one number."""
    schedule = cases()[name].schedule
    steps = np.arange(-2, 700)
    alone = [schedule(step) for step in steps.tolist()]
    assert schedule(steps).tolist() == alone
    assert schedule(range(698)).tolist() == alone[2:-2]


def test_types_of_values() -> None:
    """A Python float for an integer of any kind; a float64 array of the shape of an integer array."""
    assert type(WARM(3)) is float
    assert type(WARM(np.int32(3))) is float
    assert type(lrc.Constant(1)(0)) is float
    for dtype in (np.int8, np.uint16, np.int32, np.int64, np.uint64):
        values = WARM(np.array([[1, 2, 3], [50, 60, 70]], dtype=dtype))
        assert values.dtype == np.float64
        assert values.shape == (2, 3)
    assert WARM(np.array(7)).shape == ()
    assert WARM(range(0)).shape == (0,)


def test_values_are_the_callers_own() -> None:
    """Nobody can change a schedule through an array that it gave away."""
    values = lrc.Constant(0.1)(range(3))
    values[:] = 7
    assert lrc.Constant(0.1)(range(3)).tolist() == [0.1, 0.1, 0.1]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (1.0, r"a step is an integer, a range, or an array of integers; got 1\.0, a float"),
        (True, "a step is an integer, a range, or an array of integers; got True, a bool"),
        (np.bool_(True), "a step is an integer, a range, or an array of integers; got"),
        ("1", "a step is an integer, a range, or an array of integers; got '1', a str"),
        (None, r"a step is needed, as in schedule\(step\); an optimizer that counts"),
        (2**53 + 1, r"a step is at most 2\*\*53; got 9007199254740993"),
        (np.array([1.0]), "steps are integers; got an array of float64"),
        (np.array([True]), "steps are integers; got an array of bool"),
        (np.array([5, 2**53 + 1]), r"a step is at most 2\*\*53; got 9007199254740993"),
        (
            np.array([2**64 - 1], dtype=np.uint64),
            r"a step is at most 2\*\*53; got 18446744073709551615",
        ),
    ],
)
def test_what_is_not_a_step(step: int, message: str) -> None:
    """A guess would be a wrong rate; the error shows what was given."""
    with pytest.raises(lrc.StepError, match=message):
        WARM(step)


def test_a_range_is_many_steps() -> None:
    """As the array of its steps, whatever they are."""
    for steps in (range(5), range(-3, 40, 7), range(9, 2, -2), range(0)):
        assert WARM(steps).tolist() == [WARM(step) for step in steps]
    with pytest.raises(lrc.StepError, match=r"a step is at most 2\*\*53; got 9007199254740993"):
        WARM(range(2**53, 2**53 + 2))


def test_an_array_is_no_factor() -> None:
    """NumPy would multiply the schedule entry by entry; its single numbers are numbers."""
    line = lrc.Linear(0.0, 1.0, 4)
    with pytest.raises(TypeError, match="unsupported operand"):
        np.ones(3) * line  # type: ignore[operator]
    halves: tuple[Any, ...] = (np.float32(0.5), np.float64(0.5))
    for half in halves:
        assert (half * line, line * half) == (0.5 * line, line * 0.5)


def test_a_copy_with_another_field() -> None:
    """`dataclasses.replace` checks the new fields like the constructor."""
    steps = lrc.PiecewiseConstant((1,), (2.0, 3.0))
    assert replace(steps, boundaries=(4,)) == lrc.PiecewiseConstant((4,), (2.0, 3.0))
    assert replace(steps, values=(1.0, 2.0)) == lrc.PiecewiseConstant((1,), (1.0, 2.0))
    with pytest.raises(lrc.InvalidScheduleError, match="1 boundaries need 2 values"):
        replace(steps, values=(1.0,))


def test_numbers_that_compilers_take_for_zero_are_zero() -> None:
    """Subnormal numbers, of either sign."""
    assert lrc.Linear(1e-310, -1e-310, 1) == lrc.Linear(0.0, 0.0, 1)
    assert lrc.Exponential(1.0, 1e-310) == lrc.Exponential(1.0, 0.0)


def test_integral_floats_are_integers_of_steps() -> None:
    """As JSON and YAML files hold them; other floats are lengths between steps, as they are written."""
    assert lrc.Linear(0.0, 1.0, 5.0) == lrc.Linear(0.0, 1.0, 5)
    assert type(lrc.Linear(0.0, 1.0, 5.0).steps) is int
    between = lrc.Linear(0.0, 1.0, 2.4)
    assert between == lrc.Linear(0.0, 1.0, Fraction(12, 5)) == lrc.Linear(0.0, 1.0, "2.4 steps")
    assert str(between.duration) == "2.4 steps"


def test_the_last_step_is_a_step() -> None:
    """2**53 itself still evaluates, alone and in an array."""
    assert WARM(2**53) == WARM(np.array([2**53]))[0] == 0.001
    assert lrc.Exponential(1.0, 1 - 2.0**-50)(2**53) == pytest.approx(np.exp(-8.0), rel=1e-15)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lrc.Linear(0.0, 1.0, -1), r"Linear\.steps: .*greater than or equal to 0; got -1"),
        (lambda: lrc.Linear(0.0, 1.0, 2**53 + 1), r"Linear\.steps: .*less than or equal to"),
        (
            lambda: lrc.Logarithmic(0.0, 1.0, 1.5),
            r"Logarithmic\.steps: a whole number .*'1\.5 steps'",
        ),
        (
            lambda: lrc.Linear(0.0, 1.0, float("nan")),
            r"Linear\.steps: a finite number is needed; got",
        ),
        (
            lambda: lrc.Linear(0.0, 1.0, True),
            r"Linear\.steps: a number of steps is an integer, .*; got True",
        ),
        (lambda: lrc.Linear("0", 1.0, 1), r"Linear\.start: .*valid number; got '0'"),  # type: ignore[arg-type]
        (lambda: lrc.Linear(0.0, float("nan"), 1), r"Linear\.end: .*finite number; got nan"),
        (lambda: lrc.Linear(0.0, float("inf"), 1), r"Linear\.end: .*finite number; got inf"),
        (lambda: lrc.Linear(0.0, 1e39, 1), r"Linear\.end: .*less than or equal to"),
        (lambda: lrc.Polynomial(0.0, 1.0, 1, 2e6), r"Polynomial\.power: .*equal to 1048576; got"),
        (lambda: lrc.InverseTime(1.0, power=-2e6), r"InverseTime\.power: .*equal to -1048576; got"),
        (lambda: lrc.Linear(0.0, 1.0), r"Linear\.steps: this field is missing"),  # type: ignore[call-arg]
        (lambda: lrc.Linear(0.0, 1.0, 1, False, 3), r"Linear\[4\]: there is no such field; got 3"),  # type: ignore[call-arg]
        (
            lambda: lrc.Linear(0.0, 1.0, 1, x=2),  # type: ignore[call-arg]
            r"Linear\.x: there is no such field; the fields are start, end, steps, extrapolate; got 2",
        ),
        (lambda: lrc.Polynomial(0.0, 1.0, 1, -1), r"Polynomial\.power: .*equal to 0; got -1"),
        (lambda: lrc.Exponential(0.1, -0.5), r"Exponential\.factor: .*equal to 0; got -0\.5"),
        (lambda: lrc.Exponential(0.1, 0.5, 0), r"Exponential\.steps: .*greater than or equal to 1"),
        (
            lambda: lrc.Exponential(0.1, 0.5, 1, 1),  # type: ignore[arg-type]
            r"Exponential\.staircase: .*valid boolean; got 1",
        ),
        (lambda: lrc.PiecewiseConstant((5, 3), (1.0, 2.0, 3.0)), "descend from 5 to 3; sort them"),
        (lambda: lrc.PiecewiseConstant((5,), (1.0,)), "1 boundaries need 2 values, there are 1"),
        (lambda: lrc.Interpolation((0, 5), (1.0,)), "2 knots need as many values, there are 1"),
        (lambda: lrc.Interpolation((), ()), r"Interpolation\.knots: .*at least 1 item"),
        (
            lambda: lrc.Interpolation((5, 3), (1.0, 2.0)),
            "Interpolation: the knots descend from 5 to 3; sort them",
        ),
        (
            lambda: lrc.Interpolation((5,), (1.0,), "log"),  # type: ignore[arg-type]
            r"Interpolation\.shape: .*'geometric'; got 'log'",
        ),
        (
            lambda: lrc.Interpolation((0, 5), (1.0, 0.0), "geometric"),
            r"Interpolation: a geometric line needs values above 0",
        ),
        (lambda: lrc.Sequence(()), r"Sequence\.parts: .*at least 1 item"),
        (
            lambda: lrc.Sequence((lrc.Constant(1.0), WARM)),
            r"parts\[0\], Constant, is endless, so parts\[1\]",
        ),
        (lambda: lrc.Sequence((WARM, 3)), r"Sequence\.parts\[1\]: this is not a schedule; got 3"),  # type: ignore[arg-type]
        (lambda: lrc.Product(()), r"Product\.factors: .*at least 1 item"),
        (lambda: lrc.Repeat(lrc.Constant(1.0)), "Constant is endless, so it cannot be repeated"),
        (lambda: lrc.Repeat(lrc.Linear(0, 1, 0)), "a schedule of duration 0 cannot be repeated"),
        (lambda: lrc.Repeat(WARM, times=0), r"Repeat\.times: .*greater than or equal to 1; got 0"),
        (lambda: lrc.Repeat(lrc.Linear(0, 1, 2**52), times=3), r"the limit is 2\*\*53"),
        (
            lambda: lrc.Linear(0, 1, 2**53) >> lrc.Hold(1, 1) >> lrc.Linear(0, 1, 1),
            r"the last part begins at step 9007199254740993; the limit is 2\*\*53",
        ),
        (lambda: lrc.Linear(0, 1, 0, extrapolate=True), "a line of 0 steps has no direction"),
        (lambda: lrc.Cosine(0, 1, 9, cycles=0), r"Cosine\.cycles: a number above 0 and at most"),
        (lambda: lrc.Cosine(0, 1, 9, cycles=300), "cycles=300 is above 256"),
        (lambda: lrc.Cosine(0, 1, 9, cycles="half"), r"Cosine\.cycles: a number is written like"),
        (
            lambda: lrc.Cosine(0, 1, 2**50, cycles=0.663),
            r"needs a clock beyond 2\*\*53; round cycles",
        ),
    ],
)
def test_what_is_not_a_schedule(make: object, message: str) -> None:
    """Every error names class and field, what was given, and what is allowed."""
    assert callable(make)
    with pytest.raises(lrc.InvalidScheduleError, match=message):
        make()


def test_all_faults_are_told_at_once() -> None:
    """Whoever mends a definition wants to mend it once."""
    with pytest.raises(
        lrc.InvalidScheduleError, match=r"start: [^\n]*\n[^\n]*end: [^\n]*\n[^\n]*steps"
    ):
        lrc.Linear(float("nan"), float("inf"), -1)


def test_numbers_of_numpy_and_lists_are_plain_data() -> None:
    """What comes out of a computation is accepted, and kept as Python's own numbers."""
    schedule = lrc.Linear(np.float32(0.5), np.int64(1), np.int32(7))  # type: ignore[arg-type]
    assert schedule == lrc.Linear(0.5, 1.0, 7)
    assert [type(x) for x in (schedule.start, schedule.end, schedule.steps)] == [float, float, int]
    given = [3, 5]
    jump = lrc.PiecewiseConstant(given, np.array([1.0, 2.0, 3.0]))  # type: ignore[arg-type]
    given.append(9)
    assert jump == lrc.PiecewiseConstant((3, 5), (1.0, 2.0, 3.0))


def test_schedules_are_values() -> None:
    """Frozen, equal by content, hashable, copied and pickled without loss, printed as they are made."""
    for case in cases().values():
        schedule = case.schedule
        schedule(3)  # fills what is computed once and kept
        assert copy.deepcopy(schedule) == pickle.loads(pickle.dumps(schedule)) == schedule
        assert hash(copy.deepcopy(schedule)) == hash(schedule)
        assert eval(repr(schedule), vars(lrc)) == schedule
    line: lrc.Schedule = lrc.Linear(0.0, 1.0, 3)
    assert line != lrc.Cosine(0.0, 1.0, 3)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'steps'"):
        lrc.Linear(0.0, 1.0, 3).steps = 4  # type: ignore[misc]


def test_durations() -> None:
    """A number of steps where the value settles, None where it does not."""
    assert WARM.duration == 100
    assert lrc.Constant(1.0).duration is None
    assert lrc.Exponential(1.0, 0.5, 10).duration is None
    assert lrc.PiecewiseConstant((5,), (1.0, 0.1)).duration is None
    assert (0.5 * WARM).duration == (WARM + 1.0).duration == 100
    assert (WARM * lrc.Linear(0.0, 1.0, 300)).duration == 300
    assert (WARM * lrc.Exponential(1.0, 0.5)).duration is None
    assert (lrc.Constant(2.0) * lrc.Constant(3.0)).duration is None
    assert lrc.Repeat(WARM).duration is None
    assert lrc.Repeat(WARM, times=3).duration == 300
    assert (WARM >> lrc.Constant(0.001)).duration is None


@given(st.sampled_from(sorted(cases())), st.integers(0, 2**53))
def test_a_finite_schedule_holds_its_last_value(name: str, beyond: int) -> None:
    """From its duration on, to the end of the clock."""
    schedule = cases()[name].schedule
    if schedule.duration is not None:
        end = ceil(in_steps(schedule.duration))
        assert schedule(min(end + beyond, 2**53)) == schedule(end)
