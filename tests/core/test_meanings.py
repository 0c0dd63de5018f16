"""What schedules mean where systems and expectations differ: ends, zeros, clocks, signs and order."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np
import pytest

import lrcore as lrc
from lrcore.testing import cases, evaluators

LINE: Final = lrc.Linear(0.8, 0.2, 60)

ENDS: Final[list[tuple[lrc.Schedule, int, float]]] = [
    (lrc.WarmupLinear(0.1, 10, 0), 99, 0.0),
    (lrc.WarmupLinear(1.0, 3, 0), 3, 0.0),
    (lrc.WarmupCosine(1.0, 3, 0, end=0.25), 9, 0.25),
    (lrc.WarmupStableDecay(1.0, 2, 2, 0, end=0.1), 9, 0.1),
    (lrc.Cooldown(lrc.Constant(1.0), 3, 0, end=0.25), 9, 0.25),
    (lrc.Interpolation((0, 2, 4, 4), (0.1, 1.0, 0.5, 0.0)), 99, 0.0),
    (lrc.OneCycle(0.1, 1.0, 0.0, 4, pct_start=1), 99, 0.0),
    (lrc.Window(LINE, at=30, steps=1), 30, 0.8),
    (lrc.Window(LINE, at=30, steps=1), 31, 0.8),
    (lrc.splice(lrc.Constant(1.0), 3, lrc.Shift(lrc.Linear(5.0, 7.0, 3), 3)), 9, 7.0),
    (lrc.WarmupCosine(1.0, 2, "0.1 samples", end=0.25).bind(batch_size=1), 9, 0.25),
    (lrc.Sequence((LINE, lrc.Linear(0.0, 7.0, 60)), clock="global"), 60, 7.0),
    (lrc.Sequence((LINE, lrc.Linear(0.0, 7.0, 10)), clock="global"), 60, 7.0),
    (lrc.Warmup(LINE, 60, peak=1.0, clock="global"), 60, 0.2),
    (lrc.Tanh(1.0, 0.0, 10), 10, 0.0),
]


@pytest.mark.parametrize(("schedule", "step", "end"), ENDS)
def test_every_end_that_is_documented_is_reached(
    schedule: lrc.Schedule, step: int, end: float, backend_and_mode: tuple[str, str]
) -> None:
    """The last part of a sequence never vanishes, though it have no steps; in every backend."""
    backend, mode = backend_and_mode
    steps = np.array([step, step + 1, 2**30])
    got = evaluators(backend)[mode](schedule, steps, "float32")
    assert got.tolist() == [np.float32(end)] * 3


def test_stacked_parts_of_no_steps(backend_and_mode: tuple[str, str]) -> None:
    """Each row of stacked sequences ends as its own last part says."""
    backend, mode = backend_and_mode
    rows = [
        lrc.Clip(lrc.Sequence((lrc.Linear(0.0, 1.0, n), lrc.Linear(1.0, end, m)), clock), low=0.0)
        for clock in ("local", "global")
        for n, m, end in ((4, 0, 0.5), (3, 3, 0.25), (0, 2, 0.75), (5, 4, 0.125))
    ]
    whole = lrc.Sequence(tuple(lrc.Until(row, 12) for row in rows))
    want = np.concatenate([row(range(12)) for row in rows]).astype(np.float32)
    got = evaluators(backend)[mode](whole, np.arange(want.size), "float32")
    assert got.tolist() == want.tolist()


def test_a_last_part_of_no_steps_after_all_classes(backend_and_mode: tuple[str, str]) -> None:
    """In a stack, the formula of every class runs with the numbers of this part, too."""
    backend, mode = backend_and_mode
    one_of_each = {type(case.schedule): case.schedule for case in cases(pairs=False).values()}
    cyclic = lrc.Polynomial(1.0, 0.0, 5, 2.0, cycle=True)
    parts = [lrc.Until(schedule, 4) for schedule in (*one_of_each.values(), cyclic)]
    whole = lrc.Sequence((*parts, lrc.Linear(0.0, 0.5, 0)))
    steps = np.arange(4 * len(parts) + 2)
    want = lrc.export(whole, "numpy", dtype="float32")(steps)
    assert want[-2:].tolist() == [0.5, 0.5]
    assert evaluators(backend)[mode](whole, steps, "float32").tolist() == want.tolist()


def test_a_warm_up_may_outlast_its_schedule() -> None:
    """On the global clock: the schedule has ended, and holds its last value."""
    warm = lrc.Warmup(lrc.Linear(1.0, 0.5, 10), 20, clock="global")
    assert warm.duration == 20
    assert (warm(0), warm(10), warm(20), warm(99)) == (0.0, 0.25, 0.5, 0.5)


def test_lengths_of_recipes() -> None:
    """What ends has a duration, so that something can follow."""
    assert lrc.Tanh(1.0, 0.0, 10).duration == 10
    assert lrc.Table([0.3, 0.2, 0.1]).duration == 3
    assert lrc.Interpolation((0, 5, 9), (0.1, 1.0, 0.0)).duration == 9
    assert (lrc.Table([0.3, 0.2, 0.1]) >> lrc.Constant(0.5))(range(5)).tolist() == [
        0.3,
        0.2,
        0.1,
        0.5,
        0.5,
    ]
    assert lrc.Window(LINE, 3, 4).duration == 7


ZEROS: Final[list[tuple[lrc.Schedule, list[float]]]] = [
    (lrc.Exponential(0.5, 0.0), [0.5, 0.0, 0.0, 0.0]),
    (lrc.Exponential(0.5, 0.0, 2, staircase=True), [0.5, 0.5, 0.0, 0.0]),
    (lrc.InverseTime(0.5, 0.0), [0.5] * 4),
    (lrc.InverseTime(0.5, power=0.0), [0.5] * 4),
    (lrc.Polynomial(0.5, 0.1, 2, power=0.0), [0.5, 0.5, 0.1, 0.1]),
    (lrc.Polynomial(0.5, 0.1, 2, power=0.0, cycle=True), [0.5, 0.5, 0.1, 0.5]),
    (lrc.Polynomial(0.5, 0.1, 2, k_decay=0.0), [0.5, 0.1, 0.1, 0.1]),
    (lrc.Cosine(0.5, 0.1, 2, power=0.0), [0.5, 0.5, 0.1, 0.1]),
    (lrc.Cosine(0.5, 0.1, 2, k_decay=0.0), [0.5, 0.1, 0.1, 0.1]),
    (lrc.BoundedExponential(0.5, 0.1, 2, ratio=0.0), [0.5, 0.1, 0.1, 0.1]),
    (lrc.Sigmoid(0.5, 0.25, center=1, steepness=0.0), [0.375] * 4),
    (lrc.BiasCorrection(0.0, 0.0), [1.0] * 4),
    (lrc.StepDecay(0.5, 0.0, 2), [0.5, 0.5, 0.0, 0.0]),
    (lrc.MultiStep(0.5, 0.0, [1]), [0.5, 0.0, 0.0, 0.0]),
    (lrc.NaturalExponential(0.5, 0.0), [0.5] * 4),
    (lrc.Restarts(lrc.Linear(0.5, 0.0, 2), start_decay=0.0), [0.5, 0.25, 0.0, 0.0]),
    (lrc.Cyclic(0.0, 0.5, 1, "exp_range", gamma=0.0), [0.0, 0.0, 0.0, 0.0]),
    (lrc.Cyclic(0.0, 0.5, 1, high_decay=0.0), [0.0, 0.5, 0.0, 0.0]),
    (lrc.Warmup(lrc.Constant(0.5), 2, shape="power", power=0.0), [0.0, 0.0, 0.5, 0.5]),
]


@pytest.mark.parametrize(("schedule", "values"), ZEROS)
def test_zero_is_a_rate_a_factor_a_power_and_a_decay(
    schedule: lrc.Schedule, values: list[float], backend_and_mode: tuple[str, str]
) -> None:
    """Wherever smaller and smaller ones have a limit, that is the value; in every backend."""
    backend, mode = backend_and_mode
    got = evaluators(backend)[mode](schedule, np.arange(4), "float32")
    assert got.tolist() == np.array(values, np.float32).tolist()


def test_signs_and_quotients() -> None:
    """`-s`, `1 - s`, `s - 1`, `s - s` and `s / 2` are sums and products."""
    line = lrc.Linear(1.0, 0.0, 4)
    assert -line == -1.0 * line
    assert (1 - line)(range(5)).tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert (line - 1)(range(5)).tolist() == [0.0, -0.25, -0.5, -0.75, -1.0]
    assert (line - line)(range(5)).tolist() == [0.0] * 5
    assert (
        line / 2 == 0.5 * line or (line / 2)(range(5)).tolist() == (0.5 * line)(range(5)).tolist()
    )
    with pytest.raises(TypeError, match="unsupported operand"):
        2 / line  # type: ignore[operator]


def test_a_line_that_goes_on() -> None:
    """Down below its end and below zero, or up; it is endless."""
    down = lrc.Linear(1.0, 0.5, 4, extrapolate=True)
    assert down(range(13)).tolist() == [1.0 - t / 8 for t in range(13)]
    up = lrc.Linear(0.0, 1.0, Fraction(5, 2), extrapolate=True)
    assert up(range(6)) == pytest.approx([0.0, 0.4, 0.8, 1.2, 1.6, 2.0], rel=1e-15)
    assert down.duration is up.duration is None


def test_a_clock_that_starts_late() -> None:
    """Updates 0 and 1 are equal in systems that take the larger of 1 and the update."""
    late = lrc.From(lrc.Exponential(1.0, 0.5), 1)
    assert late(range(4)).tolist() == [0.5, 0.5, 0.25, 0.125]
    assert lrc.From(LINE, 7).duration == 60


def test_milestones_are_sorted() -> None:
    """As PyTorch does; boundaries, whose values would be mixed up, are refused by their own name."""
    assert lrc.MultiStep(1.0, 0.5, [3, 1])(range(5)).tolist() == [1.0, 0.5, 0.5, 0.25, 0.25]
    assert lrc.MultiStep(1.0, 0.5, ["2 epochs", 3]).bind(steps_per_epoch=1)(2) == 0.5
    with pytest.raises(
        lrc.InvalidScheduleError,
        match="PiecewiseConstant: the boundaries descend from 3 to 1; sort",
    ):
        lrc.PiecewiseConstant([3, 1], [1.0, 0.5, 0.25])


BETWEEN: Final[list[tuple[lrc.Schedule, list[float]]]] = [
    (
        lrc.Repeat(lrc.Linear(0.0, 1.0, 1.25) >> lrc.Linear(1.0, 0.0, 1.25)),
        [0.0, 0.8, 0.4, 0.4, 0.8],
    ),
    (lrc.Cyclic(0.0, 1.0, "0.3 steps"), [0.0, 2 / 3, 2 / 3, 0.0, 2 / 3]),
    (lrc.Mirror(lrc.Linear(0.0, 1.0, Fraction(5, 3))), [0.0, 0.6, 0.8, 0.2, 0.4]),
    (lrc.Shift(lrc.Linear(0.0, 1.0, 4), 0.5), [0.125, 0.375, 0.625, 0.875, 1.0]),
    (lrc.Cooldown(lrc.Linear(1.0, 0.0, 10), 1.5, 1), [1.0, 0.9, 0.425, 0.0, 0.0]),
    (lrc.Linear(0.0, 1.0, 2.5) >> lrc.Linear(1.0, 0.0, 2.5), [0.0, 0.4, 0.8, 0.8, 0.4]),
    (lrc.StepDecay(1.0, 0.5, 1.5), [1.0, 1.0, 0.5, 0.25, 0.25]),
    (lrc.PiecewiseConstant([1.5, 2.5], [1.0, 0.5, 0.25]), [1.0, 1.0, 0.5, 0.25, 0.25]),
    (lrc.StepDecay(1.0, 0.9, 194) * lrc.Linear(1.0, 0.0, 1 / 0.9), [1.0, 0.1, 0.0, 0.0, 0.0]),
]


@pytest.mark.parametrize(("schedule", "values"), BETWEEN)
def test_lengths_between_steps(schedule: lrc.Schedule, values: list[float]) -> None:
    """A step sees the curve where it is then."""
    assert schedule(range(5)) == pytest.approx(values, abs=1e-15)


def test_many_periods_between_steps() -> None:
    """A period of many digits does not drift, nor does the clock end."""
    wave = lrc.Repeat(lrc.Linear(0.0, 1.0, 81.89999999999999))
    for step in (527, 10**6, 10**9):
        share = Fraction(step) % Fraction("81.89999999999999") / Fraction("81.89999999999999")
        assert wave(step) == pytest.approx(float(share), abs=1e-8)
