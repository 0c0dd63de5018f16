"""Schedules with random parameters, as people choose them: what `docs/accuracy.md` measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Final, Literal, get_args

import lrcore as lrc
from lrcore._recipes import Leg
from lrcore.testing import FLOAT64_ULPS, Case, cases, float64_bound

_WAYS: Final[tuple[Literal["linear", "cosine"], ...]] = ("linear", "cosine")
_ENDS: Final[tuple[Literal["peak", "amplitude", "both"], ...]] = ("peak", "amplitude", "both")
_DECAYS: Final[tuple[Literal["peak", "end", "amplitude", "both"], ...]] = (*_ENDS, "end")
_DECAY_SHAPES: Final[tuple[Leg, ...]] = get_args(Leg)


@dataclass(frozen=True)
class Row:
    """A class or recipe, or one of its options.

    Attributes:
        draw: a schedule with random parameters.
        case: how the names of its cases in the harness begin; None for a class, whose cases are the
            other schedules of that class.
        within: the bound that holds, where the bounds of the factors add up to a larger one.
    """

    draw: Callable[[Random], lrc.Schedule]
    case: str | None = None
    within: float = math.inf


def schedules(name: str, count: int) -> Iterator[Case]:
    """The cases of the harness, and random ones, `count` in all; the same in every run."""
    row = ROWS[name]
    known = [case for label, case in cases().items() if _belongs(label, case, name)][:count]
    assert known or row.case is None, f"no case begins with {row.case!r}"
    rng = Random(name)
    drawn = (row.draw(rng) for _ in range(count - len(known)))
    for case in (*known, *(Case(schedule, float64_bound(schedule), 0.0) for schedule in drawn)):
        yield replace(case, within=min(case.within, row.within))


def _belongs(label: str, case: Case, name: str) -> bool:
    begins = ROWS[name].case
    if begins is not None:
        return label.startswith(begins)
    options = tuple(row.case for row in ROWS.values() if row.case is not None)
    return type(case.schedule).__name__ == name and not label.startswith(options)


def _rate(rng: Random) -> float:
    return float(10 ** rng.uniform(-5, 0))


def _steps(rng: Random) -> int:
    return int(10 ** rng.uniform(0, 7))


def _power(rng: Random) -> float:
    return rng.uniform(0.2, 4)


def _way(rng: Random) -> tuple[float, float, int]:
    return _rate(rng), _rate(rng), _steps(rng)


def _marks(rng: Random) -> tuple[int, ...]:
    return tuple(sorted(_steps(rng) for _ in range(rng.randint(1, 8))))


def _rates(rng: Random, count: int) -> tuple[float, ...]:
    return tuple(_rate(rng) for _ in range(count))


def _piecewise(rng: Random) -> lrc.Schedule:
    boundaries = _marks(rng)
    return lrc.PiecewiseConstant(boundaries, _rates(rng, len(boundaries) + 1))


def _inverse_time(rng: Random) -> lrc.Schedule:
    power = rng.choice((0.5, 1.0, 2.0, _power(rng)))
    return lrc.InverseTime(
        _rate(rng), 10 * _rate(rng), _steps(rng), power, staircase=rng.random() < 0.3
    )


def _sigmoid(rng: Random) -> lrc.Schedule:
    start, end, steps = _way(rng)
    slope = rng.uniform(-20, 20) / steps
    return lrc.Sigmoid(start, end, center=rng.uniform(0, steps), rate=slope)


def _bias_correction(rng: Random) -> lrc.Schedule:
    return lrc.BiasCorrection(1 - 10 ** rng.uniform(-2, -0.5), 1 - 10 ** rng.uniform(-4, -1))


def _noise(rng: Random) -> lrc.Schedule:
    low = _rate(rng)
    return lrc.Noise(low, low + _rate(rng), seed=rng.randrange(2**31 - 1))


def _normal_noise(rng: Random) -> lrc.Schedule:
    mean = _rate(rng)
    return lrc.NormalNoise(mean, 0.1 * mean, seed=rng.randrange(2**31 - 1))


def _warmup_stable_decay(rng: Random) -> lrc.Schedule:
    peak, end = _rates(rng, 2)
    shape = rng.choice(_DECAY_SHAPES)
    power = _power(rng) if shape in ("polynomial", "power") else 1.0
    lengths = _steps(rng), _steps(rng), _steps(rng)
    return lrc.WarmupStableDecay(peak, *lengths, shape, end=end, power=power)


def _warmup(rng: Random) -> lrc.Schedule:
    steps, start, shape = _steps(rng), _rate(rng), rng.choice(_DECAY_SHAPES)
    power = _power(rng) if shape in ("polynomial", "power") else 1.0
    if rng.random() < 0.5:
        return lrc.Warmup(_curve(rng), steps, start, shape, power)
    longer = rng.choice((lrc.Linear, lrc.Cosine))
    after = longer(_rate(rng), _rate(rng), steps + _steps(rng))
    return lrc.Warmup(after, steps, start, shape, power, clock="global")


def _cooldown(rng: Random) -> lrc.Schedule:
    shape = rng.choice(_DECAY_SHAPES)
    power = _power(rng) if shape in ("polynomial", "power") else 1.0
    return lrc.Cooldown(_curve(rng), _steps(rng), _steps(rng), _rate(rng), shape, power)


def _cyclic(rng: Random) -> lrc.Schedule:
    low, steps = _rate(rng), _steps(rng)
    high = low + _rate(rng)
    down = rng.choice((None, _steps(rng)))
    if rng.random() < 0.3:
        gamma = 1 - 1 / (10 * steps + 1)
        return lrc.Cyclic(low, high, steps, "exp_range", gamma, down, decays=rng.choice(_ENDS))
    if rng.random() < 0.5:
        return lrc.Cyclic(low, high, steps, rng.choice(("triangular", "triangular2")), 1.0, down)
    return lrc.Cyclic(low, high, steps, "triangular", 1.0, down, rng.random(), rng.choice(_ENDS))


def _restarts(rng: Random) -> lrc.Schedule:
    growth, decay = rng.choice((1.0, 1.5, 2.0)), rng.choice((1.0, rng.uniform(0.5, 1)))
    decays = rng.choice(_DECAYS)
    end = _rate(rng)
    if rng.random() < 0.2:
        peaks = _rates(rng, rng.randint(1, 8))
        return lrc.Restarts(peaks, end, [_steps(rng) for _ in peaks])
    return lrc.Restarts(end + _rate(rng), end, _steps(rng), growth, decay, decays)


def _one_cycle(rng: Random) -> lrc.Schedule:
    shape = rng.choice(_WAYS)
    start, peak, end = _rates(rng, 3)
    if rng.random() < 0.5:
        return lrc.OneCycle(start, peak, end, _steps(rng), _steps(rng), shape=shape)
    up, down, final = (_steps(rng) for _ in range(3))
    return lrc.OneCycle(start, peak, end, up, down, _rate(rng), final, shape)


def _linear_cosine(rng: Random) -> lrc.Schedule:
    waves, alpha = rng.randint(1, 8), rng.choice((0.0, _rate(rng)))
    return lrc.LinearCosine(_rate(rng), _steps(rng), waves, alpha)


def _interpolation(rng: Random) -> lrc.Schedule:
    knots = _marks(rng)
    return lrc.Interpolation(knots, _rates(rng, len(knots)), rng.choice(_WAYS))


def _curve(rng: Random) -> lrc.Schedule:
    """A finite schedule for a recipe that takes one."""
    shape = rng.choice((lrc.Linear, lrc.Cosine, lrc.Geometric, lrc.InverseLinear))
    return shape(*_way(rng))


def _window(rng: Random) -> lrc.Schedule:
    begin = _steps(rng)
    return lrc.Window(_curve(rng), begin, begin + _steps(rng) + 1)


ROWS: Final = {
    "Constant": Row(lambda rng: lrc.Constant(_rate(rng))),
    "PiecewiseConstant": Row(_piecewise),
    "Interpolation": Row(_interpolation, "interpolated"),
    "Linear": Row(lambda rng: lrc.Linear(*_way(rng))),
    "Polynomial": Row(lambda rng: lrc.Polynomial(*_way(rng), power=_power(rng))),
    "Polynomial with k_decay": Row(
        lambda rng: lrc.Polynomial(*_way(rng), power=_power(rng), k_decay=_power(rng)),
        "polynomial, k-decay",
    ),
    "Polynomial with cycle": Row(
        lambda rng: lrc.Polynomial(*_way(rng), power=_power(rng), cycle=True), "polynomial, cycle"
    ),
    "Cosine": Row(lambda rng: lrc.Cosine(*_way(rng))),
    "Cosine with half_waves": Row(
        lambda rng: lrc.Cosine(*_way(rng), half_waves=rng.randint(2, 9)), "cosine, waves"
    ),
    "Cosine with power": Row(lambda rng: lrc.Cosine(*_way(rng), power=_power(rng)), "cosine, power"),
    "Cosine with k_decay": Row(
        lambda rng: lrc.Cosine(*_way(rng), k_decay=_power(rng)), "cosine, k-decay"
    ),
    "Geometric": Row(lambda rng: lrc.Geometric(*_way(rng))),
    "Harmonic": Row(lambda rng: lrc.InverseLinear(*_way(rng))),
    "Logarithmic": Row(lambda rng: lrc.Logarithmic(*_way(rng))),
    "Relaxation": Row(lambda rng: lrc.BoundedExponential(*_way(rng), rate=rng.uniform(0.001, 0.999))),
    "Exponential": Row(
        lambda rng: lrc.Exponential(
            _rate(rng), rng.uniform(0.1, 1), _steps(rng), staircase=rng.random() < 0.3
        )
    ),
    "InverseTime": Row(_inverse_time),
    "Sigmoid": Row(_sigmoid),
    "BiasCorrection": Row(_bias_correction),
    "Noise": Row(_noise),
    "NormalNoise": Row(_normal_noise),
    "warmup": Row(_warmup, "warmed up"),
    "cooldown": Row(_cooldown, "cooled down"),
    "warmup_cosine": Row(
        lambda rng: lrc.WarmupCosine(_rate(rng), _steps(rng), _steps(rng), end=_rate(rng)),
        "warm-up, cosine",
    ),
    "warmup_linear": Row(
        lambda rng: lrc.WarmupLinear(_rate(rng), _steps(rng), _steps(rng), end=_rate(rng)),
        "warm-up, line",
    ),
    "warmup_stable_decay": Row(_warmup_stable_decay, "warm-up, stable"),
    "inverse_square_root": Row(
        lambda rng: lrc.InverseSquareRoot(_rate(rng), _steps(rng), rng.choice((None, 10_000))),
        "inverse square root",
    ),
    "noam": Row(lambda rng: lrc.Noam(rng.randint(1, 4096), _steps(rng)), "noam"),
    "cyclic": Row(_cyclic, "cyclic", within=FLOAT64_ULPS),
    "restarts": Row(_restarts, "restarts", within=FLOAT64_ULPS),
    "one_cycle": Row(_one_cycle, "one cycle"),
    "natural_exponential": Row(
        lambda rng: lrc.NaturalExponential(_rate(rng), rng.uniform(0, 3), _steps(rng)),
        "natural exponential",
    ),
    "power_law": Row(lambda rng: lrc.PowerLaw(_rate(rng), -_power(rng)), "power law"),
    "tanh": Row(lambda rng: lrc.Tanh(*_way(rng)), "tanh"),
    "linear_cosine": Row(_linear_cosine, "linear cosine", within=FLOAT64_ULPS),
    "range_test": Row(
        lambda rng: lrc.RangeTest(*_way(rng), rng.choice(("geometric", "linear"))), "range test"
    ),
    "hold": Row(lambda rng: lrc.Hold(_rate(rng), _steps(rng))),
    "multi_step": Row(
        lambda rng: lrc.MultiStep(_rate(rng), rng.uniform(0.1, 0.9), _marks(rng)), "multi-step"
    ),
    "step_decay": Row(
        lambda rng: lrc.StepDecay(_rate(rng), rng.uniform(0.1, 0.9), _steps(rng)), "step decay"
    ),
    "table": Row(lambda rng: lrc.Table(_rates(rng, rng.randint(1, 200))), "table"),
    "splice": Row(lambda rng: lrc.splice(_curve(rng), _steps(rng), _curve(rng)), "spliced"),
    "extend": Row(lambda rng: lrc.Pause(_curve(rng), _steps(rng), _steps(rng)), "extended"),
    "mirror": Row(lambda rng: lrc.Mirror(_curve(rng)), "mirrored"),
    "window": Row(_window, "windowed"),
}
"""What is measured, by the name that the table shows."""
