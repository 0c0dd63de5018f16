"""Documents in files."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import cast
from uuid import uuid4

from .._definition._schedule import Schedule
from .._errors import DocumentError, shown
from .._plans import Plan
from ._document import from_json, to_json
from ._text import LONGEST


def save(document: Schedule | Plan, path: str | os.PathLike[str]) -> None:
    """Writes the document of a schedule or plan to a file, whole or not at all.

    Args:
        document: the schedule or plan.
        path: the file. An existing file is replaced and keeps its permissions, and a link keeps leading to
            it. A file that is read-only is not replaced.

    Raises:
        OSError: the file cannot be written, or is a folder, a pipe or a device.

    Example:
        >>> import lrcore as lrc
        >>> lrc.save(lrc.Cosine(0.1, 0.0, 1000), "schedule.json")
        >>> lrc.load("schedule.json")
        Cosine(start=0.1, end=0.0, steps=1000)
    """
    target = _checked("save", path)
    text = to_json(document)
    try:
        _replace(os.path.realpath(target), text.encode())
    except OSError as error:  # may name the draft
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None


def _replace(target: str, content: bytes) -> None:
    """Write a draft beside the file `target`, and give the name of the file to the draft."""
    try:
        replaced = os.stat(target)
    except FileNotFoundError:
        replaced = None
    if replaced is not None:
        _check_replaceable(target, replaced.st_mode)
    draft = os.path.join(os.path.dirname(target), f".{uuid4().hex[:16]}.tmp")
    try:
        with open(draft, "xb") as file:
            if replaced is not None:
                _own(draft, replaced)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    finally:
        Path(draft).unlink(missing_ok=True)


def _check_replaceable(target: str, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(
            errno.EINVAL, "a pipe or a device cannot be replaced; write to_json() to it instead"
        )
    # An administrator may write what is read-only; it is meant to stay as it is all the same.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))


def _own(draft: str, replaced: os.stat_result) -> None:
    """Give the draft the owner, as far as that is allowed, and the permissions of a file."""
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):
            os.chown(draft, replaced.st_uid, replaced.st_gid)
    os.chmod(draft, stat.S_IMODE(replaced.st_mode))


def load(path: str | os.PathLike[str]) -> Schedule | Plan:
    """Reads a schedule or plan from the document in a file.

    Args:
        path: a file that `save` wrote, or a document that was written by hand; of a pipe or a device,
            no more is read than a document may have.

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
        with open(source, "rb") as file:
            content = file.read(LONGEST + 1)
        if len(content) > LONGEST:
            raise DocumentError(f"a document is at most {LONGEST} bytes long")
        return from_json(content.decode())
    except UnicodeDecodeError as error:
        raise DocumentError(f"{os.fspath(path)}: not UTF-8 text: {error}") from None
    except DocumentError as error:
        raise DocumentError(f"{os.fspath(path)}: {error}") from None


def _checked(function: str, path: object) -> Path:
    try:
        # Paths of bytes, and texts that no file system has, are refused here.
        name = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
        known = isinstance(name, str) and b"\0" not in os.fsencode(name)
    except UnicodeEncodeError:
        known = False
    if not known:
        raise DocumentError(f"{function}: a path is a text or a pathlib.Path; got {shown(path)}")
    return Path(cast("str", path))
