"""The JSON document of a schedule: writing, reading, schema, fingerprint.

Reading looks names up among the known kinds and validates numbers. It never imports or executes
anything that a document names.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, cast

from pydantic import PlainValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from ._definition import KINDS, describe, from_fields
from ._errors import DocumentError
from ._units import Duration

if TYPE_CHECKING:
    from ._schedule import Schedule

VERSION: Final = 1
_LARGEST_DOCUMENT: Final = 16 * 2**20
_DEEPEST_DOCUMENT: Final = 64


def to_json(schedule: Schedule) -> str:
    """The document, indented."""
    return json.dumps(_document(schedule), indent=2, allow_nan=False) + "\n"


def save(schedule: Schedule, path: str | os.PathLike[str]) -> None:
    """Write the document of `schedule` to the file `path`, whole or not at all.

    Args:
        schedule: what to keep.
        path: the file; an existing one is replaced.

    Example:
        >>> import lrcore as lr
        >>> lr.save(lr.Cosine(0.1, 0.0, 1000), "schedule.json")
        >>> lr.load("schedule.json")
        Cosine(start=0.1, end=0.0, steps=1000)
    """
    target = Path(path)
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        draft.write_text(to_json(schedule), encoding="utf-8")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def from_json(text: str) -> Schedule:
    """The schedule of a document.

    Args:
        text: the document, at most 16 MiB and nested at most 64 deep.

    Raises:
        DocumentError: the text is not such a document; the message names the place of every fault.

    Example:
        >>> import lrcore as lr
        >>> lr.from_json('{"lrcore": 1, "schedule": {"kind": "constant", "value": 0.1}}')
        Constant(value=0.1)
    """
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
    if unknown := sorted(root.keys() - {"lrcore", "schedule"}):
        raise DocumentError(f"{unknown[0]}: there is no such entry in a document")
    if "schedule" not in root:
        raise DocumentError('schedule: the document has no "schedule" entry')
    try:
        return cast("Schedule", _NODE.validate_python(root["schedule"]))
    except ValidationError as error:
        raise DocumentError(describe(error, "schedule")) from None


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
    try:
        if os.path.getsize(path) > _LARGEST_DOCUMENT:
            raise DocumentError(f"a document is at most {_LARGEST_DOCUMENT} bytes long")
        return from_json(Path(path).read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise DocumentError(f"{os.fspath(path)}: not UTF-8 text: {error}") from None
    except DocumentError as error:
        raise DocumentError(f"{os.fspath(path)}: {error}") from None


def json_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of documents with every kind that is known now.

    Example:
        >>> import lrcore as lr
        >>> sorted(lr.json_schema()["properties"])
        ['lrcore', 'schedule']
    """
    definitions: dict[str, object] = {
        "schedule": {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in sorted(KINDS)]}
    }
    for kind, cls in sorted(KINDS.items()):
        schema = TypeAdapter(cls).json_schema()
        fields = cast("dict[str, object]", _with_references(schema.get("properties", {})))
        definitions[kind] = {
            "title": cls.__name__,
            "description": (cls.__doc__ or "").partition("\n")[0],
            "type": "object",
            "properties": {"kind": {"const": kind}, **fields},
            "required": ["kind", *schema.get("required", [])],
            "additionalProperties": False,
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "lrcore document",
        "type": "object",
        "properties": {"lrcore": {"const": VERSION}, "schedule": _REFERENCE},
        "required": ["lrcore", "schedule"],
        "additionalProperties": False,
        "$defs": definitions,
    }


PLACEHOLDER: Final = "a schedule of any kind"
"""Stands for a schedule while pydantic, which refuses references it does not know, makes a schema."""

_REFERENCE: Final = {"$ref": "#/$defs/schedule"}


def _with_references(schema: object) -> object:
    if isinstance(schema, dict):
        if schema.get("const") == PLACEHOLDER:
            return _REFERENCE
        return {name: _with_references(entry) for name, entry in schema.items()}
    if isinstance(schema, list):
        return [_with_references(entry) for entry in schema]
    return schema


def fingerprint(schedule: Schedule) -> str:
    """The SHA-256, in hexadecimal, of the document without white space and with sorted keys."""
    canonical = json.dumps(
        _document(schedule), sort_keys=True, separators=(",", ":"), allow_nan=False
    )
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


def _document(schedule: Schedule) -> dict[str, object]:
    return {"lrcore": VERSION, "schedule": _write(schedule)}


def _write(value: object) -> object:
    """Plain data; fields at their defaults are left out, so a new field changes no old document."""
    kind = getattr(value, "kind", None)
    if kind is not None:
        schedule = cast("Schedule", value)
        stated = {
            name: _write(getattr(schedule, field))
            for field, name in schedule.fields.items()
            if not is_default(schedule, field)
        }
        return {"kind": kind} | stated
    if isinstance(value, tuple):
        return [_write(entry) for entry in value]
    if isinstance(value, Duration):
        return str(value)
    return value


def is_default(schedule: Schedule, name: str) -> bool:
    """Defaults of a dataclass stay on its class; a field without one has no such attribute."""
    missing = object()
    return bool(getattr(type(schedule), name, missing) == getattr(schedule, name))


def _parse(text: str) -> object:
    if len(text) > _LARGEST_DOCUMENT:
        raise DocumentError(f"a document is at most {_LARGEST_DOCUMENT} characters long")
    try:
        root = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}"
        ) from None
    except RecursionError:
        raise DocumentError(_TOO_DEEP) from None
    if _depth(root) > _DEEPEST_DOCUMENT:
        raise DocumentError(_TOO_DEEP)
    return cast(object, root)


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
