"""From the text of a document to plain data: limits, and faults with their places."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, cast

from .._definition._define import place_in
from .._definition._extent import DEEPEST_DATA
from .._errors import MOST_DIGITS, DocumentError, shown

LONGEST: Final = 16 * 2**20
TOO_LONG: Final = f"a document is at most {LONGEST} characters long"
TOO_DEEP: Final = f"mappings and lists of a document are nested at most {DEEPEST_DATA} levels deep"

_TOKEN: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[][{}]', re.DOTALL)
"""A string, or what opens or closes an object or list."""


def parse(text: str) -> object:
    """The plain data of a text.

    Raises:
        DocumentError: the text is not JSON, or holds what no document may hold.
    """
    if not isinstance(text, str):
        raise DocumentError(f"a document is a text; got {shown(text)}")
    if len(text) > LONGEST:
        raise DocumentError(TOO_LONG)
    if _is_too_deep(text):
        raise DocumentError(TOO_DEEP)
    try:
        root: object = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer
        )
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        ) from None
    _check(root)
    return root


def dump(document: Mapping[str, object]) -> str:
    """The text of a document, indented.

    Raises:
        DocumentError: the document could not be read back.
    """
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    if len(text) > LONGEST:
        raise DocumentError(f"{TOO_LONG}; this one could not be read back")
    return text


def _is_too_deep(text: str) -> bool:
    """Whether a text is nested deeper than a document; the parser would take a stack frame for each level."""
    if text.count("{") + text.count("[") <= DEEPEST_DATA:
        return False
    levels = 0
    for token in _TOKEN.finditer(text):
        char = token[0]
        if char in ("{", "["):
            levels += 1
            if levels > DEEPEST_DATA:
                return True
        elif char in ("}", "]"):
            levels -= 1
    return False


class _Fault:
    """Stands for what no document may hold, until its place is known."""

    def __init__(self, text: str) -> None:
        self.text = text


def _object(pairs: list[tuple[str, object]]) -> object:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                return _Fault(f"the entry {shown(name)} occurs twice in one object")
            seen.add(name)
    return made


def _constant(name: str) -> _Fault:
    return _Fault(f"{name} is not a number that a document may hold")


def _integer(digits: str) -> object:
    if len(digits) > MOST_DIGITS + 1:  # with a sign
        return _Fault(f"an integer has at most {MOST_DIGITS} digits; got {shown(digits)}")
    return int(digits)


def _check(root: object) -> None:
    """Refuse the first fault of what was read, with its place."""
    closed: list[tuple[object, tuple[int | str, ...]]] = [(root, ())]
    while closed:
        value, place = closed.pop()
        if isinstance(value, _Fault):
            raise DocumentError(f"{place_in('', place)}: {value.text}" if place else value.text)
        inside: list[tuple[int | str, object]] = []
        if isinstance(value, dict):
            inside = [*cast("dict[int | str, object]", value).items()]
        elif isinstance(value, list):
            inside = [*enumerate(cast("list[object]", value))]
        closed.extend(
            (entry, (*place, name))
            for name, entry in reversed(inside)
            if isinstance(entry, (dict, list, _Fault))
        )
