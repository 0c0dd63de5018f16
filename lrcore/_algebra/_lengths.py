"""How long schedules last, as far as it is known."""

from __future__ import annotations

from .._definition._schedule import Schedule
from .._durations import Duration, Length
from .._errors import UnboundError
from .._evaluation._value import LAST_STEP


def is_endless(schedule: Schedule) -> bool:
    """Whether a schedule has no end; its length need not be known yet."""
    try:
        return schedule.duration is None
    except UnboundError:  # which of several durations it lasts is not known
        return False


def within_clock(length: Length) -> Length:
    """The length, or the end of the clock if that comes first."""
    if isinstance(length, Duration) and not length.is_bound:
        return length
    return LAST_STEP if length > LAST_STEP else length
