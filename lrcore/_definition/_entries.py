"""The entry of one schedule in a document: plain data, written and read back.

Reading looks kinds up among the known classes and checks numbers. It never imports or executes
anything that a document names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import InitErrorDetails

from .._durations import Duration
from .._errors import DocumentError, printable, shown
from .._evaluation._evaluable import Evaluable
from ._define import KINDS, MOST_FAULTS, describe, details, fault, from_fields
from ._extent import DEEPEST, DEEPEST_DATA, LARGEST, TOO_DEEP, TOO_LARGE
from ._fields import written
from ._plain import plain, unwrapped

if TYPE_CHECKING:
    from ._schedule import Schedule

T = TypeVar("T")

PLACEHOLDER: Final = "lrcore_kind"
"""Stands for a reference while pydantic, which refuses unknown references, makes a JSON Schema."""


def placeholder(kind: str) -> dict[str, object]:
    """What pydantic is to write for a schedule of this kind; "schedule" is any kind."""
    return {"type": "object", PLACEHOLDER: kind}


def read(data: object) -> Schedule:
    """The schedule of the entry `data`; faults are pydantic's errors, which know their place."""
    found = assemble(data)
    if not isinstance(found, Evaluable):
        raise _refusal(*_no_schedule(found), data)
    return cast("Schedule", found)


def assemble(data: object) -> object:
    """`data` with a schedule in place of every entry of a schedule.

    What is inside is built before what holds it, so levels take no stack, and all faults of all entries
    are found, up to a number that a person reads.

    Raises:
        ValidationError: some entries are no schedules.
    """
    found, entries = _opened(data)
    faults: list[InitErrorDetails] = []
    size = 0
    for entry in entries:
        try:
            made = from_fields(entry.cls, entry.fields)
        except ValidationError as error:
            faults += details(error, entry.cls.fields, entry.place, _Faulty, given=entry.fields)
            made = None
        except ValueError as error:
            faults.append(fault(str(error), entry.place, entry.data))
            made = None
        if len(faults) > MOST_FAULTS:
            break
        entry.holder[entry.key] = _Faulty() if made is None else made
        size += 0 if made is None else made._extent.size - made._written.size
        if size > LARGEST:
            raise _refusal("limit", TOO_LARGE)
    if faults:
        raise ValidationError.from_exception_data("schedule", faults)
    return found[0]


class _Entry(NamedTuple):
    """The entry of a schedule that is to be built, and where the schedule belongs."""

    cls: type[Schedule]
    data: object
    fields: dict[str, object]
    place: tuple[int | str, ...]
    holder: Any
    key: object


class _Faulty:
    """Stands in a field for a schedule whose faults are known."""


def _opened(data: object) -> tuple[list[object], list[_Entry]]:
    """A copy of `data` in a list, and the entries of schedules in it, each after those inside of it."""
    root: list[object] = [data]
    found: list[_Entry] = []
    closed: list[_Entry | tuple[Any, object, tuple[int | str, ...], int]] = [(root, 0, (), 0)]
    count = 0
    while closed:
        item = closed.pop()
        if isinstance(item, _Entry):
            found.append(item)
            continue
        holder, key, place, levels = item
        value = unwrapped(holder[key], Evaluable)
        inside: list[tuple[Any, object]]
        if isinstance(value, Mapping):
            cls = _class_of(value)
            opened = dict(value.items())
            if cls is not None:
                del opened["kind"]
                opened = {str(name): entry for name, entry in opened.items()}
                closed.append(_Entry(cls, value, opened, place, holder, key))
                levels += 1
            holder[key] = opened
            inside = [*opened.items()]
        elif isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
            if len(value) > LARGEST:
                raise _refusal("limit", TOO_LARGE)
            holder[key] = [*value]
            inside = [*enumerate(holder[key])]
        else:
            continue
        count += len(inside) + 1
        if count > LARGEST:
            raise _refusal("limit", TOO_LARGE)
        if levels > DEEPEST or len(place) >= DEEPEST_DATA:
            raise _refusal("limit", TOO_DEEP)
        closed.extend(
            (
                holder[key],
                name,
                (*place, name if isinstance(name, int) else printable(str(name))),
                levels,
            )
            for name, entry in reversed(inside)
            if type(entry) not in _SCALARS
        )
    return root, found


_SCALARS: Final = {str, int, float, bool, type(None)}


def _class_of(data: Mapping[object, object]) -> type[Schedule] | None:
    kind = data.get("kind")
    return KINDS.get(str(kind)) if isinstance(kind, str) else None


def _no_schedule(data: object) -> tuple[str, str]:
    if not isinstance(data, Mapping):
        return "schedule_type", "this is not a schedule"
    kind = data.get("kind")
    if not isinstance(kind, str):
        return "kind_missing", 'a schedule has a "kind", which is a string'
    meant = get_close_matches(kind[:80].lower(), KINDS, n=1)
    known = f"is {meant[0]!r} meant?" if meant else f"known are {', '.join(sorted(KINDS))}."
    return "kind_unknown", (
        f"the kind {shown(str(kind))} is not known here; {known} A kind of your own is known once its module "
        "is imported"
    )


def _refusal(name: str, text: str, data: object = None) -> ValidationError:
    return ValidationError.from_exception_data("schedule", [fault(text, (), data, name)])


def write(value: object) -> object:
    """Plain data; fields at their defaults are left out, so a new field changes no old document."""
    kind = getattr(value, "kind", None)
    if kind is not None:
        schedule = cast("Schedule", value)
        stated = {
            name: write(getattr(schedule, name))
            for name in schedule.fields
            if not is_default(schedule, name)
        }
        return {"kind": kind} | stated
    if isinstance(value, tuple):
        return [write(entry) for entry in value]
    number = write_number(value)
    return value if number is None else number


def write_number(value: object) -> int | float | str | None:
    """The plain form of a duration or an exact fraction; None for anything else."""
    if isinstance(value, Duration):
        return str(value)
    return written(value) if isinstance(value, Fraction) else None


def is_default(schedule: Schedule, name: str) -> bool:
    """Whether a field has the value that it would have if it were not given."""
    default: object = schedule.__pydantic_fields__[name].get_default(call_default_factory=True)
    value: object = getattr(schedule, name)
    if isinstance(default, str):
        if isinstance(value, Duration):
            return Duration(default) == value
        if isinstance(value, Fraction):
            return Fraction(default) == value
    return bool(plain(default) == value)


def read_at(data: object, place: str) -> Schedule:
    """The schedule of the entry `data`; an error names faults below `place`."""
    return _at(place, read, data)


def assemble_at(data: object, place: str) -> object:
    """`data` with a schedule in place of every entry of a schedule; an error names faults below `place`."""
    return _at(place, assemble, data)


def _at(place: str, function: Callable[[object], T], data: object) -> T:
    try:
        return function(data)
    except ValidationError as error:
        raise DocumentError(describe(error, place, None)) from None
