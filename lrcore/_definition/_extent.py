"""How large a schedule may be, so that whatever exists can be evaluated, shown, saved and read anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from .._durations import Duration
from .._errors import InvalidScheduleError
from .._evaluation._evaluable import Evaluable
from ._plain import entries

if TYPE_CHECKING:
    from ._schedule import Schedule

DEEPEST: Final = 64
"""How many levels of schedules a schedule may have."""

DEEPEST_DATA: Final = 4 * DEEPEST
"""How many levels of mappings and lists a document may have."""

LARGEST: Final = 2**18
"""How many schedules, and numbers in lists, a schedule may consist of."""

TOO_DEEP: Final = (
    f"schedules are nested at most {DEEPEST} levels deep, in what their classes stand for as well; write a "
    "chain as one Sum((a, b, ...)), Product((a, b, ...)) or Sequence((a, b, ...))"
)
TOO_LARGE: Final = (
    f"a schedule consists of at most {LARGEST} schedules and numbers in lists, in what its classes stand for "
    "as well"
)


class Extent(NamedTuple):
    """The levels of a schedule and all that it consists of, what is shared as often as it occurs."""

    levels: int = 0
    size: int = 0


def written(schedule: Schedule) -> Extent:
    """The extent of a schedule as it is written, apart from what it stands for."""
    fields = (getattr(schedule, name) for name in schedule.fields)
    below = _total(value for value in fields if isinstance(value, (Evaluable, tuple)))
    return Extent(below.levels + 1, below.size + 1)


def whole(schedule: Schedule) -> Extent:
    """The extent of a schedule, or of what it stands for where that is larger."""
    own = schedule._written
    if vars(schedule).get("_expansion", schedule) is None or schedule.unbound:
        return own
    if own.levels == 1 and not schedule._expands:
        # On whole steps it is one schedule more; long lists of cycles are not evaluated for that.
        more = any(isinstance(entry, Duration) for _, entry in entries(schedule))
        return Extent(own.levels + more, own.size + more)
    if schedule.evaluated is schedule:
        return own
    expansion = schedule.evaluated._extent
    return Extent(max(own.levels, expansion.levels), max(own.size, expansion.size))


def _total(values: Iterable[object]) -> Extent:
    levels = size = 0
    for value in values:
        if isinstance(value, Evaluable):
            extent = cast("Schedule", value)._extent
        elif isinstance(value, tuple):
            extent = _total(value)
        else:
            size += 1
            continue
        levels = max(levels, extent.levels)
        size += extent.size
    return Extent(levels, size)


def check(name: str, extent: Extent) -> None:
    """Refuse what could not be evaluated, shown, saved and read everywhere."""
    for is_beyond, limit in (
        (extent.levels > DEEPEST, TOO_DEEP),
        (extent.size > LARGEST, TOO_LARGE),
    ):
        if is_beyond:
            raise InvalidScheduleError(f"{name}: {limit}")
