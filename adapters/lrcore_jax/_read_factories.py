"""The functions of `optax.schedules` by name, with Optax's arguments, as definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from itertools import accumulate, pairwise
from operator import index
from typing import Final

import lrcore as lrc
from lrcore import ExportError, Schedule
from lrcore.backend import shown

from ._read_call import called


def constant_schedule(value: float) -> Schedule:
    """Stays at `value`."""
    return lrc.Constant(value)


def polynomial_schedule(
    init_value: float,
    end_value: float,
    power: float,
    transition_steps: int,
    transition_begin: int = 0,
) -> Schedule:
    """With no steps Optax stays at the start, and with a power of 0 as well."""
    if transition_steps <= 0 or power == 0:
        return lrc.Constant(init_value)
    if power == 1:
        return _delayed(lrc.Linear(init_value, end_value, transition_steps), transition_begin)
    return _delayed(
        lrc.Polynomial(init_value, end_value, transition_steps, power), transition_begin
    )


def linear_schedule(
    init_value: float, end_value: float, transition_steps: int, transition_begin: int = 0
) -> Schedule:
    """A polynomial with the power 1."""
    return polynomial_schedule(init_value, end_value, 1, transition_steps, transition_begin)


def piecewise_constant_schedule(
    init_value: float, boundaries_and_scales: Mapping[int, float] | None = None
) -> Schedule:
    """At a boundary the new value applies."""
    steps, values = _levels(init_value, boundaries_and_scales)
    return lrc.PiecewiseConstant(steps, values) if steps else lrc.Constant(init_value)


def exponential_decay(
    init_value: float,
    transition_steps: int,
    decay_rate: float,
    transition_begin: int = 0,
    staircase: bool = False,
    end_value: float | None = None,
) -> Schedule:
    """With no steps or a rate of 0 Optax stays at the start."""
    if transition_steps <= 0 or decay_rate == 0:
        return lrc.Constant(init_value)
    decay = lrc.Exponential(init_value, decay_rate, transition_steps, staircase=staircase)
    delayed = _delayed(decay, transition_begin)
    if end_value is None:
        return delayed
    return lrc.Clip(delayed, low=end_value) if decay_rate < 1 else lrc.Clip(delayed, high=end_value)


def cosine_decay_schedule(
    init_value: float, decay_steps: int, alpha: float = 0.0, exponent: float = 1.0
) -> Schedule:
    """`alpha` is a share of the start. With an exponent of 0 Optax stays at the start."""
    if exponent == 0:
        return lrc.Constant(init_value)
    if decay_steps <= 0:
        raise ValueError("decay_steps is above 0")
    return _cosine(init_value, _times(alpha, init_value), decay_steps, exponent)


def piecewise_interpolate_schedule(
    interpolate_type: str,
    init_value: float,
    boundaries_and_scales: Mapping[int, float] | None = None,
) -> Schedule:
    """Lines or cosines between the values at the boundaries."""
    if interpolate_type not in ("linear", "cosine"):
        raise ValueError('interpolate_type is "linear" or "cosine"')
    steps, values = _levels(init_value, boundaries_and_scales)
    if not steps:
        return lrc.Constant(init_value)
    return lrc.Interpolation((0, *steps), values, interpolate_type)  # type: ignore[arg-type]


def linear_onecycle_schedule(
    transition_steps: int,
    peak_value: float,
    pct_start: float = 0.3,
    pct_final: float = 0.85,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
) -> Schedule:
    """Up, down to the start, and down to a share of the start."""
    return _one_cycle(
        "linear",
        peak_value / div_factor,
        {
            int(pct_start * transition_steps): (peak_value, div_factor),
            int(pct_final * transition_steps): (peak_value / div_factor, 1.0 / div_factor),
            transition_steps: (peak_value / div_factor / final_div_factor, 1.0 / final_div_factor),
        },
        3,
    )


def cosine_onecycle_schedule(
    transition_steps: int,
    peak_value: float,
    pct_start: float = 0.3,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
) -> Schedule:
    """Up, and down to a share of the start."""
    scale = 1.0 / (div_factor * final_div_factor)
    return _one_cycle(
        "cosine",
        peak_value / div_factor,
        {
            int(pct_start * transition_steps): (peak_value, div_factor),
            transition_steps: (peak_value / div_factor / final_div_factor, scale),
        },
        2,
    )


def _one_cycle(
    shape: str, start: float, boundaries: Mapping[int, tuple[float, float]], phases: int
) -> Schedule:
    """Between the values at boundaries, which are given with their scales: of two at one step Optax has the last."""
    steps = list(boundaries)
    if len(steps) == phases and steps == sorted(steps):
        values = (start, *(value for value, _ in boundaries.values()))
        return lrc.Interpolation((0, *steps), values, shape)  # type: ignore[arg-type]
    scales = {step: scale for step, (_, scale) in boundaries.items()}
    return piecewise_interpolate_schedule(shape, start, scales)


def warmup_constant_schedule(init_value: float, peak_value: float, warmup_steps: int) -> Schedule:
    """A line, and its end."""
    return linear_schedule(init_value, peak_value, warmup_steps)


def warmup_cosine_decay_schedule(
    init_value: float,
    peak_value: float,
    warmup_steps: int,
    decay_steps: int,
    end_value: float = 0.0,
    exponent: float = 1.0,
) -> Schedule:
    """The number of steps of the decay includes the warm-up. From a peak of 0 Optax stays at 0."""
    length = decay_steps - warmup_steps
    if length <= 0:
        raise ValueError("decay_steps is above warmup_steps")
    if peak_value == 0 or exponent == 0:
        return lrc.Warmup(lrc.Constant(peak_value), warmup_steps, init_value, peak=peak_value)
    if exponent == 1:
        return lrc.WarmupCosine(peak_value, warmup_steps, length, init_value, end_value)
    decay = _cosine(peak_value, end_value, length, exponent)
    return lrc.Warmup(decay, warmup_steps, init_value, peak=peak_value)


def warmup_exponential_decay_schedule(
    init_value: float,
    peak_value: float,
    warmup_steps: int,
    transition_steps: int,
    decay_rate: float,
    transition_begin: int = 0,
    staircase: bool = False,
    end_value: float | None = None,
) -> Schedule:
    """The decay counts its steps from the end of the warm-up."""
    decay = exponential_decay(
        peak_value, transition_steps, decay_rate, transition_begin, staircase, end_value
    )
    return lrc.Warmup(decay, warmup_steps, init_value, peak=peak_value)


def sgdr_schedule(cosine_kwargs: Sequence[Mapping[str, float]]) -> Schedule:
    """A cosine with warm-up for each cycle."""
    cycles = [
        called(warmup_cosine_decay_schedule, one, f"cosine_kwargs[{i}]")
        for i, one in enumerate(cosine_kwargs)
    ]
    return lrc.Sequence(tuple(cycles))


def join_schedules(
    schedules: Sequence[Mapping[str, object]], boundaries: Sequence[int]
) -> Schedule:
    """At a boundary the next schedule begins, with its own step 0."""
    parts = [read_factory(one, f"schedules[{i}]") for i, one in enumerate(schedules)]
    if len(parts) != len(boundaries) + 1:
        raise ValueError("there is a boundary between each two schedules")
    lengths = [after - before for before, after in pairwise([0, *map(_boundary, boundaries)])]
    cut = [
        part if part.duration == n else lrc.Until(part, n)
        for part, n in zip(parts, lengths, strict=False)
    ]
    return lrc.Sequence((*cut, parts[-1]))


def _delayed(schedule: Schedule, begin: int) -> Schedule:
    """Optax takes a beginning below 0 as 0."""
    return lrc.Shift(schedule, -begin) if begin > 0 else schedule


def _cosine(start: float, end: float, steps: int, exponent: float) -> Schedule:
    return lrc.Cosine(start, end, steps, power=None if exponent == 1 else exponent)


def _boundary(step: object) -> int:
    if isinstance(step, bool):
        raise TypeError("'bool' object cannot be interpreted as an integer")
    return index(step)  # type: ignore[arg-type]


def _times(a: float, b: float) -> float:
    """The product of two numbers as they are written."""
    return float(Fraction(repr(float(a))) * Fraction(repr(float(b))))


def _levels(
    init_value: float, given: Mapping[int, float] | None
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The boundaries, and the values at the start and from each boundary on."""
    if not isinstance(given, (Mapping, type(None))):
        raise ValueError("boundaries_and_scales has a scale for each boundary")
    # In a file the boundaries are texts.
    scales = {
        int(step) if isinstance(step, str) else _boundary(step): scale
        for step, scale in (given or {}).items()
    }
    if any(scale < 0 for scale in scales.values()):
        raise ValueError("scales are at least 0")
    steps = sorted(scales)
    return tuple(steps), tuple(accumulate([init_value, *(scales[step] for step in steps)], _times))


FACTORIES: Final[dict[str, Callable[..., Schedule]]] = {
    made.__name__: made
    for made in (
        constant_schedule,
        cosine_decay_schedule,
        cosine_onecycle_schedule,
        exponential_decay,
        join_schedules,
        linear_onecycle_schedule,
        linear_schedule,
        piecewise_constant_schedule,
        piecewise_interpolate_schedule,
        polynomial_schedule,
        sgdr_schedule,
        warmup_constant_schedule,
        warmup_cosine_decay_schedule,
        warmup_exponential_decay_schedule,
    )
}


def read_factory(config: object, place: str) -> Schedule:
    """The definition of a function that is named with its arguments.

    Raises:
        ExportError: there is no such function, or no schedule has these arguments.
    """
    if not isinstance(config, Mapping) or not isinstance(config.get("name"), str):
        raise ExportError(
            f'{place}: the "name" of a function of optax.schedules is needed, and its arguments; got {shown(config)}'
        )
    arguments = dict(config)
    name = arguments.pop("name")
    if name not in FACTORIES:
        near = get_close_matches(name, FACTORIES, n=1)
        hint = f"; is {near[0]!r} meant?" if near else ""
        raise ExportError(
            f"{place}: {name!r} is none of the schedules of Optax, which are {', '.join(FACTORIES)}{hint}"
        )
    return called(FACTORIES[name], arguments, place)
