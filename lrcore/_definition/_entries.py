"""The entry of one schedule in a document: plain data, written and read back.

Reading looks kinds up among the known classes and checks numbers. It never imports or executes
anything that a document names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, cast

from pydantic import PlainValidator, TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from .._durations import Duration
from .._errors import DocumentError, shown
from .._evaluation._evaluable import Evaluable
from ._define import KINDS, MOST_FAULTS, describe, details, fault, from_fields
from ._extent import DEEPEST, DEEPEST_DATA, LARGEST, TOO_DEEP, TOO_LARGE
from ._extent import written as written_extent
from ._fields import written
from ._plain import plain, unwrapped

if TYPE_CHECKING:
    from ._schedule import Schedule

PLACEHOLDER: Final = "lrcore_kind"
"""Stands for a reference while pydantic, which refuses unknown references, makes a JSON Schema."""


def placeholder(kind: str) -> dict[str, object]:
    """What pydantic is to write for a schedule of this kind; "schedule" is any kind."""
    return {"type": "object", PLACEHOLDER: kind}


def read(data: object) -> Schedule:
    """The schedule of the entry `data`; faults are pydantic's errors, which know their place."""
    found = assemble(data)
    if not isinstance(found, Evaluable):
        raise _no_schedule(found)
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
    for entry in reversed(entries):
        try:
            made = from_fields(entry.cls, entry.fields)
            size += made._extent.size - written_extent(made).size
            if size > LARGEST:
                raise PydanticCustomError("too_large", TOO_LARGE)
            entry.holder[entry.key] = made
            continue
        except ValidationError as error:
            faults += details(error, entry.cls.fields, entry.place, _Faulty)
        except ValueError as error:
            faults.append(fault(str(error), entry.place, entry.data))
        if len(faults) > MOST_FAULTS:
            break
        entry.holder[entry.key] = _Faulty()
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
    """A copy of `data` in a list, and the entries of schedules in it, each before those inside of it."""
    root: list[object] = [data]
    found: list[_Entry] = []
    closed: list[tuple[Any, object, tuple[int | str, ...], int]] = [(root, 0, (), 0)]
    count = 0
    while closed:
        holder, key, place, levels = closed.pop()
        value = unwrapped(holder[key], Evaluable)
        inside: list[tuple[Any, object]]
        if isinstance(value, Mapping):
            cls = _class_of(value)
            opened = dict(value.items())
            if cls is not None:
                del opened["kind"]
                opened = {str(name): entry for name, entry in opened.items()}
                found.append(_Entry(cls, value, opened, place, holder, key))
                levels += 1
            holder[key] = opened
            inside = [*opened.items()]
        elif isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
            holder[key] = [*value]
            inside = [*enumerate(holder[key])]
        else:
            continue
        count += len(inside) + 1
        if count > LARGEST:
            raise PydanticCustomError("too_large", TOO_LARGE)
        if levels > DEEPEST or len(place) >= DEEPEST_DATA:
            raise PydanticCustomError("too_deep", TOO_DEEP)
        closed.extend(
            (holder[key], name, (*place, name if isinstance(name, int) else str(name)), levels)
            for name, entry in inside
            if type(entry) not in _SCALARS
        )
    return root, found


_SCALARS: Final = {str, int, float, bool, type(None)}


def _class_of(data: Mapping[object, object]) -> type[Schedule] | None:
    kind = data.get("kind")
    return KINDS.get(str(kind)) if isinstance(kind, str) else None


def _no_schedule(data: object) -> PydanticCustomError:
    if not isinstance(data, Mapping):
        return PydanticCustomError("schedule_type", "this is not a schedule")
    kind = data.get("kind")
    if not isinstance(kind, str):
        return PydanticCustomError("kind_missing", 'a schedule has a "kind", which is a string')
    meant = get_close_matches(kind[:80].lower(), KINDS, n=1)
    known = f"is {meant[0]!r} meant?" if meant else f"known are {', '.join(sorted(KINDS))}."
    return PydanticCustomError(
        "kind_unknown",
        "the kind {kind} is not known here; {known} A kind of your own is known once its module is imported",
        {"kind": shown(str(kind)), "known": known},
    )


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
    return cast("Schedule", _validated(_SCHEDULE, data, place))


def assemble_at(data: object, place: str) -> object:
    """`data` with a schedule in place of every entry of a schedule; an error names faults below `place`."""
    return _validated(_ANYTHING, data, place)


def _validated(adapter: TypeAdapter[object], data: object, place: str) -> object:
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise DocumentError(describe(error, place)) from None


_SCHEDULE: Final = TypeAdapter[object](Annotated[object, PlainValidator(read)])
_ANYTHING: Final = TypeAdapter[object](Annotated[object, PlainValidator(assemble)])
