"""The entries of a plan in a document: plain data, written and read back."""

from __future__ import annotations

from collections.abc import Mapping

from .._definition._entries import read_at, write
from .._definition._schedule import Schedule
from .._errors import DocumentError, InvalidScheduleError, printable, shown
from .._schedules import Constant
from ._arguments import as_schedule
from ._factor import Factor


def written(entry: Schedule | Factor) -> object:
    """A schedule or factor as plain data; a constant is a number."""
    if isinstance(entry, Factor):
        return {"factor": entry.factor}
    return entry.value if type(entry) is Constant else write(entry)


def mapping(data: object, place: str) -> dict[str, object]:
    """Entries by name."""
    if not isinstance(data, Mapping):
        raise DocumentError(f"{place}: this holds entries by name; got {shown(data)}")
    return {str(name): value for name, value in data.items()}


def group(data: object, place: str) -> dict[str, Schedule | Factor] | Schedule | Factor:
    """The entries of a group by hyper-parameter, or that of the learning rate in place of them."""
    if isinstance(data, Mapping) and not {"factor", "kind"} & set(data):
        return {
            name: group_entry(value, f"{place}.{printable(name)}")
            for name, value in mapping(data, place).items()
        }
    return group_entry(data, place)


def group_entry(data: object, place: str) -> Schedule | Factor:
    """A schedule, a number for a constant, or a factor."""
    if isinstance(data, Mapping) and set(data) == {"factor"}:
        try:
            return Factor(data["factor"])
        except InvalidScheduleError as error:
            raise DocumentError(f"{place}: {error}") from None
    return plan_entry(data, place)


def plan_entry(data: object, place: str) -> Schedule:
    """A schedule, or a number for a constant."""
    if isinstance(data, (Schedule, int, float)) and not isinstance(data, bool):
        try:
            return as_schedule(data, place)
        except InvalidScheduleError as error:
            raise DocumentError(str(error)) from None
    return read_at(data, place)
