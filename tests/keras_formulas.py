"""Keras's own schedules: what they are in lrcore, their formulas, and random arguments for them."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Final, TypeAlias

import mpmath
import numpy as np
from keras.optimizers import schedules as peers

import lrcore as lrc
from lrcore_keras import Schedule

Numbers: TypeAlias = dict[str, float]


SCHEDULES: Final[dict[str, tuple[peers.LearningRateSchedule, lrc.Schedule]]] = {
    "cosine": (
        peers.CosineDecay(0.1, 30, 0.1, warmup_target=0.3, warmup_steps=5),
        lrc.WarmupCosine(0.3, 5, 30, start=0.1, end=0.03),
    ),
    "restarts": (
        peers.CosineDecayRestarts(0.3, 7, 1.5, 0.9),
        lrc.Restarts(lrc.Cosine(0.3, 0.0, 7), growth=1.5, amplitude_decay=0.9),
    ),
    "exponential": (
        peers.ExponentialDecay(0.3, 7, 0.9, staircase=True),
        lrc.Exponential(0.3, 0.9, 7, staircase=True),
    ),
    "inverse time": (
        peers.InverseTimeDecay(0.3, 7, 0.9, staircase=True),
        lrc.InverseTime(0.3, 0.9, 7, staircase=True),
    ),
    "levels": (
        peers.PiecewiseConstantDecay([3, 9], [0.3, 0.2, 0.1]),
        lrc.PiecewiseConstant((4, 10), (0.3, 0.2, 0.1)),
    ),
    "polynomial": (
        peers.PolynomialDecay(0.3, 20, 0.01, 2.0, cycle=True),
        lrc.Polynomial(0.3, 0.01, 20, 2.0, cycle=True),
    ),
    "own": (Schedule(lrc.Linear(0.3, 0.0, 20)), lrc.Linear(0.3, 0.0, 20)),
}


def exact(number: float) -> Fraction:
    """A length or a growth is the number that was written: 33.7 is 337/10."""
    return Fraction(repr(number))


def real(number: Fraction) -> mpmath.mpf:
    """A fraction with the digits of mpmath."""
    return mpmath.mpf(number.numerator) / number.denominator


def half_cosine(p: Fraction) -> mpmath.mpf:
    """Half a wave, from 1 to 0."""
    return (1 + mpmath.cospi(real(p))) / 2


def exponential(k: Numbers, t: int) -> mpmath.mpf:
    """As in the description of `ExponentialDecay`."""
    p = t / exact(k["decay_steps"])
    p = Fraction(math.floor(p)) if k.get("staircase") else p
    return k["initial_learning_rate"] * mpmath.mpf(k["decay_rate"]) ** real(p)


def inverse_time(k: Numbers, t: int) -> mpmath.mpf:
    """As in the description of `InverseTimeDecay`."""
    p = t / exact(k["decay_steps"])
    p = Fraction(math.floor(p)) if k.get("staircase") else p
    return k["initial_learning_rate"] / (1 + mpmath.mpf(k["decay_rate"]) * real(p))


def polynomial(k: Numbers, t: int) -> mpmath.mpf:
    """As in the description of `PolynomialDecay`."""
    n, end = exact(k["decay_steps"]), mpmath.mpf(k.get("end_learning_rate", 0.0001))
    if k.get("cycle"):
        n *= max(1, math.ceil(t / n))
    left = real(1 - min(Fraction(t), n) / n)
    return (k["initial_learning_rate"] - end) * left ** k.get("power", 1.0) + end


def cosine(k: Numbers, t: int) -> mpmath.mpf:
    """As in the description of `CosineDecay`."""
    n, alpha = exact(k["decay_steps"]), mpmath.mpf(k.get("alpha", 0.0))
    start, peak = mpmath.mpf(k["initial_learning_rate"]), k.get("warmup_target")
    if peak is None:
        return start * ((1 - alpha) * half_cosine(min(Fraction(t), n) / n) + alpha)
    warmup = exact(k.get("warmup_steps", 0))
    if t < warmup:
        return start + (peak - start) * real(t / warmup)
    return peak * ((1 - alpha) * half_cosine(min(t - warmup, n) / n) + alpha)


def restarts(k: Numbers, t: int) -> mpmath.mpf:
    """As in the description of `CosineDecayRestarts`, cycle by cycle."""
    begin, length, factor = Fraction(0), exact(k["first_decay_steps"]), mpmath.mpf(1)
    while t >= begin + length:
        begin, length = begin + length, length * exact(k.get("t_mul", 2.0))
        factor *= mpmath.mpf(k.get("m_mul", 1.0))
    alpha = mpmath.mpf(k.get("alpha", 0.0))
    wave = factor * half_cosine((t - begin) / length)
    return k["initial_learning_rate"] * ((1 - alpha) * wave + alpha)


TRUTHS: Final[dict[type, Callable[[Numbers, int], mpmath.mpf]]] = {
    peers.ExponentialDecay: exponential,
    peers.InverseTimeDecay: inverse_time,
    peers.PolynomialDecay: polynomial,
    peers.CosineDecay: cosine,
    peers.CosineDecayRestarts: restarts,
}


def drawn(kind: type, rng: np.random.Generator) -> Numbers:
    """Random arguments; every second length is no integer, and ends are above, at and below the start."""
    length = rng.choice([1, 7, 25, 33.7, 61, 100.5, 1000.5, float(rng.integers(2, 400)) / 4 + 0.75])
    given = {"initial_learning_rate": float(rng.choice([0.1, 0.3, 3e-4, 1.0, rng.random()]))}
    steps = "first_decay_steps" if kind is peers.CosineDecayRestarts else "decay_steps"
    given[steps] = float(length)
    share = float(rng.choice([0.0, 0.1, 0.3, 1.0, 1.5, rng.random()]))
    if kind in (peers.ExponentialDecay, peers.InverseTimeDecay):
        return given | {
            "decay_rate": float(rng.choice([0.5, 0.96, 1.0, rng.random()])),
            "staircase": bool(rng.integers(2)),
        }
    if kind is peers.PolynomialDecay:
        power = float(rng.choice([0.0, 0.5, 1.0, 2.0, 3 * rng.random()]))
        cycle = bool(rng.integers(2))
        return given | {"end_learning_rate": share / 10, "power": power, "cycle": cycle}
    if kind is peers.CosineDecayRestarts:
        t_mul, m_mul = rng.choice([1.0, 1.25, 2.0, 3.0]), rng.choice([0.0, 0.5, 0.9, 1.0, 1.2])
        return given | {"t_mul": float(t_mul), "m_mul": float(m_mul), "alpha": share}
    if rng.integers(2):
        peak, warmup = rng.choice([0.0, 0.1, 0.5, rng.random()]), rng.choice([0, 1, 5, 10.5])
        given |= {"warmup_target": float(peak), "warmup_steps": float(warmup)}
    return given | {"alpha": share}


def probed(given: Numbers) -> list[int]:
    """The first steps, those around multiples and ends of the lengths, and steps past the end."""
    length = given.get("first_decay_steps", given.get("decay_steps", 0.0))
    warmup, growth = given.get("warmup_steps", 0.0), given.get("t_mul", 1.0)
    marks = [0.0, warmup, *(warmup + k * length for k in (0.5, 1, 2, 3, 7))]
    marks += [length * sum(growth**i for i in range(k)) for k in range(2, 5)]
    around = {math.floor(mark) + k for mark in marks for k in (-1, 0, 1, 2)}
    return sorted(step for step in around | {round(20 * length)} if step >= 0)


def is_rounded_over_a_jump(k: Numbers, t: int) -> bool:
    """Whether Keras's errors of rounding can move this step to the other side of a jump."""
    if "first_decay_steps" not in k:
        steps = k["decay_steps"]
        return bool(np.float32(steps) != steps) and (t / exact(steps)).denominator == 1
    begin, length = Fraction(0), exact(k["first_decay_steps"])
    while begin < t:
        begin, length = begin + length, length * exact(k["t_mul"])
    return 0 < begin == t
