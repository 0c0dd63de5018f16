"""From the text of a document to plain data: limits, and faults with their places."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Final, cast

import numpy as np

from .._definition._define import place_in
from .._definition._extent import DEEPEST_DATA
from .._errors import MOST_DIGITS, DocumentError, shown

LONGEST: Final = 16 * 2**20
TOO_LONG: Final = f"a document is at most {LONGEST} characters long"
TOO_DEEP: Final = f"mappings and lists of a document are nested at most {DEEPEST_DATA} levels deep"


def parse(text: str) -> object:
    """The plain data of a text.

    Raises:
        DocumentError: the text is not JSON, or holds what no document may hold.
    """
    if not isinstance(text, str):
        raise DocumentError(f"a document is a text; got {shown(text)}")
    if len(text) > LONGEST:
        raise DocumentError(TOO_LONG)
    if _levels(text) > DEEPEST_DATA:
        raise DocumentError(TOO_DEEP)
    faults: list[_Fault] = []

    def fault(text: str) -> _Fault:
        faults.append(_Fault(text))
        return faults[-1]

    def entries(pairs: list[tuple[str, object]]) -> object:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        counts = Counter(name for name, _ in pairs)
        name = next(name for name in counts if counts[name] > 1)
        return fault(f"the entry {shown(name)} occurs twice in one object")

    def constant(name: str) -> _Fault:
        return fault(f"{name} is not a number that a document may hold")

    def integer(digits: str) -> object:
        if len(digits.lstrip("-")) <= MOST_DIGITS:
            return int(digits)
        return fault(f"an integer has at most {MOST_DIGITS} digits; got {shown(digits)}")

    try:
        root: object = json.loads(
            text, object_pairs_hook=entries, parse_constant=constant, parse_int=integer
        )
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        ) from None
    if faults:
        _refuse_first(root)
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


def _levels(text: str) -> int:
    """How deep a text is nested; the parser would take a frame of the stack for each level."""
    strings_between = text.replace("\\\\", "").replace('\\"', "").split('"')
    outside = "".join(strings_between[::2])
    bare = np.frombuffer(outside.encode("ascii", "replace"), np.uint8)
    opens = (bare == ord("{")) | (bare == ord("["))
    closes = (bare == ord("}")) | (bare == ord("]"))
    return int(np.cumsum(opens.astype(np.int32) - closes).max(initial=0))


class _Fault:
    """Stands for what no document may hold, until its place is known."""

    def __init__(self, text: str) -> None:
        self.text = text


def _refuse_first(root: object) -> None:
    """Refuse the first fault in what was read, with its place."""
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
