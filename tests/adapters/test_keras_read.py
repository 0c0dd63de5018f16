"""Reading Keras's own schedules: the values of each class, by the formula and by Keras itself."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import keras
import mpmath
import numpy as np
import pytest
from keras.optimizers import schedules as peers
from keras_formulas import TRUTHS, drawn, is_rounded_over_a_jump, probed

import lrcore as lrc
from lrcore.testing import ulps
from lrcore_keras import Schedule, read

EPS: Final = float(np.finfo(np.float32).eps)


@pytest.mark.parametrize("kind", TRUTHS, ids=lambda kind: kind.__name__)
def test_a_definition_has_the_exact_values(kind: type) -> None:
    """Those of the formula in sixty digits; Keras has them up to the errors of float32."""
    rng = np.random.default_rng(len(kind.__name__))
    for _ in range(25):
        given = drawn(kind, rng)
        native = kind(**given)
        definition, step = read(native)
        assert step == 0
        assert isinstance(definition, lrc.Schedule)
        with mpmath.workdps(60):
            truth = {t: TRUTHS[kind](given, t) for t in probed(given)}
        scale = float(max(map(abs, truth.values())))
        for t, value in truth.items():
            within = 8 * max(1.0, given.get("power", 1.0))
            assert ulps(definition(t), value, scale) <= within, (given, t)
        largest = max(scale, given.get("end_learning_rate", 0.0))
        for t in rng.choice([*truth], 4).tolist():
            if not is_rounded_over_a_jump(given, t):
                assert abs(float(native(t)) - truth[t]) <= 40 * EPS * largest, (given, t)


@pytest.mark.parametrize(
    ("boundaries", "values"),
    [
        ((10, 25, 40), (0.1, 0.05, 0.01, 0.002)),
        ((2.5, 7.0, 9.99), (0.3, 0.1, 0.2, 0.4)),
        ((0,), (0.3, 0.1)),
        ((-3, -0.5, 4), (0.3, 0.1, 0.2, 0.4)),
        ((5, 5, 5.5), (0.3, 0.1, 0.2, 0.4)),
        ([3], [1, 2]),
        (np.array([4, 8]), np.array([0.25, 0.5, 0.125])),
    ],
)
def test_piecewise_constant(boundaries: tuple[float, ...], values: tuple[float, ...]) -> None:
    """Keras keeps the old value at a boundary, of which it drops the digits after the point."""
    native = peers.PiecewiseConstantDecay(boundaries, values)
    definition, _ = read(native)
    for t in range(50):
        wanted = values[sum(t > int(boundary) for boundary in boundaries)]
        assert definition(t) == wanted
        assert float(native(keras.Variable(t, dtype="int", trainable=False))) == np.float32(wanted)


READ: Final[dict[str, tuple[peers.LearningRateSchedule, lrc.Schedule]]] = {
    "exponential": (
        peers.ExponentialDecay(0.1, 1000, 0.96, staircase=True),
        lrc.Exponential(0.1, 0.96, 1000, staircase=True),
    ),
    "inverse time": (peers.InverseTimeDecay(0.1, 10, 0.5), lrc.InverseTime(0.1, 0.5, 10)),
    "linear": (peers.PolynomialDecay(0.1, 1000.5), lrc.Linear(0.1, 0.0001, 1000.5)),
    "polynomial": (
        peers.PolynomialDecay(0.1, 100, 0.01, 2.0, cycle=True),
        lrc.Polynomial(0.1, 0.01, 100, 2.0, cycle=True),
    ),
    "cosine": (peers.CosineDecay(0.1, 100, 0.1), lrc.Cosine(0.1, 0.01, 100)),
    "ignored warm-up": (peers.CosineDecay(0.1, 100, warmup_steps=9), lrc.Cosine(0.1, 0.0, 100)),
    "warm-up": (
        peers.CosineDecay(0.0, 100, 0.1, warmup_target=0.3, warmup_steps=10),
        lrc.WarmupCosine(0.3, 10, 100, end=0.03),
    ),
    "restarts": (
        peers.CosineDecayRestarts(0.3, 7, 1.5, 0.9, 0.1),
        lrc.Restarts(lrc.Cosine(0.3, 0.03, 7), growth=1.5, amplitude_decay=0.9),
    ),
    "power of 0": (peers.PolynomialDecay(0.1, 100, 0.01, 0.0), lrc.Constant(0.1)),
    "levels": (
        peers.PiecewiseConstantDecay([30, 60.5], [0.1, 0.01, 0.001]),
        lrc.PiecewiseConstant((31, 61), (0.1, 0.01, 0.001)),
    ),
    "own": (Schedule(lrc.Noam(512, 4000)), lrc.Noam(512, 4000)),
    "numbers of NumPy": (
        peers.ExponentialDecay(np.float64(0.1), np.int32(9), np.float64(0.5)),
        lrc.Exponential(0.1, 0.5, 9),
    ),
    "tensors": (
        peers.CosineDecay(keras.ops.array(0.5), keras.ops.array(9)),
        lrc.Cosine(0.5, 0.0, 9),
    ),
}


@pytest.mark.parametrize("name", READ)
def test_the_definition_is_what_a_person_would_write(name: str) -> None:
    """A tenth of 0.3 is 0.03, in float64 as well."""
    native, wanted = READ[name]
    assert read(native) == (wanted, 0)


def test_shares_that_are_no_short_numbers() -> None:
    """The end is the product, correctly rounded."""
    for alpha in (1 / 3, 2 / 3, 0.1 + 0.2):
        definition, _ = read(peers.CosineDecay(0.7, 10, alpha))
        assert definition(10) == float(Fraction(repr(alpha)) * Fraction("0.7"))


def test_integers_with_which_keras_computes_in_integers() -> None:
    """Keras has another value than that of its description, so neither is read."""
    native = peers.PolynomialDecay(1, 4, 0.1)
    assert float(native(4)) == 0.0
    with pytest.raises(
        lrc.ExportError,
        match=r"PolynomialDecay\.initial_learning_rate: .* the integer 1 in integers.* give 1\.0",
    ):
        read(native)


class Own(peers.CosineDecay):  # type: ignore[misc]
    """A class of a person's own, which may compute anything."""


REFUSED: Final[dict[str, tuple[object, str]]] = {
    "own": (Own(0.1, 10), r"Own cannot be read, as it is not a class of keras\.optimizers"),
    "own with a known name": (
        type("CosineDecay", (peers.CosineDecay,), {})(0.1, 10),
        "CosineDecay cannot be read, as it is not a class of keras",
    ),
    "base": (peers.LearningRateSchedule(), "LearningRateSchedule cannot be read"),
    "function": (abs, "the function 'abs' cannot be read; write a schedule with the same"),
    "callback": (
        keras.callbacks.LearningRateScheduler(lambda epoch: 0.1),
        "LearningRateScheduler has a function of your own",
    ),
    "metric": (keras.callbacks.ReduceLROnPlateau(), "it follows a metric"),
    "class": (
        keras.optimizers.SGD,
        r"a class cannot be read; give an object, as SGD\(\.\.\.\) makes",
    ),
    "unexported": (
        lrc.Constant(0.1),
        "a schedule of lrcore that was not exported needs no reading",
    ),
    "several": (
        {"class_name": "MultiOptimizer", "config": {"optimizer_map": {}}},
        "MultiOptimizer has several learning rates; read each of its optimizers",
    ),
    "model": (keras.Sequential(), "a model cannot be read; give its optimizer"),
    "number": (0.1, r"a schedule or an optimizer of Keras is needed, .* has made; got 0\.1"),
    "text": ('{"class_name": "SGD"}', "has made; got '{"),
    "nothing": (None, "has made; got None"),
    "growth": (
        peers.CosineDecayRestarts(0.1, 10, t_mul=0.5),
        "no schedule has the values of this CosineDecayRestarts: .*growth=1/2 is below 1",
    ),
    "slow growth": (peers.CosineDecayRestarts(0.1, 10, t_mul=1.001), "more than 1000 cycles"),
    "negative rate": (
        peers.ExponentialDecay(0.1, 10, -0.5),
        "the values of this ExponentialDecay: .*factor",
    ),
    "negative power": (peers.PolynomialDecay(0.1, 10, power=-1.0), "PolynomialDecay: .*power"),
    "negative warm-up": (
        peers.CosineDecay(0.1, 10, warmup_target=0.2, warmup_steps=-1),
        "CosineDecay: .*warmup_steps",
    ),
    "variable": (
        peers.CosineDecay(keras.Variable(0.5), 10),  # it may change
        r"CosineDecay\.initial_learning_rate: a number .* is needed; got",
    ),
    "nan": (
        peers.CosineDecay(0.1, 10, alpha=float("nan")),
        r"CosineDecay\.alpha: a number in the range of float32 is needed; got nan",
    ),
    "huge": (peers.PolynomialDecay(0.1, 10**400), r"decay_steps: a number .* an integer of more"),
    "descending": (
        peers.PiecewiseConstantDecay([5, 2], [0.1, 0.2, 0.3]),
        r"PiecewiseConstantDecay\.boundaries: the boundaries \(5, 2\) are not in ascending order",
    ),
    "text in a list": (
        peers.PiecewiseConstantDecay([5], [0.1, "x"]),
        r"PiecewiseConstantDecay\.values\[1\]: a number .* is needed; got 'x'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_reason(name: str) -> None:
    """A class or a function could do anything, and some numbers define nothing."""
    given, message = REFUSED[name]
    with pytest.raises(lrc.ExportError, match=message):
        read(given)
