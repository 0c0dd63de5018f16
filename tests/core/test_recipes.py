"""Recipes against the systems that they are named after."""

from __future__ import annotations

import inspect
import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, Literal, TypeAlias, cast, get_args

import mpmath
import numpy as np
import pytest

import lrcore as lrc
from lrcore._recipes import Shape
from lrcore.testing import exact

ROOM: Final = "lrcore._recipes."

Mode: TypeAlias = Literal["triangular", "triangular2", "exp_range"]
Scale: TypeAlias = Callable[[int, int], float]
Decays: TypeAlias = Literal["peak", "end", "both", "amplitude"]
Ends: TypeAlias = Literal["amplitude", "peak", "both"]


def addons(low: float, high: float, step_size: int, scale: Scale, t: int) -> float:
    """`CyclicalLearningRate` of TensorFlow Addons, as its documentation states it."""
    cycle = math.floor(1 + t / (2 * step_size))
    x = abs(t / step_size - 2 * cycle + 1)
    return low + (high - low) * max(0.0, 1 - x) * scale(cycle, t)


MODES: dict[Mode, tuple[float, Scale]] = {
    "triangular": (1.0, lambda cycle, t: 1.0),
    "triangular2": (1.0, lambda cycle, t: 2.0 ** (1 - cycle)),
    "exp_range": (0.99994, lambda cycle, t: math.pow(0.99994, t)),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("step_size", [1, 3, 2 * 937])
def test_cyclic_is_that_of_tensorflow_addons(mode: Mode, step_size: int) -> None:
    """1e-4 to 1e-2, a half cycle of two epochs of 937 steps, ten cycles; to 1e-12 of the top."""
    gamma, scale = MODES[mode]
    schedule = lrc.Cyclic(1e-4, 1e-2, step_size, mode, gamma)
    got = schedule(range(20 * step_size + 3))
    want = [addons(1e-4, 1e-2, step_size, scale, t) for t in range(got.size)]
    assert np.abs(got - want).max() <= 1e-12 * 1e-2


# Values of tensorflow_addons 0.23.0, recorded with float64 steps.
RECORDED: dict[str, tuple[tuple[float, float, int, Mode, float], dict[int, float]]] = {
    "triangular": (
        (0.0003371, 0.009572, 3, "triangular", 1.0),
        {
            0: 0.0003371,
            1: 0.0034153999999999994,
            2: 0.006493699999999999,
            3: 0.009572,
            4: 0.006493700000000001,
            5: 0.0034153999999999994,
            6: 0.0003371,
            7: 0.0034154000000000016,
            9: 0.009572,
            18: 0.0003371,
            27: 0.009572,
            154: 0.006493699999999978,
            1589: 0.0034154000000003503,
        },
    ),
    "triangular2": (
        (0.03243, 1.613, 297, "triangular2", 1.0),
        {
            0: 0.03243,
            1: 0.03775178451178467,
            2: 0.04307356902356897,
            3: 0.04839535353535364,
            4: 0.05371713804713795,
            5: 0.05903892255892261,
            6: 0.06436070707070693,
            7: 0.0696824915824916,
            9: 0.08032606060606057,
            18: 0.12822212121212112,
            27: 0.17611818181818167,
            36: 0.22401424242424228,
            45: 0.27191030303030317,
            54: 0.3198063636363638,
            63: 0.36770242424242433,
            72: 0.4155984848484849,
            81: 0.46349454545454544,
            90: 0.5113906060606059,
            99: 0.5592866666666665,
            108: 0.6071827272727275,
            117: 0.655078787878788,
            298: 1.6076782154882154,
            890: 0.8200541077441077,
            1729: 0.10294364478114468,
            5501: 0.03404108710805977,
        },
    ),
    "exp_range": (
        (0.001447, 0.01973, 102, "exp_range", 0.99),
        {
            0: 0.001447,
            1: 0.001624452647058823,
            2: 0.0017983562411764693,
            3: 0.001968764018147057,
            4: 0.002135728503954119,
            5: 0.0022993015236432214,
            6: 0.0024595342100881463,
            7: 0.0026164770126518083,
            9: 0.0029206913972714757,
            18: 0.004139485017751521,
            27: 0.005136447253460965,
            36: 0.005940831599623655,
            45: 0.0065784908419290085,
            54: 0.007072246467287796,
            63: 0.007442219614082795,
            72: 0.007706127451333544,
            81: 0.007879548491115452,
            90: 0.007976159991009818,
            99: 0.008007950289704363,
            108: 0.007258918787420824,
            117: 0.006258542298287838,
            208: 0.0015356395933770626,
            509: 0.0015556632553208863,
            1538: 0.001447003262153795,
        },
    ),
}


@pytest.mark.parametrize("mode", RECORDED)
def test_cyclic_gives_the_recorded_values(mode: str) -> None:
    """What the real classes gave; their own rounding grows with the step."""
    arguments, recorded = RECORDED[mode]
    schedule = lrc.Cyclic(*arguments)
    for step, value in recorded.items():
        assert schedule(step) == pytest.approx(value, rel=0, abs=1e-9 * arguments[1]), step


def test_peaks_and_valleys_are_exact() -> None:
    """The ends of a triangle are the numbers that were given."""
    schedule = lrc.Cyclic(1e-4, 1e-2, 2 * 937)
    assert schedule(np.arange(8) * 1874).tolist() == [1e-4, 1e-2] * 4


LINE: Final = lrc.Linear(1.0, 0.0, 10)
WAVE: Final = lrc.Cosine(1.0, 0.0, 5)

REFUSED: Final[list[tuple[Callable[..., object], tuple[Any, ...], dict[str, Any], str]]] = [
    (
        lrc.Cooldown,
        (LINE, 3, 3),
        {"power": 2.0},
        "Cooldown: power=2.0 has no effect in the shape 'lin",
    ),
    (
        lrc.Cooldown,
        (LINE, 3, 3),
        {"shape": "geometric"},
        r"Cooldown: in the schedule that it .*, end: .*; got 0\.0",
    ),
    (lrc.Cyclic, (0.1, 0.2, 0), {}, r"Cyclic\.steps: .*equal to 1; got 0"),
    (lrc.Cyclic, (0.1, 0.2, "x epochs"), {}, r"Cyclic\.steps: a duration is .* got 'x epochs'"),
    (lrc.Cyclic, (0.1, 0.2, 5, "square"), {}, r"Cyclic\.mode: .* or 'exp_range'; got 'square'"),
    (
        lrc.Cyclic,
        (0.1, 0.2, 5),
        {"gamma": 0.9},
        r"gamma=0\.9 has no effect in the mode 'triangular'",
    ),
    (lrc.Cyclic, (0.1, 0.2, 5, "exp_range", -1.0), {}, r"Cyclic\.gamma: .*equal to 0; got -1\.0"),
    (
        lrc.Cyclic,
        (0.1, 0.2, 5, "triangular2"),
        {"high_decay": 0.9},
        r"mode='triangular2' and high_decay=0\.9 exclude each other",
    ),
    (
        lrc.Cyclic,
        (0.1, 0.2, 5),
        {"low_decay": 0.9, "amplitude_decay": 0.5},
        r"amplitude_decay=0\.5 and low_decay=0\.9 exclude each other",
    ),
    (lrc.Hold, (math.inf, 3), {}, r"Hold\.value: .*; got inf"),
    (lrc.Hold, (1.0, True), {}, r"Hold\.steps: .*integer, .*; got True"),
    (
        lrc.InverseSquareRoot,
        (1.0, 0),
        {},
        "InverseSquareRoot: without a warm-up .*; give timescale",
    ),
    (lrc.LinearCosine, (1.0, 5, 0), {}, r"LinearCosine\.cycles: a number above 0 .*; got 0"),
    (lrc.LinearCosine, (1.0, 5), {"alpha": "x"}, r"LinearCosine\.alpha: .*number; got 'x'"),
    (lrc.Mirror, (lrc.Constant(1.0),), {}, "Mirror: Constant is endless"),
    (lrc.Mirror, (lrc.Hold(1.0, 0),), {}, "Mirror: .*a schedule of duration 0 cannot be repeated"),
    (lrc.MultiStep, (1.0, 0.1, 5), {}, r"MultiStep\.milestones: .*; got 5"),
    (lrc.MultiStep, (1.0, math.nan, [5]), {}, r"MultiStep\.factor: .*finite number; got nan"),
    (
        lrc.MultiStep,
        (1.0, 1e30, [*range(20)]),
        {},
        r"MultiStep: .*values\[2\]: .*less than or equal",
    ),
    (
        lrc.NaturalExponential,
        (0.1, -1000),
        {},
        r"NaturalExponential\.rate: .*equal to -88; got -1000",
    ),
    (
        lrc.NaturalExponential,
        (0.1, 1000.0),
        {},
        r"NaturalExponential\.rate: .*equal to 700; got 1000",
    ),
    (lrc.NaturalExponential, (0.1, None), {}, r"NaturalExponential\.rate: .*number; got None"),
    (lrc.Noam, (0, 10), {}, r"Noam\.d_model: .*equal to 1; got 0"),
    (lrc.Noam, (512, 0), {}, r"Noam\.warmup_steps: .*equal to 1; got 0"),
    (lrc.OneCycle, (0, 1, 0, 10, 30), {}, r"OneCycle\.pct_start: a number above 0 and at most 1"),
    (
        lrc.OneCycle,
        (0, 1, 0, 10, 0.6, True),
        {},
        "OneCycle: with three phases pct_start is at most 1/2; got 3/5",
    ),
    (
        lrc.OneCycle,
        (0, 1, 0, 3),
        {"convention": "torch"},
        "OneCycle: steps=3 are too few for pct_start=3/10 in the convention 'torch'",
    ),
    (lrc.OneCycle, (0, 1, 0, 10), {"shape": "cos"}, r"OneCycle\.shape: .*'linear'; got 'cos'"),
    (lrc.OneCycle, (0, 1, 0, 10), {"convention": "mxnet"}, r"OneCycle\.convention: .*got 'mxnet'"),
    (lrc.PowerLaw, (1.0, math.inf), {}, r"PowerLaw\.power: .*; got inf"),
    (lrc.RangeTest, (1, 2, 5), {"shape": "log"}, r"RangeTest\.shape: .*'linear'; got 'log'"),
    (lrc.RangeTest, (0.0, 2.0, 5), {}, 'RangeTest: the shape "geometric" needs values above 0'),
    (
        lrc.Restarts,
        (LINE >> LINE,),
        {},
        "Restarts: the cycle Sequence is not a decay with start, end",
    ),
    (
        lrc.Restarts,
        (lrc.Linear(1, 0, 3, True),),
        {},
        "the cycle Linear is not a decay with start, end",
    ),
    (
        lrc.Restarts,
        (lrc.Cosine(1.0, 0.0, 0),),
        {},
        "Restarts: a cycle has 0 steps; give it at least 1",
    ),
    (lrc.Restarts, (WAVE,), {"growth": math.nan}, r"Restarts\.growth: .*finite .*; got nan"),
    (lrc.Restarts, (WAVE,), {"growth": 0.5}, "Restarts: growth=1/2 is below 1"),
    (lrc.Restarts, (WAVE,), {"growth": 1 + 1e-9}, "more than 1000 cycles; give cycles"),
    (
        lrc.Restarts,
        (WAVE,),
        {"start_decay": 0.5, "cycles": 10**6},
        "cycles=1000000 is above 1000",
    ),
    (
        lrc.Restarts,
        (WAVE,),
        {"start_decay": 0.5, "amplitude_decay": 0.5},
        r"amplitude_decay=0\.5 excludes start_decay and end_decay",
    ),
    (
        lrc.Restarts,
        (lrc.Geometric(1.0, 0.1, 5),),
        {"start_decay": 0.5},
        "Geometric .* with different decays; give cycles",
    ),
    (lrc.Restarts, (WAVE,), {"cycles": 0}, r"Restarts\.cycles: .*equal to 1; got 0"),
    (lrc.splice, (LINE, 3, 0.1), {}, r"splice: new is a schedule; got 0\.1"),
    (lrc.splice, (LINE, -3, LINE), {}, r"splice: at: .*equal to 0; got -3"),
    (lrc.StepDecay, (1.0, -1.0, 3), {}, r"StepDecay\.factor: .*equal to 0; got -1\.0"),
    (lrc.Table, ([],), {}, r"Table\.values: .*at least 1 item"),
    (lrc.Table, (0.1,), {}, r"Table\.values: .*; got 0\.1"),
    (lrc.Table, ([0.1, None],), {}, r"Table\.values\[1\]: .*number; got None"),
    (lrc.Tanh, (1.0, 0.0, 5, 3.0, 3.0), {}, r"Tanh: lower=3\.0 is not below upper=3\.0"),
    (lrc.Warmup, (LINE, -1), {}, r"Warmup\.steps: .*equal to 0; got -1"),
    (lrc.Warmup, (None, 5), {}, r"Warmup\.schedule: this is not a schedule; .*got None"),
    (lrc.Warmup, (LINE, 3, 0.0, "wavy"), {}, r"Warmup\.shape: .*'power'; got 'wavy'"),
    (
        lrc.Warmup,
        (LINE, 3, 0.0, "geometric"),
        {},
        r"Warmup: in the .*, start: .*greater than 0; got 0",
    ),
    (lrc.Warmup, (LINE, 3), {"clock": "wall"}, r"Warmup\.clock: .*'global'; got 'wall'"),
    (
        lrc.Warmup,
        (LINE, 5),
        {"power": 2.0},
        r"Warmup: power=2\.0 has no effect in the shape 'linear'",
    ),
    (lrc.WarmupLinear, ([1.0], 2, 5), {}, r"WarmupLinear\.peak: .*number; got \[1\.0\]"),
    (
        lrc.WarmupStableDecay,
        (1.0, 1, 1, 1, "wavy"),
        {},
        r"WarmupStableDecay\.shape: .*; got 'wavy'",
    ),
    (
        lrc.WarmupStableDecay,
        (1.0, 1, 1, 1),
        {"power": 2.0},
        "WarmupStableDecay: power=2.0 has no effect in the shape",
    ),
    (lrc.Window, (LINE, 5, 0), {}, r"Window\.steps: .*equal to 1; got 0"),
]


@pytest.mark.parametrize(("recipe", "arguments", "options", "message"), REFUSED)
def test_what_recipes_refuse(
    recipe: Callable[..., object], arguments: tuple[Any, ...], options: dict[str, Any], message: str
) -> None:
    """What was given, and where: in the recipe, or in the class that it makes."""
    with pytest.raises(lrc.InvalidScheduleError, match=message):
        recipe(*arguments, **options)


CALLS: Final[list[tuple[Callable[..., lrc.Schedule], dict[str, Any]]]] = [
    (lrc.Cooldown, {"schedule": LINE, "at": 3, "steps": 2, "shape": "polynomial", "power": 2.0}),
    (lrc.Cyclic, {"low": 0.1, "high": 1.0, "steps": 5}),
    (lrc.Cyclic, {"low": 0.1, "high": 1.0, "steps": 5, "mode": "exp_range", "gamma": 0.9}),
    (lrc.Cyclic, {"low": 0.1, "high": 1.0, "steps": 5, "down_steps": 3, "high_decay": 0.5}),
    (lrc.Hold, {"value": 1.0, "steps": 2}),
    (lrc.Interpolation, {"knots": [0, 5], "values": [0.1, 1.0], "shape": "geometric"}),
    (lrc.InverseSquareRoot, {"peak": 1.0, "warmup_steps": 4}),
    (lrc.LinearCosine, {"start": 1.0, "steps": 4}),
    (lrc.Mirror, {"schedule": LINE}),
    (lrc.MultiStep, {"start": 1.0, "factor": 0.5, "milestones": [3, 2]}),
    (lrc.NaturalExponential, {"start": 1.0, "rate": 0.5, "steps": 10}),
    (lrc.Noam, {"d_model": 512, "warmup_steps": 10}),
    (lrc.OneCycle, {"start": 0.1, "peak": 1.0, "end": 0.0, "steps": 20, "pct_start": 0.3}),
    (lrc.OneCycle, {"start": 0.1, "peak": 1.0, "end": 0.0, "steps": 20, "convention": "torch"}),
    (lrc.PiecewiseConstant, {"boundaries": [2, 5], "values": [0.1, 1.0, 0.2]}),
    (lrc.PowerLaw, {"start": 1.0, "power": -0.5}),
    (lrc.RangeTest, {"low": 0.1, "high": 1.0, "steps": 5}),
    (lrc.Restarts, {"cycle": WAVE, "growth": 1.5, "start_decay": 0.9, "cycles": 3}),
    (lrc.Restarts, {"cycle": WAVE, "amplitude_decay": 0.9}),
    (lrc.Restarts, {"cycle": WAVE, "growth": 1.5, "whole_steps": True, "cycles": 4}),
    (lrc.splice, {"old": LINE, "at": 2, "new": LINE}),
    (lrc.StepDecay, {"start": 1.0, "factor": 0.5, "steps": 3}),
    (lrc.Table, {"values": [0.1, 0.2]}),
    (lrc.Tanh, {"start": 1.0, "end": 0.0, "steps": 5}),
    (lrc.Warmup, {"schedule": LINE, "steps": 3, "start": 0.01, "shape": "power", "power": 0.5}),
    (lrc.Warmup, {"schedule": LINE, "steps": 3, "clock": "global"}),
    (lrc.WarmupCosine, {"peak": 1.0, "warmup_steps": 2, "decay_steps": 4}),
    (lrc.WarmupLinear, {"peak": 1.0, "warmup_steps": 2, "decay_steps": 4}),
    (lrc.WarmupStableDecay, {"peak": 1, "warmup_steps": 2, "stable_steps": 2, "decay_steps": 4}),
    (lrc.Window, {"schedule": LINE, "at": 2, "steps": 3}),
]

ODD: Final[list[object]] = [
    *(
        math.nan,
        math.inf,
        -math.inf,
        -1.0,
        -1,
        0,
        0.0,
        1e308,
        -1e39,
        5e-324,
        10**400,
        2**53,
        -(2**70),
    ),
    *(
        1.5,
        True,
        None,
        "x epochs",
        "5 epochs",
        "",
        [],
        [1],
        ["a"],
        [None],
        (2, 1),
        {},
        {1: 2},
        1j,
        b"x",
    ),
    *(
        np.float64(2.0),
        np.float32(0.5),
        np.int64(3),
        np.bool_(True),
        np.array(3),
        np.array([1.5, 2.5]),
    ),
    *(np.array([]), object(), lrc.Constant(1.0), range(2), iter([1]), {1, 2}, math.sin),
]


def test_every_recipe_is_called() -> None:
    """The list of calls forgets none."""
    recipes = {name for name in lrc.__all__ if getattr(lrc, name).__module__.startswith(ROOM)}
    assert {recipe.__name__ for recipe, _ in CALLS} == recipes


@pytest.mark.parametrize(("recipe", "arguments"), CALLS)
def test_a_recipe_is_a_definition(
    recipe: Callable[..., lrc.Schedule], arguments: dict[str, Any]
) -> None:
    """Its repr, document and schema are what its fields take; its values are those of its expansion."""
    if recipe is lrc.splice:
        return
    schedule = recipe(**arguments)
    assert repr(schedule).startswith(f"{type(schedule).__name__}(")
    assert eval(repr(schedule), dict(vars(lrc))) == schedule
    entry = cast("dict[str, Any]", schedule.to_dict()["schedule"])
    assert set(entry) <= {"kind", *arguments}
    assert lrc.from_json(schedule.to_json()) == schedule
    for name in arguments:
        same = replace(schedule, **{name: getattr(schedule, name)})
        assert same == schedule
    steps = range(-3, 60)
    assert schedule.expand() != schedule
    assert schedule.expand()(steps).tolist() == schedule(steps).tolist()
    assert schedule.expand().duration in (schedule.duration, 2**53)


@pytest.mark.parametrize(("recipe", "arguments"), CALLS)
def test_odd_arguments_make_a_schedule_or_an_error_of_ours(
    recipe: Callable[..., lrc.Schedule], arguments: dict[str, Any]
) -> None:
    """Every argument, given what no one means: no error of Python or NumPy comes through."""
    refused = 0
    for name in inspect.signature(recipe).parameters:
        for odd in ODD:
            try:
                schedule = recipe(**{**arguments, name: odd})
            except lrc.InvalidScheduleError:
                refused += 1
            else:
                assert lrc.from_json(schedule.to_json()) == schedule
    assert refused > len(ODD) / 2


Real: TypeAlias = Any
Truth: TypeAlias = tuple[lrc.Schedule, int, Real, Real]
"""A schedule, a step, the value of the formula in real numbers, and how far off the schedule may be."""


def real_natural_exponential(rng: random.Random) -> Truth:
    """Two factors to ten thousand."""
    start, rate, steps = 10 ** rng.uniform(-5, 0), rng.uniform(-2, 20), rng.randint(1, 100)
    t = rng.randint(0, 40 * steps)
    n = mpmath.mpf(t) / steps
    value = start * mpmath.exp(-mpmath.mpf(rate) * n)
    return lrc.NaturalExponential(start, rate, steps), t, value, 2.3e-16 * n * value


def real_multi_step(rng: random.Random) -> Truth:
    """Up to a thousand milestones."""
    start, factor, count = 10 ** rng.uniform(-5, 0), rng.uniform(0.6, 1.05), rng.randint(0, 200)
    milestones = sorted(rng.randrange(1000) for _ in range(count))
    t = rng.randrange(1100)
    value = start * mpmath.mpf(factor) ** sum(milestone <= t for milestone in milestones)
    return lrc.MultiStep(start, factor, milestones), t, value, 4e-16 * value


def real_restarts(rng: random.Random) -> Truth:
    """Cycles that begin at steps and between them, with everything that can decay."""
    start, end = 10 ** rng.uniform(-5, 0), rng.choice((0.0, 10 ** rng.uniform(-5, 0)))
    steps = int(10 ** rng.uniform(0, 4))
    growth = rng.choice(
        (Fraction(1), Fraction(3, 2), Fraction(2), Fraction(rng.randint(110, 400), 100))
    )
    decays: dict[str, Any] = {
        name: rng.choice((1.0, rng.uniform(0.3, 1)))
        for name in rng.choice((("start_decay", "end_decay"), ("amplitude_decay",)))
    }
    t = rng.randint(0, 10 * steps)
    cycle, begin, length = 0, Fraction(0), Fraction(steps)
    while t >= begin + length:
        cycle, begin, length = cycle + 1, begin + length, length * growth
    share = (t - begin) / length
    factor = {name: mpmath.mpf(decay) ** cycle for name, decay in decays.items()}
    top, bottom = mpmath.mpf(start), mpmath.mpf(end)
    top = bottom + (top - bottom) * factor.get("amplitude_decay", 1)
    top, bottom = top * factor.get("start_decay", 1), bottom * factor.get("end_decay", 1)
    angle = mpmath.pi * share.numerator / share.denominator
    value = bottom + (top - bottom) * (1 + mpmath.cos(angle)) / 2
    cycles = rng.choice((None, cycle + rng.randint(1, 3)))
    schedule = lrc.Restarts(lrc.Cosine(start, end, steps), growth, cycles=cycles, **decays)
    return schedule, t, value, 5e-16 * max(start, end)


def real_cyclic(rng: random.Random) -> Truth:
    """Every mode, with ways of the same length and of two, and everything that can decay."""
    low = rng.choice((0.0, 10 ** rng.uniform(-5, 0)))
    high, up = low + 10 ** rng.uniform(-5, 0), rng.randint(1, 300)
    down = rng.choice((None, rng.randint(1, 300)))
    mode: Mode = rng.choice(("triangular", "triangular2", "exp_range"))
    gamma = rng.uniform(0.9, 1) if mode == "exp_range" else 1.0
    decays: dict[str, float] = {}
    if mode == "triangular":
        kinds = rng.choice((("low_decay", "high_decay"), ("amplitude_decay",), ("high_decay",)))
        decays = {name: rng.uniform(0.3, 1.2) for name in kinds}
    way = up if down is None else down
    t = rng.randint(0, 10 * (up + way))
    cycle, s = divmod(t, up + way)
    w = mpmath.mpf(s) / up if s < up else mpmath.mpf(up + way - s) / way
    f = {name: mpmath.mpf(decay) ** cycle for name, decay in decays.items()}
    amplitude = {
        "triangular": f.get("amplitude_decay", mpmath.mpf(1)),
        "triangular2": mpmath.mpf(0.5) ** cycle,
        "exp_range": mpmath.mpf(gamma) ** t,
    }[mode]
    bottom, top = low * f.get("low_decay", mpmath.mpf(1)), high * f.get("high_decay", mpmath.mpf(1))
    value = bottom + (top - bottom) * w * amplitude
    schedule = lrc.Cyclic(low, high, up, mode, gamma, down, **decays)
    rounded = mode != "triangular" or "amplitude_decay" in decays
    return schedule, t, value, (1.2e-16 if rounded else 1e-50) * value


def real_tanh(rng: random.Random) -> Truth:
    """Narrow and wide ones."""
    start, end, steps = rng.random(), rng.random(), int(10 ** rng.uniform(0, 5))
    lower = rng.choice((rng.uniform(-20, 5), rng.uniform(-1, 1)))
    upper = lower + rng.choice((rng.uniform(0.1, 20), 10 ** rng.uniform(-9, 0)))
    t = rng.randrange(steps)
    p = mpmath.mpf(t) / steps
    curve = 1 - mpmath.tanh(lower * (1 - p) + upper * p)
    value = end + (mpmath.mpf(start) - end) * curve / 2
    return (
        lrc.Tanh(start, end, steps, lower, upper),
        t,
        value,
        2e-16 * max(1.0, abs(lower), abs(upper)) * max(start, end),
    )


def real_linear_cosine(rng: random.Random) -> Truth:
    """With everything that is added."""
    start, steps = 10 ** rng.uniform(-5, 0), rng.randint(1, 5000)
    cycles = Fraction(rng.randint(1, 99), rng.choice((2, 7, 20)))
    alpha, beta = rng.choice((0.0, rng.random())), rng.choice((0.0, 0.001, rng.random()))
    t = rng.randint(0, 2 * steps)
    p = mpmath.mpf(min(t, steps)) / steps
    cosine = (1 + mpmath.cospi(2 * p * cycles.numerator / cycles.denominator)) / 2
    value = start * ((mpmath.mpf(alpha) + 1 - p) * cosine + beta)
    return lrc.LinearCosine(start, steps, cycles, alpha, beta), t, value, 4e-16 * value + 1e-50


def real_noam(rng: random.Random) -> Truth:
    """Before and after the peak."""
    width, warmup, scale = (
        rng.randint(1, 10**9),
        int(10 ** rng.uniform(0, 9)),
        10 ** rng.uniform(-3, 3),
    )
    t = rng.randint(1, 5 * warmup)
    least = min(1 / mpmath.sqrt(t), t / mpmath.mpf(warmup) ** 1.5)
    value = scale / mpmath.sqrt(width) * least
    return lrc.Noam(width, warmup, scale), t, value, 5e-16 * value


def real_values(draw: Callable[[random.Random], Truth], count: int) -> Iterator[Truth]:
    """Random ones, the same in every run, in sixty digits."""
    rng = random.Random(draw.__name__)
    with mpmath.workdps(60):
        for _ in range(count):
            yield draw(rng)


@pytest.mark.parametrize(
    "draw",
    [
        real_natural_exponential,
        real_multi_step,
        real_restarts,
        real_cyclic,
        real_tanh,
        real_linear_cosine,
        real_noam,
    ],
)
def test_what_is_rounded_before_is_as_near_as_the_recipe_says(
    draw: Callable[[random.Random], Truth],
) -> None:
    """The schedule in sixty digits, and the formula of the recipe in real numbers."""
    used = 0.0
    for schedule, t, value, within in real_values(draw, 500):
        error = abs(exact(schedule, t) - (value if value >= 2.0**-126 else 0))
        assert error <= within, (schedule, t)
        used = max(used, float(error / within) if within else 0.0)
    assert used > 0.1, "the bound says less than it could"


SHAPES: Final[dict[str, Callable[[float, float], float]]] = {
    "linear": lambda p, power: 1 - p,
    "cosine": lambda p, power: (1 + math.cos(math.pi * p)) / 2,
    "1-sqrt": lambda p, power: 1 - math.sqrt(p),
    "exponential": lambda p, power: 2 * 0.5**p - 1,
    "polynomial": lambda p, power: (1 - p) ** power,
    "power": lambda p, power: 1 - p**power,
    "geometric": lambda p, power: (0.01**p - 0.01) / 0.99,
    "inverse_linear": lambda p, power: (1 / (1 - p + p / 0.01) - 0.01) / 0.99,
}
"""What is left of a decay, by its share that is done; of the last two from 1 to 0.01."""


def test_all_shapes_are_compared() -> None:
    """With the textbook below."""
    assert set(SHAPES) == set(get_args(Shape))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("power", [0.3, 2.0])
def test_decays_and_ramps_have_the_shapes_of_the_textbook(shape: Shape, power: float) -> None:
    """After a stable phase, after a schedule, and backwards before one; from 1 to 0.01."""
    power = power if shape in ("polynomial", "power") else 1.0
    left = [0.01 + 0.99 * SHAPES[shape](i / 40, power) for i in range(41)]
    stable = lrc.WarmupStableDecay(1.0, 0, 7, 40, shape, end=0.01, power=power)
    cooled = lrc.Cooldown(lrc.Linear(0.0, 2.0, 14), 7, 40, 0.01, shape, power)
    warmed = lrc.Warmup(lrc.Linear(1.0, 0.5, 9), 40, 0.01, shape, power)
    assert stable(range(48))[7:] == pytest.approx(left, rel=1e-13)
    assert cooled(range(60)).tolist() == pytest.approx(
        [*(i / 7 for i in range(7)), *left, *[0.01] * 12], rel=1e-13
    )
    after = [1.0 - i / 18 for i in range(1, 10)]
    assert warmed(range(50)) == pytest.approx([*left[::-1], *after], rel=1e-13)
    assert (stable.duration, cooled.duration, warmed.duration) == (47, 47, 49)


@pytest.mark.parametrize("peak", [None, 0.8])
@pytest.mark.parametrize("clock", ["local", "global"])
def test_a_warmup_goes_to_where_the_schedule_takes_over(
    clock: Literal["local", "global"], peak: float | None
) -> None:
    """Or to a peak that is given; the schedule begins then, or has run on."""
    schedule = lrc.Warmup(lrc.Exponential(0.4, 0.5, 10), 10, 0.1, peak=peak, clock=clock)
    top = peak if peak is not None else 0.4 if clock == "local" else 0.2
    behind = 10 if clock == "local" else 0
    want = [
        0.1 + (top - 0.1) * t / 10 if t < 10 else 0.4 * 0.5 ** ((t - behind) / 10)
        for t in range(60)
    ]
    assert schedule(range(60)) == pytest.approx(want, rel=1e-13)


@pytest.mark.parametrize("clock", ["local", "global"])
def test_a_warmup_of_no_steps_is_none(clock: Literal["local", "global"]) -> None:
    """Nor is a cool-down that begins behind the steps that are looked at."""
    warmed = lrc.Warmup(LINE, 0, 0.3, clock=clock)
    assert warmed(range(15)).tolist() == LINE(range(15)).tolist()
    assert lrc.Cooldown(LINE, 15, 5)(range(15)).tolist() == LINE(range(15)).tolist()


def test_restarts_of_lists_are_sequences() -> None:
    """`sgdr_schedule` of Optax without warm-ups, from its documentation: cosines one after the other."""
    lengths, peaks = [20, 35, 7], [0.1, 0.05, 0.2]
    want = [
        0.01 + (peak - 0.01) * (1 + math.cos(math.pi * i / length)) / 2
        for peak, length in zip(peaks, lengths, strict=True)
        for i in range(length)
    ]
    cycles = (lrc.Cosine(p, 0.01, n) for p, n in zip(peaks, lengths, strict=True))
    schedule = lrc.Sequence(tuple(cycles))
    assert schedule(range(80)) == pytest.approx([*want, *[0.01] * 18], rel=1e-13)


def test_restarts_without_an_end() -> None:
    """No duration, whatever grows; after a warm-up; the same at any step; and never held."""
    growing = lrc.Restarts(WAVE, growth=2)
    assert growing.duration is None
    warm = lrc.Linear(0.0, 1.0, 7) >> growing
    assert warm.duration is None
    assert warm(range(7, 60)).tolist() == growing(range(53)).tolist()
    assert growing(5 * (2**50 - 1)) == 1.0
    assert 0.0 < growing(2**53) < 1.0
    document = json.loads(growing.to_json())["schedule"]
    assert document == {"kind": "restarts", "cycle": WAVE.to_dict()["schedule"], "growth": 2}


@pytest.mark.parametrize(
    ("first", "growth", "lengths"),
    [(3, 1.5, [3, 4, 6, 9, 13]), (2, 1.5, [2, 3, 4, 6]), (7, 1, [7, 7])],
)
def test_restarts_of_whole_steps(first: int, growth: float, lengths: list[int]) -> None:
    """As Composer and Ignite have them: each length is rounded down, and grows from there."""
    schedule = lrc.Restarts(
        lrc.Cosine(1.0, 0.0, first), growth=growth, whole_steps=True, cycles=len(lengths)
    )
    want = lrc.Sequence(tuple(lrc.Cosine(1.0, 0.0, length) for length in lengths))
    assert schedule.duration == want.duration == sum(lengths)
    assert schedule(range(60)).tolist() == want(range(60)).tolist()


@pytest.mark.parametrize(
    "cycle",
    [
        lrc.Linear(1.0, 0.2, 9),
        lrc.Polynomial(1.0, 0.2, 9, 2.0, k_decay=1.5),
        lrc.Tanh(1.0, 0.2, 9),
        lrc.Geometric(1.0, 0.2, 9),
        lrc.BoundedExponential(1.0, 0.2, 9, ratio=0.1),
    ],
)
@pytest.mark.parametrize("cycles", [None, 4])
def test_restarts_of_any_shape(cycle: lrc.Linear, cycles: int | None) -> None:
    """With decays of both ends: cycle `i` is the decay between decayed ends."""
    schedule = lrc.Restarts(cycle, start_decay=0.5, end_decay=0.5, cycles=cycles)
    for i in range(4):
        own = replace(cycle, start=0.5**i, end=0.2 * 0.5**i)
        assert schedule(range(9 * i, 9 * i + 9)) == pytest.approx(own(range(9)), rel=1e-14)


# `OneCycleLR(optimizer, max_lr=0.1, total_steps=14)` of PyTorch 2.13.0, and the same with
# `three_phase=True, anneal_strategy="linear"`: the peak is between steps 3 and 4.
ONE_CYCLE_OF_TORCH: Final = (
    *(0.0040000000000000036, 0.0253326288150591, 0.0703688047535243, 0.09907769345935506),
    *(0.09836474969297887, 0.09190443762697106, 0.0811745653949763, 0.06726838364805451),
    *(0.051602772468267256, 0.035773877573965704, 0.021394481417223554, 0.00992967918932656),
    *(0.0025476024606159702, 4e-07),
)
THREE_PHASES_OF_TORCH: Final = (
    *(0.004, 0.034, 0.064, 0.094, 0.07600000000000001, 0.04600000000000001, 0.016000000000000014),
    *(0.0036364, 0.0030304000000000004, 0.0024244, 0.0018184000000000004, 0.0012124000000000006),
    *(0.0006064, 4.0000000000022656e-07),
)


def test_one_cycle_of_torch() -> None:
    """The recorded values; the update after the last one has the last value."""
    two = lrc.OneCycle(0.004, 0.1, 4e-7, 14, convention="torch")
    three = lrc.OneCycle(0.004, 0.1, 4e-7, 14, 0.3, True, "linear", "torch")
    assert two(range(14)) == pytest.approx(ONE_CYCLE_OF_TORCH, rel=1e-12)
    assert three(range(14)) == pytest.approx(THREE_PHASES_OF_TORCH, rel=1e-12)
    for cycle in (two, three):
        assert cycle.duration == 13
        assert cycle(13) == cycle(14) == 4e-7


def test_conventions_of_one_cycle() -> None:
    """Where the peak and the end are: at whole steps, at their exact places, or a step before these."""
    conventions: dict[Literal["keras", "fastai", "torch"], tuple[float, int]] = {
        "keras": (7, 25),
        "fastai": (7.5, 25),
        "torch": (6.5, 24),
    }
    for convention, (peak, end) in conventions.items():
        cycle = lrc.OneCycle(0.1, 1.0, 0.0, 25, shape="linear", convention=convention)
        assert cycle.expand() == lrc.Linear(0.1, 1.0, peak) >> lrc.Linear(1.0, 0.0, end - peak)
        assert cycle.duration == end


@pytest.mark.parametrize(
    ("recipe", "bound"),
    [
        (lrc.Restarts(lrc.Cosine(1.0, 0.1, "2 epochs")), lrc.Restarts(lrc.Cosine(1.0, 0.1, 20))),
        (
            lrc.Restarts(lrc.Tanh(1.0, 0.1, "2 epochs"), growth=1.5, start_decay=0.5),
            lrc.Restarts(lrc.Tanh(1.0, 0.1, 20), growth=1.5, start_decay=0.5),
        ),
        (
            lrc.Cyclic(0.1, 1.0, "1 epoch", "exp_range", 0.9, "2 epochs"),
            lrc.Cyclic(0.1, 1.0, 10, "exp_range", 0.9, 20),
        ),
        (
            lrc.Cyclic(0.1, 1.0, "1 epoch", down_steps="2 epochs", high_decay=0.5),
            lrc.Cyclic(0.1, 1.0, 10, down_steps=20, high_decay=0.5),
        ),
        (lrc.Tanh(1.0, 0.0, "3 epochs"), lrc.Tanh(1.0, 0.0, 30)),
        (lrc.Noam(512, "3 epochs"), lrc.Noam(512, 30)),
        (lrc.Window(LINE, "1 epoch", "2 epochs"), lrc.Window(LINE, 10, 20)),
        (lrc.Cooldown(LINE, "0.5 epochs", "1 epoch"), lrc.Cooldown(LINE, 5, 10)),
        (
            lrc.Warmup(lrc.Linear(1.0, 0.5, "2 epochs"), "1 epoch"),
            lrc.Warmup(lrc.Linear(1.0, 0.5, 20), 10),
        ),
        (
            lrc.OneCycle(0, 1, 0, "3 epochs", convention="torch"),
            lrc.OneCycle(0, 1, 0, 30, convention="torch"),
        ),
        (
            lrc.Warmup(lrc.StepDecay(1.0, 0.5, "3 epochs"), "1 epoch", peak=1.0, clock="global"),
            lrc.Warmup(lrc.StepDecay(1.0, 0.5, 30), 10, peak=1.0, clock="global"),
        ),
        (lrc.Warmup(lrc.Constant(1.0), "1 epoch"), lrc.Warmup(lrc.Constant(1.0), 10)),
        (lrc.Cooldown(lrc.Constant(1.0), 7, "1 epoch"), lrc.Cooldown(lrc.Constant(1.0), 7, 10)),
        (lrc.MultiStep(1.0, 0.5, ["1 epoch", "3 epochs"]), lrc.MultiStep(1.0, 0.5, [10, 30])),
    ],
)
def test_durations_become_steps(recipe: lrc.Schedule, bound: lrc.Schedule) -> None:
    """In every argument that the recipe hands on."""
    assert recipe.unbound
    assert recipe.bind(steps_per_epoch=10) == bound
