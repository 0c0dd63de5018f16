"""Writes `docs/accuracy.md`: how exact the reference is, and how exact others are.

`python tools/accuracy.py` writes it to the documentation, with an argument to another file.
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

This page is measured by `python tools/accuracy.py`. It needs all frameworks and about a minute, and a
test measures again and compares.

## lrcore

Every leaf and every recipe, and the options that a bound of their own applies to: {schedules} schedules
of each, those of `lrcore.testing.cases()` and others with random parameters, at {steps} steps or more,
some at boundaries, the others random, up to `2**53`. The truth is the formula in sixty digits; numbers
that a recipe works out before, such as the powers of a factor, are those float64 numbers that it keeps.

- *float32 mismatches*: values that are not the correctly rounded float32 of the truth. Every backend
  gives the same bits as the reference that is measured here; the tests compare them.
- *worst error*: of the float64 reference, in units in the last place (ulp) of float64.
- *bound*: what is promised, in the same units. Where it depends on the parameters, as with powers, it is
  the largest one, and every schedule is held to its own.

{own}

## The same schedule elsewhere

Compared are {versions},
at the steps from 0 to {last} of one schedule each. A cell has the share of the steps at which the value
is the correctly rounded float32 of the truth, and the worst error in ulp of float32; correct rounding
leaves at most 0.5. The truth is that of the parameters as they are written in the column of lrcore below.

{others}

Keras and Optax compute in float32, compiled by XLA, as in training. The parameters are rounded to float32
first; what is lost in a subtraction from one, as near the end of a decay, stays lost; and a power
multiplies the error of its base. PyTorch computes in float64, each value from the one before, and is
rounded to float32 here: over {count} steps that is exact enough.

What was called, Keras' names being those of `keras.optimizers.schedules`, and PyTorch's those of
`torch.optim.lr_scheduler` for an optimizer with the rate 0.1. A boundary of Keras is the last step with
the old value, so it is one less.

{calls}
"""


def page() -> str:
    """The whole page.

    Raises:
        AssertionError: a value is farther from the truth than is promised, or something is not measured.
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
    families = entries()
    del families["Combinations"]
    alone = {entry.__name__ for family in families.values() for entry in family}
    assert alone <= ROWS.keys(), f"not measured: {sorted(alone - ROWS.keys())}"
    head = ("Schedule", "Points", "float32 mismatches", "Worst error", "Bound")
    return _table(head, (_measure(name) for name in ROWS))


def _measure(name: str) -> tuple[str, ...]:
    """The row of a class or recipe."""
    evaluate = evaluators("numpy")["array"]
    points = mismatches = 0
    worst = bound = 0.0
    for case in schedules(name, _SCHEDULES):
        steps = probe_steps(case.schedule, _STEPS_OF_EACH, last=2**53)
        truth = [exact(case.schedule, step) for step in steps.tolist()]
        single, double = (evaluate(case.schedule, steps, dtype) for dtype in ("float32", "float64"))
        error = max(ulps(float(a), b, case.scale) for a, b in zip(double, truth, strict=True))
        assert error <= case.within, f"{case.schedule}: {error} ulp, promised are {case.within}"
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
