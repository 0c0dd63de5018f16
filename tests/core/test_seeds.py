"""The systems that lrcore starts from, with their exact numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import lrcore as lrc
from lrcore.backend import to_float32


def test_exponential_decay_by_steps() -> None:
    """`exponential_decay(0.1, step, 100000, 0.96)`, with a staircase and without."""
    stairs = lrc.Exponential(0.1, 0.96, 100_000, staircase=True)
    smooth = lrc.Exponential(0.1, 0.96, 100_000)
    assert stairs(np.array([0, 99_999, 100_000, 250_000])).tolist() == [
        0.1,
        0.1,
        0.1 * 0.96,
        pytest.approx(0.1 * 0.96**2, rel=1e-15),
    ]
    assert smooth(100_000) == 0.1 * 0.96
    assert smooth(50_000) == pytest.approx(0.1 * math.sqrt(0.96), rel=1e-15)


def test_exponential_decay_by_examples() -> None:
    """`exponential_decay(0.01, batch * 64, 60000, 0.95, staircase)`: examples are a unit."""
    schedule = lrc.Exponential(0.01, 0.95, "60_000 samples", staircase=True)
    # 60000 / 64 is not whole; as a fraction it is exact.
    by_examples = lrc.Exponential(0.01, 0.95, Fraction(60_000, 64), staircase=True)
    assert schedule.bind(batch_size=64) == lrc.Exponential(0.01, 0.95, 938, staircase=True)
    for batch in (0, 937, 938, 1874, 1875, 10_000):
        exact = 0.01 * 0.95 ** (batch * 64 // 60_000)
        assert by_examples(batch) == pytest.approx(exact, rel=1e-15)


def test_a_piecewise_rate_in_epochs() -> None:
    """`[0,19] [20,59] [60,99] [100,inf)` epochs of 225 steps: 0.1, 0.01, 0.001, 0.0001."""
    schedule = lrc.PiecewiseConstant(
        ("20 epochs", "60 epochs", "100 epochs"), (0.1, 0.01, 0.001, 0.0001)
    ).bind(steps_per_epoch=225)
    assert schedule(4499) == 0.1
    assert schedule(4500) == 0.01
    last_and_first = np.array([13_499, 13_500, 22_499, 22_500])
    assert schedule(last_and_first).tolist() == [0.01, 0.001, 0.001, 0.0001]


def test_the_printed_table() -> None:
    """Steps 0 to 2 of `exponential_decay(1.0, step, 100000, 0.96)` as float32 arithmetic printed them.

    The exact value at step 1 is 0.99999959178...; the printed one is a float32 next to it.
    """
    schedule = lrc.Exponential(1.0, 0.96, 100_000)
    printed = np.array([1.0, 0.9999996423721313, 0.9999992251396179], dtype=np.float32)
    right = to_float32(schedule(range(3)))
    assert right[0] == printed[0]
    assert right[1] == np.nextafter(printed[1], np.float32(0))
    assert schedule(1) == pytest.approx(math.exp(math.log(0.96) / 100_000), rel=1e-15)


def test_the_cyclical_rate() -> None:
    """1e-4 to 1e-2, a half cycle of 2 * 937 steps, halved with every cycle."""
    schedule = lrc.Cyclic(1e-4, 1e-2, 2 * 937, mode="triangular2")
    for t in (0, 1, 937, 1873, 1874, 1875, 3748, 5622, 9999):
        cycle = math.floor(1 + t / (2 * 1874))
        x = abs(t / 1874 - 2 * cycle + 1)
        exact = 1e-4 + (1e-2 - 1e-4) * max(0.0, 1 - x) / 2 ** (cycle - 1)
        assert schedule(t) == pytest.approx(exact, rel=1e-12)


def test_the_range_test_and_one_cycle() -> None:
    """The rate rises until the loss does not fall any more; then one cycle below that rate."""
    found = lrc.RangeTest(1e-5, 1.0, 100)
    assert found(0) == 1e-5
    assert found(20) == pytest.approx(1e-4, rel=1e-14)
    assert found(100) == 1.0
    cycle = lrc.OneCycle(0.01, 0.1, 1e-4, 90, pct_start=0.5, shape="linear")
    assert (cycle(0), cycle(45), cycle(90)) == (0.01, 0.1, 1e-4)


@pytest.mark.parametrize("factor", [0.5, 0.1])
def test_a_decay_every_five_epochs(factor: float) -> None:
    """Halve every five epochs, or times 0.1."""
    schedule = lrc.StepDecay(0.1, factor, "5 epochs").bind(steps_per_epoch=937)
    assert schedule(5 * 937 - 1) == 0.1
    assert schedule(5 * 937) == 0.1 * factor
    assert schedule(50 * 937) == pytest.approx(0.1 * factor**10, rel=1e-14)


def test_the_step_size_of_adam() -> None:
    """`lr * sqrt(1 - beta2**t) / (1 - beta1**t)` with (0.001, 0.9, 0.999), t counted from 1."""
    schedule = 0.001 * lrc.BiasCorrection(0.9, 0.999)
    for update in (0, 1, 9, 99, 9999):
        t = update + 1
        exact = 0.001 * math.sqrt(-math.expm1(t * math.log(0.999))) / -math.expm1(t * math.log(0.9))
        assert schedule(update) == pytest.approx(exact, rel=1e-15)
    assert schedule(0) == pytest.approx(0.001 * math.sqrt(0.001) / 0.1, rel=1e-13)
    assert schedule(10**6) == 0.001


def test_a_scheduled_clip_norm() -> None:
    """Any hyper-parameter can follow a schedule, a clipping norm as well."""
    plan = lrc.Plan(learning_rate=0.1, clip_norm=lrc.Exponential(5.0, 0.5, "1 epoch"))
    bound = plan.bind(steps_per_epoch=100)
    assert [bound(step)["clip_norm"] for step in (0, 100, 200)] == [5.0, 2.5, 1.25]
