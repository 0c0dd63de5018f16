"""Schedules with random parameters, as people choose them, which `docs/accuracy.md` measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import partial
from random import Random
from typing import Final, Literal, get_args

import lrcore as lrc
from lrcore._recipes import Shape
from lrcore.testing import FLOAT64_ULPS, Case, cases, float64_bound

_CURVES: Final[tuple[Literal["linear", "cosine"], ...]] = ("linear", "cosine")
_CONVENTIONS: Final[tuple[Literal["keras", "torch", "fastai"], ...]] = ("keras", "torch", "fastai")
_SHAPES: Final[tuple[Shape, ...]] = get_args(Shape)


@dataclass(frozen=True)
class Row:
    """A row of the table: a class, or a class with options that have a bound of their own.

    Attributes:
        draw: makes a schedule with random parameters.
        within: the bound that holds, where the bounds of the factors add up to a larger bound.
    """

    draw: Callable[[Random], lrc.Schedule]
    within: float = math.inf


def schedules(name: str, count: int) -> Iterator[Case]:
    """The cases of the harness and random cases, `count` in all; the same in every run."""
    row = ROWS[name]
    known = [case for case in cases().values() if _row_of(case.schedule) == name][:count]
    rng = Random(name)
    drawn = (row.draw(rng) for _ in range(count - len(known)))
    for case in (*known, *(Case(schedule, float64_bound(schedule)) for schedule in drawn)):
        assert _row_of(case.schedule) == name, case.schedule
        yield replace(case, within=min(case.within, row.within))


def _row_of(schedule: lrc.Schedule) -> str:
    """The name of the row that a schedule belongs to."""
    name = type(schedule).__name__
    given = [
        field.name
        for field in fields(schedule)
        if field.name in _OPTIONS.get(name, ()) and getattr(schedule, field.name) != field.default
    ]
    return f"{name} with {' and '.join(given)}" if given else name


def _value(rng: Random) -> float:
    return float(10 ** rng.uniform(-5, 0))


def _values(rng: Random, count: int) -> tuple[float, ...]:
    return tuple(_value(rng) for _ in range(count))


def _steps(rng: Random) -> int:
    return int(10 ** rng.uniform(0, 7))


def _length(rng: Random) -> int | Fraction:
    """A number of steps, which now and then lies between two integers."""
    return Fraction(_steps(rng) * 8 + 5, 8) if rng.random() < 0.2 else _steps(rng)


def _power(rng: Random) -> float:
    return rng.uniform(0.2, 4)


def _ends(rng: Random) -> tuple[float, float, int | Fraction]:
    """A start, an end, and the number of steps between them."""
    return _value(rng), _value(rng), _length(rng)


def _marks(rng: Random) -> tuple[int, ...]:
    return tuple(sorted(_steps(rng) for _ in range(rng.randint(1, 8))))


def _curve(rng: Random) -> lrc.Schedule:
    """A finite schedule inside of another one."""
    return rng.choice((lrc.Linear, lrc.Cosine, lrc.Geometric, lrc.InverseLinear))(*_ends(rng))


def _endless(rng: Random) -> lrc.Schedule:
    """An endless schedule inside of another one."""
    steps = _steps(rng)
    if rng.random() < 0.5:
        return lrc.InverseTime(_value(rng), steps=steps, power=0.5)
    return lrc.Exponential(_value(rng), rng.uniform(0.1, 1), steps)


def _any(rng: Random) -> lrc.Schedule:
    return rng.choice((_curve, _endless))(rng)


def _linear(rng: Random) -> lrc.Schedule:
    start, end, steps = _ends(rng)
    # A line that goes on beyond its end rises here: near a zero, no digit of a value is certain.
    return lrc.Linear(start, end, steps, extrapolate=start < end and rng.random() < 0.3)


def _cycles(rng: Random) -> Fraction:
    """A number of periods other than one half."""
    return rng.choice((Fraction(rng.randint(2, 9), 2), Fraction(rng.randint(501, 2000), 1000)))


def _inverse_time(rng: Random) -> lrc.Schedule:
    power = rng.choice((0.5, 1.0, 2.0, _power(rng)))
    is_staircase = rng.random() < 0.3
    return lrc.InverseTime(_value(rng), 10 * _value(rng), _length(rng), power, is_staircase)


def _sigmoid(rng: Random) -> lrc.Schedule:
    start, end, steps = _value(rng), _value(rng), _steps(rng)
    slope = rng.uniform(-20, 20) / steps
    return lrc.Sigmoid(start, end, center=rng.uniform(0, steps), steepness=slope)


def _bias_correction(rng: Random) -> lrc.Schedule:
    return lrc.BiasCorrection(1 - 10 ** rng.uniform(-2, -0.5), 1 - 10 ** rng.uniform(-4, -1))


def _noise(rng: Random) -> lrc.Schedule:
    low = _value(rng)
    return lrc.Noise(low, low + _value(rng), seed=rng.randrange(2**31 - 1))


def _normal_noise(rng: Random) -> lrc.Schedule:
    mean = _value(rng)
    return lrc.NormalNoise(mean, 0.1 * mean, seed=rng.randrange(2**31 - 1))


def _shape(rng: Random) -> tuple[Shape, float]:
    """A shape, and its power."""
    shape = rng.choice(_SHAPES)
    return shape, _power(rng) if shape in ("polynomial", "power") else 1.0


def _warmup(rng: Random) -> lrc.Schedule:
    steps, start, (shape, power) = _length(rng), _value(rng), _shape(rng)
    if rng.random() < 0.5:
        return lrc.Warmup(_any(rng), steps, start, shape, power)
    longer = rng.choice((lrc.Linear, lrc.Cosine))
    after = longer(_value(rng), _value(rng), steps + _steps(rng))
    return lrc.Warmup(after, steps, start, shape, power, clock="global")


def _cooldown(rng: Random) -> lrc.Schedule:
    shape, power = _shape(rng)
    return lrc.Cooldown(_any(rng), _steps(rng), _length(rng), _value(rng), shape, power)


def _warmup_stable_decay(rng: Random) -> lrc.Schedule:
    (peak, end), (shape, power) = _values(rng, 2), _shape(rng)
    lengths = _length(rng), _length(rng), _length(rng)
    return lrc.WarmupStableDecay(peak, *lengths, shape, end=end, power=power)


def _cyclic(rng: Random) -> lrc.Schedule:
    low, steps = _value(rng), _steps(rng)
    high, down = low + _value(rng), rng.choice((None, _steps(rng)))
    match rng.randint(0, 4):
        case 0:
            gamma = 1 - 1 / (10 * steps + 1)
            return lrc.Cyclic(low, high, steps, "exp_range", gamma, down)
        case 1:
            return lrc.Cyclic(low, high, steps, "triangular2", down_steps=down)
        case 2:
            return lrc.Cyclic(low, high, steps, down_steps=down, amplitude_decay=rng.random())
        case 3:
            return lrc.Cyclic(low, high, steps, down_steps=down, high_decay=rng.random())
    return lrc.Cyclic(low, high, steps, low_decay=rng.random(), high_decay=rng.random())


def _one_cycle(rng: Random) -> lrc.Schedule:
    start, peak, end = _values(rng, 3)
    steps, share = 100 + _steps(rng), round(rng.uniform(0.1, 0.45), 3)
    phases, shape, convention = rng.random() < 0.3, rng.choice(_CURVES), rng.choice(_CONVENTIONS)
    return lrc.OneCycle(start, peak, end, steps, share, phases, shape, convention)


def _restarts(rng: Random) -> lrc.Schedule:
    end = _value(rng)
    cycle = lrc.Cosine(end + _value(rng), end, _steps(rng))
    growth, decay = rng.choice((1.0, 1.5, 2.0)), rng.choice((1.0, rng.uniform(0.5, 1)))
    match rng.randint(0, 3):
        case 0:
            return lrc.Restarts(cycle, growth, amplitude_decay=decay)
        case 1:
            return lrc.Restarts(cycle, growth, decay, rng.uniform(0.5, 1))
        case 2:
            return lrc.Restarts(cycle, growth, decay, cycles=rng.randint(1, 9), whole_steps=True)
    return lrc.Restarts(cycle, growth, decay)


def _linear_cosine(rng: Random) -> lrc.Schedule:
    cycles, alpha = Fraction(rng.randint(1, 8), 2), rng.choice((0.0, _value(rng)))
    return lrc.LinearCosine(_value(rng), _length(rng), cycles, alpha)


def _piecewise(rng: Random) -> lrc.Schedule:
    boundaries = _marks(rng)
    return lrc.PiecewiseConstant(boundaries, _values(rng, len(boundaries) + 1))


def _interpolation(rng: Random) -> lrc.Schedule:
    knots = _marks(rng)
    return lrc.Interpolation(knots, _values(rng, len(knots)), rng.choice((*_CURVES, "geometric")))


def _sequence(rng: Random) -> lrc.Schedule:
    parts = [_curve(rng) for _ in range(rng.randint(1, 5))]
    return lrc.Sequence((*parts, _any(rng)))


def _clip(rng: Random) -> lrc.Schedule:
    low = _value(rng)
    return lrc.Clip(_any(rng), low, low + _value(rng))


def _repeat(rng: Random) -> lrc.Schedule:
    inner = lrc.Sequence((_curve(rng), _curve(rng)))
    return lrc.Repeat(inner, rng.choice((None, rng.randint(1, 9))))


def _stretch(rng: Random) -> lrc.Schedule:
    return lrc.Stretch(_any(rng), Fraction(rng.randint(1, 99), rng.randint(1, 99)))


def composition(rng: Random, depth: int = 2) -> lrc.Schedule:
    """Schedules of schedules of schedules."""
    if depth == 0:
        return _any(rng)
    inner = partial(composition, rng, depth - 1)
    steps = _steps(rng)
    finite = lrc.Until(inner(), steps)
    match rng.randint(0, 9):
        case 0:
            return lrc.Sequence((finite, lrc.Until(inner(), _length(rng)), inner()))
        case 1:
            return inner() * inner()
        case 2:
            return inner() + inner()
        case 3:
            return lrc.Clip(inner(), high=_value(rng))
        case 4:
            return lrc.Repeat(finite, rng.choice((None, 3)))
        case 5:
            return lrc.Mirror(finite)
        case 6:
            return lrc.Stretch(inner(), Fraction(rng.randint(1, 9), rng.randint(1, 9)))
        case 7:
            return lrc.Window(inner(), _steps(rng), steps)
        case 8:
            return lrc.Warmup(inner(), steps, _value(rng), rng.choice(_CURVES))
    return lrc.Staircase(lrc.Pause(lrc.Shift(inner(), -steps), _steps(rng), steps), _steps(rng))


ROWS: Final = {
    "Constant": Row(lambda rng: lrc.Constant(_value(rng))),
    "Hold": Row(lambda rng: lrc.Hold(_value(rng), _length(rng))),
    "MultiStep": Row(lambda rng: lrc.MultiStep(_value(rng), rng.uniform(0.1, 0.9), _marks(rng))),
    "StepDecay": Row(lambda rng: lrc.StepDecay(_value(rng), rng.uniform(0.1, 0.9), _length(rng))),
    "Table": Row(lambda rng: lrc.Table(_values(rng, rng.randint(1, 200)))),
    "PiecewiseConstant": Row(_piecewise),
    "Interpolation": Row(_interpolation),
    "Linear": Row(_linear),
    "Polynomial": Row(lambda rng: lrc.Polynomial(*_ends(rng), power=_power(rng))),
    "Polynomial with k_decay": Row(
        lambda rng: lrc.Polynomial(*_ends(rng), power=_power(rng), k_decay=_power(rng))
    ),
    "Polynomial with cycle": Row(
        lambda rng: lrc.Polynomial(*_ends(rng), power=_power(rng), cycle=True)
    ),
    "Cosine": Row(lambda rng: lrc.Cosine(*_ends(rng))),
    "Cosine with cycles": Row(lambda rng: lrc.Cosine(*_ends(rng), cycles=_cycles(rng))),
    "Cosine with power": Row(lambda rng: lrc.Cosine(*_ends(rng), power=_power(rng))),
    "Cosine with cycles and power": Row(
        lambda rng: lrc.Cosine(*_ends(rng), cycles=_cycles(rng), power=_power(rng))
    ),
    "Cosine with k_decay": Row(lambda rng: lrc.Cosine(*_ends(rng), k_decay=_power(rng))),
    "Cosine with power and k_decay": Row(
        lambda rng: lrc.Cosine(*_ends(rng), power=_power(rng), k_decay=_power(rng))
    ),
    "Geometric": Row(lambda rng: lrc.Geometric(*_ends(rng))),
    "InverseLinear": Row(lambda rng: lrc.InverseLinear(*_ends(rng))),
    "Logarithmic": Row(lambda rng: lrc.Logarithmic(_value(rng), _value(rng), _steps(rng))),
    "BoundedExponential": Row(
        lambda rng: lrc.BoundedExponential(*_ends(rng), ratio=rng.uniform(0.001, 0.999))
    ),
    "Exponential": Row(
        lambda rng: lrc.Exponential(
            _value(rng), rng.uniform(0.1, 1), _length(rng), staircase=rng.random() < 0.3
        )
    ),
    "InverseTime": Row(_inverse_time),
    "Sigmoid": Row(_sigmoid),
    "Warmup": Row(_warmup),
    "WarmupCosine": Row(
        lambda rng: lrc.WarmupCosine(_value(rng), _length(rng), _length(rng), end=_value(rng))
    ),
    "WarmupLinear": Row(
        lambda rng: lrc.WarmupLinear(_value(rng), _length(rng), _length(rng), end=_value(rng))
    ),
    "InverseSquareRoot": Row(
        lambda rng: lrc.InverseSquareRoot(_value(rng), _length(rng), rng.choice((None, 10_000)))
    ),
    "Noam": Row(lambda rng: lrc.Noam(rng.randint(1, 4096), _length(rng))),
    "Cooldown": Row(_cooldown),
    "WarmupStableDecay": Row(_warmup_stable_decay),
    "Cyclic": Row(_cyclic, within=FLOAT64_ULPS),
    "OneCycle": Row(_one_cycle),
    "Restarts": Row(_restarts, within=FLOAT64_ULPS),
    "NaturalExponential": Row(
        lambda rng: lrc.NaturalExponential(_value(rng), rng.uniform(0, 3), _length(rng))
    ),
    "PowerLaw": Row(lambda rng: lrc.PowerLaw(_value(rng), -_power(rng))),
    "Tanh": Row(lambda rng: lrc.Tanh(_value(rng), _value(rng), _steps(rng))),
    "LinearCosine": Row(_linear_cosine, within=FLOAT64_ULPS),
    "RangeTest": Row(lambda rng: lrc.RangeTest(*_ends(rng), rng.choice(("geometric", "linear")))),
    "BiasCorrection": Row(_bias_correction),
    "Noise": Row(_noise),
    "NormalNoise": Row(_normal_noise),
    "Sequence": Row(_sequence),
    "Product": Row(lambda rng: _any(rng) * _any(rng)),
    "Sum": Row(lambda rng: _any(rng) + _any(rng)),
    "Clip": Row(_clip),
    "Repeat": Row(_repeat),
    "Shift": Row(lambda rng: lrc.Shift(_any(rng), rng.choice((-1, 1)) * _steps(rng))),
    "From": Row(lambda rng: lrc.From(_any(rng), _steps(rng))),
    "Until": Row(lambda rng: lrc.Until(_any(rng), _length(rng))),
    "Pause": Row(lambda rng: lrc.Pause(_any(rng), _steps(rng), _steps(rng))),
    "Staircase": Row(lambda rng: lrc.Staircase(_any(rng), _length(rng))),
    "Reverse": Row(lambda rng: lrc.Reverse(_curve(rng))),
    "Stretch": Row(_stretch),
    "Mirror": Row(lambda rng: lrc.Mirror(_curve(rng))),
    "Window": Row(lambda rng: lrc.Window(_curve(rng), _steps(rng), _steps(rng))),
}
"""The rows, by the names that the table shows."""

_OPTIONS: Final = {
    "Polynomial": {"k_decay", "cycle"},
    "Cosine": {"cycles", "power", "k_decay"},
}
"""The options that have rows of their own."""
