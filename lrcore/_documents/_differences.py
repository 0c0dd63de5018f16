"""What is different in two definitions, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final

from .._definition._entries import read_at
from .._errors import shown
from ._document import to_dict

if TYPE_CHECKING:
    from .._definition._schedule import Schedule
    from .._plans import Plan

_MOST: Final = 20
_ABSENT: Final = object()


def differences(before: Schedule | Plan, after: Schedule | Plan) -> list[str]:
    """The entries in which two documents differ, a line for each of the first 20.

    Args:
        before: a schedule or a plan.
        after: a schedule or a plan.

    Example:
        >>> import lrcore as lrc
        >>> from lrcore.backend import differences
        >>> differences(lrc.WarmupCosine(0.1, 10, 90), lrc.WarmupCosine(0.1, 10, 490))
        ['schedule.decay_steps: 90, and 490']
    """
    entries = _compared(to_dict(before), to_dict(after), "")
    return list(islice(entries, _MOST))


def _compared(before: object, after: object, place: str) -> Iterator[str]:
    if before == after:
        return
    if _are_alike(before, after) and isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            inner = f"{place}.{name}" if place else str(name)
            yield from _compared(before.get(name, _ABSENT), after.get(name, _ABSENT), inner)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for i, pair in enumerate(zip(before, after, strict=True)):
            yield from _compared(*pair, f"{place}[{i}]")
    else:
        yield f"{place}: {_entry(before)}, and {_entry(after)}"


def _are_alike(before: object, after: object) -> bool:
    """Whether two mappings are of one kind, so that their entries have one meaning."""
    return (
        isinstance(before, Mapping)
        and isinstance(after, Mapping)
        and before.get("kind") == after.get("kind")
    )


def _entry(value: object) -> str:
    if value is _ABSENT:
        return "no entry"
    if isinstance(value, list):
        return f"{len(value)} entries"
    if isinstance(value, Mapping) and "kind" in value:
        return shown(read_at(value, ""), 200)
    return shown(value)
