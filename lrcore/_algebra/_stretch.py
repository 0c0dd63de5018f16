"""Finer clocks: schedules that are stretched, and schedules with lengths between steps.

A clock that is finer by `q` has `q` of its steps in each step. A class that scales has the same values
on it with `q` times its lengths.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import ceil, lcm
from typing import cast

from .._definition._fields import LAST_STEP, Exact
from .._definition._plain import entries
from .._definition._schedule import Schedule
from .._durations import Duration, Length, in_steps, nearest, shortest
from .._errors import InvalidScheduleError
from .._evaluation._ops import Array, Ops
from .._schedules import Constant
from ._clock import Shift, Until
from ._lengths import within_clock


class Stretch(Schedule, kind="stretch"):
    """A schedule that takes `factor` times as long.

    The value is `schedule(t / factor)`. A schedule that cannot be evaluated between its steps, such as
    `Noise`, has its value at `floor(t / factor)`. `Staircase(Stretch(schedule, n), n)` repeats every
    value `n` times.

    Args:
        schedule: the schedule to stretch.
        factor: above 0; below 1 the schedule is faster. A float is taken as it is written, and a text such
            as `"1/3"` is a fraction.

    Raises:
        InvalidScheduleError: `factor` is not above 0, or has too many digits.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Stretch(lrc.Linear(0.0, 1.0, 2), 2)(range(6)).tolist()
        [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """

    schedule: Schedule
    factor: Exact

    def __post_init__(self) -> None:
        if self.factor.numerator * self.factor.denominator > LAST_STEP:
            raise ValueError(f"factor={self.factor} has too many digits; round it")

    @cached_property
    def duration(self) -> int | Duration | None:
        length = self.schedule.duration
        if length is None:
            return None
        stretched = shortest(Duration(length) * self.factor)
        if isinstance(stretched, Duration) and stretched.is_bound and not self.schedule.scales:
            stretched = ceil(in_steps(stretched))
        return within_clock(stretched)

    def expand(self) -> Schedule:
        factor = self.factor
        if factor == 1:
            return self.schedule
        for schedule in (self.schedule, self.schedule.evaluated):
            if isinstance(schedule, Stretch):
                return Stretch(schedule.schedule, schedule.factor * factor)
        if factor.numerator == 1 or not (schedule.scales or isinstance(schedule, Constant)):
            return self
        try:
            stretched = finer(schedule, Fraction(factor.numerator))
        except InvalidScheduleError:  # beyond the clock; between steps nothing is seen of it
            return self
        if factor.denominator == 1:
            return stretched
        return Stretch(stretched, Fraction(1, factor.denominator))

    def formula(self, t: Array, op: Ops) -> Array:
        # Whole periods first: the product of the clock with the denominator may leave the clock.
        numerator, denominator = self.factor.numerator, self.factor.denominator
        last = LAST_STEP // denominator + 1
        whole = op.minimum(t // numerator, last) * denominator
        inner = whole + t % numerator * denominator // numerator
        return self.schedule.evaluate(op.minimum(inner, LAST_STEP), op)


def on_whole_steps(schedule: Schedule) -> Schedule:
    """`schedule` on a clock on which all of its lengths are integers; itself if they are."""
    if not schedule.scales:
        return schedule
    lengths = [length for _, length in entries(schedule) if isinstance(length, Duration)]
    lengths += [
        part.duration
        for _, part in entries(schedule)
        if isinstance(part, Schedule) and isinstance(part.duration, Duration)
    ]
    if not lengths:
        return schedule
    clock = _clock([in_steps(length) for length in lengths])
    return Stretch(finer(schedule, clock), 1 / clock)


def _clock(lengths: list[Fraction]) -> Fraction:
    """The coarsest clock on which the lengths are integers, or else the finest within 2**53 steps."""
    exact = lcm(*(length.denominator for length in lengths))
    longest = max(max(lengths), Fraction(1))
    if longest * exact <= LAST_STEP:
        return Fraction(exact)
    return Fraction(2) ** (52 - ceil(longest).bit_length())


def finer(schedule: Schedule, clock: Fraction) -> Schedule:
    """`schedule` on a clock that is finer by the factor `clock`."""
    while type(schedule).formula is Schedule.formula:
        schedule = schedule.expand()
    if isinstance(schedule, Constant):
        return schedule
    if isinstance(schedule, Stretch):
        return Stretch(schedule.schedule, schedule.factor * clock)
    if not schedule.scales:
        return Stretch(schedule, clock)
    steps = set(schedule.step_fields)
    values = {
        name: _finer_value(getattr(schedule, name), clock, name in steps)
        for name in schedule.fields
    }
    return type(schedule)(**values)


def _finer_value(value: object, clock: Fraction, is_steps: bool) -> object:
    if isinstance(value, tuple):
        return tuple(_finer_value(entry, clock, is_steps) for entry in value)
    if isinstance(value, Schedule):
        return finer(value, clock)
    if is_steps and value is not None:
        return nearest(in_steps(cast(Length, value)) * clock)
    return value


def placed(part: Schedule, begin: Fraction, is_last: bool) -> Schedule:
    """A part that begins at `begin`, as one that begins at the first integer from there on."""
    first = ceil(begin)
    length = part.duration
    end = None if length is None else begin + in_steps(length)
    if first == begin and (end is None or end.denominator == 1):
        return part
    ahead = first - begin
    clock = _clock([ahead, *([] if length is None else [in_steps(length)])])
    shifted = Shift(finer(part, clock), nearest(ahead * clock)) if ahead else finer(part, clock)
    schedule = Stretch(shifted, 1 / clock)
    if is_last or end is None:
        return schedule
    return Until(schedule, ceil(end) - first)
