"""A fixed share of what `tools/fuzz.py` and `tools/textbook.py` try, and faults that they have to find."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from formulas import truth
from fuzz import report
from fuzzing.targets import TARGETS
from fuzzing.workers import drawn, run
from planted import FAULTS, good
from textbook import compared, scores
from textbook import report as textbook_report

import lrcore as lrc

if TYPE_CHECKING:
    from mpmath.ctx_mp_python import _mpf as mpf


def test_random_inputs_have_acceptable_outcomes() -> None:
    """`python tools/fuzz.py` tries more of them."""
    tallies = run(TARGETS, 5_000, seed=1, workers=1)
    faults = [fault for tally in tallies.values() for fault in tally.faults]
    assert not faults, report(tallies)
    for name, tally in tallies.items():
        assert tally.outcomes.total() == 500, name
        assert tally.outcomes["valid"] > 50, f"{name}: hardly an input is valid"


def test_an_input_depends_on_its_number_alone() -> None:
    """So an input that is at fault can be tried again."""
    shown = [str(drawn(TARGETS, 5, number)[1]) for number in (0, 4, 1004)]
    assert shown == [str(drawn(TARGETS, 5, number)[1]) for number in (0, 4, 1004)]
    assert str(drawn(TARGETS, 6, 4)[1]) != shown[1]


def test_planted_faults_are_found() -> None:
    """Each of them, by the number of its input, and the inputs beside them are tried all the same."""
    targets = {good.__name__: good, **{target.__name__: target for target in FAULTS}}
    tallies = run(targets, len(targets) + 1, seed=1, workers=2, hangs=15.0)
    assert tallies["good"].outcomes == {"valid": 2}
    for place, (target, message) in enumerate(FAULTS.items(), start=1):
        ((number, text),) = tallies[target.__name__].faults
        assert number == place
        assert re.search(message, text), text
    assert report(tallies).endswith("not acceptable: 1, 2, 3, 4, 5, 6, 7, 8")


def _shared(levels: int, *, are_mappings: bool = False) -> object:
    """A list, or mapping, that stands twice in the next, and that in the next."""
    made: object = 1.0
    for _ in range(levels):
        made = {"a": made, "b": made} if are_mappings else [made, made]
    return made


ANY: Final[Any] = lrc
"""The library to those who do not check types."""

FOUND: Final[list[tuple[Callable[..., object], object, str]]] = [
    (
        lambda given: lrc.Duration("5 epochs") / given,
        Decimal("-0"),
        "a duration cannot be divided by 0",
    ),
    (lrc.Constant, _shared(30), r"Constant\.value: there are at most 65536 lists in a list"),
    (lrc.Table, range(2**21), r"Table\.values: a list has at most 1048576 entries"),
    (
        lambda given: lrc.InverseSquareRoot(0.1, 5, given),
        Decimal("NaN"),
        "InverseSquareRoot.*finite",
    ),
    (
        lambda given: lrc.export(lrc.Constant(1.0), "numpy", dtype=given),
        10**5000,
        "dtype is .*more than 40",
    ),
    (lrc.load, b"a", "load: a path is a text or a pathlib.Path; got b'a'"),
    (lrc.load, "a\0", r"load: a path is a text or a pathlib.Path; got 'a\\x00'"),
    (lrc.load, Path("\ud800"), "load: a path is a text or a pathlib.Path; got "),
    (
        lambda given: lrc.save(lrc.Constant(1.0), given),
        "\ud800",
        "save: a path is a text or a pathlib.Path",
    ),
    (
        lambda given: ANY.Sigmoid(steepness=given),
        _shared(60, are_mappings=True),
        r"Sigmoid\.start: this field is missing",
    ),
    (
        lambda given: lrc.LinearCosine(1.0, given, 0.7),
        "11.000000655651093 steps",
        "a clock beyond 2",
    ),
]


@pytest.mark.parametrize("place", range(len(FOUND)))
def test_what_was_found_is_an_error(place: int) -> None:
    """These ended in errors of Python, or in none at all."""
    call, given, message = FOUND[place]
    with pytest.raises(lrc.LrcoreError, match=message):
        call(given)


@pytest.mark.parametrize("other", [[], None, b"", object()])
def test_durations_are_not_compared_with_anything(other: Any) -> None:
    """The error is Python's own, and names the comparison."""
    with pytest.raises(TypeError, match="'<' not supported between instances of 'Duration' and"):
        _ = lrc.Duration("5 epochs") < other
    with pytest.raises(TypeError, match="unsupported operand type"):
        _ = other - lrc.Duration("5 epochs")


def test_plans_with_names_that_are_no_keywords() -> None:
    """Their representation is Python."""
    plan = ANY.Plan(**{"learning_rate": 0.1, "lambda": 0.5, "a b": 1.0})
    assert repr(plan) == "Plan(learning_rate=0.1, **{'lambda': 0.5}, **{'a b': 1.0})"
    assert eval(repr(plan), {"Plan": lrc.Plan}) == plan


def test_infinite_terms_of_opposite_signs_cause_no_warning() -> None:
    """The sum is documented to be NaN; warnings are errors here."""
    grown = lrc.Exponential(1.0, 2.0)
    for value in ((grown - grown)(5000), (grown - grown)(np.array([5000]))[0]):
        assert math.isnan(value)


def test_unsigned_integers_are_subtracted() -> None:
    """NumPy's own negative of 3 is 4294967293 here."""
    other: Any = np.uint32(3)
    assert lrc.Constant(5.0) - other == lrc.Constant(5.0) - 3


def test_random_schedules_have_the_values_of_the_textbook() -> None:
    """`python tools/textbook.py` compares more of them."""
    whole = scores(5_000, seed=1, workers=1)
    assert sum(score.points for score in whole.values()) == 5_000
    assert not any(score.faults for score in whole.values()), textbook_report(whole)


@pytest.mark.parametrize("error", [2.0**-40, -(2.0**-20)])
def test_a_wrong_formula_is_found(error: float) -> None:
    """A value that is too large or too small, in float64 and, where that is enough, in float32."""

    def wrong(schedule: lrc.Schedule, t: Fraction) -> mpf:
        return truth(schedule, t) * (1 + error)

    schedule = lrc.Cosine(0.1, 0.01, 1000)
    steps = Random(1).sample(range(1000), 50)
    assert not compared(schedule, steps, 4.0).faults
    score = compared(schedule, steps, 4.0, wrong)
    assert score.worst > 2.0**52 * abs(error) / 4
    assert len(score.faults) == 50 + score.single
    assert score.single == (0 if error > 0 else 50)


def test_a_schedule_that_is_late_by_a_step_is_found() -> None:
    """The textbook has another clock."""

    def late(schedule: lrc.Schedule, t: Fraction) -> mpf:
        return truth(schedule, max(t - 1, Fraction(0)))

    steps = range(1, 100)
    assert len(compared(lrc.Linear(1.0, 0.5, 100), steps, 4.0, late).faults) == 2 * len(steps)
