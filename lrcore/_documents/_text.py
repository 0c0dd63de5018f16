"""From the text of a document to plain data: limits, and faults with their places."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final, cast

from .._errors import DocumentError

LONGEST: Final = 16 * 2**20
DEEPEST: Final = 256
TOO_LONG: Final = f"a document is at most {LONGEST} characters long"
TOO_DEEP: Final = f"a document is nested at most {DEEPEST} deep"


def parse(text: str) -> object:
    """The plain data of a text.

    Raises:
        DocumentError: the text is not JSON, or holds what no document may hold.
    """
    if not isinstance(text, str):
        raise DocumentError(f"a document is a text; got {text!r}")
    if len(text) > LONGEST:
        raise DocumentError(TOO_LONG)
    try:
        root = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        ) from None
    except RecursionError:
        raise DocumentError(TOO_DEEP) from None
    except DocumentError:
        raise
    except ValueError as error:
        raise DocumentError(f"not a number that a document may hold: {error}") from None
    return cast(object, root)


def dump(document: Mapping[str, object]) -> str:
    """The text of a document, indented.

    Raises:
        DocumentError: the document could not be read back.
    """
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    if is_too_deep(document):
        raise DocumentError(f"{TOO_DEEP}; this one could not be read back")
    if len(text) > LONGEST:
        raise DocumentError(f"{TOO_LONG}; this one could not be read back")
    return text


def is_too_deep(value: object) -> bool:
    """Whether mappings and lists are nested deeper than a document may be."""
    level = [value]
    for _ in range(DEEPEST):
        if not level:
            return False
        level = [entry for node in level for entry in _entries(node)]
    return bool(level)


def _entries(node: object) -> Sequence[object]:
    if isinstance(node, Mapping):
        return list(node.values())
    return node if isinstance(node, Sequence) and not isinstance(node, (str, bytes)) else ()


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise DocumentError(f"the entry {name!r} occurs twice in one object")
            seen.add(name)
    return made


def _constant(name: str) -> object:
    raise DocumentError(f"{name} is not a number that a document may hold")
