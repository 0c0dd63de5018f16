"""The JSON document of a schedule: writing, reading, fingerprint.

Reading looks names up among the known kinds and validates numbers. It never imports or executes
anything that a document names.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar, cast
from uuid import uuid4

from pydantic import PlainValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from ._definition import KINDS, describe, from_fields, plain
from ._errors import DocumentError
from ._units import Duration

if TYPE_CHECKING:
    from ._plan import Plan
    from ._schedule import Schedule

T = TypeVar("T")

VERSION: Final = 1
_READERS: Final = {
    "schedule": "lrcore.from_json or lrcore.load",
    "plan": "lrcore.Plan.from_json or lrcore.Plan.load",
}
_LARGEST_DOCUMENT: Final = 16 * 2**20
_DEEPEST_DOCUMENT: Final = 256


def to_json(schedule: Schedule) -> str:
    """The document of a schedule, indented."""
    return dump({"schedule": write(schedule)})


def dump(entries: Mapping[str, object]) -> str:
    """The document with these entries, indented."""
    document = {"lrcore": VERSION, **entries}
    text = json.dumps(document, indent=2, allow_nan=False) + "\n"
    if _depth(document) > _DEEPEST_DOCUMENT:
        raise DocumentError(f"{_TOO_DEEP}; this one could not be read back")
    if len(text) > _LARGEST_DOCUMENT:
        raise DocumentError(f"{_TOO_LONG}; this one could not be read back")
    return text


def save(document: Schedule | Plan, path: str | os.PathLike[str]) -> None:
    """Write the document of a schedule or plan to the file `path`, whole or not at all.

    Args:
        document: what to keep.
        path: the file; an existing one is replaced.

    Example:
        >>> import lrcore as lr
        >>> lr.save(lr.Cosine(0.1, 0.0, 1000), "schedule.json")
        >>> lr.load("schedule.json")
        Cosine(start=0.1, end=0.0, steps=1000)
    """
    target = Path(path)
    draft = target.with_name(f".{target.name}.{uuid4().hex}.tmp")
    try:
        draft.write_text(document.to_json(), encoding="utf-8")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def from_json(text: str) -> Schedule:
    """The schedule of a document.

    Args:
        text: the document, at most 16 MiB and nested at most 256 deep.

    Raises:
        DocumentError: the text is not such a document; the message names the place of every fault.

    Example:
        >>> import lrcore as lr
        >>> lr.from_json('{"lrcore": 1, "schedule": {"kind": "constant", "value": 0.1}}')
        Constant(value=0.1)
    """
    found = entry(text, "schedule")
    return read_at(found, "schedule")


def entry(text: str, name: str) -> object:
    """The one entry beside the version of a document, which is called `name`."""
    root = _parse(text)
    if not isinstance(root, dict) or "lrcore" not in root:
        raise DocumentError('not a document of lrcore: it has no "lrcore" entry with its version')
    version = root["lrcore"]
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise DocumentError(f"lrcore: a version is an integer from 1; got {version!r}")
    if version > VERSION:
        raise DocumentError(
            f"lrcore: the document has version {version}, this lrcore reads up to {VERSION}; upgrade lrcore"
        )
    if name not in root:
        other = next((reader for kind, reader in _READERS.items() if kind in root), None)
        hint = f"; {other} reads this one" if other else ""
        raise DocumentError(f'{name}: the document has no "{name}" entry{hint}')
    if unknown := sorted(root.keys() - {"lrcore", name}):
        raise DocumentError(f"{unknown[0]}: there is no such entry in a document")
    return cast(object, root[name])


def read_at(data: object, place: str) -> Schedule:
    """The schedule of the entry `data`; an error names faults below `place`."""
    try:
        return cast("Schedule", _NODE.validate_python(data))
    except ValidationError as error:
        raise DocumentError(describe(error, place)) from None


def mapping(data: object, place: str) -> dict[str, object]:
    """The entry `data`, which holds others by name."""
    if not isinstance(data, dict):
        raise DocumentError(f"{place}: this holds entries by name; got {data!r}")
    return dict(data)


def load(path: str | os.PathLike[str]) -> Schedule:
    """The schedule of the document in the file `path`.

    Args:
        path: a file that `save` wrote, or a hand-written document.

    Raises:
        DocumentError: the file holds no such document; the message names file and place.
        OSError: the file cannot be read.

    Example:
        >>> import lrcore as lr
        >>> lr.save(lr.Constant(0.1), "constant.json")
        >>> lr.load("constant.json")
        Constant(value=0.1)
    """
    return from_file(path, from_json)


def from_file(path: str | os.PathLike[str], parse: Callable[[str], T]) -> T:
    """What `parse` makes of the text of a file; its errors name the file, too."""
    try:
        if os.path.getsize(path) > _LARGEST_DOCUMENT:
            raise DocumentError(f"a document is at most {_LARGEST_DOCUMENT} bytes long")
        return parse(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise DocumentError(f"{os.fspath(path)}: not UTF-8 text: {error}") from None
    except DocumentError as error:
        raise DocumentError(f"{os.fspath(path)}: {error}") from None


def fingerprint(schedule: Schedule) -> str:
    """The digest of a schedule's document."""
    return digest({"schedule": write(schedule)})


def digest(entries: Mapping[str, object]) -> str:
    """The SHA-256, in hexadecimal, of the document without white space and with sorted keys."""
    document = {"lrcore": VERSION, **entries}
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read(data: object) -> Schedule:
    """The schedule of the entry `data`; faults are pydantic's errors, which know their place."""
    if not isinstance(data, Mapping):
        raise PydanticCustomError("schedule_type", "this is not a schedule")
    kind = data.get("kind")
    if not isinstance(kind, str):
        raise PydanticCustomError("kind_missing", 'a schedule has a "kind", which is a string')
    cls = KINDS.get(kind)
    if cls is None:
        raise PydanticCustomError(
            "kind_unknown",
            "the kind {kind} is not known here; known are {known}; import the module of a kind of your own",
            {"kind": repr(kind), "known": ", ".join(sorted(KINDS))},
        )
    return from_fields(cls, {name: value for name, value in data.items() if name != "kind"})


_NODE: Final = TypeAdapter[object](Annotated[object, PlainValidator(read)])


def write(value: object) -> object:
    """Plain data; fields at their defaults are left out, so a new field changes no old document."""
    kind = getattr(value, "kind", None)
    if kind is not None:
        schedule = cast("Schedule", value)
        stated = {
            name: write(getattr(schedule, field))
            for field, name in schedule.fields.items()
            if not is_default(schedule, field)
        }
        return {"kind": kind} | stated
    if isinstance(value, tuple):
        return [write(entry) for entry in value]
    if isinstance(value, Duration):
        return str(value)
    return value


def is_default(schedule: Schedule, name: str) -> bool:
    """Whether a field holds what it would hold if it were not given."""
    default: object = schedule.__pydantic_fields__[name].get_default(call_default_factory=True)
    value: object = getattr(schedule, name)
    if isinstance(value, Duration) and isinstance(default, str):
        return Duration.parse(default) == value
    return bool(plain(default) == value)


def _parse(text: str) -> object:
    if not isinstance(text, str):
        raise DocumentError(f"a document is a text; got {text!r}")
    if len(text) > _LARGEST_DOCUMENT:
        raise DocumentError(_TOO_LONG)
    try:
        root = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        ) from None
    except RecursionError:
        raise DocumentError(_TOO_DEEP) from None
    except ValueError as error:
        raise DocumentError(f"not a number that a document may hold: {error}") from None
    if _depth(root) > _DEEPEST_DOCUMENT:
        raise DocumentError(_TOO_DEEP)
    return cast(object, root)


_TOO_LONG: Final = f"a document is at most {_LARGEST_DOCUMENT} characters long"
_TOO_DEEP: Final = f"a document is nested at most {_DEEPEST_DOCUMENT} deep"


def _depth(value: object) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [
            entry
            for node in level
            if isinstance(node, (dict, list))
            for entry in (node.values() if isinstance(node, dict) else node)
        ]
    return deepest


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DocumentError(f"the entry {twice!r} occurs twice in one object")
    return made


def _constant(name: str) -> object:
    raise DocumentError(f"{name} is not a number that a document may hold")
