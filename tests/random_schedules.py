"""Hypothesis strategies for schedules of all classes, and for what they are made of."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from typing import Any, Final, Literal, TypeAlias

from hypothesis import strategies as st

import lrcore as lrc

Length: TypeAlias = int | Fraction | lrc.Duration

Form: TypeAlias = st.SearchStrategy[lrc.Schedule]
"""Schedules of one shape, with all of their numbers open: backends stack these."""

# Nothing is below zero: in a sum of opposite signs the digits cancel, and with them those by which
# float64 is better than float32.
wholes = st.integers(1, 9)  # in a field of reals, they are to become some
above_zero = st.one_of(st.floats(1e-3, 10.0), wholes)
# Numbers between two float32, or such that quotients and powers of them lie there.
ties = st.integers(1, 12).map(lambda k: k * (1 + 2.0**-24))
short = st.integers(2**23, 2**24).map(lambda k: k * 2.0**-24)
values = st.one_of(st.just(0), above_zero, ties, short)
whole_periods = st.one_of(st.integers(1, 2), st.integers(3, 12), st.integers(13, 40))
whole_lengths = st.just(0) | whole_periods
# One in three lies between steps.
denominators = st.sampled_from([2, 3, 4, 7])
between = st.builds(Fraction, st.integers(1, 60), denominators).map(lrc.Duration)
lengths: st.SearchStrategy[Length] = st.one_of(whole_lengths, whole_periods, between)
periods: st.SearchStrategy[Length] = st.one_of(whole_periods, whole_periods, between)
ends = st.lists(lengths, min_size=1, max_size=2).map(lambda some: some * 4)  # equal ones, too
clocks: st.SearchStrategy[Literal["local", "global"]] = st.sampled_from(["local", "global"])
exponents = st.one_of(st.floats(0.3, 3.0), st.integers(0, 3), st.just(0.5))
shares = st.floats(0.01, 0.99)
shares_or_none = st.just(0) | shares
ratios = st.builds(Fraction, st.integers(1, 9), st.sampled_from([1, 2, 3, 8]))
over_one = st.builds(Fraction, st.integers(8, 60), denominators)
counts = st.integers(1, 3)
pcts = st.sampled_from([0.25, 0.3, "1/3", 0.45])
conventions: st.SearchStrategy[Literal["keras", "torch", "fastai"]] = st.sampled_from(
    ["keras", "torch", "fastai"]
)
smooth: st.SearchStrategy[Literal["linear", "cosine"]] = st.sampled_from(["linear", "cosine"])
slopes = st.floats(-2.0, 2.0, allow_subnormal=False)
seeds = st.integers(0, 2**31 - 2)


def _knots(gaps: list[tuple[Length, float]]) -> tuple[list[Length], list[float]]:
    return [*accumulate(gap for gap, _ in gaps)], [value for _, value in gaps]


def levels(gaps: list[tuple[Length, float]], last: float) -> lrc.Schedule:
    """Levels, each for the length of a gap, and a last one."""
    boundaries, heights = _knots(gaps)
    return lrc.PiecewiseConstant(boundaries, (*heights, last))


def interpolated(
    gaps: list[tuple[Length, float]], shape: Literal["linear", "cosine"]
) -> lrc.Schedule:
    """Curves between values at the ends of the gaps."""
    knots, heights = _knots(gaps)
    return lrc.Interpolation(knots, tuple(heights), shape)


def rising(value: float, other: float, steps: Length) -> lrc.Schedule:
    """A line that goes on upwards."""
    return lrc.Linear(min(value, other), max(value, other), steps, extrapolate=True)


def _noise(mean: float, share: float, seed: int) -> lrc.Schedule:
    # It is never more than seven deviations below the mean.
    return lrc.NormalNoise(mean, mean * share / 16, seed)


LEAVES: Final[list[Form]] = [
    st.builds(lrc.Constant, values),
    st.builds(levels, st.lists(st.tuples(lengths, values), max_size=3), values),
    st.builds(lrc.Linear, values, values, lengths),
    st.builds(rising, values, values, periods),
    st.builds(lrc.Polynomial, values, values, lengths, exponents),
    st.builds(lrc.Polynomial, values, values, lengths, exponents, exponents),
    st.builds(lrc.Polynomial, values, values, periods, exponents, cycle=st.just(True)),
    st.builds(lrc.Cosine, values, values, lengths),
    st.builds(lrc.Cosine, values, values, lengths, ratios, st.none() | exponents),
    st.builds(lrc.Cosine, values, values, lengths, power=exponents, k_decay=exponents),
    st.builds(lrc.Geometric, above_zero, above_zero, lengths),
    st.builds(lrc.InverseLinear, above_zero, above_zero, lengths),
    st.builds(lrc.Logarithmic, values, values, whole_lengths),
    st.builds(lrc.BoundedExponential, values, values, lengths, shares_or_none),
    # A factor that grows without bounds would meet one that falls to zero.
    st.builds(lrc.Exponential, values, shares_or_none | st.just(1), periods, st.booleans()),
    st.builds(lrc.InverseTime, values, st.just(0) | above_zero, periods, exponents, st.booleans()),
    st.builds(lrc.Sigmoid, values, values, values, slopes),
    st.builds(lrc.BiasCorrection, shares_or_none, shares_or_none),
    st.builds(lrc.Noise, values, values, seeds),
    st.builds(_noise, above_zero, shares, seeds),
]


def cyclic(low: float, high: float, steps: Length, options: dict[str, Any]) -> lrc.Schedule:
    """A cyclic schedule whose bounds may be given in either order."""
    return lrc.Cyclic(min(low, high), max(low, high), steps, **options)


def restarted(start: float, end: float, steps: Length, options: dict[str, Any]) -> lrc.Schedule:
    """A cosine that falls, with restarts."""
    return lrc.Restarts(lrc.Cosine(max(start, end), min(start, end), steps), **options)


def shaped(
    recipe: Callable[..., lrc.Schedule],
    *given: st.SearchStrategy[Any],
    **named: st.SearchStrategy[Any],
) -> st.SearchStrategy[lrc.Schedule]:
    """A recipe that has a shape, and a power where the shape has one; values may be zero."""
    without = st.sampled_from(["linear", "cosine", "1-sqrt", "exponential"])
    with_power = st.sampled_from(["polynomial", "power"])
    return st.one_of(
        st.builds(recipe, *given, **named, shape=without),
        st.builds(recipe, *given, **named, shape=with_power, power=exponents),
    )


longer = st.integers(4, 40) | st.builds(Fraction, st.integers(20, 99), st.just(5))
factors = st.just(1) | st.just(0) | shares
cyclic_options = st.one_of(
    st.fixed_dictionaries({"mode": st.just("triangular2"), "down_steps": st.none() | lengths}),
    st.fixed_dictionaries({"mode": st.just("exp_range"), "gamma": factors}),
    st.fixed_dictionaries({"low_decay": factors, "high_decay": factors}),
    st.fixed_dictionaries({"amplitude_decay": factors, "down_steps": lengths}),
)
growths = st.sampled_from([1, 2, 1.5, "4/3"])
restarts_options = st.one_of(
    st.fixed_dictionaries({"start_decay": factors, "end_decay": factors}),
    st.fixed_dictionaries({"amplitude_decay": factors}),
    st.fixed_dictionaries({"growth": growths, "cycles": counts, "start_decay": factors}),
    st.fixed_dictionaries({"growth": growths, "cycles": counts, "amplitude_decay": factors}),
    st.fixed_dictionaries({"growth": growths, "cycles": counts, "whole_steps": st.just(True)}),
)

RECIPES: Final[list[Form]] = [
    st.builds(lrc.WarmupCosine, values, lengths, lengths, values, values),
    st.builds(lrc.WarmupLinear, values, lengths, lengths, values, values),
    shaped(lrc.WarmupStableDecay, values, lengths, lengths, lengths, start=values, end=values),
    st.builds(lrc.OneCycle, *[values] * 3, longer, pcts, st.booleans(), smooth, conventions),
    st.builds(cyclic, values, values, whole_periods | over_one, cyclic_options),
    st.builds(restarted, values, values, whole_periods | over_one, restarts_options),
    st.builds(lrc.InverseSquareRoot, values, lengths, periods, values),
    st.builds(lrc.Noam, st.integers(1, 512), periods, values),
    st.builds(lrc.Hold, values, lengths),
    st.builds(lrc.MultiStep, values, factors, st.lists(lengths, max_size=3)),
    st.builds(lrc.StepDecay, values, factors, periods),
    st.builds(lrc.Table, st.lists(values, min_size=1, max_size=6)),
    st.builds(interpolated, st.lists(st.tuples(lengths, values), min_size=1, max_size=3), smooth),
    st.builds(lrc.Tanh, values, values, periods, st.floats(-8, -1), st.floats(0, 4)),
    st.builds(lrc.LinearCosine, values, lengths, ratios, values, values),
    st.builds(lrc.NaturalExponential, values, st.floats(0, 3), periods, st.booleans()),
    st.builds(lrc.PowerLaw, values, st.floats(-2.0, 0.0)),
    st.builds(lrc.RangeTest, above_zero, above_zero, lengths),
]


def _ended(schedule: lrc.Schedule, steps: Length) -> lrc.Schedule:
    return lrc.Until(schedule, steps) if schedule.duration is None else schedule


def _played(
    parts: list[lrc.Schedule], ends: list[Length], clock: Literal["local", "global"] = "local"
) -> lrc.Schedule:
    *before, last = parts
    played = [*map(_ended, before, ends), last]
    if clock == "global":
        played.sort(key=lambda part: (part.duration is None, part.duration or 0))
    return lrc.Sequence(tuple(played), clock)


def _in_two(
    first: lrc.Schedule,
    last: lrc.Schedule,
    end: Length,
    rest: Length,
    clock: Literal["local", "global"],
) -> lrc.Schedule:
    whole = rest if clock == "local" else end + rest
    return lrc.Sequence((lrc.Until(first, end), lrc.Until(last, whole)), clock)


def repeated(schedule: lrc.Schedule, steps: Length, times: int | None) -> lrc.Schedule:
    """Repeats a schedule, or its first `steps` steps if it has no end or no length."""
    finite = _ended(schedule, steps)
    return lrc.Repeat(finite if finite.duration else lrc.Until(finite, steps), times)


def _clipped(schedule: lrc.Schedule, bound: float, other: float) -> lrc.Schedule:
    return lrc.Clip(schedule, min(bound, other), max(bound, other))


def reverse(schedule: lrc.Schedule, steps: Length) -> lrc.Schedule:
    """Reverses a schedule, or its first `steps` steps if it has no end."""
    return lrc.Reverse(_ended(schedule, steps))


def mirrored(schedule: lrc.Schedule, steps: Length) -> lrc.Schedule:
    """Mirrors a schedule, or its first `steps` steps if it has no end or no length."""
    finite = _ended(schedule, steps)
    return lrc.Mirror(finite if finite.duration else lrc.Until(finite, steps))


def on_other_clocks(form: Form) -> list[Form]:
    """The forms of one schedule whose clock is changed."""
    return [
        st.builds(lrc.From, form, lengths),
        st.builds(lrc.Stretch, form, ratios | ratios.map(lambda ratio: 1 / ratio)),
        st.builds(lrc.Staircase, form, periods),
        st.builds(lrc.Pause, form, lengths, lengths),
        st.builds(reverse, form, periods),
        st.builds(mirrored, form, periods),
        st.builds(lrc.Until, form, lengths),
    ]


def _changed(form: Form) -> st.SearchStrategy[Form]:
    """The forms of one schedule that is changed."""
    return st.sampled_from(
        [
            st.builds(_clipped, form, values, values),
            st.builds(lrc.Clip, form, values),
            st.builds(lrc.Clip, form, st.none(), values),
            st.builds(repeated, form, periods, st.none()),
            st.builds(repeated, form, periods, st.integers(1, 4)),
            st.builds(lrc.Shift, form, st.integers(-30, 30) | between | between.map(operator.neg)),
            *on_other_clocks(form),
            st.builds(lrc.Window, form, whole_lengths, whole_periods, values),
            shaped(lrc.Warmup, form, lengths, values, peak=st.none() | values, clock=clocks),
            shaped(lrc.Cooldown, form, lengths, lengths, values),
        ]
    )


def joined(parts: st.SearchStrategy[list[lrc.Schedule]]) -> st.SearchStrategy[Form]:
    """The forms of several schedules together."""
    return st.sampled_from(
        [
            st.builds(_played, parts, ends),
            st.builds(_played, parts, ends, clocks),
            st.builds(lrc.Product, parts),
            st.builds(lrc.Sum, parts),
        ]
    )


@st.composite
def _alike(draw: st.DrawFn, form: Form) -> list[lrc.Schedule]:
    """Schedules of one form, some of them equal."""
    different = draw(st.lists(form, min_size=2, max_size=3))
    return draw(st.lists(st.sampled_from(different), min_size=2, max_size=4))


def _composed(inner: st.SearchStrategy[Form]) -> st.SearchStrategy[Form]:
    """The forms made of others."""
    return st.one_of(
        inner.flatmap(_changed),
        inner.flatmap(lambda form: joined(_alike(form))),
        st.tuples(inner, inner).flatmap(lambda two: joined(st.tuples(*two).map(list))),
    )


leaves = st.sampled_from([*LEAVES, *RECIPES])
sequences = st.tuples(leaves, leaves).map(
    lambda two: st.builds(_in_two, *two, lengths, st.just(0) | lengths, clocks)
)
# A sequence in a sequence is laid flat; inside of something else it is stacked.
forms = _composed(leaves) | _composed(_composed(leaves)) | sequences.flatmap(_changed)


@st.composite
def schedules(draw: st.DrawFn) -> lrc.Schedule:
    """A sequence of schedules of two forms, which are stacked, and may be heard after their ends."""
    parts = draw(_alike(draw(forms))) + draw(_alike(draw(forms)))
    if draw(st.booleans()):
        parts = [
            lrc.Until(part, lrc.Duration(part.duration or 0) + draw(lengths)) for part in parts
        ]
    return _played(draw(st.permutations(parts)), draw(ends))
