"""Durations: exact sums, read as people write them, and resolved once so that boundaries are rounded."""

from __future__ import annotations

import copy
import json
import operator
import pickle
import re
import warnings
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrcore as lrc
from lrcore._durations import in_steps
from lrcore._durations._text import PATTERN

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
UNITS = ("rest", "run", "epochs", "samples", "tokens", "steps")
amounts = st.fractions(-(10**9), 10**9, max_denominator=10**6)
durations = st.dictionaries(st.sampled_from(UNITS), amounts).map(
    lambda terms: sum((lrc.Duration(f"1 {unit}") * n for unit, n in terms.items()), lrc.Duration(0))
)
laws = settings(max_examples=1000, deadline=None)


@laws
@given(durations, durations, durations)
def test_durations_form_a_group(a: lrc.Duration, b: lrc.Duration, c: lrc.Duration) -> None:
    """Under addition, exactly; numbers multiply every amount."""
    zero = lrc.Duration(0)
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + zero == zero + a == a
    assert a - a == a + -a == zero
    assert (a - b) + b == a
    assert 2 * a == a * 2 == a + a
    assert (a * Fraction(1, 3)) * 3 == a / 3 + a / 3 + a / 3 == a
    assert hash(a + b) == hash(b + a)
    assert bool(a) == (a != zero)


@laws
@given(durations)
def test_every_duration_is_written_so_that_it_can_be_read(duration: lrc.Duration) -> None:
    """In one form, which is also that of pickles, and a pattern of the JSON Schema."""
    assert lrc.Duration(str(duration)) == duration
    assert str(lrc.Duration(str(duration))) == str(duration)
    assert eval(repr(duration), dict(vars(lrc))) == duration
    assert pickle.loads(pickle.dumps(duration)) == copy.deepcopy(duration) == duration


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("500 steps", "500 steps"),
        ("1 step", "1 step"),
        ("500st", "500 steps"),
        ("2_000ba", "2000 steps"),
        ("2k ba", "2000 steps"),
        ("10ep", "10 epochs"),
        ("1.0 EPOCHS", "1 epoch"),
        ("+5 epochs", "5 epochs"),
        ("10 %", "0.1 run"),
        ("10%", "0.1 run"),
        ("0.1dur", "0.1 run"),
        ("run", "1 run"),
        ("2/8 run", "0.25 run"),
        ("1/3 run", "1/3 run"),
        ("300B tokens", "300000000000 tokens"),
        ("300e9 tok", "300000000000 tokens"),
        ("1.5M sp", "1500000 samples"),
        ("1 run - 500 steps", "1 run - 500 steps"),
        ("-500 steps + 1 run", "1 run - 500 steps"),
        ("5 epochs+100 steps", "5 epochs + 100 steps"),
        ("5 epochs - 5 epochs", "0 steps"),
        ("rest", "rest"),
        ("rest - 10 steps", "rest - 10 steps"),
        ("-1/3 epochs", "-1/3 epochs"),
    ],
)
def test_texts_are_read_as_people_write_them(text: str, written: str) -> None:
    """In any case, with the abbreviations of Composer, and written back in one form."""
    assert str(lrc.Duration(text)) == written
    assert lrc.Duration(text) == lrc.Duration(written)


@pytest.mark.parametrize(
    "text",
    [
        *("5 parsecs", "epochs", "5", "1/0 run", "1__0 epochs", "5 epochs\n", "nan epochs", ""),
        *(
            "5 epochs 3 steps",
            "5 epochs +",
            "- -5 steps",
            "5 stepss",
            "1e999 steps",
            "5 k",
            "²k steps",
        ),
        "1 step + " * 70 + "1 step",
    ],
)
def test_what_is_not_a_duration(text: str) -> None:
    """The message shows what is, and not more of the text than a line."""
    with pytest.raises(
        lrc.InvalidScheduleError, match='a duration is a text such as "5 e'
    ) as raised:
        lrc.Linear(0.0, 1.0, text)
    assert len(str(raised.value)) < 400


def test_numbers_are_taken_as_they_are_written() -> None:
    """A float is the decimal number that Python prints for it; equal lengths are equal numbers."""
    assert lrc.Duration(0.1) == lrc.Duration("0.1 steps") == Fraction(1, 10)
    assert lrc.Duration(Decimal("0.1")) == lrc.Duration(Fraction(1, 10))
    assert 0.1 * lrc.Duration("1 run") == lrc.Duration("10 %")
    assert lrc.Duration("500 steps") == 500
    assert hash(lrc.Duration("500 steps")) == hash(500)
    assert lrc.Duration("1 run") != 1
    assert lrc.Duration("1 run") - 500 == lrc.Duration("1 run - 500 steps")
    assert 500 - lrc.Duration("1 run") == -(lrc.Duration("1 run") - 500)
    assert lrc.Duration("1 run") + "2k steps" == lrc.Duration("1 run") + 2000
    assert dict(lrc.Duration("1 run - 500 steps").amounts) == {"run": 1, "steps": -500}


def test_comparisons_that_cannot_be_known_are_errors() -> None:
    """A longer amount of one unit is longer; 5 epochs may be more or less than 100 steps."""
    assert lrc.Duration("5 epochs") < lrc.Duration("6 epochs") <= lrc.Duration("6 epochs + 1 step")
    assert lrc.Duration("1 run") > 0
    assert lrc.Duration("100 steps") >= 100
    assert max(lrc.Duration("1 epoch"), lrc.Duration("1 epoch + 1 sample")) != lrc.Duration(
        "1 epoch"
    )
    for compare in (
        lambda: lrc.Duration("5 epochs") < 100,
        lambda: lrc.Duration("1 run") >= "1 epoch",
        lambda: max(lrc.Duration("rest"), 3),
    ):
        with pytest.raises(lrc.UnboundError, match=r"'.*' and '.*' cannot be compared before bind"):
            compare()


def test_durations_cannot_be_changed() -> None:
    """They are keys of dictionaries, and fields of schedules."""
    duration = lrc.Duration("1 run")
    with pytest.raises(AttributeError, match="a duration cannot be changed"):
        duration.x = 5
    with pytest.raises(TypeError, match="does not support item assignment"):
        duration.amounts["run"] = 5  # type: ignore[index]


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


def test_documents_keep_durations() -> None:
    """As texts, so that a recipe moves to another data set as it is."""
    assert lrc.from_json(MIXED.to_json()) == MIXED
    parts = json.loads(MIXED.to_json())["schedule"]["parts"]
    assert [part["steps"] for part in parts] == ["1000000 samples", "0.5 run", "-2 epochs"]
    assert lrc.from_json(MIXED.to_json()).fingerprint == MIXED.fingerprint
    assert eval(repr(MIXED), dict(vars(lrc))) == MIXED
    assert "steps='0.5 run'" in repr(MIXED)


def test_the_duration_of_an_unbound_schedule_is_a_sum() -> None:
    """Of whatever units its parts are given in; it is known where the longest part is."""
    warm = lrc.WarmupCosine(0.1, 500, "85 epochs")
    assert str(warm.duration) == "85 epochs + 500 steps"
    assert str(lrc.Repeat(warm >> lrc.Hold(0.0, "1 run"), times=2).duration) == (
        "2 run + 170 epochs + 1000 steps"
    )
    assert str((warm * lrc.Linear(1.0, 0.5, "85 epochs")).duration) == "85 epochs + 500 steps"
    assert str(lrc.Stretch(warm, 0.5).duration) == "42.5 epochs + 250 steps"
    assert lrc.InverseSquareRoot(0.1, "1 epoch").duration is None
    with pytest.raises(lrc.UnboundError, match="'90 epochs' and '500 steps' cannot be compared"):
        _ = (lrc.Hold(1.0, 500) * lrc.Linear(0.0, 1.0, "90 epochs")).duration


def test_a_length_that_is_not_known_is_not_a_fault() -> None:
    """Whatever computes with it is defined before it is bound."""
    unknown = lrc.Hold(1.0, 500) * lrc.Linear(0.0, 1.0, "90 epochs")
    for whole in (
        unknown >> lrc.Linear(1.0, 0.0, 10),
        lrc.Repeat(unknown, times=3),
        lrc.Reverse(unknown),
        lrc.Mirror(unknown),
        lrc.Sequence((unknown, unknown), clock="global"),
    ):
        assert lrc.from_json(whole.to_json()) == whole
        assert whole.bind(steps_per_epoch=2)(0) >= 0.0
        assert whole.bind(steps_per_epoch=20)(0) >= 0.0


@laws
@given(
    st.lists(st.integers(1, 1000), min_size=1, max_size=12),
    st.integers(1, 10**6),
    st.integers(0, 3),
)
def test_shares_of_the_run_fill_it(weights: list[int], total: int, kind: int) -> None:
    """Exactly, whatever they are, and each part ends at the step nearest to its exact end."""
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    assert sum(shares) == 1
    parts = [_part(kind + i, lrc.Duration("run") * share) for i, share in enumerate(shares)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bound = lrc.Sequence(tuple(parts)).bind(total_steps=total)
    assert bound.duration == total
    ends = list(accumulate(floor(in_steps(part.duration or 0)) for part in bound.parts))
    assert ends == [floor(share * total + Fraction(1, 2)) for share in accumulate(shares)]


def _part(kind: int, length: lrc.Duration) -> lrc.Schedule:
    """A part of this length: a leaf, a recipe of several phases, or a sequence in the sequence."""
    match kind % 4:
        case 0:
            return lrc.Cosine(1.0, 0.0, length)
        case 1:
            return lrc.WarmupStableDecay(
                1.0, length / 10, length * Fraction(2, 3), length * Fraction(7, 30)
            )
        case 2:
            return lrc.Sequence((lrc.Hold(1.0, length / 2), lrc.Linear(1.0, 0.0, length / 2)))
        case _:
            return lrc.Clip(lrc.Warmup(lrc.Hold(1.0, length / 3), length * Fraction(2, 3)), low=0.1)


def test_half_of_the_run_twice_is_the_run() -> None:
    """147 steps are 74 and 73."""
    halves = lrc.Linear(0.0, 1.0, "0.5 run") >> lrc.Cosine(1.0, 0.0, "0.5 run")
    assert halves.bind(total_steps=147) == lrc.Linear(0.0, 1.0, 74) >> lrc.Cosine(1.0, 0.0, 73)


@laws
@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(2001, 10**6))
def test_the_rest_is_what_the_other_parts_leave(before: int, after: int, total: int) -> None:
    """In the middle or at the end of a sequence, in recipes, and in parts of parts."""
    stable = lrc.WarmupStableDecay(1.0, before, "rest", after).bind(total_steps=total)
    assert stable == lrc.WarmupStableDecay(1.0, before, total - before - after, after)
    nested = lrc.Hold(1.0, before) >> lrc.Clip(lrc.WarmupCosine(1.0, after, "rest"), low=0.1)
    assert nested.bind(total_steps=total).duration == total
    factors = lrc.WarmupCosine(1.0, before, "rest") * lrc.Cooldown(lrc.Constant(1.0), "rest", after)
    assert factors.bind(total_steps=total).duration == total
    thrice = lrc.Repeat(lrc.Linear(1.0, 0.0, "rest"), times=3)
    assert thrice.bind(total_steps=3 * total).duration == 3 * total
    endless = lrc.Linear(0.0, 1.0, "rest") >> lrc.Hold(1.0, after) >> lrc.Exponential(1.0, 0.9)
    assert endless.bind(total_steps=total) == (
        lrc.Linear(0.0, 1.0, total - after) >> lrc.Hold(1.0, after) >> lrc.Exponential(1.0, 0.9)
    )


@pytest.mark.parametrize(
    ("schedule", "figures", "message"),
    [
        (
            lrc.WarmupCosine(1.0, 500, "rest"),
            {},
            r"WarmupCosine with 'rest': '1 run' needs bind\(total_steps=",
        ),
        (
            lrc.WarmupCosine(1.0, 500, "rest"),
            {"total_steps": 400},
            r"nothing is left for 'rest', the other parts last 500 steps and the run 400 steps",
        ),
        (
            lrc.InverseSquareRoot(1.0, "rest"),
            {"total_steps": 400},
            r"InverseSquareRoot\.warmup_steps: 'rest' needs a sequence of finite parts around it",
        ),
    ],
)
def test_a_rest_that_is_not_there(
    schedule: lrc.Schedule, figures: dict[str, Any], message: str
) -> None:
    """Without a run, after the run, and where nothing ends."""
    with pytest.raises(lrc.UnboundError, match=message):
        schedule.bind(**figures)


def test_schedules_in_schedules_have_rests_of_their_own() -> None:
    """What is followed until a step fills the run by itself; a pause takes its steps from the rest."""
    cooled = lrc.Cooldown(lrc.WarmupCosine(1.0, 500, "rest"), "rest", 100).bind(total_steps=1000)
    assert cooled == lrc.Cooldown(lrc.WarmupCosine(1.0, 500, 500), 900, 100)
    paused = lrc.Pause(lrc.WarmupCosine(1.0, 500, "rest"), 600, 100).bind(total_steps=1000)
    assert paused.duration == 1000
    assert paused == lrc.Pause(lrc.WarmupCosine(1.0, 500, 400), 600, 100)


def test_a_share_is_not_a_number_of_steps() -> None:
    """Below 1 it is an error, which says how a share of the run is written."""
    with pytest.raises(
        lrc.InvalidScheduleError,
        match=r"WarmupCosine\.warmup_steps: 0\.05 is less than a step; .* such as \"5 %\"",
    ):
        lrc.WarmupCosine(1.0, 0.05, "rest")
    assert lrc.Linear(0.0, 1.0, "0.5 steps")(1) == 1.0
    assert lrc.Shift(lrc.Linear(0.0, 1.0, 2), 0.5)(0) == 0.25


def test_the_schema_knows_the_texts() -> None:
    """In any case, with multipliers, sums and rests."""
    pattern = re.compile(PATTERN)
    for text in (
        "300B tokens",
        "5 Epochs",
        "1.5M sp",
        "1 RUN - 500 steps",
        "rest",
        "10 %",
        "1E3 st",
    ):
        assert pattern.search(text), text
        assert lrc.Duration(text)
    for text in ("5", "rest of it", "5 parsecs", "- -5 steps"):
        assert not pattern.search(text), text


def test_only_one_part_can_have_the_rest() -> None:
    """Two would have to share it."""
    with pytest.raises(
        lrc.InvalidScheduleError, match=r"parts\[0\] and parts\[2\] both have 'rest' as a length"
    ):
        lrc.Hold(1.0, "rest") >> lrc.Hold(0.5, 3) >> lrc.WarmupCosine(1.0, 5, "rest")
    with pytest.raises(
        lrc.InvalidScheduleError, match="WarmupCosine: warmup_steps and decay_steps both"
    ):
        lrc.WarmupCosine(1.0, "rest", "rest")


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (
            lrc.WarmupCosine(1e-3, 500, "1 run"),
            r"WarmupCosine lasts 10500 steps \('1 run \+ 500 steps'\), longer than the run of 10000 steps; "
            r"give one of its parts as \"rest\"",
        ),
        (
            lrc.Linear(0.0, 1.0, "0.1 run") >> lrc.Cosine(1.0, 0.0, "0.8 run"),
            r"Sequence lasts 9000 steps \('0\.9 run'\), shorter than the run of 10000 steps",
        ),
    ],
)
def test_parts_that_do_not_fill_the_run_are_reported(schedule: lrc.Schedule, message: str) -> None:
    """By a warning: a run that is cut short, or that goes on at the last value, may be meant."""
    with pytest.warns(lrc.RunLengthWarning, match=message):
        schedule.bind(total_steps=10_000)


def test_lengths_that_say_nothing_of_the_run_are_not_reported() -> None:
    """A single part, lengths in epochs, an endless schedule, and shares that fill the run."""
    for schedule in (
        lrc.Linear(0.0, 1.0, "0.1 run"),
        lrc.WarmupCosine(1.0, "1 epoch", "5 epochs"),
        lrc.InverseSquareRoot(1.0, "0.1 run"),
        lrc.WarmupCosine(1.0, "0.1 run", "0.9 run"),
        lrc.WarmupCosine(1.0, 500, "1 run - 500 steps"),
    ):
        schedule.bind(total_steps=10_000, steps_per_epoch=7)


@laws
@given(st.decimals(0, 1000, places=4), st.integers(1, 10**6))
def test_the_rounding_rule(amount: object, per_epoch: int) -> None:
    """The nearest number of steps to the exact product, halves up."""
    bound = lrc.Linear(0.0, 1.0, f"{amount} epochs").bind(steps_per_epoch=per_epoch)
    assert bound.steps == floor(Fraction(str(amount)) * per_epoch + Fraction(1, 2))


@laws
@given(st.integers(1, 10**5), st.integers(1, 10**5), st.integers(1, 10**4), st.integers(1, 10**6))
def test_binding_twice_is_binding_once(a: int, b: int, c: int, d: int) -> None:
    """A bound schedule has nothing left to bind, and is returned as it is."""
    bound = MIXED.bind(steps_per_epoch=a, total_steps=b, batch_size=c, tokens_per_step=d)
    assert bound.bind(steps_per_epoch=a, total_steps=b, batch_size=c, tokens_per_step=d) is bound
    assert bound.bind() is bound
    assert bound.unbound == ()


def test_what_bind_is_given_follows_from_each_other() -> None:
    """Epochs, steps and samples of an epoch give the run; samples and their length give tokens."""
    tenth = lrc.Linear(0.0, 1.0, "0.1 run")
    assert tenth.bind(epochs=30, steps_per_epoch=225).steps == 675
    assert tenth.bind(epochs=30, steps_per_epoch=225, total_steps=6750).steps == 675
    assert tenth.bind(epochs=2.5, steps_per_epoch=100).steps == 25
    as_in_a_file: Any = 1e4
    assert tenth.bind(total_steps=as_in_a_file).steps == 1000
    assert tenth.bind(epochs=30, dataset_size=14_400, batch_size=64).steps == 675
    assert lrc.Linear(0.0, 1.0, "3 epochs").bind(total_steps=100, epochs=10).steps == 30
    numpy: Any = np.int64(100)
    assert lrc.Linear(0.0, 1.0, "1/3 run").bind(total_steps=numpy).steps == 33
    samples = lrc.Linear(0.0, 1.0, "1024 samples")
    assert samples.bind(batch_size=8, gradient_accumulation=4, world_size=2).steps == 16
    tokens = lrc.Linear(0.0, 1.0, "1M tokens")
    assert tokens.bind(tokens_per_step=1000).steps == 1000
    assert tokens.bind(sequence_length=250, batch_size=2, world_size=2).steps == 1000


@pytest.mark.parametrize(
    ("figures", "steps"),
    [
        ({"batch_size": 64}, 157),
        ({"batch_size": 64, "drop_last": True}, 156),
        ({"batch_size": 64, "gradient_accumulation": 4}, 40),
        ({"batch_size": 64, "drop_last": True, "gradient_accumulation": 4}, 39),
        ({"batch_size": 16, "world_size": 3}, 209),
        ({"batch_size": 16, "world_size": 3, "drop_last": True}, 208),
    ],
)
def test_an_epoch_of_ten_thousand_samples(figures: dict[str, Any], steps: int) -> None:
    """As data loaders and samplers of PyTorch count it; an update may have fewer batches at the end."""
    bound = lrc.Linear(0.0, 1.0, "1 epoch").bind(dataset_size=10_000, **figures)
    assert bound.steps == steps


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
            r"total_steps=10000 contradicts epochs=50 of 225 steps, which makes 11250",
        ),
        (
            {**FIGURES, "dataset_size": 6400},
            r"steps_per_epoch=225 contradicts dataset_size=6400 with batch_size=64, which makes 100",
        ),
        (
            {**FIGURES, "sequence_length": 128},
            r"tokens_per_step=1024 contradicts sequence_length=128 with batch_size=64, which makes 8192",
        ),
        ({"dataset_size": 6400}, "dataset_size needs batch_size; give both"),
        ({"sequence_length": 128}, "sequence_length needs batch_size; give both"),
        (
            {"dataset_size": 10, "batch_size": 64, "drop_last": True},
            "dataset_size=10 with drop_last leaves no batch of batch_size=64",
        ),
        ({"drop_last": "False"}, "bind: drop_last is True or False; got 'False'"),
    ],
)
def test_what_cannot_be_bound(figures: dict[str, Any], message: str) -> None:
    """A missing argument, one that is no number of things, and two that contradict each other."""
    with pytest.raises(lrc.UnboundError, match=message):
        MIXED.bind(**figures)


def test_the_arguments_of_bind_are_its_own() -> None:
    """Python refuses a name that is not one of them, and editors show those that are."""
    with pytest.raises(TypeError, match="unexpected keyword argument 'batchsize'"):
        MIXED.bind(batchsize=64)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lrc.Linear(0.0, 1.0, "-1 epochs"), r"Linear\.steps: a length here is at least 0"),
        (
            lambda: lrc.Exponential(1.0, 0.5, "0 epochs"),
            r"Exponential\.steps: .*equal to 1; got '0 epochs'",
        ),
        (lambda: lrc.Exponential(1.0, 0.5, -0.5), r"Exponential\.steps: a length here is above 0"),
        (
            lambda: lrc.Exponential(1.0, 0.5, "-1 run"),
            r"Exponential\.steps: a length here is above 0",
        ),
        (
            lambda: lrc.Linear(0.0, 1.0, "rest - 10 steps"),
            r"Linear\.steps: 'rest' is a length by itself",
        ),
        (lambda: lrc.Duration("a while"), "a duration is a text such as .* got 'a while'$"),
        (lambda: lrc.Duration("5 epoches"), "got '5 epoches', where 'epoches' is not a unit$"),
        (lambda: lrc.Duration("1 run - 500"), "got '1 run - 500', where 500 has no unit, such as"),
        (
            lambda: lrc.WarmupCosine(0.1, 500, "1 run - 500 steps").bind(total_steps=400),
            r"decay_steps: in this run '1 run - 500 steps' is -100 steps",
        ),
        (lambda: lrc.Duration(float("nan")), "a finite number is needed; got NaN"),
        (lambda: lrc.Duration(10**50), "the numbers of a duration have at most 40 digits"),
        (lambda: lrc.Duration(None), r"a duration is a text or a number; got None"),  # type: ignore[arg-type]
        (lambda: lrc.Duration(True), r"a duration is a text or a number; got True"),
    ],
)
def test_durations_that_no_field_can_hold(make: Callable[[], object], message: str) -> None:
    """Told when they are given, not when they are bound."""
    with pytest.raises(lrc.InvalidScheduleError, match=message):
        make()


def test_an_unbound_schedule_is_not_evaluated(backend_and_mode: tuple[str, str]) -> None:
    """Not by itself, and not by any backend: the error names the field and the missing argument."""
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


@pytest.mark.parametrize("act", [operator.add, operator.sub, operator.mul])
def test_arrays_are_no_durations(act: Callable[[object, object], object]) -> None:
    """NumPy would make an array of durations, entry by entry."""
    array = np.arange(3)
    for pair in ((lrc.Duration("1 run"), array), (array, lrc.Duration("1 run"))):
        with pytest.raises(
            TypeError, match=r"not implemented for|unsupported operand|not support ufuncs"
        ):
            act(*pair)
    assert act(lrc.Duration(8), np.float64(2.0)) == act(lrc.Duration(8), 2)


def test_the_longest_duration_comes_back_from_its_text() -> None:
    """With fractions of forty digits of every unit."""
    large, larger = 10**40 - 1, 10**40 - 3
    units = ("rest", "run", "epochs", "samples", "tokens", "steps")
    longest = sum((lrc.Duration(f"{large}/{larger} {unit}") for unit in units), lrc.Duration(0))
    assert len(str(longest)) > 500
    assert lrc.Duration(str(longest)) == longest
