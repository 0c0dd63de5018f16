"""Turning the durations of a schedule into steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar, cast

from ._definition import entries
from ._errors import ExportError, UnboundError
from ._units import Duration, Figures, steps_per_unit

if TYPE_CHECKING:
    from ._schedule import Schedule

S = TypeVar("S", bound="Schedule")


def bind(schedule: S, given: Figures) -> S:
    """`schedule` with steps for durations; the very object if there are none."""
    per_unit = steps_per_unit(given)
    if not schedule.unbound:
        return schedule
    return cast(S, _bind(schedule, per_unit, type(schedule).__name__))


def _bind(value: object, per_unit: Mapping[str, Fraction], place: str) -> object:
    if isinstance(value, Duration):
        return value.steps(per_unit, place)
    if isinstance(value, tuple):
        return tuple(_bind(entry, per_unit, f"{place}[{i}]") for i, entry in enumerate(value))
    names = getattr(value, "fields", None)
    if names is None:
        return value
    bound = {
        name: _bind(getattr(value, field), per_unit, f"{place}.{name}")
        for field, name in names.items()
    }
    return type(value)(**bound)


def durations(schedule: Schedule, place: str) -> Iterator[tuple[str, Duration]]:
    """The durations in `schedule`, with their places."""
    for below, entry in entries(schedule):
        if isinstance(entry, Duration):
            yield place + below, entry
        elif hasattr(entry, "fields"):
            yield from durations(cast("Schedule", entry), place + below)


def bound(schedule: S) -> S:
    """`schedule`, if it can be evaluated.

    Raises:
        ExportError: it is none.
        UnboundError: it holds durations; the message names the first one and what it needs.
    """
    if not hasattr(schedule, "formula"):
        raise ExportError(
            f"this is not a schedule: {schedule!r}; a number is lrcore.Constant(...), and a plan has schedules"
        )
    if schedule.unbound:
        place, duration = schedule.unbound[0]
        raise UnboundError(
            f"{place} is {str(duration)!r}, not a number of steps: {duration.need} first"
        )
    return schedule
