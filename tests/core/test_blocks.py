"""Many steps at once: in chunks of arrays, and in blocks for one step after another."""

from __future__ import annotations

import random
import threading
import tracemalloc
from typing import ClassVar, Final

import numpy as np
import pytest
from many_pieces import FAR, MANY

import lrcore as lrc
from lrcore.backend import Blocks, to_float32

SCHEDULES: Final[dict[str, lrc.Schedule]] = {
    "constant": lrc.Constant(0.1),
    "line": lrc.Linear(-1.0, 0.5, 30_000),
    "cosine": lrc.WarmupCosine(0.1, 500, 20_000, end=0.001),
    "wave": lrc.Cosine(1.0, 0.0, 1000, cycles=7.25),
    "noise": lrc.Linear(1.0, 0.0, 20_000) * lrc.Noise(0.9, 1.1),
    "global": lrc.Sequence((lrc.Linear(0.0, 1.0, 700), lrc.Exponential(1.0, 0.99)), clock="global"),
    "pieces": MANY["pieces"](60),
    "recipes": MANY["recipes"](60),
    "levels": lrc.StepDecay(1.0, 0.5, 3000),
    "table": lrc.Table(tuple(1 / (i + 1) for i in range(300))),
    "growing": lrc.Exponential(1e30, 1.5),
    "repeated": lrc.Repeat(lrc.Interpolation((0, 50, 120), (0.0, 1.0, 0.25))),
    "reversed": lrc.Reverse(lrc.Linear(0.0, 1.0, 20_000) >> lrc.Cosine(1.0, 0.0, 10_000)),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_an_array_of_any_length_order_and_shape(name: str) -> None:
    """The bits of a step do not depend on the steps beside it, nor on where a chunk ends."""
    schedule = SCHEDULES[name]
    rng = np.random.default_rng(1)
    for size in (0, 1, 2, 16_383, 16_384, 16_385, 33_000):
        steps = np.arange(size) - 3
        in_order = schedule(steps)
        mixed = rng.permutation(size)
        assert schedule(range(-3, size - 3)).tolist() == in_order.tolist()
        assert schedule(steps[::-1]).tolist() == in_order[::-1].tolist()
        assert schedule(steps[mixed]).tolist() == in_order[mixed].tolist()
        some = rng.integers(0, max(size, 1), min(size, 40)).tolist()
        assert [schedule(int(steps[i])) for i in some] == [in_order[i] for i in some]
    grid = rng.integers(0, 40_000, (3, 70, 90))
    assert schedule(grid).tolist() == schedule(grid.ravel()).reshape(grid.shape).tolist()
    assert schedule(grid.T).tolist() == schedule(grid).T.tolist()
    assert schedule(grid[:, ::2, ::-3]).tolist() == schedule(grid)[:, ::2, ::-3].tolist()
    assert schedule(np.array(7, np.uint8)).shape == ()
    assert schedule(np.array([7], np.uint64)).tolist() == [schedule(7)]


def test_memory_of_an_array_is_that_of_its_values() -> None:
    """Besides the values there are only the intermediate results of one chunk."""
    schedule = SCHEDULES["cosine"]
    schedule(range(10))
    tracemalloc.start()
    try:
        values = schedule(range(10**6))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert values.nbytes == 8 * 10**6
    # The large block for the allocator is never written to.
    assert peak < values.nbytes + 16 * 2**20 + 3 * 10**6


@pytest.mark.parametrize("name", SCHEDULES)
def test_blocks_have_the_values_of_the_schedule(name: str) -> None:
    """One step after another, seeks in any order, the last steps, and steps below 0."""
    schedule = SCHEDULES[name]
    for dtype in ("float32", "float64"):
        block = Blocks([schedule.ready(), lrc.Constant(0.5)], dtype)
        rng = random.Random(1)
        seeks = [rng.randrange(40_000) for _ in range(40)]
        steps = [*range(3000), *seeks, *range(500, 480, -1), *range(-3, 3)]
        steps += [2**53 - 9, *range(2**53 - 8, 2**53 + 1), 2**53 - 1, 0]
        for seek in seeks[:5]:
            steps += range(seek, seek + 30)
        wanted = [schedule(step) for step in steps]
        if dtype == "float32":
            wanted = to_float32(np.array(wanted)).tolist()
        assert [block(step) for step in steps] == [(value, 0.5) for value in wanted]


class Counting(lrc.Schedule, kind="tests.counting"):
    """A line that counts its evaluations."""

    start: lrc.Value

    evaluations: ClassVar[int] = 0

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Array:
        """`start + t`."""
        Counting.evaluations += 1
        return self.start + op.real(t)


def evaluations_of(schedule: lrc.Schedule, steps: range) -> int:
    """How often the formula runs for these steps, one after another."""
    block = Blocks([schedule.ready()], "float64")
    Counting.evaluations = 0
    for step in steps:
        block(step)
    return Counting.evaluations


def test_blocks_grow_while_steps_follow_one_another() -> None:
    """1, 4, 16, 64, 256, and then 1,024 steps; a seek begins anew."""
    schedule = Counting(0.5)
    assert evaluations_of(schedule, range(341)) == 5
    assert evaluations_of(schedule, range(341 + 10 * 1024)) == 15
    assert evaluations_of(schedule, range(0, 10_000, 2000)) == 5
    assert evaluations_of(schedule, range(99, 89, -1)) == 10


def test_exported_functions_compute_blocks() -> None:
    """A loop that asks for one step after another pays for few evaluations."""
    function = lrc.export(Counting(0.5), "numpy")
    Counting.evaluations = 0
    assert [function(step) for step in range(3000)] == [0.5 + t for t in range(3000)]
    assert Counting.evaluations < 10
    with pytest.raises(lrc.StepError, match="at most 2\\*\\*53; got 9007199254740993"):
        function(2**53 + 1)
    with pytest.raises(lrc.StepError, match="a step is an integer"):
        function(0.5)  # type: ignore[call-overload]


def test_threads_share_blocks() -> None:
    """A block is replaced as a whole: no thread sees the values of other steps."""
    block = Blocks([FAR[0].ready()], "float64")
    wrong: list[int] = []

    def run(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(3000):
            step = rng.randrange(200)
            if block(step) != (FAR[0](step),):
                wrong.append(step)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
