"""Optax's own schedules for schedules that they equal."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import accumulate
from typing import Any, Final

import optax

import lrcore as lrc
from lrcore import ExportError, Schedule
from lrcore.backend import shown

_LAST_STEP: Final = 2**31 - 1
_LARGEST: Final = 2.0**127
_SMALLEST: Final = 2.0**-126

_MOST_CYCLES: Final = 100
"""Each cycle makes a program longer."""


class _NoPeerError(Exception):
    """Why no schedule of Optax has the values."""


def peer(schedule: Schedule) -> optax.Schedule:
    """The composition of Optax's functions that has the values of a schedule at every step.

    It computes in float32, so its values differ by errors of rounding.

    Args:
        schedule: the schedule.

    Raises:
        ExportError: there is no such composition.
        UnboundError: the schedule holds durations.
    """
    schedule.ready()
    try:
        return _peer(schedule)
    except _NoPeerError as reason:
        raise ExportError(
            f"native=True: no schedule of Optax equals {shown(schedule)}; {reason}"
        ) from None


def _peer(schedule: Schedule) -> optax.Schedule:
    found = schedule
    while type(found) not in _PEERS:
        if (expansion := found.expand()) is found:
            raise _NoPeerError(f"Optax has nothing like {type(found).__name__}")
        found = expansion
    return _PEERS[type(found)](found)


def _steps(steps: object) -> int:
    if not isinstance(steps, int) or not 1 <= steps <= _LAST_STEP:
        raise _NoPeerError("Optax has whole numbers of steps above 0 and below 2**31")
    return steps


def _linear(s: lrc.Linear) -> optax.Schedule:
    if s.extrapolate:
        raise _NoPeerError("linear_schedule stays at its end")
    return optax.linear_schedule(s.start, s.end, _steps(s.steps))


def _polynomial(s: lrc.Polynomial) -> optax.Schedule:
    if s.k_decay is not None or s.cycle or s.power == 0.0:
        raise _NoPeerError("polynomial_schedule has neither k_decay nor cycle, nor a power of 0")
    return optax.polynomial_schedule(s.start, s.end, s.power, _steps(s.steps))


def _cosine(s: lrc.Cosine) -> optax.Schedule:
    if s != lrc.Cosine(s.start, s.end, s.steps, power=s.power) or s.power == 0.0:
        raise _NoPeerError(
            "cosine_decay_schedule has half a wave, without k_decay, and no power of 0"
        )
    if s.end and not s.start:
        raise _NoPeerError("the end of cosine_decay_schedule is a share of its start")
    # As the numbers are written, so that 0.01 is a tenth of 0.1.
    share = float(Fraction(repr(s.end)) / Fraction(repr(s.start))) if s.end else 0.0
    for number in (s.start, share):
        if number and not _SMALLEST <= abs(number) <= _LARGEST:
            raise _NoPeerError(f"Optax computes with {number!r}, which is no float32")
    power = 1.0 if s.power is None else s.power
    return optax.cosine_decay_schedule(s.start, _steps(s.steps), share, power)


def _exponential(s: lrc.Exponential) -> optax.Schedule:
    if s.factor == 0.0:
        raise _NoPeerError("exponential_decay with a rate of 0 stays at its start")
    return optax.exponential_decay(s.start, _steps(s.steps), s.factor, staircase=s.staircase)


def _clip(s: lrc.Clip) -> optax.Schedule:
    inner = s.schedule
    begin = 0
    if isinstance(inner, lrc.Shift) and isinstance(inner.steps, int) and inner.steps < 0:
        begin, inner = -inner.steps, inner.schedule
    is_end = isinstance(inner, lrc.Exponential) and (s.high if inner.factor < 1 else s.low) is None
    if not is_end or not isinstance(inner, lrc.Exponential):
        raise _NoPeerError("exponential_decay alone has a bound, at the side of its end")
    bound = s.low if inner.factor < 1 else s.high
    _exponential(inner)
    return optax.exponential_decay(
        inner.start,
        _steps(inner.steps),
        inner.factor,
        transition_begin=begin,
        staircase=inner.staircase,
        end_value=bound,
    )


def _sequence(s: lrc.Sequence) -> optax.Schedule:
    if s.clock != "local":
        raise _NoPeerError("join_schedules has local clocks")
    *before, last = s.parts
    before = [part for part in before if part.duration != 0]
    lengths = [part.duration for part in before]
    whole = [length for length in lengths if isinstance(length, int)]
    if len(whole) < len(lengths):
        raise _NoPeerError("join_schedules has whole numbers of steps")
    # The boundary itself is the end of a part.
    parts = [part.schedule if isinstance(part, lrc.Until) else part for part in before]
    ends = [_steps(end) for end in accumulate(whole)]
    return optax.join_schedules([*map(_peer, parts), _peer(last)], ends)


def _until(s: lrc.Until) -> optax.Schedule:
    end = _steps(s.steps)
    return optax.join_schedules([_peer(s.schedule), optax.constant_schedule(s(end))], [end])


def _levels(s: lrc.PiecewiseConstant) -> optax.Schedule:
    later = [boundary for boundary in s.boundaries if boundary != 0]
    values = s.values[len(s.boundaries) - len(later) :]
    parts = [optax.constant_schedule(value) for value in values]
    return optax.join_schedules(parts, [_steps(boundary) for boundary in later])


def _hold(s: lrc.Hold) -> optax.Schedule:
    return optax.constant_schedule(s.value)


def _repeat(s: lrc.Repeat) -> optax.Schedule:
    if s.times is None or s.times > _MOST_CYCLES or not isinstance(s.schedule.duration, int):
        raise _NoPeerError(
            f"join_schedules has at most {_MOST_CYCLES} cycles here, of whole numbers of steps"
        )
    length = s.schedule.duration
    begins = [_steps(i * length) for i in range(1, s.times)]
    return optax.join_schedules([_peer(s.schedule)] * s.times, begins)


def _shifted(s: lrc.Shift) -> optax.Schedule:
    if not isinstance(s.steps, int) or s.steps > 0:
        raise _NoPeerError("Optax has no schedules that begin after their start")
    inner = _peer(s.schedule)
    begin = optax.constant_schedule(s.schedule(0))
    return optax.join_schedules([begin, inner], [-s.steps]) if s.steps else inner


_PEERS: Final[dict[type[Schedule], Callable[[Any], optax.Schedule]]] = {
    lrc.Clip: _clip,
    lrc.Constant: lambda s: optax.constant_schedule(s.value),
    lrc.Cosine: _cosine,
    lrc.Exponential: _exponential,
    lrc.Hold: _hold,
    lrc.Linear: _linear,
    lrc.PiecewiseConstant: _levels,
    lrc.Polynomial: _polynomial,
    lrc.Repeat: _repeat,
    lrc.Sequence: _sequence,
    lrc.Shift: _shifted,
    lrc.Until: _until,
}
