"""Native export: Keras's own schedule where it has the values of a schedule, and else the reason."""

from __future__ import annotations

from typing import Any, Final

import keras
import numpy as np
import pytest
from keras.optimizers import schedules as peers

import lrcore as lrc
from lrcore_keras import Schedule, export, read

EPS: Final = float(np.finfo(np.float32).eps)
EQUAL: Final[dict[str, tuple[lrc.Schedule, Any]]] = {
    "constant": (lrc.Constant(0.3), peers.ExponentialDecay),
    "linear": (lrc.Linear(0.3, 0.01, 20), peers.PolynomialDecay),
    "up": (lrc.Linear(0.0, 0.3, 20.5), peers.PolynomialDecay),
    "polynomial": (lrc.Polynomial(0.3, 0.0, 30, 2.0), peers.PolynomialDecay),
    "cycle": (lrc.Polynomial(0.3, 0.1, 7, 0.5, cycle=True), peers.PolynomialDecay),
    "cosine": (lrc.Cosine(0.3, 0.03, 20), peers.CosineDecay),
    "cosine to more digits": (lrc.Cosine(0.7, 0.1 + 0.2, 20), peers.CosineDecay),
    "cosine at 0": (lrc.Cosine(0.0, 0.0, 20), peers.CosineDecay),
    "warm-up": (lrc.WarmupCosine(0.3, 5, 30, start=0.1, end=0.03), peers.CosineDecay),
    "no warm-up": (lrc.WarmupCosine(0.3, 0, 30, start=0.1), peers.CosineDecay),
    "warm-up to a cosine": (lrc.Warmup(lrc.Cosine(0.3, 0.0, 20), 4.5), peers.CosineDecay),
    "sequence": (lrc.Linear(0.1, 0.3, 6) >> lrc.Cosine(0.3, 0.0, 30), peers.CosineDecay),
    "restarts": (
        lrc.Restarts(lrc.Cosine(0.3, 0.03, 10), growth=1.5, amplitude_decay=0.9),
        peers.CosineDecayRestarts,
    ),
    "equal cycles": (lrc.Restarts(lrc.Cosine(0.3, 0.0, 8)), peers.CosineDecayRestarts),
    "exponential": (lrc.Exponential(0.3, 0.9, 9.7), peers.ExponentialDecay),
    "natural": (lrc.NaturalExponential(0.3, 0.1, 9), peers.ExponentialDecay),
    "staircase": (lrc.Exponential(0.3, 0.9, 7.5, staircase=True), peers.ExponentialDecay),
    "step": (lrc.StepDecay(0.3, 0.5, 7), peers.ExponentialDecay),
    "inverse time": (lrc.InverseTime(0.3, 0.5, 7), peers.InverseTimeDecay),
    "inverse steps": (lrc.InverseTime(0.3, 0.5, 7, staircase=True), peers.InverseTimeDecay),
    "levels": (lrc.PiecewiseConstant((3, 9.5), (0.3, 0.2, 0.1)), peers.PiecewiseConstantDecay),
    "at once": (lrc.PiecewiseConstant((0, 9), (0.3, 0.2, 0.1)), peers.PiecewiseConstantDecay),
    "milestones": (lrc.MultiStep(0.3, 0.5, (5, 5, 20)), peers.PiecewiseConstantDecay),
}


@pytest.mark.parametrize("name", EQUAL)
def test_the_schedule_of_keras_has_the_values(name: str) -> None:
    """At every step, as far as float32 holds; read back it has those of the definition."""
    schedule, kind = EQUAL[name]
    native: Any = lrc.export(schedule, "keras", native=True)
    assert type(native) is kind
    for t in range(60):
        is_restart = kind is peers.CosineDecayRestarts and schedule(t) > schedule(t - 1)
        # At a restart Keras may still be at the end of the cycle, by an error of rounding.
        wanted = [schedule(t), *([native.alpha * 0.3] if is_restart else [])]
        assert min(abs(float(native(t)) - value) for value in wanted) <= 16 * EPS * 0.7
    again, _ = read(native)
    for t in (*range(100), 1000, 10**6):
        assert again(t) == pytest.approx(schedule(t), rel=1e-15, abs=1e-17)
    config = keras.optimizers.schedules.serialize(native)
    assert keras.optimizers.schedules.deserialize(config).get_config() == native.get_config()


SAME: Final = (
    lrc.Linear(0.3, 1e-4, 20.5),
    lrc.Polynomial(0.3, 0.1, 7, 0.5, cycle=True),
    lrc.WarmupCosine(0.3, 5, 30.25, start=0.1, end=0.01),
    lrc.Restarts(lrc.Cosine(0.1, 0.03, 10), growth=1.1, amplitude_decay=0.9),
    lrc.Exponential(0.3, 0.9, 7, staircase=True),
    lrc.InverseTime(0.3, 0.5, 7.25, staircase=True),
    lrc.PiecewiseConstant((3, 9), (0.3, 0.2, 0.1)),
)


@pytest.mark.parametrize("schedule", SAME, ids=lambda schedule: schedule.kind)
def test_read_back_it_is_the_schedule(schedule: lrc.Schedule) -> None:
    """The same definition, and not only the same values."""
    assert read(lrc.export(schedule, "keras", native=True)).definition == schedule


def test_ends_of_a_cosine_come_back() -> None:
    """Keras has a share of the start, from which numbers of up to 15 digits come back as they were."""
    rng = np.random.default_rng(0)
    for _ in range(300):
        digits = int(rng.integers(1, 16))
        start, end = (float(f"{x:.{digits}g}") for x in 10 ** rng.uniform(-8, 1, 2))
        again, _ = read(lrc.export(lrc.Cosine(start, end, 9), "keras", native=True))
        assert again == lrc.Cosine(start, end, 9)


REFUSED: Final[dict[str, tuple[Any, str]]] = {
    "extrapolated": (lrc.Linear(0.5, 0.4, 9, extrapolate=True), "PolynomialDecay stays at its end"),
    "no steps": (lrc.Linear(0.25, 0.5, 0), "its numbers of steps are above 0"),
    "k_decay": (lrc.Polynomial(0.5, 0.0, 9, 1.0, 2.0), "PolynomialDecay has no k_decay"),
    "power of 0": (lrc.Polynomial(0.5, 0.0, 9, 0.0), "with a power of 0 it has no end"),
    "waves": (lrc.Cosine(0.5, 0.0, 20, cycles=1.5), "CosineDecay has half a wave"),
    "from 0": (lrc.Cosine(0.0, 0.5, 20), r"0\.5 is no such share of 0\.0"),
    "from almost 0": (lrc.Cosine(1e-40, 0.5, 20), r"0\.5 is no such share of 1e-40"),
    "far": (lrc.Cosine(1e-35, 1e10, 20), r"10000000000\.0 is no such share of 1e-35"),
    "up to a cosine from 0": (lrc.WarmupCosine(0.0, 5, 9, end=0.1), r"0\.1 is no such share of"),
    "jump": (lrc.Linear(0.1, 0.2, 5) >> lrc.Cosine(0.3, 0.0, 9), "of the sequences, a Linear has"),
    "global": (
        lrc.Warmup(lrc.Cosine(0.3, 0.0, 20), 4, clock="global"),
        "equals Warmup.*of the sequences, a Linear has one",
    ),
    "linear after linear": (lrc.WarmupLinear(0.3, 4, 9), "equals WarmupLinear.*of the sequences"),
    "cycles": (lrc.Restarts(lrc.Cosine(0.5, 0.0, 7), cycles=3), "endless Cosine cycles"),
    "other cycles": (lrc.Restarts(lrc.Linear(0.5, 0.0, 7)), "endless Cosine cycles"),
    "start decays": (
        lrc.Restarts(lrc.Cosine(0.5, 0.1, 7), start_decay=0.5),
        "amplitude_decay only",
    ),
    "inverse root": (lrc.InverseTime(0.5, power=0.5), "InverseTimeDecay has no power"),
    "one level": (lrc.PiecewiseConstant((), (0.5,)), "PiecewiseConstantDecay has boundaries"),
    "late": (lrc.PiecewiseConstant((2**31 + 1,), (0.5, 0.1)), r"of at most 2\*\*31"),
    "third": (lrc.Cosine(0.5, 0.0, lrc.Duration(100) / 3), "100/3 is not a decimal number"),
    "growth": (
        lrc.Restarts(lrc.Cosine(0.5, 0.0, 7), growth="4/3"),
        "4/3 is not a decimal number",
    ),
    "steps between float32": (
        lrc.StepDecay(0.5, 0.5, 33.7),
        r"it jumps at other steps, as Keras rounds 33\.7 steps to float32",
    ),
    "product": (lrc.Cosine(0.5, 0.0, 9) * lrc.Exponential(1.0, 0.9), "there is none"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_equal_is_refused_with_the_reason(name: str) -> None:
    """A schedule that is almost the same would be another schedule."""
    schedule, message = REFUSED[name]
    with pytest.raises(lrc.ExportError, match=f"native=True: no schedule of Keras.*{message}"):
        lrc.export(schedule, "keras", native=True)


def test_options() -> None:
    """`native` is False by default; Keras's own schedules have float32 values; durations are bound first."""
    schedule = lrc.Linear(0.3, 0.0, 20)
    assert type(lrc.export(schedule, "keras")) is Schedule
    assert type(export(schedule, native=True, dtype="float32")) is peers.PolynomialDecay
    with pytest.raises(lrc.ExportError, match=r"have float32 values; leave out dtype='float64'"):
        lrc.export(schedule, "keras", native=True, dtype="float64")  # type: ignore[call-overload]
    with pytest.raises(lrc.UnboundError, match="steps is '1 epoch', not a number of steps"):
        export(lrc.Linear(0.3, 0.0, "1 epoch"), native=True)
