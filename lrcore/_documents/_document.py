"""The document of a schedule or plan: writing, reading, fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Final, cast

from .._definition._entries import read_at, write
from .._definition._schedule import Schedule
from .._errors import DocumentError, printable, shown
from .._plans import Plan
from ._text import dump, parse

VERSION: Final = 1

_READERS: Final[dict[str, Callable[[object, str], Schedule | Plan]]] = {
    "schedule": read_at,
    "plan": Plan.from_entries,
}


def to_dict(document: Schedule | Plan) -> dict[str, object]:
    """The document as plain data."""
    if isinstance(document, Plan):
        return {"lrcore": VERSION, "plan": document.to_entries()}
    if not isinstance(document, Schedule):
        raise DocumentError(f"a document holds a schedule or plan; got {shown(document)}")
    return {"lrcore": VERSION, "schedule": write(document)}


def to_json(document: Schedule | Plan) -> str:
    """The document as text, indented."""
    return dump(to_dict(document))


def fingerprint(document: Schedule | Plan) -> str:
    """The SHA-256, in hexadecimal, of the document without white space and with sorted keys."""
    canonical = json.dumps(
        to_dict(document), sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def from_json(text: str) -> Schedule | Plan:
    """Reads a schedule or plan from the text of its document.

    Args:
        text: the document, at most 16 MiB long.

    Returns:
        What the document holds, a schedule or a plan.

    Raises:
        DocumentError: the text is not such a document; the message names the place of every fault.

    Example:
        >>> import lrcore as lrc
        >>> lrc.from_json('{"lrcore": 1, "schedule": {"kind": "constant", "value": 0.1}}')
        Constant(value=0.1)
    """
    return from_dict(cast("Mapping[str, object]", parse(text)))


def from_dict(document: Mapping[str, object]) -> Schedule | Plan:
    """Reads a schedule or plan from its document as plain data.

    The mappings and lists may be those of a configuration system, such as OmegaConf or a TOML or YAML
    reader. A `Schedule` may stand in place of its entry.

    Args:
        document: the entry "lrcore" with the version, and an entry "schedule" or "plan".

    Returns:
        What the document holds, a schedule or a plan.

    Raises:
        DocumentError: the data is not such a document; the message names the place of every fault.

    Example:
        >>> import lrcore as lrc
        >>> lrc.from_dict({"lrcore": 1, "schedule": {"kind": "constant", "value": 0.1}})
        Constant(value=0.1)
    """
    if isinstance(document, str):
        raise DocumentError("from_dict takes a mapping; from_json reads a text, and load a file")
    if not isinstance(document, Mapping) or "lrcore" not in document:
        raise DocumentError('not a document of lrcore: it has no "lrcore" entry with its version')
    version = document["lrcore"]
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise DocumentError(f"lrcore: a version is an integer from 1; got {shown(version)}")
    if version > VERSION:
        raise DocumentError(
            f"lrcore: the document has version {shown(version)}, this lrcore reads up to {VERSION}; upgrade lrcore"
        )
    names = sorted(str(name) for name in document if name != "lrcore")
    if unknown := [name for name in names if name not in _READERS]:
        raise DocumentError(f"{printable(unknown[0])}: there is no such entry in a document")
    if len(names) != 1:
        has = "both" if names else "neither"
        raise DocumentError(
            f'a document has either an entry "schedule" or an entry "plan"; this has {has}'
        )
    return _READERS[names[0]](document[names[0]], names[0])
