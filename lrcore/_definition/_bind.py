"""Turning the durations of a schedule into steps."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeVar, cast

from .._durations import Duration, Length, Run, in_steps, nearest
from .._errors import InvalidScheduleError, RunLengthWarning, UnboundError
from ._plain import entries

if TYPE_CHECKING:
    from ._schedule import Schedule

S = TypeVar("S", bound="Schedule")

_REST: Final = Duration("rest")


def unbound_lengths(schedule: Schedule, place: str) -> Iterator[tuple[str, Duration]]:
    """The durations in `schedule` that are no numbers of steps, with their places."""
    for below, entry in entries(schedule):
        if isinstance(entry, Duration) and not entry.is_bound:
            yield place + below, entry
        elif hasattr(entry, "fields"):
            inner = cast("Schedule", entry)
            skipped = len(type(inner).__name__)
            yield from ((place + below + at[skipped:], found) for at, found in inner.unbound)


def bind(schedule: S, run: Run) -> S:
    """`schedule` with steps in place of durations; the very object if there are none."""
    steps_per_unit = run.steps_per_unit
    if not schedule.unbound:
        return schedule
    place = type(schedule).__name__
    binding = _Binding(steps_per_unit)
    bound = binding.schedule(schedule, _Position(), place)
    _compare_with_run(schedule, steps_per_unit, place)
    return bound


@dataclass(frozen=True)
class _Position:
    """Where a phase begins: exactly, and at the step at which it begins after rounding."""

    exact: Fraction = Fraction(0)
    bound: Fraction = Fraction(0)


@dataclass(frozen=True)
class _Binding:
    """The steps of each unit; those of "rest" only within the schedule that has the rest."""

    steps_per_unit: Mapping[str, Fraction]

    def schedule(self, schedule: S, begin: _Position, place: str) -> S:
        """`schedule` with steps in place of durations, beginning at `begin`."""
        if not schedule.unbound:
            return schedule
        binding = self._with_rest(schedule, begin, place)
        values: dict[str, object] = {}
        at = begin
        for name in schedule.phases:
            values[name], at = binding._phase(getattr(schedule, name), at, f"{place}.{name}")
        beside = binding._without_rest() if values else binding
        for name in schedule.fields:
            if name not in values:
                values[name] = beside._value(getattr(schedule, name), begin, f"{place}.{name}")
        return type(schedule)(**values)

    def _phase(self, value: object, begin: _Position, place: str) -> tuple[object, _Position]:
        """A phase that begins at `begin`, and where it ends."""
        if isinstance(value, tuple):
            parts: list[object] = []
            for i, part in enumerate(value):
                bound, begin = self._phase(part, begin, f"{place}[{i}]")
                parts.append(bound)
            return tuple(parts), begin
        if isinstance(value, Duration) and not value.is_bound:
            exact = begin.exact + value.resolved(self.steps_per_unit, place)
            end = _Position(exact, Fraction(nearest(exact)))
            return _steps(end.bound - begin.bound, value, place), end
        if isinstance(value, (int, Duration)):
            length = in_steps(value)
            return value, _Position(begin.exact + length, begin.bound + length)
        if hasattr(value, "fields"):
            schedule = cast("Schedule", value)
            bound_schedule = self.schedule(schedule, begin, place)
            return bound_schedule, self._end(schedule, bound_schedule, begin, place)
        return value, begin

    def _end(self, schedule: Schedule, bound: Schedule, begin: _Position, place: str) -> _Position:
        length = bound.duration
        if length is None:
            return begin  # nothing follows an endless part
        end = begin.bound + in_steps(length)
        try:
            exact = Duration(cast(Length, schedule.duration))
            return _Position(begin.exact + exact.resolved(self.steps_per_unit, place), end)
        except UnboundError:
            return _Position(begin.exact + in_steps(length), end)

    def _value(self, value: object, begin: _Position, place: str, listed: bool = False) -> object:
        """A value that is no phase: a length by itself, or a list of steps counted from `begin`."""
        if isinstance(value, tuple):
            return tuple(
                self._value(entry, begin, f"{place}[{i}]", True) for i, entry in enumerate(value)
            )
        if isinstance(value, Duration) and not value.is_bound:
            steps = value.resolved(self.steps_per_unit, place)
            if listed:
                return _steps(nearest(begin.exact + steps) - begin.bound, value, place)
            return nearest(steps)
        if hasattr(value, "fields"):
            return self.schedule(cast("Schedule", value), begin, place)
        return value

    def _without_rest(self) -> _Binding:
        """The binding of what is beside the phases: its rest is that of a sequence of its own."""
        known = {unit: steps for unit, steps in self.steps_per_unit.items() if unit != "rest"}
        return replace(self, steps_per_unit=known)

    def _with_rest(self, schedule: Schedule, begin: _Position, place: str) -> _Binding:
        """The binding within `schedule`, which knows what "rest" is there."""
        extent = _extent(schedule)
        share = extent.amounts.get("rest") if extent is not None else None
        if extent is None or not share or "rest" in self.steps_per_unit:
            return self
        others = (extent - _REST * share).resolved(self.steps_per_unit, place)
        run = Duration("run").resolved(self.steps_per_unit, f"{place} with 'rest'")
        left = run - begin.exact - others
        if left < 0:
            raise UnboundError(
                f"{place}: nothing is left for 'rest', the other parts last "
                f"{Duration(begin.exact + others)} and the run {Duration(run)}"
            )
        return replace(self, steps_per_unit={**self.steps_per_unit, "rest": left / share})


def _steps(length: Fraction | int, given: Duration, place: str) -> Length:
    if length < 0:
        raise InvalidScheduleError(f"{place}: in this run '{given}' is {Duration(length)}")
    whole = Fraction(length)
    return whole.numerator if whole.denominator == 1 else Duration(whole)


def _extent(schedule: Schedule) -> Duration | None:
    """The sum of the phases before an endless one, or the duration; None if it is not known.

    Schedules that run side by side have rests of their own.
    """
    values = (getattr(schedule, name) for name in schedule.fields)
    if not schedule.phases and any(isinstance(value, tuple) for value in values):
        return None
    try:
        if schedule.phases:
            lengths = (length for _, length in schedule.phase_lengths())
            known = (Duration(length) for length in lengths if length is not None)
            return sum(known, start=Duration(0))
        return None if schedule.duration is None else Duration(schedule.duration)
    except UnboundError:
        return None


def _compare_with_run(
    schedule: Schedule, steps_per_unit: Mapping[str, Fraction], place: str
) -> None:
    """Warn if phases that are parts of the run do not last as long as the run."""
    extent = _extent(schedule)
    if extent is None or schedule.duration is None or len(schedule.phase_lengths()) < 2:
        return
    if "rest" in extent.amounts or "run" not in extent.amounts:
        return
    lasting = nearest(extent.resolved(steps_per_unit, place))
    run = nearest(steps_per_unit["run"])
    if lasting != run:
        compared = "longer" if lasting > run else "shorter"
        warnings.warn(
            f"{place} lasts {lasting} steps ('{extent}'), {compared} than the run of {run} steps; "
            'give one of its parts as "rest" to fill the run',
            RunLengthWarning,
            stacklevel=4,
        )
