"""Documents and schedules of all classes, drawn from the JSON Schema and from the tables of `draws`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any, Final, cast

from draws import ROWS

import lrcore as lrc

from . import values

_INSIDE: Final = "#/$defs/schedule"


@cache
def _kinds() -> dict[str, Any]:
    kinds = cast("dict[str, Any]", lrc.json_schema()["$defs"])
    return {kind: schema for kind, schema in kinds.items() if "kind" in schema["required"]}


@cache
def _names() -> list[str]:
    return sorted(kind for kind in _kinds() if kind != "schedule" and "." not in kind)


@cache
def _leaves() -> list[str]:
    return [kind for kind in _names() if not _holds(_kinds()[kind])]


def _holds(schema: object) -> bool:
    """Whether a schema has schedules inside."""
    if isinstance(schema, dict):
        return schema.get("$ref") == _INSIDE or any(map(_holds, schema.values()))
    return isinstance(schema, list) and any(map(_holds, schema))


def entry(rng: Random, depth: int = 3) -> dict[str, object]:
    """The entry of a schedule, most of which are valid."""
    if rng.random() < 0.3:
        drawn = ROWS[rng.choice(list(ROWS))].draw(rng).to_dict()["schedule"]
        return cast("dict[str, object]", drawn)
    return of_kind(
        rng.choice(_names() if depth > 0 and rng.random() < 0.5 else _leaves()), rng, depth
    )


def of_kind(kind: str, rng: Random, depth: int = 2) -> dict[str, object]:
    """The entry of a schedule of one class, likely to be valid."""
    schema = _kinds()[kind]
    return {
        name: kind if name == "kind" else _value(field, rng, depth)
        for name, field in schema["properties"].items()
        if name in schema["required"] or rng.random() < 0.3
    }


def _value(schema: dict[str, Any], rng: Random, depth: int) -> object:
    if "$ref" in schema:
        return entry(rng, depth - 1)
    if "anyOf" in schema:
        # Numbers come first, and texts after them.
        return _value(rng.choice([schema["anyOf"][0], *schema["anyOf"]]), rng, depth)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    match schema.get("type"):
        case "array":
            least = schema.get("minItems", 0)
            made = [_value(schema["items"], rng, depth) for _ in range(least + rng.randint(0, 3))]
            if not _holds(schema):
                made.sort(key=lambda item: (isinstance(item, str), item))
            return made
        case "boolean":
            return rng.random() < 0.5
        case "null":
            return None
        case "string":
            is_exact = schema.get("pattern") == "^[0-9./]+$"
            return rng.choice(("1/3", "2/3", "5", "0.7")) if is_exact else values.duration(rng)
    return _number(schema, rng)


def _number(schema: dict[str, Any], rng: Random) -> float:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -(2.0**60)))
    high = schema.get("maximum", schema.get("exclusiveMaximum", 2.0**60))
    is_whole = schema["type"] == "integer" or schema.get("maximum") == 2**53
    choice = rng.random()
    if choice < 0.03:
        return cast("float", rng.choice((low, high)))
    if choice < 0.06:
        return values.number(rng)
    made = rng.randint(1, 30) if is_whole else 10.0 ** rng.uniform(-5, 1)
    if choice < 0.1:
        made = int(10 ** rng.uniform(0, 15)) if is_whole else made * (1 + 2.0**-24)
    return max(low, min(high, made))


def schedule(rng: Random, depth: int = 2) -> lrc.Schedule:
    """A schedule, which may have durations."""
    for _ in range(4):
        try:
            made = lrc.from_dict({"lrcore": 1, "schedule": entry(rng, depth)})
        except lrc.LrcoreError:
            continue
        return cast("lrc.Schedule", made)
    return ROWS[rng.choice(list(ROWS))].draw(rng)


def evaluable(rng: Random, depth: int = 2) -> lrc.Schedule:
    """A schedule without durations."""
    made = schedule(rng, depth)
    return ROWS[rng.choice(list(ROWS))].draw(rng) if made.unbound else made


def plan_entry(rng: Random) -> dict[str, object]:
    """The entry of a plan."""
    names = ("learning_rate", "weight_decay", "momentum", "clip")
    made: dict[str, object] = {
        name: entry(rng, 1) if rng.random() < 0.6 else values.number(rng)
        for name in rng.sample(names, rng.randint(1, 3))
    }
    if rng.random() < 0.6:
        groups = rng.sample(("backbone", "head", "0", "1", "7", "bias"), rng.randint(0, 3))
        made["groups"] = {group: _group(rng, [*made, "learning_rate"]) for group in groups}
    return made


def _group(rng: Random, names: list[str]) -> object:
    own = rng.choice((0.5, {"factor": 0.1}, entry(rng, 1)))
    return own if rng.random() < 0.3 else {rng.choice(names): own}


def document(rng: Random) -> dict[str, object]:
    """A document, most of which are valid."""
    if rng.random() < 0.25:
        return {"lrcore": 1, "plan": plan_entry(rng)}
    return {"lrcore": 1, "schedule": entry(rng, rng.choice((0, 1, 2, 3, 4)))}


def classes() -> Iterator[type[lrc.Schedule]]:
    """The classes of schedules in the public API."""
    for name in lrc.__all__:
        found = getattr(lrc, name)
        if (
            isinstance(found, type)
            and issubclass(found, lrc.Schedule)
            and found is not lrc.Schedule
        ):
            yield found
