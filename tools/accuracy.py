"""Writes `docs/accuracy.md`: how exact lrcore is, and how exact other libraries are.

`python tools/accuracy.py` writes the page; an argument is another file to write to.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from draws import ROWS, schedules
from elsewhere import LIBRARIES, STEPS, SUBJECTS, scores, versions
from gallery import entries

from lrcore.testing import evaluators, exact, probe_steps, rounded, ulps

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "accuracy.md"

_SCHEDULES: Final = 25
_STEPS_OF_EACH: Final = 100

_PAGE: Final = """\
# Accuracy

This page says how exact the values of lrcore are, and how exact the values of other libraries are for the
same schedules. `python tools/accuracy.py` measures and writes it, and a test measures again and compares. A
*unit in the last place* (ulp) of a value is the distance between two neighboring floating-point numbers of
its size.

## lrcore

The table has a row for each schedule of the library. Options with a bound of their own have a row, too. Each
row is about {schedules} schedules: schedules of `lrcore.testing.cases()`, and schedules with random
parameters. Each schedule is evaluated at {steps} steps or more: at its boundaries, and at random steps up to
`2**53`.

The values are compared with the formula, which is computed with sixty digits. Some schedules compute numbers
in advance and keep them as float64, such as the powers of a factor. The formula is computed with these
numbers; the [descriptions](schedules.md) say how far they may change a value.

- *float32 mismatches* is the number of values that are not the correctly rounded float32 of the formula. All
  frameworks give the same bits as the NumPy reference that is measured here, which other tests compare.
- *Worst error* is the largest error of a float64 value, in ulp of float64.
- *Bound* is the largest error that is allowed, in ulp of float64. Where it depends on the parameters of a
  schedule, as with powers, the table has the largest bound of the row, and each schedule is held to its own.

The formulas are as short as exact float32 values permit, because compilers need time for each operation. An
earlier version carried a second float64 number through its formulas. Its worst errors were up to 3.6 ulp, and
up to 7.3 ulp with `k_decay`. In return, schedules compile sooner; `python tools/speed.py --before COMMIT`
measures the difference. Lines that cross zero are right where one in a hundred of their
values near zero had a wrong float32.

{own}

## The same schedule elsewhere

The table compares lrcore with
{versions}.
Each row has one schedule at the steps from 0 to {last}. A cell has the share of the steps at which the value
is the correctly rounded float32 of the formula, and the largest error in ulp of float32. Correct rounding has
errors of at most 0.5 ulp. The parameters are the decimal numbers of the calls below.

{others}

Keras and Optax compute in float32, and are compiled by XLA, as in training. They round the parameters to
float32 first. A subtraction from one loses digits, as near the end of a decay, and a power multiplies the
error of its base. PyTorch computes each value from the value before it in float64. Its values are rounded to
float32 here, and over {count} steps their errors stay too small to be seen.

These are the calls. The names of Keras are names in `keras.optimizers.schedules`. The names of PyTorch are
names in `torch.optim.lr_scheduler`, for an optimizer with the learning rate 0.1. A boundary of Keras is the
last step with the old value, so it is smaller by one.

{calls}
"""


def page() -> str:
    """The whole page.

    Raises:
        AssertionError: an error is above its bound, or a schedule has no row.
    """
    return _PAGE.format(
        schedules=_SCHEDULES,
        steps=_STEPS_OF_EACH,
        own=_own(),
        versions=versions(),
        last=STEPS - 1,
        count=f"{STEPS:,}",
        others=_others(),
        calls=_calls(),
    )


def _own() -> str:
    classes = {e.__name__ for family in entries().values() for e in family if isinstance(e, type)}
    assert classes <= ROWS.keys(), f"not measured: {sorted(classes - ROWS.keys())}"
    head = ("Schedule", "Points", "float32 mismatches", "Worst error", "Bound")
    return _table(head, (_measure(name) for name in ROWS))


def _measure(name: str) -> tuple[str, ...]:
    """A row of the table of lrcore."""
    evaluate = evaluators("numpy")["array"]
    points = mismatches = 0
    worst = bound = 0.0
    for case in schedules(name, _SCHEDULES):
        steps = probe_steps(case.schedule, _STEPS_OF_EACH, last=2**53)
        truth = [exact(case.schedule, step) for step in steps.tolist()]
        single, double = (evaluate(case.schedule, steps, dtype) for dtype in ("float32", "float64"))
        error = max(ulps(float(a), b) for a, b in zip(double, truth, strict=True))
        assert error <= case.within, f"{case.schedule}: {error} ulp, the bound is {case.within}"
        points += steps.size
        mismatches += int(np.sum(single != np.array([rounded(value) for value in truth])))
        worst, bound = max(worst, error), max(bound, case.within)
    return f"`{name}`", str(points), str(mismatches), f"{worst:.1f}", f"{bound:.1f}"


def _others() -> str:
    rows = (
        (
            subject.title,
            *("" if score is None else str(score) for score in scores(subject).values()),
        )
        for subject in SUBJECTS
    )
    return _table(("Schedule", *LIBRARIES), rows)


def _calls() -> str:
    rows = (
        (subject.title, *map(_code, (subject.lrcore, subject.keras, subject.optax, subject.torch)))
        for subject in SUBJECTS
    )
    return _table(("Schedule", *LIBRARIES), rows)


def _code(call: str | None) -> str:
    return f"`{call}`" if call else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8")
