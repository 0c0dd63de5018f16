"""Finer clocks: schedules that are stretched, and schedules with lengths between steps.

A clock that is finer by `q` has `q` of its steps in each step. A class that scales has the same values
on it with `q` times its lengths, also where the schedules that it stands for do not scale.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, isqrt, lcm
from typing import Final

from .._definition._fields import Exact
from .._definition._schedule import Schedule
from .._durations import Duration, Length, in_steps, nearest, shortest
from .._errors import InvalidScheduleError
from .._evaluation._cached import cached_property
from .._evaluation._ops import Array, Ops
from .._evaluation._value import LAST_STEP
from .._schedules import Constant
from ._clock import Shift, Until
from ._lengths import is_endless, within_clock

_LAST_FINE_STEP: Final = 2**62
"""The largest step of a finer clock: beyond it, sums leave 64 bits."""

_FINEST: Final = 2**31
"""The finest clock of a schedule without an end, which reaches to step 2**31."""


class Stretch(Schedule, kind="stretch"):
    """Stretches a schedule to `factor` times its length.

    The value is `schedule(t / factor)`. A schedule that cannot be evaluated between its steps, such as
    `Noise`, has its value at `floor(t / factor)`. `Staircase(Stretch(schedule, n), n)` repeats every
    value `n` times.

    Args:
        schedule: the schedule to stretch.
        factor: a number above 0; with a factor below 1 the schedule is faster. A float is taken as it is
            written, and a text such as `"1/3"` is a fraction.

    Raises:
        InvalidScheduleError: `factor` is not above 0, or has too many digits.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Stretch(lrc.Linear(0.0, 1.0, 2), 2)(range(6)).tolist()
        [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """

    schedule: Schedule
    factor: Exact

    traits = ("_is_finer_clock",)

    @cached_property
    def _is_finer_clock(self) -> bool:
        return self.factor.numerator == 1

    @cached_property
    def _at_once(self) -> tuple[Schedule, Fraction]:
        """What is stretched, and how far, with the factors of nested stretches multiplied."""
        schedule: Schedule = self.schedule
        factor = _within_clock(self.factor)
        while isinstance(schedule, Stretch):
            factor = _within_clock(schedule.factor * factor)
            schedule = schedule.schedule
        return schedule, factor

    @cached_property
    def duration(self) -> int | Duration | None:
        schedule, factor = self._at_once
        length = schedule.duration
        if length is None:
            return None
        stretched = shortest(Duration(length) * factor)
        if isinstance(stretched, Duration) and stretched.is_bound and not schedule.scales:
            stretched = ceil(in_steps(stretched))
        return within_clock(stretched)

    def expand(self) -> Schedule:
        schedule, factor = self._at_once
        if schedule is not self.schedule or factor != self.factor:
            return Stretch(schedule, factor)
        if factor == 1:
            return schedule
        if isinstance(inner := schedule.evaluated, Stretch):
            return Stretch(inner.schedule, inner.factor * factor)
        schedule = self.schedule if self.schedule.scales else self.schedule.evaluated
        if factor.numerator == 1 or not schedule.scales:
            return self
        try:
            stretched = finer(schedule, Fraction(factor.numerator))
        except InvalidScheduleError:  # beyond the clock; between steps nothing is seen of it
            return self
        if factor.denominator == 1:
            return stretched
        return Stretch(stretched, Fraction(1, factor.denominator))

    def formula(self, t: Array, op: Ops) -> Array:
        # Whole periods first: the product of the clock with the denominator may leave 64 bits.
        numerator, denominator = self.factor.numerator, self.factor.denominator
        # An operand: the strict modes of TensorFlow's NumPy take no bare number beyond 32 bits.
        last = op.maximum(_LAST_FINE_STEP, denominator) // denominator
        if self._is_finer_clock:
            return self.schedule.evaluate(op.minimum(t, last) * denominator, op)
        whole = op.minimum(t // numerator, last) * denominator
        inner = whole + t % numerator * denominator // numerator
        return self.schedule.evaluate(inner, op)


def on_whole_steps(schedule: Schedule, *lengths: Length | None) -> Schedule:
    """`schedule` on a clock on which its own lengths are integers; itself if they are.

    On this clock the lengths of the schedules in its fields are integers as well, unless the clock would be
    too fine; then they are on clocks of their own. `lengths` are those of them that it computes with.
    """
    if not schedule.scales:
        return schedule
    own = [*lengths, *_step_lengths(schedule)]
    between = [in_steps(length) for length in own if isinstance(length, Duration)]
    if not between:
        return schedule
    every = [*between, *_all_lengths(schedule)]
    finest = max(LAST_STEP // max(ceil(max(every)), 1), 1)
    if is_endless(schedule):
        finest = min(finest, _FINEST)
    for some in (every, between):
        clock = lcm(*(length.denominator for length in some))
        if clock <= finest:
            return Stretch(finer(schedule, Fraction(clock)), Fraction(1, clock))
    # All lengths are rounded: to fractions that are very near, or to the finest clock.
    near = lcm(*(length.limit_denominator(finest).denominator for length in every))
    clock = near if near <= finest else 2 ** (finest.bit_length() - 1)
    return Stretch(finer(schedule, Fraction(clock), is_exact=False), Fraction(1, clock))


def _within_clock(factor: Fraction) -> Fraction:
    """The factor, or a fraction very near to it whose products with steps stay within 64 bits."""
    is_within = factor.numerator * factor.denominator <= _LAST_FINE_STEP
    return factor if is_within else _with_fewer_digits(factor)


def _with_fewer_digits(factor: Fraction) -> Fraction:
    """The fraction nearest to `factor` whose products with steps stay within 64 bits."""
    if factor < 1:
        return 1 / _with_fewer_digits(1 / factor)
    return factor.limit_denominator(max(1, isqrt(_LAST_FINE_STEP // ceil(factor)) - 1))


def _step_lengths(schedule: Schedule) -> list[Length]:
    """The numbers of steps in the fields of a schedule."""
    entries = (entry for name in schedule.step_fields for entry in _flat(getattr(schedule, name)))
    return [entry for entry in entries if isinstance(entry, (int, Duration))]


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for entry in value:
            yield from _flat(entry)
    else:
        yield value


def _all_lengths(schedule: Schedule) -> list[Fraction]:
    """The numbers of steps in a schedule and in the schedules in its fields, without their signs."""
    parts = (part for name in schedule.fields for part in _flat(getattr(schedule, name)))
    below = (_all_lengths(part) for part in parts if isinstance(part, Schedule))
    own = [abs(in_steps(length)) for length in _step_lengths(schedule)]
    return own + [length for lengths in below for length in lengths]


def finer(schedule: Schedule, clock: Fraction, is_exact: bool = True) -> Schedule:
    """`schedule` on a clock that is finer by the factor `clock`, its lengths rounded if not exact."""
    while type(schedule).formula is Schedule.formula and schedule._expansion is not None:
        if schedule.scales and not schedule._expansion._scales_throughout:
            break
        schedule = schedule._expansion
    if isinstance(schedule, Constant):
        return schedule
    if isinstance(schedule, Stretch):
        return Stretch(schedule.schedule, schedule.factor * clock)
    if not schedule.scales:
        return Stretch(schedule, clock)
    steps = set(schedule.step_fields)
    values = {
        name: _finer_value(getattr(schedule, name), clock, name in steps, is_exact)
        for name in schedule.fields
    }
    return type(schedule)(**values)


def _finer_value(value: object, clock: Fraction, is_steps: bool, is_exact: bool) -> object:
    if isinstance(value, tuple):
        return tuple(_finer_value(entry, clock, is_steps, is_exact) for entry in value)
    if isinstance(value, Schedule):
        return finer(value, clock, is_exact)
    if is_steps and isinstance(value, (int, Duration)):
        length = in_steps(value) * clock
        if is_exact:
            return shortest(Duration(length))
        return nearest(length) or ceil(min(length, Fraction(1)))  # some lengths have to be above 0
    return value


def placed(part: Schedule, begin: Fraction, is_last: bool) -> Schedule:
    """A part that begins at `begin`, as one that begins at the first integer from there on."""
    first = ceil(begin)
    length = part.duration
    end = None if length is None else begin + in_steps(length)
    if first == begin and (end is None or end.denominator == 1):
        return part
    ahead = Duration(first - begin)
    schedule = part if first == begin else Shift(part, ahead)
    if is_last or end is None:
        return schedule
    steps = ceil(end) - first
    return Until.unchecked(schedule=schedule, steps=steps, duration=steps)
