"""Durations: read, kept, resolved once by one rule, and refused where they contradict."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrcore as lrc

EPOCHS = lrc.PiecewiseConstant(("20 epochs", "60 epochs", "100 epochs"), (0.1, 0.01, 0.001, 0.0001))
MIXED = (
    lrc.Linear(0.0, 0.1, "1_000_000 samples")
    >> lrc.Cosine(0.1, 0.01, "0.5 run")
    >> lrc.Shift(lrc.Staircase(lrc.Exponential(0.01, 0.5, "3e6 tokens"), "1 epoch"), "-2 epochs")
)
FIGURES: dict[str, Any] = {
    "steps_per_epoch": 225,
    "total_steps": 10_000,
    "batch_size": 64,
    "tokens_per_step": 1024,
}


def test_a_piecewise_rate_given_in_epochs() -> None:
    """At 225 steps per epoch step 4499 keeps the first value, step 4500 has the second."""
    bound = EPOCHS.bind(steps_per_epoch=225)
    assert bound == lrc.PiecewiseConstant((4500, 13500, 22500), (0.1, 0.01, 0.001, 0.0001))
    assert bound(np.array([4499, 4500])).tolist() == [0.1, 0.01]


@pytest.mark.parametrize(("factor", "after"), [(0.5, 0.05), (0.1, 0.01)])
def test_a_decay_every_five_epochs(factor: float, after: float) -> None:
    """Halved, or a tenth, every five epochs, whatever an epoch is."""
    for epoch in (1, 938, 1875):
        schedule = lrc.StepDecay(0.1, factor, "5 epochs").bind(steps_per_epoch=epoch)
        assert schedule(5 * epoch - 1) == 0.1
        assert schedule(5 * epoch) == pytest.approx(after, rel=1e-15)


def test_every_place_of_steps_takes_a_duration() -> None:
    """In fields, in tuples, ahead and behind, in recipes, and inside of other schedules."""
    assert MIXED.bind(**FIGURES) == (
        lrc.Linear(0.0, 0.1, 15_625)
        >> lrc.Cosine(0.1, 0.01, 5000)
        >> lrc.Shift(lrc.Staircase(lrc.Exponential(0.01, 0.5, 2930), 225), -450)
    )
    points = lrc.Interpolation(("1 epoch", "0.5 run"), (0.1, 1.0)).bind(**FIGURES)
    assert points == lrc.Interpolation((225, 5000), (0.1, 1.0))
    longer = lrc.Pause(lrc.Linear(0.0, 1.0, "1 run"), "1 epoch", "2 epochs").bind(**FIGURES)
    assert longer == lrc.Pause(lrc.Linear(0.0, 1.0, 10_000), 225, 450)
    cycle = lrc.Cyclic(0.1, 1.0, "2 epochs", "triangular2").bind(steps_per_epoch=7)
    assert cycle == lrc.Cyclic(0.1, 1.0, 14, "triangular2")
    warm = lrc.WarmupStableDecay(1.0, "0.1 run", "0.7 run", "0.2 run").bind(total_steps=50)
    assert warm == lrc.WarmupStableDecay(1.0, 5, 35, 10)


def test_documents_keep_durations() -> None:
    """As texts, so that a recipe moves to another data set as it is."""
    assert lrc.from_json(MIXED.to_json()) == MIXED
    parts = json.loads(MIXED.to_json())["schedule"]["parts"]
    assert [part["steps"] for part in parts] == ["1000000 samples", "0.5 run", "-2 epochs"]
    assert lrc.from_json(MIXED.to_json()).fingerprint == MIXED.fingerprint
    assert eval(repr(MIXED), dict(vars(lrc))) == MIXED


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1 epoch", "1 epochs"),
        ("1.0 epochs", "1 epochs"),
        ("+5 epochs", "5 epochs"),
        ("300e9 tokens", "300_000_000_000 tokens"),
        ("1_000 samples", "1e3 samples"),
        ("0.10 run", "0.1 run"),
        ("2/8 run", "0.25 run"),
    ],
)
def test_equal_durations_are_equal(text: str, same: str) -> None:
    """However they are written."""
    assert lrc.Linear(0.0, 1.0, text) == lrc.Linear(0.0, 1.0, same)
    assert lrc.Linear(0.0, 1.0, text).fingerprint == lrc.Linear(0.0, 1.0, same).fingerprint


@settings(max_examples=1000)
@given(st.decimals(0, 1000, places=4), st.integers(1, 10**6))
def test_the_rounding_rule(amount: object, per_epoch: int) -> None:
    """The nearest number of steps to the exact product, halves up."""
    bound = lrc.Linear(0.0, 1.0, f"{amount} epochs").bind(steps_per_epoch=per_epoch)
    assert bound.steps == floor(Fraction(str(amount)) * per_epoch + Fraction(1, 2))


@settings(max_examples=1000)
@given(st.integers(1, 10**5), st.integers(1, 10**5), st.integers(1, 10**4), st.integers(1, 10**6))
def test_binding_twice_is_binding_once(a: int, b: int, c: int, d: int) -> None:
    """A bound schedule has nothing left to bind, and is returned as it is."""
    bound = MIXED.bind(steps_per_epoch=a, total_steps=b, batch_size=c, tokens_per_step=d)
    assert bound.bind(steps_per_epoch=a, total_steps=b, batch_size=c, tokens_per_step=d) is bound
    assert bound.bind() is bound
    assert bound.unbound == ()


def test_figures_follow_from_each_other() -> None:
    """Epochs and steps per epoch give the run, the run and its epochs the steps per epoch."""
    tenth = lrc.Linear(0.0, 1.0, "0.1 run")
    assert tenth.bind(epochs=30, steps_per_epoch=225).steps == 675
    assert tenth.bind(epochs=30, steps_per_epoch=225, total_steps=6750).steps == 675
    assert lrc.Linear(0.0, 1.0, "3 epochs").bind(total_steps=100, epochs=10).steps == 30
    assert lrc.Linear(0.0, 1.0, "1/3 run").bind(total_steps=np.int64(100)).steps == 33  # type: ignore[arg-type]
    samples = lrc.Linear(0.0, 1.0, "1024 samples")
    assert samples.bind(batch_size=8, gradient_accumulation=4, world_size=2).steps == 16


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({}, r"Sequence\.parts\[0\]\.steps: '1000000 samples' needs bind\(batch_size="),
        ({"batch_size": 64}, r"Sequence\.parts\[1\]\.steps: '0\.5 run' needs bind\(total_steps="),
        ({**FIGURES, "steps_per_epoch": 0}, "steps_per_epoch is an integer above 0; got 0"),
        ({**FIGURES, "batch_size": 2.5}, r"batch_size is an integer above 0; got 2\.5"),
        ({**FIGURES, "world_size": True}, "world_size is an integer above 0; got True"),
        ({**FIGURES, "epochs": float("inf")}, "epochs is a number above 0; got inf"),
        (
            {**FIGURES, "epochs": 50},
            r"total_steps=10000 contradicts epochs=50 of steps_per_epoch=225",
        ),
        ({**FIGURES, "batchsize": 64}, "there is no figure 'batchsize'; there are"),
    ],
)
def test_what_cannot_be_bound(figures: dict[str, Any], message: str) -> None:
    """A missing figure, one that is no number of things, and two that contradict each other."""
    with pytest.raises(lrc.UnboundError, match=message):
        MIXED.bind(**figures)


@pytest.mark.parametrize(
    "text",
    [
        "5 parsecs",
        "epochs",
        "5",
        "5epochs",
        "1/0 run",
        "1__0 epochs",
        "5 epochs\n",
        "nan epochs",
        "",
    ],
)
def test_what_is_not_a_duration(text: str) -> None:
    """The message shows what is."""
    with pytest.raises(lrc.InvalidScheduleError, match=r"a duration is a number of epochs.*got"):
        lrc.Linear(0.0, 1.0, text)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lrc.Linear(0.0, 1.0, "-1 epochs"), r"Linear\.steps: a duration here is at least 0"),
        (lambda: lrc.Exponential(1.0, 0.5, "0 epochs"), r"Exponential\.steps: .* is above 0; got"),
        (
            lambda: lrc.Linear(0.0, 1.0, (lrc.Hold(1.0, "1 run") >> lrc.Hold(1.0, 1)).duration or 0),
            r"Linear\.steps: a sum of durations is known after bind only",
        ),
        (lambda: lrc.Duration(0.5, "run"), r"Duration\.amount: .* fractions\.Fraction; got 0\.5"),  # type: ignore[arg-type]
        (
            lambda: lrc.Duration(1, "parsecs"),
            r"Duration\.unit: there is no unit 'parsecs'; there are",
        ),
        (lambda: lrc.Duration.parse("a while"), "a duration is a number of epochs.*got 'a while'"),
    ],
)
def test_durations_that_no_field_can_hold(make: Callable[[], object], message: str) -> None:
    """Told when they are given, not when they are bound."""
    with pytest.raises(lrc.InvalidScheduleError, match=message):
        make()


@settings(max_examples=1000)
@given(st.fractions(), st.sampled_from(["epochs", "run", "samples", "tokens"]))
def test_every_amount_is_written_so_that_it_can_be_read(amount: Fraction, unit: str) -> None:
    """Decimal where that is exact, as a fraction elsewhere."""
    duration = lrc.Duration(amount, unit)
    assert lrc.Duration.parse(str(duration)) == duration


def test_an_unbound_schedule_is_not_evaluated(backend_and_mode: tuple[str, str]) -> None:
    """Not by itself, and not by any backend: the error names the field and the missing figure."""
    from lrcore.testing import evaluators

    message = r"PiecewiseConstant\.boundaries\[0\] is '20 epochs', .* bind\(steps_per_epoch="
    with pytest.raises(lrc.UnboundError, match=message):
        EPOCHS(3)
    with pytest.raises(lrc.UnboundError, match=message):
        EPOCHS(range(3))
    with pytest.raises(lrc.UnboundError, match=message):
        lrc.export(EPOCHS, "numpy")
    backend, mode = backend_and_mode
    with pytest.raises(lrc.UnboundError, match=message):
        evaluators(backend)[mode](EPOCHS, np.arange(3), "float32")


def test_what_binding_brings_out_of_range_is_refused() -> None:
    """A period of no steps is as wrong after binding as before."""
    with pytest.raises(lrc.InvalidScheduleError, match=r"Exponential\.steps: .*equal to 1; got 0"):
        lrc.Exponential(1.0, 0.5, "0.001 epochs").bind(steps_per_epoch=10)


def test_unknown_lengths_stay_unknown() -> None:
    """Definitions that add lengths up accept durations; only their evaluation needs numbers."""
    known, unknown = lrc.Linear(0.0, 0.1, 15_625), lrc.Linear(1.0, 0.0, "5 epochs")
    whole = lrc.Repeat(known >> unknown, times=3)
    assert whole.bind(steps_per_epoch=2).duration == 3 * (15_625 + 10)
    assert lrc.Reverse(lrc.Linear(0.0, 1.0, "5 epochs")).bind(steps_per_epoch=2)(0) == 1.0
    with pytest.raises(lrc.InvalidScheduleError, match="Constant, is endless"):
        lrc.Sequence((lrc.Constant(1.0), lrc.Linear(0.0, 1.0, "5 epochs")))
