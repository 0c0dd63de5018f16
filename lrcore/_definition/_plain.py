"""Plain, immutable data from whatever people hand over."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import count
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Final, TypeVar, Union, cast, get_args, get_origin

import numpy as np
from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from .._evaluation._evaluable import Evaluable

if TYPE_CHECKING:
    from ._schedule import Schedule

K = TypeVar("K", bound="int | str")

_MOST_ENTRIES: Final = 2**20
"""A schedule has no room for more."""

_MOST_LISTS: Final = 2**16
"""Lists in a list; those that stand twice in each other are many, and take no memory."""

_DEEPEST: Final = 32
"""Lists in lists; a list that holds itself has no end."""

_NOT_PLAIN: Final = "not_plain"


class NotPlainError(ValueError):
    """Something has no plain form: `given`, for the reason that the message says."""

    def __init__(self, given: object, reason: str) -> None:
        super().__init__(reason)
        self.given = given


def plain(value: object) -> object:
    """Lists as tuples, and numbers and texts of other libraries as Python's own.

    Lists are those of NumPy, TOML and OmegaConf, too. Equal schedules must have one document, and
    `-0.0 == 0.0`, so zero has no sign.

    Raises:
        NotPlainError: a list is too long or too deep, or NumPy's type is not that of plain numbers.
    """
    return _plain(value, 0, count())


def _plain(value: object, depth: int, lists: count[int]) -> object:
    kind = type(value)
    if kind is int or kind is str or value is None or isinstance(value, Evaluable):
        return value
    if kind is float:
        return cast(float, value) + 0.0
    value = unwrapped(value, Evaluable)
    if isinstance(value, (np.generic, np.ndarray)):
        return _plain(_of_numpy(value), depth, lists)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return value
    if isinstance(value, Sequence):
        _check_entries(value, len(value))
        if depth == _DEEPEST:
            raise NotPlainError(value, f"lists are nested at most {_DEEPEST} deep")
        if next(lists) == _MOST_LISTS:
            raise NotPlainError(value, f"there are at most {_MOST_LISTS} lists in a list")
        return tuple(_plain(entry, depth + 1, lists) for entry in value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Decimal) and value.is_zero():
        return 0.0
    return float(value) + 0.0 if isinstance(value, float) else value


def plain_values(given: Mapping[K, object]) -> dict[K, object]:
    """What fields are given as plain data; faults are pydantic's errors, which know their place."""
    values: dict[K, object] = {}
    faults: list[InitErrorDetails] = []
    for name, value in given.items():
        try:
            values[name] = plain(value)
        except NotPlainError as error:
            kind = PydanticCustomError(_NOT_PLAIN, "{reason}", {"reason": str(error)})
            faults.append({"type": kind, "loc": (name,), "input": error.given})
    if faults:
        raise ValidationError.from_exception_data("fields", faults)
    return values


def given_at(whole: object, fault: ErrorDetails) -> object:
    """What was given where the fault is, as it was before it became plain data."""
    if fault["type"] == _NOT_PLAIN:
        return fault["input"]
    given = whole
    for step in fault["loc"]:
        if isinstance(given, Mapping):
            if step not in given:
                return fault["input"]  # a default
            given = cast(object, given[step])
        elif isinstance(given, (Sequence, np.ndarray)) and isinstance(step, int):
            given = cast(object, given[step])
    return given


def _of_numpy(value: np.generic | np.ndarray) -> object:
    """What NumPy makes of its own numbers and arrays, if that is what they mean."""
    if isinstance(value, np.ma.MaskedArray):
        raise NotPlainError(
            value, "a masked array is not a list of numbers; write array.compressed()"
        )
    _check_entries(value, value.size)
    made = cast(object, value.tolist())
    if value.dtype.kind in "mM" or isinstance(made, np.generic):
        name = value.dtype.type.__name__
        raise NotPlainError(value, f"numbers here are not of the type {name}; write int or float")
    return made


def _check_entries(value: object, count: int) -> None:
    if count > _MOST_ENTRIES:
        raise NotPlainError(value, f"a list has at most {_MOST_ENTRIES} entries")


def as_real(value: object, types: object) -> object:
    """Integers as the equal reals where a type such as `int | float` takes both.

    They are equal, and equal schedules must have one document.
    """
    choices = get_args(types) if get_origin(types) in (Union, UnionType) else (types,)
    bare = [get_args(kind)[0] if get_origin(kind) is Annotated else kind for kind in choices]
    if type(value) is int and int in bare and float in bare:
        with suppress(OverflowError):
            return float(value) if float(value) == value else value
    if isinstance(value, tuple):
        for kind in bare:
            entries = get_args(kind)
            if get_origin(kind) is tuple and Ellipsis in entries:
                return tuple(as_real(entry, entries[0]) for entry in value)
            if get_origin(kind) is tuple and len(entries) == len(value):
                return tuple(map(as_real, value, entries))
    return value


def unwrapped(value: object, *kept: type) -> object:
    """The `kept` instance that OmegaConf holds as a configuration of its class, else `value` itself.

    Hydra makes such configurations of the dataclasses in a list or mapping, unless `_convert_` is given.
    """
    omegaconf = sys.modules.get("omegaconf")  # where there is such a configuration, it is imported
    if omegaconf is None or not isinstance(value, omegaconf.DictConfig):
        return value
    held = cast(object, omegaconf.OmegaConf.get_type(value))
    if isinstance(held, type) and issubclass(held, kept):
        return cast(object, omegaconf.OmegaConf.to_object(value))
    return value


def entries(schedule: Schedule) -> Iterator[tuple[str, object]]:
    """The values of the fields, tuples entry by entry, each with its place below the schedule."""
    for name in schedule.fields:
        yield from _entries(getattr(schedule, name), f".{name}")


def _entries(value: object, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, tuple):
        for i, entry in enumerate(value):
            yield from _entries(entry, f"{place}[{i}]")
    else:
        yield place, value
