"""The entry of one schedule in a document: plain data, written and read back.

Reading looks kinds up among the known classes and checks numbers. It never imports or executes
anything that a document names.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Final, cast

from pydantic import PlainValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from .._durations import Duration
from .._errors import DocumentError
from .._evaluation._evaluable import Evaluable
from ._define import KINDS, describe, from_fields
from ._fields import written
from ._plain import plain

if TYPE_CHECKING:
    from ._schedule import Schedule

PLACEHOLDER: Final = "lrcore_kind"
"""Stands for a reference while pydantic, which refuses unknown references, makes a JSON Schema."""


def placeholder(kind: str) -> dict[str, object]:
    """What pydantic is to write for a schedule of this kind; "schedule" is any kind."""
    return {"type": "object", PLACEHOLDER: kind}


def read(data: object) -> Schedule:
    """The schedule of the entry `data`; faults are pydantic's errors, which know their place."""
    if isinstance(data, Evaluable):
        return cast("Schedule", data)  # in data that a program has put together
    if not isinstance(data, Mapping):
        raise PydanticCustomError("schedule_type", "this is not a schedule")
    kind = data.get("kind")
    if not isinstance(kind, str):
        raise PydanticCustomError("kind_missing", 'a schedule has a "kind", which is a string')
    cls = KINDS.get(str(kind))
    if cls is None:
        meant = get_close_matches(kind.lower(), KINDS, n=1)
        known = f"is {meant[0]!r} meant?" if meant else f"known are {', '.join(sorted(KINDS))}."
        raise PydanticCustomError(
            "kind_unknown",
            "the kind {kind} is not known here; {known} A kind of your own is known once its module is imported",
            {"kind": repr(str(kind)), "known": known},
        )
    fields = {str(name): value for name, value in data.items() if name != "kind"}
    return from_fields(cls, fields)


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
    try:
        return cast("Schedule", _NODE.validate_python(data))
    except ValidationError as error:
        raise DocumentError(describe(error, place, data)) from None


_NODE: Final = TypeAdapter[object](Annotated[object, PlainValidator(read)])
