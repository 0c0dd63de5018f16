"""Schedules to hold every backend to: each class, and each way to combine them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

import numpy as np

from .. import _leaves as leaves
from .. import _recipes as recipes
from .._combinators import (
    Clip,
    Pause,
    Repeat,
    Reverse,
    Sequence,
    Shift,
    Staircase,
    Stretch,
    Truncate,
)
from .._recipes import cyclic
from .._schedule import Schedule
from ._bounds import float64_bound


@dataclass(frozen=True)
class Case:
    """A schedule, and how exact its float64 values can be.

    Attributes:
        schedule: what to evaluate.
        within: the bound for float64, in units in the last place.
        scale: the smallest magnitude to take the unit of.
    """

    schedule: Schedule
    within: float
    scale: float


def cases(*, pairs: bool = True) -> dict[str, Case]:
    """The schedules of the equality harness, by name; the same ones in every run.

    Args:
        pairs: include the pairs of every class with every other, and the random ones; without them
            there is still every class and every combination.

    Example:
        >>> from lrcore.testing import cases
        >>> cases()["cosine"].schedule
        Cosine(start=0.1, end=0.001, steps=1000)
    """
    made = {**_leaves(), **_exact_halves(), **_combinations(), **_recipes()}
    if pairs:
        made |= {**_pairs(), **_random()}
    return {
        name: Case(schedule, float64_bound(schedule), _scale(name))
        for name, schedule in made.items()
    }


def _scale(name: str) -> float:
    return 0.1 if name == "linear through zero" else 0.0


def _leaves() -> dict[str, Schedule]:
    return {
        "constant": leaves.Constant(0.1),
        "constant zero": leaves.Constant(0.0),
        "linear": leaves.Linear(0.1, 0.001, 1000),
        "linear up": leaves.Linear(0.0, 3e-4, 500),
        "linear of no steps": leaves.Linear(1.0, 0.3, 0),
        "linear of one step": leaves.Linear(1.0, 0.3, 1),
        "linear between equals": leaves.Linear(0.3, 0.3, 777),
        "linear through zero": leaves.Linear(-0.1, 0.1, 1001),
        "linear, long": leaves.Linear(0.1, 0.0, 3_000_000_000),
        "polynomial": leaves.Polynomial(0.1, 0.001, 1000, 2.0),
        "polynomial up": leaves.Polynomial(0.0, 0.1, 1000, 0.9),
        "polynomial, root": leaves.Polynomial(0.1, 0.0, 4096, 0.5),
        "polynomial, steep": leaves.Polynomial(0.1, 0.0, 123_457, 7.3),
        "polynomial of no steps": leaves.Polynomial(1.0, 0.3, 0, 2.0),
        "exponential": leaves.Exponential(0.1, 0.96, 1000),
        "exponential staircase": leaves.Exponential(0.1, 0.96, 1000, staircase=True),
        "exponential per step": leaves.Exponential(0.1, 0.9999),
        "exponential, steep": leaves.Exponential(1.0, 1e-5, 777_777),
        "exponential up": leaves.Exponential(1e-7, 1.01, 10),
        "cosine": leaves.Cosine(0.1, 0.001, 1000),
        "cosine up": leaves.Cosine(0.0, 0.1, 999),
        "cosine of no steps": leaves.Cosine(1.0, 0.3, 0),
        "cosine, long": leaves.Cosine(0.1, 0.0, 2_000_000_001),
        "piecewise": leaves.PiecewiseConstant((30, 60, 60, 90), (0.1, 0.01, 0.5, 0.001, 1e-4)),
        "piecewise of one": leaves.PiecewiseConstant((), (0.1,)),
        "polynomial, k-decay": leaves.Polynomial(0.1, 0.001, 1000, 2.0, k_decay=1.5),
        "polynomial, cycle": leaves.Polynomial(0.1, 0.001, 100, 0.9, cycle=True),
        "cosine, waves": leaves.Cosine(0.1, 0.001, 1001, half_waves=5),
        "cosine, even waves": leaves.Cosine(0.1, 0.001, 7, half_waves=4),
        "cosine, power": leaves.Cosine(0.1, 0.001, 1000, power=1.7),
        "cosine, k-decay": leaves.Cosine(0.1, 0.001, 1000, k_decay=0.8),
        "cosine waves of no steps": leaves.Cosine(0.1, 0.3, 0, half_waves=2),
        "geometric": leaves.Geometric(1e-7, 10.0, 999),
        "geometric down": leaves.Geometric(0.1, 1e-5, 1000),
        "geometric of no steps": leaves.Geometric(0.1, 1e-5, 0),
        "harmonic": leaves.Harmonic(0.1, 1e-3, 1000),
        "harmonic up": leaves.Harmonic(1e-3, 0.1, 777),
        "harmonic of no steps": leaves.Harmonic(1e-3, 0.1, 0),
        "logarithmic": leaves.Logarithmic(0.0, 0.1, 999),
        "logarithmic down": leaves.Logarithmic(0.1, 0.01, 1000),
        "logarithmic of no steps": leaves.Logarithmic(0.1, 0.01, 0),
        "relaxation": leaves.Relaxation(0.1, 0.0, 1000, rate=0.5),
        "relaxation, steep": leaves.Relaxation(0.1, 0.01, 1000, rate=0.001),
        "relaxation of no steps": leaves.Relaxation(0.1, 0.01, 0, rate=0.1),
        "interpolated": leaves.Interpolation((5, 50, 90), (0.1, 1.0, 0.01)),
        "interpolated by cosines": leaves.Interpolation((5, 50, 90), (0.1, 1.0, 0.01), "cosine"),
        "interpolated, with a jump": leaves.Interpolation(
            (0, 30, 30, 60, 60), (0.1, 1.0, 0.01, 0.1, 0.5), "geometric"
        ),
        "inverse time": leaves.InverseTime(0.1, 0.5, 100),
        "inverse time staircase": leaves.InverseTime(0.1, 0.5, 100, staircase=True),
        "inverse time, root": leaves.InverseTime(0.1, steps=4000, power=0.5),
        "inverse time, growing": leaves.InverseTime(1e-4, 0.01, 10, power=-1.5),
        "sigmoid": leaves.Sigmoid(0.1, 0.001, centre=500.5, rate=0.01),
        "sigmoid up": leaves.Sigmoid(0.1, 0.0, centre=300, rate=-0.05),
        "bias correction": leaves.BiasCorrection(0.9, 0.999),
        "noise": leaves.Noise(0.9, 1.1, seed=7),
        "normal noise": leaves.NormalNoise(0.0, 0.01, seed=2**31 - 2),
    }


def _exact_halves() -> dict[str, Schedule]:
    """Ends of at most 25 bits: values fall exactly between two float32, and must round to even."""
    start, end = float(np.float32(0.1)), float(np.float32(0.0123))
    return {
        "ties: linear": leaves.Linear(start, end, 1000),
        "ties: linear, thirds": leaves.Linear(start, end, 3 * 2**20),
        "ties: cosine": leaves.Cosine(start, end, 6),
        "ties: cosine, long": leaves.Cosine(start, end, 6_000_000),
        "ties: polynomial": leaves.Polynomial(1.0, 0.0, 2**20, 2.0),
        "ties: polynomial, short": leaves.Polynomial(0.7857649326324463, 0.0, 12, 2.0),
        "cosine, power, ties": leaves.Cosine(0.7857649326324463, 0.0, 6, power=2.0),
        "ties: inverse time": leaves.InverseTime(0.5204867720603943, steps=7),
        "ties: inverse time, shorter": leaves.InverseTime(0.8648277521133423, steps=15),
        "ties: harmonic": leaves.Harmonic(0.599757730960846, 0.299878865480423, 6),
        "ties: exponential": leaves.Exponential(1.0 + 2.0**-24, 0.5, 16),
        "ties: piecewise": leaves.PiecewiseConstant((5,), (1.0 + 2.0**-24, 1.0 + 3 * 2.0**-24)),
    }


def _finite() -> dict[str, Schedule]:
    return {
        "linear": leaves.Linear(0.0, 0.1, 100),
        "polynomial": leaves.Polynomial(0.1, 0.02, 300, 2.0),
        "cosine": leaves.Cosine(0.1, 0.01, 210),
    }


def _endless() -> dict[str, Schedule]:
    return {
        "constant": leaves.Constant(0.02),
        "exponential": leaves.Exponential(0.1, 0.5, 130),
        "piecewise": leaves.PiecewiseConstant((50, 70), (0.1, 0.03, 0.01)),
        "inverse time": leaves.InverseTime(0.1, 0.5, 100, power=0.5),
    }


def _pairs() -> dict[str, Schedule]:
    every = {**_finite(), **_endless()}
    made: dict[str, Schedule] = {}
    for first, a in _finite().items():
        for second, b in every.items():
            made[f"{first} >> {second}"] = a >> b
        made[f"repeat {first}"] = Repeat(a)
        made[f"repeat {first} 3 times"] = Repeat(a, times=3)
        made[f"reverse {first}"] = Reverse(a)
    for name, a in every.items():
        made[f"shift {name}"] = Shift(a, 17)
        made[f"delay {name}"] = Shift(a, -17)
        made[f"stretch {name}"] = Stretch(a, 3)
        made[f"shrink {name}"] = Stretch(a, 2, 7)
        made[f"staircase {name}"] = Staircase(a, 7)
        made[f"pause {name}"] = Pause(a, 30, 20)
        made[f"truncate {name}"] = Truncate(a, 60)
        made[f"clip {name}"] = Clip(a, 0.02, 0.06)
    names = list(every)
    for i, first in enumerate(names):
        for second in names[i:]:
            made[f"{first} * {second}"] = every[first] * every[second]
            made[f"{first} + {second}"] = every[first] + every[second]
    return made


def _combinations() -> dict[str, Schedule]:
    finite, endless = _finite(), _endless()
    warm = finite["linear"] >> finite["cosine"]
    return {
        "one after the other": warm >> endless["exponential"],
        "sum": warm + endless["exponential"],
        "shifted": Shift(warm, 17),
        "delayed": Shift(warm, -17),
        "stretched": Stretch(warm, 5, 3),
        "looked at now and then": Staircase(warm, 7),
        "backwards": Reverse(warm),
        "cut": Truncate(endless["exponential"], 60),
        "scaled": 0.3 * warm,
        "sequence of one": Sequence((warm,)),
        "repeat sequence": Repeat(warm, times=4),
        "sequence of repeats": Repeat(warm, times=2)
        >> Repeat(finite["polynomial"], times=3)
        >> warm,
        "repeat product": Repeat(0.5 * warm) * endless["exponential"],
        "parts of no steps": leaves.Linear(1.0, 0.5, 0) >> warm >> leaves.Cosine(0.0, 1.0, 0),
        "global clock": Sequence(
            (finite["linear"], finite["cosine"], endless["exponential"]), clock="global"
        ),
        "stacked repeats of sequences": Sequence(
            tuple(Repeat(recipes.warmup_cosine(peak, 10, 90), times=2) for peak in (0.1, 0.05))
        ),
        "stacked clips of sequences": Sequence(
            tuple(Clip(recipes.one_cycle(0.01, p, 0.0, 30, 60), high=0.08) for p in (0.1, 0.05))
        ),
        "stacked reversals of sequences": Sequence(
            tuple(Reverse(recipes.warmup_linear(peak, 7, 13)) for peak in (0.1, 0.05, 0.2))
        ),
        "stacked interpolations": Sequence(
            tuple(
                Truncate(leaves.Interpolation((5, 9, 20), (p, 0.01, 2 * p)), 25)
                for p in (0.1, 0.05)
            )
        ),
        "stacked pauses": Sequence(
            tuple(Pause(piece, 5, 9) for piece in _pieces(random.Random(6), 9))
        ),
        "stacked tables": Sequence(
            tuple(Truncate(recipes.multi_step(peak, 0.5, [5, 9]), 20) for peak in (0.1, 0.05))
        ),
        "stacked global clocks, some without a second part": Sequence(
            tuple(
                Clip(
                    Sequence(
                        (leaves.Linear(0.0, 1.0, first), leaves.Cosine(1.0, 0.3, last)),
                        clock="global",
                    ),
                    low=0.0,
                )
                for first, last in ((11, 20), (10, 10), (9, 30), (7, 7))
            )
        ),
        "floor": Clip(endless["exponential"], low=0.01),
        "ceiling": Clip(warm, high=0.08),
        "there and back": Repeat(warm >> Reverse(warm)),
        "many windows": Sequence(
            tuple(Truncate(Shift(piece, 3), 20) for piece in _pieces(random.Random(4), 60))
        ),
        "many clocks": Sequence(
            tuple(Staircase(Reverse(piece), 3) for piece in _pieces(random.Random(5), 60))
        ),
        "many global": Sequence(
            tuple(
                Sequence((piece, leaves.Linear(0.0, 1.0, 60)), clock="global") * piece
                for piece in _pieces(random.Random(6), 40)
            )
        ),
        "many pieces": Sequence(tuple(_pieces(random.Random(1), 200))),
        "many products": Sequence(tuple(0.5 * piece for piece in _pieces(random.Random(2), 60))),
        "many repeats": Sequence(tuple(Repeat(p, times=2) for p in _pieces(random.Random(3), 60))),
    }


def _recipes() -> dict[str, Schedule]:
    return {
        "cyclic triangular": cyclic(1e-4, 1e-2, 2 * 937),
        "cyclic triangular2": cyclic(1e-4, 1e-2, 2 * 937, "triangular2"),
        "cyclic exp_range": cyclic(1e-4, 1e-2, 2 * 937, "exp_range", gamma=0.99994),
        "cyclic, up and down": cyclic(1e-4, 1e-2, 30, "triangular2", down_steps=71),
        "cyclic, peak": cyclic(1e-4, 1e-2, 93, decay=0.7, decays="peak"),
        "cyclic, both": cyclic(1e-4, 1e-2, 93, "exp_range", 0.99, 17, decays="both"),
        "warm-up, cosine": recipes.warmup_cosine(3e-4, 500, 9500, end=3e-5),
        "warm-up, line": recipes.warmup_linear(2e-5, 60, 540),
        **{
            f"warm-up, stable, {decay}": recipes.warmup_stable_decay(
                *(0.1, 100, 300, 200, decay),
                end=1e-3,
                power=1.3 if decay in ("polynomial", "power") else 1.0,
            )
            for decay in get_args(recipes.Leg)
        },
        "warmed up": recipes.warmup(recipes.restarts(0.1, 0.0, 100), 50, 1e-3, "exponential"),
        "warmed up, global clock": recipes.warmup(
            leaves.Cosine(0.1, 1e-3, 500), 100, 0.0, "power", 0.7, clock="global"
        ),
        "cooled down": recipes.cooldown(recipes.inverse_square_root(0.1, 100), 300, 200, 1e-3),
        "inverse square root": recipes.inverse_square_root(1e-3, 4000, timescale=10_000),
        "noam": recipes.noam(512, 4000),
        "one cycle": recipes.one_cycle(0.004, 0.1, 4e-7, 30, 70),
        "one cycle, three phases": recipes.one_cycle(0.004, 0.1, 4e-7, 30, 30, 0.004, 40, "linear"),
        "restarts": recipes.restarts(0.1, 0.001, 100),
        "restarts, growing": recipes.restarts(0.1, 0.001, 61, growth=2.0),
        "restarts, fractional": recipes.restarts(0.1, 0.001, 10, growth=1.5, decay=0.9),
        "restarts, decaying": recipes.restarts(0.1, 0.001, 100, decay=0.8),
        "restarts, both": recipes.restarts(0.1, 0.001, 100, decay=0.8, decays="both"),
        "restarts, amplitude": recipes.restarts(0.1, 0.001, 100, decay=0.8, decays="amplitude"),
        "restarts, end": recipes.restarts(0.1, 0.01, 100, decay=0.8, decays="end"),
        "restarts, lists": recipes.restarts([0.1, 0.03, 0.2], 0.001, [100, 30, 171]),
        "restarts, counted": recipes.restarts(0.1, 0.001, 100, cycles=7),
        "multi-step": recipes.multi_step(0.1, 0.1, [30, 60, 60, 80]),
        "step decay": recipes.step_decay(0.1, 0.5, 30),
        "table": recipes.table([0.3, 0.2, 0.5, 0.1]),
        "natural exponential": recipes.natural_exponential(0.1, 0.5, 100),
        "power law": recipes.power_law(0.1, -0.5),
        "tanh": recipes.tanh(0.1, 0.001, 100),
        "linear cosine": recipes.linear_cosine(0.1, 100),
        "range test": recipes.range_test(1e-7, 10.0, 100),
        "spliced": recipes.splice(leaves.Cosine(0.1, 0.0, 100), 40, leaves.Linear(0.05, 0.0, 100)),
        "extended": recipes.extend(leaves.Cosine(0.1, 0.0, 100), 40, 30),
        "mirrored": recipes.mirror(leaves.Cosine(0.1, 0.01, 100)),
        "windowed": recipes.window(leaves.Linear(1.0, 0.1, 50), 20, 60),
        "with Adam's correction": 0.001 * leaves.BiasCorrection(0.9, 0.999),
        "jittered": leaves.Cosine(0.1, 0.0, 1000) * leaves.Noise(0.9, 1.1, seed=3),
    }


def _random() -> dict[str, Schedule]:
    rng = random.Random(0)
    made: dict[str, Schedule] = {}
    for i in range(6):
        low, high = sorted(10 ** rng.uniform(-6, 0) for _ in range(2))
        start, end = rng.sample((low, high), 2)
        steps = int(10 ** rng.uniform(1, 7))
        made[f"random linear {i}"] = leaves.Linear(start, end, steps)
        made[f"random cosine {i}"] = leaves.Cosine(start, end, steps)
        power = rng.uniform(0.2, 5)
        made[f"random polynomial {i}"] = leaves.Polynomial(start, end, steps, power)
        made[f"random exponential {i}"] = leaves.Exponential(high, rng.uniform(0.1, 1), steps)
    return made


def _pieces(rng: random.Random, count: int) -> Iterator[Schedule]:
    for _ in range(count):
        start, end, steps = rng.random(), rng.random(), rng.randrange(0, 50)
        yield rng.choice(
            (
                leaves.Linear(start, end, steps + 1),
                leaves.Cosine(start, end, steps + 1),
                leaves.Polynomial(start, end, steps + 1, 1.0 + rng.random()),
            )
        )
