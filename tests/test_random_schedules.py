"""Every backend gives the exact value, correctly rounded, of schedules that nobody has thought of."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import lrcore as lrc
from lrcore.testing import assert_exact, evaluators, float64_bound, probe_steps

TIMES: Final = 1
"""How many times the usual number of examples; with more than 1 they are other ones in every run."""

EXAMPLES: Final = {
    "numpy": {"array": 200, "scalar": 200},
    "torch": {"tensor": 400, "scheduler": 100},
    "tensorflow": {"eager": 120, "graph": 12, "xla": 8},
    "keras": {"schedule": 120, "reloaded": 120},
    "jax": {"eager": 40, "jit": 15, "vmap": 15, "scan": 30},
}
"""What takes half a minute; compilers need up to two seconds for each."""

SIZE: Final = 256
"""How many steps: always as many, since operations are compiled for shapes."""

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
lengths = st.one_of(st.just(0), st.integers(1, 2), st.integers(3, 12), st.integers(13, 40))
periods = st.one_of(st.integers(1, 2), st.integers(3, 12), st.integers(13, 40))
ends = st.lists(lengths, min_size=1, max_size=2).map(lambda some: some * 4)  # equal ones, too
clocks: st.SearchStrategy[Literal["local", "global"]] = st.sampled_from(["local", "global"])
exponents = st.one_of(st.floats(0.3, 3.0), st.integers(1, 3), st.just(0.5))
shares = st.floats(0.01, 0.99)
slopes = st.floats(-2.0, 2.0, allow_subnormal=False)
seeds = st.integers(0, 2**31 - 2)


def _levels(gaps: list[tuple[int, float]], last: float) -> lrc.Schedule:
    boundaries = np.cumsum([gap for gap, _ in gaps], dtype=int).tolist()
    return lrc.PiecewiseConstant(tuple(boundaries), (*(level for _, level in gaps), last))


def _noise(mean: float, share: float, seed: int) -> lrc.Schedule:
    # It is never more than seven deviations below the mean.
    return lrc.NormalNoise(mean, mean * share / 16, seed)


LEAVES: Final[list[Form]] = [
    st.builds(lrc.Constant, values),
    st.builds(_levels, st.lists(st.tuples(lengths, values), max_size=3), values),
    st.builds(lrc.Linear, values, values, lengths),
    st.builds(lrc.Polynomial, values, values, lengths, exponents),
    st.builds(lrc.Polynomial, values, values, lengths, exponents, exponents),
    st.builds(lrc.Polynomial, values, values, periods, exponents, cycle=st.just(True)),
    st.builds(lrc.Cosine, values, values, lengths),
    st.builds(lrc.Cosine, values, values, lengths, wholes, exponents),
    st.builds(lrc.Cosine, values, values, lengths, power=exponents, k_decay=exponents),
    st.builds(lrc.Geometric, above_zero, above_zero, lengths),
    st.builds(lrc.InverseLinear, above_zero, above_zero, lengths),
    st.builds(lrc.Logarithmic, values, values, lengths),
    st.builds(lrc.BoundedExponential, values, values, lengths, shares),
    # A factor that grows without bounds would meet one that falls to zero.
    st.builds(lrc.Exponential, values, shares | st.just(1), periods, st.booleans()),
    st.builds(lrc.InverseTime, values, above_zero, periods, exponents, st.booleans()),
    st.builds(lrc.Sigmoid, values, values, values, slopes),
    st.builds(lrc.BiasCorrection, shares, shares),
    st.builds(lrc.Noise, values, values, seeds),
    st.builds(_noise, above_zero, shares, seeds),
]


def _ended(schedule: lrc.Schedule, steps: int) -> lrc.Schedule:
    return lrc.Until(schedule, steps) if schedule.duration is None else schedule


def _played(
    parts: list[lrc.Schedule], ends: list[int], clock: Literal["local", "global"] = "local"
) -> lrc.Schedule:
    *before, last = parts
    played = [*map(_ended, before, ends), last]
    if clock == "global":
        played.sort(key=lambda part: np.inf if part.duration is None else part.duration)
    return lrc.Sequence(tuple(played), clock)


def _in_two(
    first: lrc.Schedule,
    last: lrc.Schedule,
    end: int,
    rest: int,
    clock: Literal["local", "global"],
) -> lrc.Schedule:
    whole = rest if clock == "local" else end + rest
    return lrc.Sequence((lrc.Until(first, end), lrc.Until(last, whole)), clock)


def _repeated(schedule: lrc.Schedule, steps: int, times: int | None) -> lrc.Schedule:
    finite = _ended(schedule, steps)
    return lrc.Repeat(finite if finite.duration else lrc.Until(finite, steps), times)


def _clipped(schedule: lrc.Schedule, bound: float, other: float) -> lrc.Schedule:
    return lrc.Clip(schedule, min(bound, other), max(bound, other))


def _reversed(schedule: lrc.Schedule, steps: int) -> lrc.Schedule:
    return lrc.Reverse(_ended(schedule, steps))


def _changed(form: Form) -> st.SearchStrategy[Form]:
    """The forms of one schedule that is changed."""
    return st.sampled_from(
        [
            st.builds(_clipped, form, values, values),
            st.builds(lrc.Clip, form, values),
            st.builds(lrc.Clip, form, st.none(), values),
            st.builds(_repeated, form, periods, st.none()),
            st.builds(_repeated, form, periods, st.integers(1, 4)),
            st.builds(lrc.Shift, form, st.integers(-30, 30)),
            st.builds(lrc.Stretch, form, st.integers(1, 5), st.integers(1, 5)),
            st.builds(lrc.Staircase, form, periods),
            st.builds(lrc.Pause, form, lengths, lengths),
            st.builds(_reversed, form, periods),
            st.builds(lrc.Until, form, lengths),
        ]
    )


def _joined(parts: st.SearchStrategy[list[lrc.Schedule]]) -> st.SearchStrategy[Form]:
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
        inner.flatmap(lambda form: _joined(_alike(form))),
        st.tuples(inner, inner).flatmap(lambda two: _joined(st.tuples(*two).map(list))),
    )


leaves = st.sampled_from(LEAVES)
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
        parts = [lrc.Until(part, (part.duration or 0) + draw(lengths)) for part in parts]
    return _played(draw(st.permutations(parts)), draw(ends))


# Found here; but it takes luck to find it again: last parts that vanish, at different steps.
VANISHING: Final = lrc.Sequence(
    tuple(
        lrc.Until(lrc.Sequence((lrc.Linear(0, 1, n), lrc.Cosine(1, 0.25, m)), clock="global"), 9)
        for n, m in ((4, 4), (3, 3), (2, 5))
    )
)


def test_float32_is_correctly_rounded(backend_and_mode: tuple[str, str]) -> None:
    """As NumPy has it; NumPy itself, and what differs from it, has to be as sixty digits have it."""
    backend, mode = backend_and_mode
    evaluate = evaluators(backend)[mode]
    reference = evaluators("numpy")["array"]

    @settings(max_examples=TIMES * EXAMPLES[backend][mode], derandomize=TIMES == 1, deadline=None)
    @given(schedules())
    @example(VANISHING)
    def check(schedule: lrc.Schedule) -> None:
        steps = _steps(schedule)
        got = evaluate(schedule, steps, "float32")
        if backend == "numpy" or not np.array_equal(got, reference(schedule, steps, "float32")):
            name, within = f"{backend} ({mode})", float64_bound(schedule)
            assert_exact(schedule, evaluate, steps, within=within, name=name)

    check()


def _steps(schedule: lrc.Schedule) -> NDArray[np.int64]:
    """All boundaries with their neighbours, and the first steps that are none of them."""
    marks = probe_steps(schedule, 0)
    assume(marks.size <= SIZE)
    others = np.setdiff1d(np.arange(SIZE), marks)
    return np.concatenate([marks, others[: SIZE - marks.size]])
