"""Compares values with the usual formulas of textbooks, and prints how far they are away.

`python tools/textbook.py --points 1000000` draws random schedules of every class and compositions of them, and
evaluates each at some steps up to 2**53. The values are compared with those of `formulas`, which share no code
with the schedules and are computed with sixty digits. The exit status is 1 if a float64 value is farther away
than `lrcore.testing.float64_bound` allows, or if a float32 value is not the correctly rounded one. Steps at
which float64 cannot tell to which float32 a value rounds are counted as straddles.

Nothing is drawn whose digits cancel by its nature: all values are above 0, and no line falls beyond its end.
Cycles that grow by 1.5 without an end are not drawn either: their lengths are rounded, as is documented.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Final

import mpmath
import numpy as np
from draws import ROWS, Row, composition
from formulas import truth

import lrcore as lrc
from lrcore.testing import evaluators, float64_bound, probe_steps, rounded, ulps
from lrcore.testing._exact import DIGITS, is_straddled

if TYPE_CHECKING:
    from mpmath.ctx_mp_python import _mpf as mpf

_STEPS_OF_EACH: Final = 20
_CHUNK: Final = 10
_SMALLEST: Final = 2.0**-126
"""Magnitudes below this are 0 by definition: they are subnormal numbers of float32."""

_ROWS: Final = {**ROWS, "compositions": Row(composition)}
_HEAD: Final = f"{'class':<30}{'points':>9}{'float32':>9}{'straddles':>11}{'ulp':>7}{'bound':>7}"


@dataclass
class Score:
    """How the values of a row compare with the textbook's.

    Attributes:
        points: how many values were compared.
        single: how many float32 values are not correctly rounded, without straddles.
        straddles: at how many steps float64 cannot tell to which float32 the value rounds.
        worst: the largest error of a float64 value, in ulp.
        bound: the largest of the bounds of the schedules.
        faults: the values that are wrong.
    """

    points: int = 0
    single: int = 0
    straddles: int = 0
    worst: float = 0.0
    bound: float = 0.0
    faults: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Adds the points of `other`."""
        self.points += other.points
        self.single += other.single
        self.straddles += other.straddles
        self.worst = max(self.worst, other.worst)
        self.bound = max(self.bound, other.bound)
        self.faults += other.faults


def compared(
    schedule: lrc.Schedule,
    steps: Sequence[int],
    within: float,
    formula: Callable[[lrc.Schedule, Fraction], mpf] = truth,
) -> Score:
    """The values of a schedule beside those of the textbook.

    Args:
        schedule: the schedule.
        steps: where it is evaluated.
        within: the bound for float64 values, in ulp.
        formula: the textbook.
    """
    evaluate = evaluators("numpy")["array"]
    given = np.array(steps, dtype=np.int64)
    score = Score(points=len(steps), bound=within)
    pairs = zip(
        steps,
        evaluate(schedule, given, "float64"),
        evaluate(schedule, given, "float32"),
        strict=True,
    )
    with mpmath.workdps(DIGITS):
        for step, double, single in pairs:
            value = formula(schedule, Fraction(step))
            value = mpmath.mpf(0) if abs(value) < _SMALLEST else value
            error, wanted = ulps(float(double), value), rounded(value)
            score.worst = max(score.worst, error)
            if not error <= within:
                score.faults.append(
                    f"{schedule!r} at {step}: {float(double)!r}, {error:.1f} ulp away"
                )
            if single != wanted and is_straddled(single, wanted, value, within):
                score.straddles += 1
            elif single != wanted:
                score.single += 1
                score.faults.append(
                    f"{schedule!r} at {step}: float32 {single!r} in place of {wanted!r}"
                )
    return score


def drawn(seed: int, number: int) -> tuple[str, lrc.Schedule, list[int], float]:
    """The schedule `number`, with the name of its row, its steps and its bound."""
    name = list(_ROWS)[number % len(_ROWS)]
    rng = Random(f"{seed} {name} {number}")
    schedule = _drawn(_ROWS[name], rng)
    known = probe_steps(schedule, 3 * _STEPS_OF_EACH, last=2**53).tolist()
    steps = rng.sample(known, _STEPS_OF_EACH)
    return name, schedule, steps, min(float64_bound(schedule), _ROWS[name].within)


def _drawn(row: Row, rng: Random) -> lrc.Schedule:
    while True:
        try:
            schedule = row.draw(rng)
        except lrc.InvalidScheduleError:  # such as a decay from a part that has reached 0
            continue
        if not _is_rounded(schedule):
            return schedule


def _is_rounded(schedule: lrc.Schedule) -> bool:
    """Whether exact lengths need a clock that is finer than 53 bits, so that they are rounded."""
    if not isinstance(schedule, lrc.Restarts):
        return False
    return schedule.growth.denominator > 1 and schedule.cycles is None


def _measured(seed: int, numbers: range) -> dict[str, Score]:
    found: dict[str, Score] = {}
    for number in numbers:
        name, schedule, steps, within = drawn(seed, number)
        found.setdefault(name, Score()).add(compared(schedule, steps, within))
    return found


def scores(points: int, *, seed: int, workers: int) -> dict[str, Score]:
    """The scores of all rows, of about as many points in all."""
    count = -(-points // _STEPS_OF_EACH)
    chunks = [range(i, min(i + _CHUNK, count)) for i in range(0, count, _CHUNK)]
    whole = {name: Score() for name in _ROWS}
    for found in _mapped(partial(_measured, seed), chunks, workers):
        for name, score in found.items():
            whole[name].add(score)
    return whole


def _mapped(
    measured: Callable[[range], dict[str, Score]], chunks: list[range], workers: int
) -> Iterator[dict[str, Score]]:
    if workers == 1:
        yield from map(measured, chunks)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(measured, chunks)


def report(whole: dict[str, Score]) -> str:
    """The table, and what is wrong."""
    total = Score()
    for score in whole.values():
        total.add(score)
    lines = [_HEAD]
    lines += [
        f"{name:<30}{score.points:>9}{score.single:>9}{score.straddles:>11}"
        f"{score.worst:>7.1f}{score.bound:>7.1f}"
        for name, score in {**whole, "all": total}.items()
    ]
    return "\n".join([*lines, *total.faults])


def main() -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=20_000, help="how many values are compared")
    parser.add_argument("--seed", type=int, default=1, help="other schedules for another number")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    given = parser.parse_args()
    whole = scores(given.points, seed=given.seed, workers=given.workers)
    print(report(whole))
    return 1 if any(score.faults for score in whole.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
