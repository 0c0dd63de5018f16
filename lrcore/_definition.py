"""How a class becomes a kind of schedule: validated fields, a name in documents, clear errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar, cast

import numpy as np
from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import ArgsKwargs, ErrorDetails

from ._errors import InvalidScheduleError

if TYPE_CHECKING:
    from ._schedule import Schedule

S = TypeVar("S", bound="Schedule")

KINDS: Final[dict[str, type[Schedule]]] = {}
"""Every known class by its name in documents."""

_STRICT: Final = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, validate_default=True)
_OWN_KIND: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_TEXTS: Final = {
    "missing": "this field is missing",
    "unexpected_keyword_argument": "there is no such field",
    "unexpected_positional_argument": "there is no such field",
}


def define(cls: type[Schedule], kind: str, root: type[Schedule]) -> None:
    """Make `cls` a frozen dataclass with validated fields and enter it under `kind`.

    `root` is the base of all schedules, whose attributes are not free.
    """
    _check(cls, kind, root)
    dataclass(cls, frozen=True, repr=False, config=_STRICT)
    cls.kind = kind
    cls.fields = {name: field.alias or name for name, field in cls.__pydantic_fields__.items()}
    if reserved_alias := [name for name in cls.fields.values() if name in ("kind", "fields")]:
        raise InvalidScheduleError(
            f"{cls.__qualname__}: a field cannot be called {reserved_alias[0]!r} in documents"
        )
    attributes = {field: name for field, name in cls.fields.items() if field != name}
    validated_init = cls.__init__

    def init(self: Schedule, *args: object, **kwargs: object) -> None:
        # dataclasses.replace gives fields by their attributes, those to replace perhaps by their names.
        for attribute, name in attributes.items():
            if attribute in kwargs:
                kwargs.setdefault(name, kwargs.pop(attribute))
        try:
            validated_init(
                self, *map(plain, args), **{name: plain(value) for name, value in kwargs.items()}
            )
        except ValidationError as error:
            raise InvalidScheduleError(
                describe(error, cls.__name__, [*cls.fields.values()])
            ) from None

    cls.__init__ = init  # type: ignore[assignment, method-assign]
    KINDS[kind] = cls


def _check(cls: type[Schedule], kind: str, root: type[Schedule]) -> None:
    """Refuse what would take the place of something, or be left out in silence."""
    if cls.__module__.partition(".")[0] != "lrcore" and not _OWN_KIND.fullmatch(kind):
        raise InvalidScheduleError(
            f"{cls.__qualname__}: kind={kind!r} is not a name for a schedule of your own; give it two or "
            f'more lower-case words joined by dots, such as "acme.{cls.__name__.lower()}" '
            "(single words are lrcore's)"
        )
    known = KINDS.get(kind)
    if known is not None and _origin(known) != _origin(cls):
        raise InvalidScheduleError(
            f"{cls.__qualname__}: kind={kind!r} already names {'.'.join(_origin(known))}; choose another"
        )
    own = vars(cls)
    reserved = {*dir(root), *root.__annotations__}
    if taken := [name for name in own.get("__annotations__", ()) if name in reserved]:
        raise InvalidScheduleError(
            f"{cls.__qualname__}: a field cannot be called {taken[0]!r}, every schedule has that attribute"
        )
    if "__init__" in own:
        raise InvalidScheduleError(
            f"{cls.__qualname__}: a schedule is made by its fields; check them in __post_init__, and compute "
            "them in a function that returns the schedule"
        )
    if "formula" in own and "pieces" not in own and cls.pieces is not root.pieces:
        raise InvalidScheduleError(
            f"{cls.__qualname__}: its base plays pieces and runs no formula; override pieces, or hold a "
            "schedule in a field"
        )


def from_fields(cls: type[S], values: Mapping[str, object]) -> S:
    """An instance of `cls` from plain data; pydantic's own error tells the place of a fault."""
    made = object.__new__(cls)
    arguments = ArgsKwargs((), {name: plain(value) for name, value in values.items()})
    made.__pydantic_validator__.validate_python(arguments, self_instance=made)
    return made


def describe(error: ValidationError, root: str, names: Sequence[str] = ()) -> str:
    """Every fault of `error`, each with its place below `root` and what was given there.

    `names` are those of positional arguments.
    """
    faults = error.errors(include_url=False)
    places = [fault["loc"] for fault in faults]
    return "\n".join(
        _describe_one(fault, root, names)
        for fault in faults
        # A part that is at fault makes its whole look too short; the part is what to mend.
        if not any(len(loc) > len(fault["loc"]) and _is_within(loc, fault["loc"]) for loc in places)
    )


def _is_within(place: tuple[int | str, ...], whole: tuple[int | str, ...]) -> bool:
    return place[: len(whole)] == whole


def _describe_one(fault: ErrorDetails, root: str, names: Sequence[str]) -> str:
    loc = fault["loc"]
    if loc and isinstance(loc[0], int) and loc[0] < len(names):
        loc = (names[loc[0]], *loc[1:])
    place = root + "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}"
        for step in loc
        if not str(step).startswith("function-")  # pydantic's name for a choice of a union
    )
    text = _TEXTS.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    given = fault["input"]
    if fault["type"] == "missing" or isinstance(given, ArgsKwargs):
        return f"{place}: {text}"
    shown = repr(given)
    if shown in text:
        return f"{place}: {text}"
    return f"{place}: {text}; got {shown if len(shown) <= 80 else shown[:77] + '...'}"


def entries(schedule: Schedule) -> Iterator[tuple[str, object]]:
    """What the fields hold, tuples entry by entry, each with its place below the schedule."""
    for field, name in schedule.fields.items():
        yield from _entries(getattr(schedule, field), f".{name}")


def _entries(value: object, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, tuple):
        for i, entry in enumerate(value):
            yield from _entries(entry, f"{place}[{i}]")
    else:
        yield place, value


def plain(value: object) -> object:
    """Lists and NumPy numbers as the plain, immutable data that a schedule keeps.

    Equal schedules must have one document, and `-0.0 == 0.0`: zero has no sign.
    """
    if isinstance(value, (list, tuple, range)):
        return tuple(map(plain, value))
    if isinstance(value, (np.generic, np.ndarray)):
        return plain(cast(object, value.tolist()))
    return value + 0.0 if isinstance(value, float) else value


def _origin(cls: type) -> tuple[str, str]:
    return cls.__module__, cls.__qualname__
