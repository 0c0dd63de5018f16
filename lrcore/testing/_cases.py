"""Schedules to hold every backend to: each class, and each way to combine them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .. import _recipes as recipes
from .. import _schedules as leaves
from .._definition._schedule import Schedule
from ._bounds import float64_bound
from ._compositions import at_random, combinations, of_recipes, pairs_of_classes


@dataclass(frozen=True)
class Case:
    """A schedule, with a bound for the errors of its float64 values.

    Attributes:
        schedule: the schedule to evaluate.
        within: the bound for float64, in units in the last place.
    """

    schedule: Schedule
    within: float


def cases(*, pairs: bool = True) -> dict[str, Case]:
    """The schedules of the equality harness, by name; the same ones in every run.

    Args:
        pairs: whether to include the pairs of all classes and the random schedules.

    Example:
        >>> from lrcore.testing import cases
        >>> cases()["cosine"].schedule
        Cosine(start=0.1, end=0.001, steps=1000)
    """
    return dict(_cases(pairs))


@cache
def _cases(pairs: bool) -> dict[str, Case]:
    made = {**_leaves(), **_exact_halves(), **combinations(), **of_recipes()}
    if pairs:
        made |= {**pairs_of_classes(), **at_random()}
    return {name: Case(schedule, float64_bound(schedule)) for name, schedule in made.items()}


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
        "linear, extrapolated": leaves.Linear(0.001, 0.1, 1000, extrapolate=True),
        "linear, between steps": leaves.Linear(0.1, 0.001, "1234.567 steps"),
        "linear, long": leaves.Linear(0.1, 0.0, 3_000_000_000),
        "polynomial": leaves.Polynomial(0.1, 0.001, 1000, 2.0),
        "polynomial up": leaves.Polynomial(0.0, 0.1, 1000, 0.9),
        "polynomial, root": leaves.Polynomial(0.1, 0.0, 4096, 0.5),
        "polynomial, steep": leaves.Polynomial(0.1, 0.0, 123_457, 7.3),
        "polynomial, power 0": leaves.Polynomial(0.1, 0.001, 100, 0.0),
        "polynomial, k-decay 0": leaves.Polynomial(0.1, 0.001, 100, 2.0, k_decay=0.0),
        "polynomial of no steps": leaves.Polynomial(1.0, 0.3, 0, 2.0),
        "exponential": leaves.Exponential(0.1, 0.96, 1000),
        "exponential staircase": leaves.Exponential(0.1, 0.96, 1000, staircase=True),
        "exponential per step": leaves.Exponential(0.1, 0.9999),
        "exponential, steep": leaves.Exponential(1.0, 1e-5, 777_777),
        "exponential to nothing": leaves.Exponential(0.1, 0.0, 10),
        "exponential staircase, between steps": leaves.Exponential(0.1, 0.9, 2.4, staircase=True),
        "exponential up": leaves.Exponential(1e-7, 1.01, 10),
        "cosine": leaves.Cosine(0.1, 0.001, 1000),
        "cosine up": leaves.Cosine(0.0, 0.1, 999),
        "cosine of no steps": leaves.Cosine(1.0, 0.3, 0),
        "cosine, long": leaves.Cosine(0.1, 0.0, 2_000_000_001),
        "piecewise": recipes.PiecewiseConstant((30, 60, 60, 90), (0.1, 0.01, 0.5, 0.001, 1e-4)),
        "piecewise of one": recipes.PiecewiseConstant((), (0.1,)),
        "polynomial, k-decay": leaves.Polynomial(0.1, 0.001, 1000, 2.0, k_decay=1.5),
        "polynomial, cycle": leaves.Polynomial(0.1, 0.001, 100, 0.9, cycle=True),
        "cosine, waves": leaves.Cosine(0.1, 0.001, 1001, cycles=2.5),
        "cosine, even waves": leaves.Cosine(0.1, 0.001, 7, cycles=2),
        "cosine, power 0": leaves.Cosine(0.1, 0.001, 100, power=0.0),
        "cosine, power": leaves.Cosine(0.1, 0.001, 1000, power=1.7),
        "cosine, k-decay": leaves.Cosine(0.1, 0.001, 1000, k_decay=0.8),
        "cosine, part of a wave": leaves.Cosine(0.1, 0.001, 1000, cycles=0.663),
        "cosine, a third of a wave": leaves.Cosine(0.1, 0.001, 1000, cycles="1/3"),
        "cosine waves of no steps": leaves.Cosine(0.1, 0.3, 0, cycles=1),
        "geometric": leaves.Geometric(1e-7, 10.0, 999),
        "geometric down": leaves.Geometric(0.1, 1e-5, 1000),
        "geometric of no steps": leaves.Geometric(0.1, 1e-5, 0),
        "inverse linear": leaves.InverseLinear(0.1, 1e-3, 1000),
        "inverse linear up": leaves.InverseLinear(1e-3, 0.1, 777),
        "inverse linear of no steps": leaves.InverseLinear(1e-3, 0.1, 0),
        "logarithmic": leaves.Logarithmic(0.0, 0.1, 999),
        "logarithmic down": leaves.Logarithmic(0.1, 0.01, 1000),
        "logarithmic of no steps": leaves.Logarithmic(0.1, 0.01, 0),
        "bounded exponential": leaves.BoundedExponential(0.1, 0.0, 1000, ratio=0.5),
        "bounded exponential, steep": leaves.BoundedExponential(0.1, 0.01, 1000, ratio=0.001),
        "bounded exponential, ratio 0": leaves.BoundedExponential(0.1, 0.01, 100, ratio=0.0),
        "bounded exponential of no steps": leaves.BoundedExponential(0.1, 0.01, 0, ratio=0.1),
        "interpolated": recipes.Interpolation((5, 50, 90), (0.1, 1.0, 0.01)),
        "interpolated by cosines": recipes.Interpolation((5, 50, 90), (0.1, 1.0, 0.01), "cosine"),
        "interpolated, with a jump": recipes.Interpolation(
            (0, 30, 30, 60, 60), (0.1, 1.0, 0.01, 0.1, 0.5), "geometric"
        ),
        "inverse time": leaves.InverseTime(0.1, 0.5, 100),
        "inverse time staircase": leaves.InverseTime(0.1, 0.5, 100, staircase=True),
        "inverse time, rate 0": leaves.InverseTime(0.1, 0.0, 100),
        "inverse time, root": leaves.InverseTime(0.1, steps=4000, power=0.5),
        "inverse time, growing": leaves.InverseTime(1e-4, 0.01, 10, power=-1.5),
        "sigmoid": leaves.Sigmoid(0.1, 0.001, center=500.5, steepness=0.01),
        "sigmoid up": leaves.Sigmoid(0.1, 0.0, center=300, steepness=-0.05),
        "bias correction without averages": leaves.BiasCorrection(0.0, 0.5),
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
        "ties: inverse linear": leaves.InverseLinear(0.599757730960846, 0.299878865480423, 6),
        "ties: exponential": leaves.Exponential(1.0 + 2.0**-24, 0.5, 16),
        "ties: piecewise": recipes.PiecewiseConstant((5,), (1.0 + 2.0**-24, 1.0 + 3 * 2.0**-24)),
    }
