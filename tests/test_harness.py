"""The harness itself: wrong schedules must fail the assertion that right ones pass."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from numpy.typing import NDArray

import lrcore as lrc
from lrcore.backend import Evaluator, Precision, Values
from lrcore.testing import (
    DisagreementError,
    assert_exact,
    cases,
    evaluators,
    exact,
    probe_steps,
    rounded,
    ulps,
)

RIGHT = lrc.Cosine(0.1, 0.001, 1000)
WRONG = {
    "a line instead of a cosine": lrc.Linear(0.1, 0.001, 1000),
    "one step too long": lrc.Cosine(0.1, 0.001, 1001),
    "an end that is off by 1e-7": lrc.Cosine(0.1, 0.001 * (1 + 1e-7), 1000),
    "a start that is off by 1e-7": lrc.Cosine(0.1 * (1 + 1e-7), 0.001, 1000),
}


def _of(other: lrc.Schedule, backend: str) -> Evaluator:
    """The backend's evaluator, made to run another schedule than it is asked for."""
    run = next(iter(evaluators(backend).values()))
    return lambda schedule, steps, dtype: run(other, steps, dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_schedule_is_caught(wrong: str, dtype: Precision, backend: str) -> None:
    """The assertion names the backend, the number of wrong steps and the schedule."""
    with pytest.raises(
        DisagreementError, match=rf"{backend} is wrong at \d+ of \d+ steps of Cosine"
    ):
        assert_exact(
            RIGHT, _of(WRONG[wrong], backend), probe_steps(RIGHT), dtype=dtype, name=backend
        )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_step_late_is_caught(dtype: Precision, backend: str) -> None:
    """A clock that lags by one update is the commonest mistake of all."""
    run = next(iter(evaluators(backend).values()))

    def late(schedule: lrc.Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
        return run(schedule, steps - 1, dtype)

    with pytest.raises(DisagreementError, match="is wrong at"):
        assert_exact(RIGHT, late, probe_steps(RIGHT), dtype=dtype)


def test_one_wrong_bit_at_one_step_is_caught() -> None:
    """A single value to the next float32 is enough, and the message shows step and bits."""
    run = evaluators("numpy")["array"]

    def flipped(schedule: lrc.Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
        values = run(schedule, steps, dtype).copy()
        values[steps == 500] = np.nextafter(values[steps == 500], np.float32(1))
        return values

    with pytest.raises(DisagreementError, match=r"wrong at 1 of 1000 [^$]*step 500: got .*\(0x"):
        assert_exact(RIGHT, flipped, np.arange(1000))


def test_a_wrong_type_or_shape_is_caught() -> None:
    """Right numbers in another precision or shape are not the answer."""
    run = evaluators("numpy")["array"]
    with pytest.raises(DisagreementError, match=r"values of float32 .* of float64"):
        assert_exact(RIGHT, lambda s, t, dtype: run(s, t, "float64"), np.arange(5))
    with pytest.raises(DisagreementError, match=r"expected \(5,\) values"):
        assert_exact(RIGHT, lambda s, t, dtype: run(s, t[:3], dtype), np.arange(5))


def test_ties_are_decided_not_excused() -> None:
    """At an exact middle of two float32 the wrong neighbour is an error, however near it is."""
    tie = lrc.Constant(1.0 + 2.0**-24)

    def up(schedule: lrc.Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
        return np.full(steps.shape, np.nextafter(np.float32(1), np.float32(2)))

    assert assert_exact(tie, evaluators("numpy")["array"], np.arange(3)).straddles == 0
    with pytest.raises(DisagreementError, match="wrong at 3 of 3"):
        assert_exact(tie, up, np.arange(3))


def test_what_float64_cannot_decide_is_counted() -> None:
    """A value 1e-40 above a middle rounds up; a backend in float64 that rounds down is not wrong."""
    schedule = lrc.Constant(1.0 + 2.0**-24) + lrc.Constant(1e-30)
    report = assert_exact(schedule, evaluators("numpy")["array"], np.arange(3))
    assert report.straddles == 3


def test_the_exact_value_has_sixty_digits() -> None:
    """A third is as many threes as were asked for."""
    assert mpmath.nstr(exact(lrc.Linear(0.0, 1.0, 3), 1), 59) == "0." + "3" * 59


@pytest.mark.parametrize(
    ("value", "nearest"),
    [
        (1.0 + 2.0**-24, 1.0),  # ties go to even, down
        (1.0 + 3 * 2.0**-24, 1.0 + 2.0**-22),  # and up
        (1.0 + 2.0**-24 + 2.0**-50, 1.0 + 2.0**-23),
        (2.0**-126, 2.0**-126),
        (2.0**-127, 0.0),
        (-0.1, float(np.float32(-0.1))),
        (3.5e38, float("inf")),
    ],
)
def test_rounding_to_float32(value: float, nearest: float) -> None:
    """To nearest, ties to even; subnormal numbers are zero."""
    assert rounded(mpmath.mpf(value)) == np.float32(nearest)


def test_ulps() -> None:
    """The unit is that of the exact value, or of the scale if that is larger."""
    assert ulps(1.0 + 2.0**-52, mpmath.mpf(1)) == 1.0
    assert ulps(0.0, mpmath.mpf(2.0**-60), scale=1.0) == 2.0**-8
    assert ulps(float("inf"), mpmath.mpf(10) ** 400) == 0.0
    assert ulps(1.0, mpmath.mpf(10) ** 400) == float("inf")


def test_probed_steps_hold_every_boundary() -> None:
    """0, 1, each boundary with its neighbours, the end, ten times it, and where counters turn."""
    schedule = lrc.Linear(0.0, 1.0, 100) >> lrc.PiecewiseConstant((30, 60), (1.0, 0.5, 0.1))
    steps = set(probe_steps(schedule, 10, last=2**40).tolist())
    for mark in (100, 130, 160, 2**24, 2**31, 2**32):
        assert {mark - 1, mark, mark + 1} <= steps
    finite = set(probe_steps(lrc.Cosine(1.0, 0.0, 77), 10).tolist())
    assert {0, 1, 76, 77, 78, 769, 770, 771} <= finite
    assert max(probe_steps(schedule, 500, last=1000)) <= 1000


def test_every_class_is_among_the_cases() -> None:
    """A class that nobody thought of would be held to nothing."""
    from lrcore._definition._define import KINDS

    found: set[type[lrc.Schedule]] = set()

    def visit(schedule: lrc.Schedule) -> None:
        found.add(type(schedule))
        for field in schedule.fields:
            value = getattr(schedule, field)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, lrc.Schedule):
                    visit(part)

    for case in cases().values():
        visit(case.schedule)
    own = {cls for kind, cls in KINDS.items() if "." not in kind}
    assert found == own
