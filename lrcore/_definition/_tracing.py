"""Schedules with numbers of a framework in the places of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from .._errors import ExportError, InvalidScheduleError, shown
from .._evaluation._evaluable import Evaluable
from .._evaluation._traced import Traced

if TYPE_CHECKING:
    from ._schedule import Schedule

_PLACE: Final = re.compile(r"[a-z_]\w*((\.[a-z_]\w*)|(\[[0-9]+\]))*")
_STEP: Final = re.compile(r"([a-z_]\w*)|\[([0-9]+)\]")


T = TypeVar("T", "Schedule", "dict[str, Schedule]")


def with_traced(owner: T, values: Mapping[str, Any]) -> T:
    """A schedule, or schedules by name, with numbers of a framework in the place of numbers in their fields.

    Args:
        owner: the definition.
        values: the numbers by their places in it, such as "peak" or "parts[0].end"; in schedules by name, such as
            "learning_rate.peak".

    Raises:
        ExportError: there is no such place, it holds no real number, or the schedule decides by the number how it
            is computed.
    """
    for place, value in values.items():
        if not isinstance(place, str) or not _PLACE.fullmatch(place):
            raise ExportError(
                f'the place of a traced number is written like "peak" or "parts[0].end"; got {shown(place)}'
            )
        steps = [name or int(index) for name, index in _STEP.findall(place)]
        owner = cast(T, _with(owner, steps, value, place))
    return owner


def _with(owner: object, steps: list[str | int], value: object, place: str) -> object:
    if not steps:
        if not isinstance(owner, float):
            raise ExportError(
                f"{place} is {shown(owner)}; only real numbers can be traced, and no numbers of steps"
            )
        return Traced(value, owner, place)
    step, *below = steps
    if isinstance(owner, Evaluable) and isinstance(step, str):
        if step not in owner.fields:
            fields = ", ".join(owner.fields)
            raise ExportError(
                f"{place}: {type(owner).__name__} has no field {step!r}; the fields are {fields}"
            )
        inner = _with(getattr(owner, step), below, value, place)
        try:
            return replace(cast("Any", owner), **{step: inner})
        except InvalidScheduleError as error:
            raise ExportError(f"{place} cannot be traced: {error}") from None
    if isinstance(owner, dict) and isinstance(step, str):
        if step not in owner:
            raise ExportError(f"{place}: the plan has no {step!r}; it has {', '.join(owner)}")
        return {**owner, step: _with(owner[step], below, value, place)}
    if isinstance(owner, tuple) and isinstance(step, int):
        if step >= len(owner):
            raise ExportError(f"{place}: the list has {len(owner)} entries, counted from 0")
        return tuple(
            _with(entry, below, value, place) if i == step else entry
            for i, entry in enumerate(owner)
        )
    raise ExportError(f"{place}: there is no such place in {shown(owner)}")
