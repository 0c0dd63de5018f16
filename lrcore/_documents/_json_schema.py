"""The JSON Schema of documents, for editors and other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from pydantic import TypeAdapter

from .._definition._define import KINDS
from .._definition._entries import PLACEHOLDER
from ._document import VERSION

_REFERENCE: Final = {"$ref": "#/$defs/schedule"}


def json_schema() -> dict[str, object]:
    """The JSON Schema (2020-12) of documents with every kind that is known now.

    Returns:
        The schema as plain data.

    Example:
        >>> import lrcore as lrc
        >>> sorted(lrc.json_schema()["properties"])
        ['lrcore', 'plan', 'schedule']
    """
    kinds = sorted(KINDS)
    # Not oneOf, with which a fault in one schedule is reported as a fault of every kind.
    definitions: dict[str, object] = {
        "schedule": {
            "type": "object",
            "properties": {"kind": {"enum": kinds}},
            "required": ["kind"],
            "allOf": [
                {
                    "if": {"properties": {"kind": {"const": kind}}},
                    "then": {"$ref": f"#/$defs/{kind}"},
                }
                for kind in kinds
            ],
        }
    }
    for kind, cls in sorted(KINDS.items()):
        schema = TypeAdapter(cls).json_schema(by_alias=False)
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
        "properties": {
            "lrcore": {"const": VERSION},
            "schedule": _REFERENCE,
            "plan": {
                "type": "object",
                "properties": {"groups": _by_name(_GROUP)},
                "additionalProperties": _VALUE,
                "minProperties": 1,
            },
        },
        "required": ["lrcore"],
        "oneOf": [{"required": ["schedule"]}, {"required": ["plan"]}],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _by_name(entries: Mapping[str, object]) -> dict[str, object]:
    return {"type": "object", "additionalProperties": entries}


_FACTOR: Final = {
    "type": "object",
    "properties": {"factor": {"type": "number"}},
    "required": ["factor"],
    "additionalProperties": False,
}
_VALUE: Final = {"anyOf": [{"type": "number"}, _REFERENCE]}
_GROUP_ENTRY: Final = {"anyOf": [{"type": "number"}, _FACTOR, _REFERENCE]}
_GROUP: Final = {
    "if": {"type": "object", "properties": {"kind": False, "factor": False}},
    "then": _by_name(_GROUP_ENTRY),
    "else": _GROUP_ENTRY,
}


def _with_references(schema: object) -> object:
    if isinstance(schema, dict):
        if PLACEHOLDER in schema:
            return {"$ref": f"#/$defs/{schema[PLACEHOLDER]}"}
        return {name: _with_references(entry) for name, entry in schema.items()}
    if isinstance(schema, list):
        return [_with_references(entry) for entry in schema]
    return schema
