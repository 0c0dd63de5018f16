"""Schedules of many pieces, whose programs do not grow with the number of pieces."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final, TypeAlias

import lrcore as lrc

Numbered: TypeAlias = Callable[[int], lrc.Schedule]

LEAVES: Final[tuple[Numbered, ...]] = (
    lambda i: lrc.Linear(0.1 + i, 0.2 * i, 3 + i),
    lambda i: lrc.Cosine(0.3 * i, 0.1 + i, 4 + i),
    lambda i: lrc.Polynomial(0.2 + i, 0.1 * i, 5 + i, 1.5 + i / 100),
)

FAR: Final = (
    lrc.Linear(0.0, 1.0, 2**53),
    lrc.Linear(1.0, 0.0, 7, extrapolate=True),
    lrc.Exponential(1.0, 0.999, 10**12),
    lrc.InverseTime(1.0, steps=7),
    lrc.Noise(0.0, 1.0),
    lrc.Repeat(lrc.Cosine(1.0, 0.5, 1000)),
)
"""Schedules that still change at the last step."""

FAR_STEPS: Final = (2**53, 2**53 + 1, 2**60, 2**63 - 1)


def transitions(count: int) -> list[lrc.Schedule]:
    """Finite schedules of three classes in turn, all different."""
    return [LEAVES[i % len(LEAVES)](i) for i in range(count)]


RECIPES_OF_LEAVES: Final[tuple[Numbered, ...]] = (
    lambda i: lrc.WarmupCosine(0.1 + i, 2 + i, 5 + i, end=0.01 * i),
    lambda i: lrc.OneCycle(0.1, 1.0 + i, 0.01 * i, 10 + i),
    lambda i: lrc.WarmupStableDecay(0.2 + i, 2 + i, 3, 5 + i, "polynomial", power=1.5 + i / 100),
    lambda i: lrc.Hold(0.3 * i, 4 + i),
)
"""Recipes of lines, cosines and polynomials."""

RECIPES: Final[tuple[Numbered, ...]] = (
    lambda i: lrc.WarmupCosine(0.1 + i, 3 + i, 9 + i, end=0.01 * i),
    lambda i: lrc.OneCycle(0.1, 1.0 + i, 0.0, 13 + 10 * i, convention="torch"),
    lambda i: lrc.WarmupStableDecay(0.2 + i, 2 + i, 3, 5 + i, "polynomial", power=1.5 + i / 100),
    lambda i: lrc.Hold(0.3 * i, 4 + i) >> lrc.Table((0.1, 0.2 + i, 0.3)),
    lambda i: lrc.Restarts(lrc.Linear(1.0 + i, 0.0, 3 + i), start_decay=0.5, cycles=3),
)


def recipes(count: int) -> list[lrc.Schedule]:
    """Finite recipes of several classes in turn, all different."""
    return [RECIPES[i % len(RECIPES)](i) for i in range(count)]


ORDINARY: Final[dict[str, lrc.Schedule]] = {
    "linear": lrc.Linear(0.1, 0.01, 1000),
    "cosine": lrc.Cosine(0.1, 0.01, 1000),
    "polynomial": lrc.Polynomial(0.1, 0.01, 1000, 2.0),
    "warmup cosine": lrc.WarmupCosine(0.1, 100, 1000),
    "pieces": lrc.Sequence(tuple(transitions(1000))),
    "recipes": lrc.Sequence(tuple(RECIPES_OF_LEAVES[i % 4](i) for i in range(1000))),
}
"""Schedules whose programs are small."""

MANY: Final[dict[str, Numbered]] = {
    "pieces": lambda k: lrc.Sequence((*transitions(k - 1), lrc.Exponential(0.1, 0.9, 7))),
    "products": lambda k: lrc.Sequence(tuple(0.5 * part for part in transitions(k))),
    "repeats": lambda k: lrc.Sequence(tuple(lrc.Repeat(p, times=2) for p in transitions(k))),
    "recipes": lambda k: lrc.Sequence(tuple(recipes(k))),
    "cycles": lambda k: lrc.Sequence(tuple(map(RECIPES[1], range(k)))),
    "waves": lambda k: lrc.Sequence(
        tuple(lrc.Cosine(0.1 + i, 0.01, 5 + i, cycles=Fraction(i + 2, i + 3)) for i in range(k))
    ),
    "growing restarts": lambda k: lrc.Restarts(
        lrc.Cosine(0.1, 0.001, 10), growth=1.01, start_decay=0.9, cycles=k
    ),
    "steps": lambda k: lrc.PiecewiseConstant(
        tuple(range(5, 5 + 3 * k, 3)), tuple(0.1 / (i + 1) for i in range(k + 1))
    ),
}
"""A schedule for each number of pieces."""
