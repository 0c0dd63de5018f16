"""Keras's own schedules for schedules that they equal."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Any, Final, cast

import numpy as np
from keras.optimizers import schedules as peers
from keras.optimizers.schedules import LearningRateSchedule

import lrcore as lrc
from lrcore import Duration, ExportError
from lrcore import Schedule as Definition
from lrcore.backend import shown

_FLOAT32: Final = np.finfo(np.float32)
_LAST_BOUNDARY: Final = 2**31 - 1
"""Keras keeps boundaries as integers of 32 bits."""


class _NoPeerError(Exception):
    """Why no schedule of Keras has the values."""


def peer(schedule: Definition) -> LearningRateSchedule:
    """The schedule of Keras that has the values of a schedule at every step.

    It computes in float32, so its values differ by errors of rounding. In compiled code, such an error may
    delay a restart or a jump of a staircase by a step.

    Args:
        schedule: the schedule.

    Raises:
        ExportError: there is no such schedule.
        UnboundError: the schedule holds durations.
    """
    schedule.ready()
    found = schedule
    try:
        while type(found) not in _PEERS:
            if (expansion := found.expand()) is found:
                raise _NoPeerError("there is none")
            found = expansion
        return _PEERS[type(found)](found)
    except _NoPeerError as reason:
        raise ExportError(
            f"native=True: no schedule of Keras equals {shown(schedule)}; {reason}"
        ) from None


def _exact(steps: int | Duration) -> Fraction:
    return Fraction(Duration(steps).amounts.get("steps", 0))


def _number(exact: Fraction) -> int | float:
    number = exact.numerator if exact.denominator == 1 else float(exact)
    if Fraction(repr(number)) != exact:
        raise _NoPeerError(f"{exact} is not a decimal number")
    return number


def _length(steps: int | Duration, *, jumps: bool = False) -> int | float:
    number = _number(_exact(steps))
    if number <= 0:
        raise _NoPeerError("its numbers of steps are above 0")
    if jumps and float(np.float32(number)) != number:
        raise _NoPeerError(f"it jumps at other steps, as Keras rounds {number} steps to float32")
    return number


def _share(end: float, start: float) -> float:
    """Keras has the end of a cosine as a share of its start."""
    if end == 0.0:
        return 0.0
    if abs(start) < _FLOAT32.tiny or abs(end) > abs(start) * float(_FLOAT32.max):
        raise _NoPeerError(
            f"its end is a share of its start, and {end!r} is no such share of {start!r}"
        )
    # As the numbers are written, so that 0.01 is a tenth of 0.1.
    return float(Fraction(repr(end)) / Fraction(repr(start)))


def _is_half_wave(s: lrc.Cosine) -> bool:
    return s == lrc.Cosine(s.start, s.end, s.steps)


def _linear(s: lrc.Linear) -> LearningRateSchedule:
    if s.extrapolate:
        raise _NoPeerError("PolynomialDecay stays at its end")
    return peers.PolynomialDecay(s.start, _length(s.steps), s.end)


def _polynomial(s: lrc.Polynomial) -> LearningRateSchedule:
    if s.k_decay is not None or s.power == 0.0:
        raise _NoPeerError("PolynomialDecay has no k_decay, and with a power of 0 it has no end")
    steps = _length(s.steps, jumps=s.cycle)
    return peers.PolynomialDecay(s.start, steps, s.end, s.power, s.cycle)


def _cosine(s: lrc.Cosine) -> LearningRateSchedule:
    if not _is_half_wave(s):
        raise _NoPeerError("CosineDecay has half a wave, without power and k_decay")
    return peers.CosineDecay(s.start, _length(s.steps), _share(s.end, s.start))


def _warmup(s: lrc.Sequence) -> LearningRateSchedule:
    match s.parts:
        case (lrc.Linear() as up, lrc.Cosine() as down) if s.clock == "local":
            if up.end == down.start and _is_half_wave(down):
                return peers.CosineDecay(
                    up.start,
                    _length(down.steps),
                    _share(down.end, down.start),
                    warmup_target=up.end,
                    warmup_steps=_number(_exact(up.steps)),
                )
    raise _NoPeerError(
        "of the sequences, a Linear has one that is followed by a Cosine from its end, without other options"
    )


def _restarts(s: lrc.Restarts) -> LearningRateSchedule:
    cycle = s.cycle
    if (
        not isinstance(cycle, lrc.Cosine)
        or not _is_half_wave(cycle)
        or s != lrc.Restarts(cycle, growth=s.growth, amplitude_decay=s.amplitude_decay)
    ):
        raise _NoPeerError(
            "CosineDecayRestarts has endless Cosine cycles, with growth and amplitude_decay only"
        )
    return peers.CosineDecayRestarts(
        cycle.start,
        _length(cycle.steps),
        float(_number(s.growth)),
        s.amplitude_decay,
        _share(cycle.end, cycle.start),
    )


def _inverse_time(s: lrc.InverseTime) -> LearningRateSchedule:
    if s.power != 1.0:
        raise _NoPeerError("InverseTimeDecay has no power")
    steps = _length(s.steps, jumps=s.staircase)
    return peers.InverseTimeDecay(s.start, steps, s.rate, s.staircase)


def _exponential(s: lrc.Exponential) -> LearningRateSchedule:
    steps = _length(s.steps, jumps=s.staircase)
    return peers.ExponentialDecay(s.start, steps, s.factor, s.staircase)


def _levels(s: lrc.PiecewiseConstant) -> LearningRateSchedule:
    boundaries = cast("tuple[int | Duration, ...]", s.boundaries)
    # The last step with the old value; of equal boundaries, the last one counts.
    lasts = [ceil(_exact(boundary)) - 1 for boundary in boundaries]
    values = dict(zip(lasts, s.values[1:], strict=True))
    if not lasts or lasts[-1] > _LAST_BOUNDARY:
        raise _NoPeerError("PiecewiseConstantDecay has boundaries, of at most 2**31")
    return peers.PiecewiseConstantDecay([*values], [s.values[0], *values.values()])


_PEERS: Final[dict[type[Definition], Callable[[Any], LearningRateSchedule]]] = {
    lrc.Constant: lambda s: peers.ExponentialDecay(s.value, 1, 1.0),
    lrc.Cosine: _cosine,
    lrc.Exponential: _exponential,
    lrc.InverseTime: _inverse_time,
    lrc.Linear: _linear,
    lrc.PiecewiseConstant: _levels,
    lrc.Polynomial: _polynomial,
    lrc.Restarts: _restarts,
    lrc.Sequence: _warmup,
}
