"""Schedules made of schedules, for the equality harness."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import get_args

from .. import _recipes as recipes
from .. import _schedules as leaves
from .._algebra import (
    Clip,
    From,
    Pause,
    Repeat,
    Reverse,
    Sequence,
    Shift,
    Staircase,
    Stretch,
    Until,
)
from .._definition._schedule import Schedule


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
        "piecewise": recipes.PiecewiseConstant((50, 70), (0.1, 0.03, 0.01)),
        "inverse time": leaves.InverseTime(0.1, 0.5, 100, power=0.5),
    }


def pairs_of_classes() -> dict[str, Schedule]:
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
        made[f"shrink {name}"] = Stretch(a, "2/7")
        made[f"wait {name}"] = From(a, 40)
        made[f"between steps {name}"] = leaves.Linear(0.0, 0.1, 15.625) >> a
        made[f"staircase {name}"] = Staircase(a, 7)
        made[f"pause {name}"] = Pause(a, 30, 20)
        made[f"truncate {name}"] = Until(a, 60)
        made[f"clip {name}"] = Clip(a, 0.02, 0.06)
    names = list(every)
    for i, first in enumerate(names):
        for second in names[i:]:
            made[f"{first} * {second}"] = every[first] * every[second]
            made[f"{first} + {second}"] = every[first] + every[second]
    return made


def combinations() -> dict[str, Schedule]:
    finite, endless = _finite(), _endless()
    warm = finite["linear"] >> finite["cosine"]
    return {
        "one after the other": warm >> endless["exponential"],
        "sum": warm + endless["exponential"],
        "shifted": Shift(warm, 17),
        "delayed": Shift(warm, -17),
        "waiting": From(warm, 40),
        "stretched": Stretch(warm, "5/3"),
        "looked at now and then": Staircase(warm, 7),
        "backwards": Reverse(warm),
        "cut": Until(endless["exponential"], 60),
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
            tuple(Repeat(recipes.WarmupCosine(peak, 10, 90), times=2) for peak in (0.1, 0.05))
        ),
        "stacked clips of sequences": Sequence(
            tuple(Clip(recipes.OneCycle(0.01, p, 0.0, 90), high=0.08) for p in (0.1, 0.05))
        ),
        "stacked reversals of sequences": Sequence(
            tuple(Reverse(recipes.WarmupLinear(peak, 7, 13)) for peak in (0.1, 0.05, 0.2))
        ),
        "stacked interpolations": Sequence(
            tuple(
                Until(recipes.Interpolation((5, 9, 20), (p, 0.01, 2 * p)), 25) for p in (0.1, 0.05)
            )
        ),
        "stacked pauses": Sequence(
            tuple(Pause(piece, 5, 9) for piece in _pieces(random.Random(6), 9))
        ),
        "stacked tables": Sequence(
            tuple(Until(recipes.MultiStep(peak, 0.5, [5, 9]), 20) for peak in (0.1, 0.05))
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
        "stacked lines, some through zero": Sequence(
            tuple(leaves.Linear(*ends, 9) for ends in ((-0.1, 0.1), (0.2, 0.3), (0.3, -0.7)))
        ),
        "floor": Clip(endless["exponential"], low=0.01),
        "ceiling": Clip(warm, high=0.08),
        "there and back": Repeat(warm >> Reverse(warm)),
        "many windows": Sequence(
            tuple(Until(Shift(piece, 3), 20) for piece in _pieces(random.Random(4), 60))
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


def of_recipes() -> dict[str, Schedule]:
    return {
        "cyclic triangular": recipes.Cyclic(1e-4, 1e-2, 2 * 937),
        "cyclic triangular2": recipes.Cyclic(1e-4, 1e-2, 2 * 937, "triangular2"),
        "cyclic exp_range": recipes.Cyclic(1e-4, 1e-2, 2 * 937, "exp_range", gamma=0.99994),
        "cyclic, up and down": recipes.Cyclic(1e-4, 1e-2, 30, "triangular2", down_steps=71),
        "cyclic, peak": recipes.Cyclic(1e-4, 1e-2, 93, high_decay=0.7),
        "cyclic, both": recipes.Cyclic(
            1e-4, 1e-2, 93, down_steps=17, low_decay=0.9, high_decay=0.7
        ),
        "cyclic, alike": recipes.Cyclic(1e-4, 1e-2, 93, low_decay=0.7, high_decay=0.7),
        "cyclic, amplitude": recipes.Cyclic(1e-4, 1e-2, 93, amplitude_decay=0.7),
        "warm-up, cosine": recipes.WarmupCosine(3e-4, 500, 9500, end=3e-5),
        "warm-up, line": recipes.WarmupLinear(2e-5, 60, 540),
        **{
            f"warm-up, stable, {shape}": recipes.WarmupStableDecay(
                *(0.1, 100, 300, 200, shape),
                end=1e-3,
                power=1.3 if shape in ("polynomial", "power") else 1.0,
            )
            for shape in get_args(recipes.Shape)
        },
        "warmed up": recipes.Warmup(
            recipes.Restarts(leaves.Cosine(0.1, 0.0, 100)), 50, 1e-3, "exponential"
        ),
        "warmed up, global clock": recipes.Warmup(
            leaves.Cosine(0.1, 1e-3, 500), 100, 0.0, "power", 0.7, clock="global"
        ),
        "cooled down": recipes.Cooldown(recipes.InverseSquareRoot(0.1, 100), 300, 200, 1e-3),
        "inverse square root": recipes.InverseSquareRoot(1e-3, 4000, timescale=10_000),
        "noam": recipes.Noam(512, 4000),
        "one cycle": recipes.OneCycle(0.004, 0.1, 4e-7, 100),
        "one cycle, torch": recipes.OneCycle(0.004, 0.1, 4e-7, 144, convention="torch"),
        "one cycle, fastai": recipes.OneCycle(0.004, 0.1, 4e-7, 99, 0.25, convention="fastai"),
        "one cycle, three phases": recipes.OneCycle(
            0.004, 0.1, 4e-7, 101, three_phase=True, shape="linear", convention="torch"
        ),
        "restarts": recipes.Restarts(leaves.Cosine(0.1, 0.001, 100)),
        "restarts, growing": recipes.Restarts(leaves.Cosine(0.1, 0.001, 61), growth=2),
        "restarts, fractional": recipes.Restarts(
            leaves.Cosine(0.1, 0.001, 10), growth=1.5, start_decay=0.9
        ),
        "restarts, whole steps": recipes.Restarts(
            leaves.Cosine(0.1, 0.001, 10), growth=1.3, whole_steps=True, cycles=12
        ),
        "restarts, decaying": recipes.Restarts(leaves.Cosine(0.1, 0.001, 100), start_decay=0.8),
        "restarts, both": recipes.Restarts(
            leaves.Cosine(0.1, 0.001, 100), start_decay=0.8, end_decay=0.8
        ),
        "restarts, each": recipes.Restarts(
            leaves.Linear(0.1, 0.001, 100), start_decay=0.8, end_decay=0.9
        ),
        "restarts, amplitude": recipes.Restarts(
            leaves.Cosine(0.1, 0.001, 100), amplitude_decay=0.8
        ),
        "restarts, end": recipes.Restarts(leaves.Cosine(0.1, 0.01, 100), end_decay=0.8),
        "restarts, counted": recipes.Restarts(leaves.Cosine(0.1, 0.001, 100), cycles=7),
        "restarts, other shapes": recipes.Restarts(recipes.Tanh(0.1, 0.001, 50), growth=2, cycles=3)
        >> recipes.Restarts(
            leaves.Polynomial(0.1, 0.001, 30, 2.0, k_decay=1.5), growth=1.5, start_decay=0.7
        ),
        "held": recipes.Hold(0.1, 10) >> recipes.Hold(0.05, 7) >> leaves.Linear(0.05, 0.0, 40),
        "multi-step": recipes.MultiStep(0.1, 0.1, [30, 60, 60, 80]),
        "step decay": recipes.StepDecay(0.1, 0.5, 30),
        "table": recipes.Table([0.3, 0.2, 0.5, 0.1]),
        "natural exponential": recipes.NaturalExponential(0.1, 0.5, 100),
        "power law": recipes.PowerLaw(0.1, -0.5),
        "tanh": recipes.Tanh(0.1, 0.001, 100),
        "linear cosine": recipes.LinearCosine(0.1, 100),
        "range test": recipes.RangeTest(1e-7, 10.0, 100),
        "spliced": recipes.splice(leaves.Cosine(0.1, 0.0, 100), 40, leaves.Linear(0.05, 0.0, 100)),
        "mirrored": recipes.Mirror(leaves.Cosine(0.1, 0.01, 100)),
        "windowed": recipes.Window(leaves.Linear(1.0, 0.1, 50), 20, 40),
        "with Adam's correction": 0.001 * leaves.BiasCorrection(0.9, 0.999),
        "jittered": leaves.Cosine(0.1, 0.0, 1000) * leaves.Noise(0.9, 1.1, seed=3),
    }


def at_random() -> dict[str, Schedule]:
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
