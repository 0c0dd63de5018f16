"""Schedules with lengths between steps, against a finer clock."""

from __future__ import annotations

import operator
from fractions import Fraction
from math import ceil
from typing import Final

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_schedules import (
    Form,
    above_zero,
    between,
    clocks,
    conventions,
    counts,
    cyclic,
    cyclic_options,
    exponents,
    interpolated,
    joined,
    lengths,
    levels,
    longer,
    on_other_clocks,
    over_one,
    pcts,
    periods,
    ratios,
    repeated,
    restarted,
    restarts_options,
    rising,
    shaped,
    shares,
    smooth,
    values,
    whole_periods,
)

import lrcore as lrc
from lrcore._durations import in_steps

CLOCK: Final = 84
"""A clock on which all lengths here are integers."""

SMOOTH: Final[list[Form]] = [
    st.builds(levels, st.lists(st.tuples(lengths, values), max_size=3), values),
    st.builds(lrc.Linear, values, values, lengths),
    st.builds(rising, values, values, periods),
    st.builds(lrc.Polynomial, values, values, lengths, exponents),
    st.builds(lrc.Polynomial, values, values, periods, exponents, cycle=st.just(True)),
    st.builds(lrc.Cosine, values, values, lengths, ratios),
    st.builds(lrc.InverseLinear, above_zero, above_zero, lengths),
    st.builds(lrc.BoundedExponential, values, values, lengths, shares),
    st.builds(lrc.Exponential, values, shares, periods, st.booleans()),
    st.builds(lrc.InverseTime, values, above_zero, periods, exponents, st.booleans()),
    st.builds(lrc.WarmupCosine, values, lengths, lengths, values, values),
    shaped(lrc.WarmupStableDecay, values, lengths, lengths, lengths, start=values, end=values),
    st.builds(cyclic, values, values, periods, st.fixed_dictionaries({"down_steps": lengths})),
    st.builds(lrc.InverseSquareRoot, values, lengths, periods, values),
    st.builds(lrc.MultiStep, values, shares, st.lists(lengths, max_size=3)),
    st.builds(interpolated, st.lists(st.tuples(lengths, values), min_size=1, max_size=3), smooth),
    st.builds(lrc.Tanh, values, values, periods),
]
"""Schedules that have values between steps."""


def _smoothly_changed(form: Form) -> st.SearchStrategy[Form]:
    return st.sampled_from(
        [
            st.builds(repeated, form, periods, st.none() | counts),
            st.builds(lrc.Shift, form, between | between.map(operator.neg)),
            *on_other_clocks(form),
        ]
    )


smooth_leaves = st.sampled_from(SMOOTH)
smooth_forms = smooth_leaves.flatmap(_smoothly_changed) | st.tuples(
    smooth_leaves, smooth_leaves
).flatmap(lambda two: joined(st.tuples(*two).map(list)))
smooth_schedules = (smooth_forms | smooth_forms.flatmap(_smoothly_changed)).flatmap(lambda f: f)


def _finer(value: object, is_length: bool = False) -> object:
    """The same with `CLOCK` times the lengths, which are then integers."""
    if isinstance(value, lrc.Schedule):
        schedule = value
        fields = {
            name: _finer(getattr(schedule, name), name in schedule.step_fields)
            for name in schedule.fields
        }
        return type(schedule)(**fields)
    if isinstance(value, tuple):
        return tuple(_finer(entry, is_length) for entry in value)
    if not is_length or value is None:
        return value
    assert isinstance(value, (int, lrc.Duration))
    return lrc.Duration(value) * CLOCK


@settings(max_examples=200, derandomize=True, deadline=None)
@given(smooth_schedules)
def test_lengths_between_steps_are_exact(schedule: lrc.Schedule) -> None:
    """With lengths between steps, the values are those of a finer clock, on which lengths are integers."""
    finer = _finer(schedule)
    assert isinstance(finer, lrc.Schedule)
    steps = np.arange(60)
    got = schedule(steps)
    wanted = finer(steps * CLOCK)
    assert np.abs(got - wanted).max() <= 1e-12 * np.abs(wanted).max()


RECIPES: Final[list[Form]] = [
    st.builds(lrc.OneCycle, *[values] * 3, longer, pcts, st.booleans(), smooth, conventions),
    st.builds(cyclic, values, values, whole_periods | over_one, cyclic_options),
    st.builds(restarted, values, values, whole_periods | over_one, restarts_options),
    st.builds(lrc.Noam, st.integers(1, 512), periods, values),
    shaped(lrc.WarmupStableDecay, values, lengths, lengths, lengths, start=values, end=values),
    shaped(lrc.Warmup, st.builds(lrc.InverseTime, values), lengths, values, clock=clocks),
    shaped(lrc.Cooldown, st.builds(lrc.InverseTime, values), lengths, lengths, values),
]
"""Recipes that stand for schedules with values between steps; not all of them scale with their lengths."""


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.sampled_from(RECIPES).flatmap(lambda form: form), ratios)
def test_a_recipe_is_its_expansion_on_every_clock(recipe: lrc.Schedule, ratio: Fraction) -> None:
    """A stretched recipe, which is evaluated between its steps, has the values of its stretched expansion."""
    got = lrc.Stretch(recipe, ratio)(range(90))
    wanted = lrc.Stretch(recipe.expand(), ratio)(range(90))
    assert np.abs(got - wanted).max() <= 1e-12 * np.abs(wanted).max()


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.sampled_from(RECIPES).flatmap(lambda form: form), ratios, ratios)
def test_a_stretched_recipe_is_left_when_it_ends(
    recipe: lrc.Schedule, ratio: Fraction, again: Fraction
) -> None:
    """Its duration is the step at which a sequence goes on, however often it is stretched."""
    once, twice = lrc.Stretch(recipe, ratio), lrc.Stretch(lrc.Stretch(recipe, again), ratio / again)
    assert once.duration == twice.duration
    for part in (once, twice):
        if part.duration is None:
            continue
        end = ceil(in_steps(part.duration))
        values = (part >> lrc.Constant(0.5))(range(end + 20))
        assert values[:end].tolist() == part(range(end)).tolist()
        assert values[end:].tolist() == [0.5] * 20


def test_a_length_below_every_clock_is_one_step_of_the_finest() -> None:
    """Whatever is defined has values: no length is rounded to 0."""
    for schedule in (
        lrc.InverseTime(1.0, steps="1e-37 steps"),
        lrc.Exponential(1.0, 0.5, "1e-37 steps"),
        lrc.InverseSquareRoot(1.0, 2, timescale="1e-37 steps"),
    ):
        values = schedule(range(2, 5))
        assert 0.0 <= values[2] <= values[1] < 1.0
