"""Documents in files."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

from .._definition._schedule import Schedule
from .._errors import DocumentError
from .._plans import Plan
from ._document import from_json, to_json
from ._text import LONGEST


def save(document: Schedule | Plan, path: str | os.PathLike[str]) -> None:
    """Writes the document of a schedule or plan to a file, whole or not at all.

    Args:
        document: the schedule or plan.
        path: the file; an existing file is replaced.

    Raises:
        OSError: the file cannot be written.

    Example:
        >>> import lrcore as lrc
        >>> lrc.save(lrc.Cosine(0.1, 0.0, 1000), "schedule.json")
        >>> lrc.load("schedule.json")
        Cosine(start=0.1, end=0.0, steps=1000)
    """
    target = _checked("save", path)
    draft = target.with_name(f".{target.name}.{uuid4().hex}.tmp")
    try:
        draft.write_text(to_json(document), encoding="utf-8")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def load(path: str | os.PathLike[str]) -> Schedule | Plan:
    """Reads a schedule or plan from the document in a file.

    Args:
        path: a file that `save` wrote, or a document that was written by hand.

    Returns:
        What the document holds, a schedule or a plan.

    Raises:
        DocumentError: the file holds no such document; the message names the file and the place.
        OSError: the file cannot be read.

    Example:
        >>> import lrcore as lrc
        >>> lrc.save(lrc.Constant(0.1), "constant.json")
        >>> lrc.load("constant.json")
        Constant(value=0.1)
    """
    source = _checked("load", path)
    try:
        if os.path.getsize(source) > LONGEST:
            raise DocumentError(f"a document is at most {LONGEST} bytes long")
        return from_json(source.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise DocumentError(f"{os.fspath(path)}: not UTF-8 text: {error}") from None
    except DocumentError as error:
        raise DocumentError(f"{os.fspath(path)}: {error}") from None


def _checked(function: str, path: object) -> Path:
    if not isinstance(path, (str, os.PathLike)):
        raise DocumentError(f"{function}: a path is a text or a pathlib.Path; got {path!r}")
    return Path(path)
