"""Documents that are changed: their trees, their tokens and their characters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any, Final

from . import values
from .valid import document, entry

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[-+.\w]+|\S')
_TOKENS: Final = (
    *("NaN", "Infinity", "-Infinity", "null", "true", "[]", "{}", "-0", "-0.0", "1e999", "1E-400"),
    *('""', '"rest"', '"5 epochs"', '"\\ud800"', '"\\u0000"', '"kind"', '"lrcore"', '"plan"'),
    *("9007199254740993", "1" * 40, "1" * 42, "1" * 5000, "0." + "1" * 5000, "1e-99999999", "2.5"),
    *("[", "]", "{", "}", ",", ":", '"', "/* */", "'", "01", "+1", ".5", "1.", "\ufeff", "\x00"),
)
_NAMES: Final = ("kind", "steps", "value", "schedule", "parts", "start", "", "\ud800", "x" * 100)


def text(rng: Random) -> object:
    """The text of a document, changed in up to four places; rarely another object."""
    choice = rng.random()
    if choice < 0.04:
        return _deep(rng)
    if choice < 0.05:
        return rng.choice((None, b"{}", 5, [], "", " ", "1", '"a"', "[" * 100_000, "\ufeff{}"))
    if choice < 0.051:
        return _long(rng)
    tree: Any = document(rng)
    if choice < 0.5:
        for _ in range(rng.randint(0, 3)):
            tree = changed(tree, rng, _json_value)
    made = json.dumps(tree, indent=rng.choice((None, 2)))
    for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
        made = rng.choice((_other_token, _other_char, _doubled_entry))(made, rng)
    return made


def _other_token(given: str, rng: Random) -> str:
    tokens = list(_TOKEN.finditer(given))
    if not tokens:
        return given
    start, end = rng.choice(tokens).span()
    match rng.randrange(4):
        case 0:
            return given[:start] + given[end:]
        case 1:
            other = rng.choice(tokens)[0]
            return given[:start] + other + given[end:]
        case 2:
            return given[:start] + given[start:end] + " " + given[start:]
    return given[:start] + rng.choice(_TOKENS) + given[end:]


def _other_char(given: str, rng: Random) -> str:
    at = rng.randrange(len(given) + 1)
    new = rng.choice(
        ("", "0", '"', ",", "e", "-", chr(rng.randrange(0x11000)), given[at : at + 9] * 2)
    )
    return given[:at] + new + given[at + rng.randint(0, 2) :]


def _doubled_entry(given: str, rng: Random) -> str:
    """A name that occurs twice in an object."""
    opens = [match.end() for match in re.finditer(r"\{", given)]
    if not opens:
        return given
    at = rng.choice(opens)
    name = rng.choice(re.findall(r'"\w+"', given) or ['"kind"'])
    return f"{given[:at]}{name}: {rng.choice(_TOKENS)}, {given[at:]}"


def _deep(rng: Random) -> str:
    """Many levels of lists, objects or schedules."""
    levels = rng.choice((rng.randint(50, 70), rng.randint(100, 300), 1000, 20_000))
    opening, closing = rng.choice(
        (
            ("[", "]"),
            ('{"kind":"repeat","times":1,"schedule":', "}"),
            ('{"kind":"sum","terms":[', "]}"),
            ('{"a":', "}"),
        )
    )
    inner = opening * levels + json.dumps(entry(rng, 0)) + closing * levels
    return f'{{"lrcore": 1, "{rng.choice(("schedule", "plan"))}": {inner}}}'


def _long(rng: Random) -> str:
    """Many entries: valid, faulty, or doubled."""
    count = rng.choice((10**3, 10**4, 3 * 10**4))
    ones = ",".join(["1"] * count)
    names = ",".join(f'"x{i // rng.choice((1, 2))}": 1' for i in range(count))
    inner = rng.choice(
        (
            f'"sequence", "parts": [{ones}]',
            f'"table", "values": [{ones}]',
            f'"constant", "value": 1, {names}',
            f'"{"a" * count}", "value": "{"1" * count}"',
        )
    )
    return f'{{"lrcore": 1, "schedule": {{"kind": {inner}}}}}'


def tree(rng: Random) -> object:
    """The plain data of a document, in which places have odd objects."""
    made: Any = document(rng)
    if rng.random() < 0.02:
        return values.odd(rng)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
        made = changed(made, rng, values.odd)
    return made


def _json_value(rng: Random) -> object:
    """What JSON can write, nested a little."""
    match rng.randrange(8):
        case 0:
            return rng.choice((None, True, False, [], {}, [[]], [None]))
        case 1:
            return entry(rng, 1)
        case 2:
            return values.text(rng)
        case 3:
            return {rng.choice(_NAMES): values.number(rng)}
        case 4:
            return [values.number(rng) for _ in range(rng.randint(1, 4))]
        case 5:
            return values.duration(rng)
    return values.number(rng)


def changed(root: Any, rng: Random, other: Callable[[Random], object]) -> Any:
    """`root` with a change in one place: another value, or an entry less, more, renamed or twice."""
    places = list(_places(root))
    if not places or rng.random() < 0.02:
        return other(rng)
    holder, key = rng.choice(places)
    match rng.randrange(8):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[rng.choice((*_NAMES, 5, None))] = holder.pop(key)
        case 1:
            holder.insert(key, holder[key])
        case 2:
            holder[key] = rng.choice(([holder[key]], {"schedule": holder[key]}, [holder[key]] * 2))
        case 3:
            source, name = rng.choice(places)
            # Only what has nothing inside: a list in itself is drawn elsewhere.
            if not isinstance(source[name], (dict, list)):
                holder[key] = source[name]
        case _:
            holder[key] = other(rng)
    return root


def _places(root: Any) -> list[tuple[Any, Any]]:
    """Every list and mapping with each of its keys."""
    found: list[tuple[Any, Any]] = []
    open_ = [root]
    while open_ and len(found) < 500:
        holder = open_.pop()
        if not isinstance(holder, (dict, list)):
            continue
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            found.append((holder, key))
            open_.append(holder[key])
    return found
