"""The kinds of inputs; each draws a call from random numbers."""

from __future__ import annotations

import json
import operator
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final, TypeAlias, cast

import lrcore as lrc

from . import documents, valid, values
from .outcome import Call

Target: TypeAlias = Callable[[Random], Call]


def text(rng: Random) -> Call:
    """The text of a document."""
    return Call(lrc.from_json, (documents.text(rng),))


def data(rng: Random) -> Call:
    """The plain data of a document."""
    return Call(lrc.from_dict, (documents.tree(rng),))


_CLASSES: Final = list(valid.classes())


def constructor(rng: Random) -> Call:
    """The arguments of a class, some of which are odd, missing or unknown."""
    cls = rng.choice(_CLASSES)
    names = list(cls.fields)
    given: dict[str, Any] = {}
    if rng.random() < 0.9:
        entry = valid.of_kind(cls.kind, rng)
        given = {name: _built(value) for name, value in entry.items() if name != "kind"}
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        given[rng.choice(names)] = values.odd(rng)
    if rng.random() < 0.03:
        given[rng.choice(("self", "cls", "kind", "args", "\ud800", "x"))] = values.odd(rng)
    if given and rng.random() < 0.03:
        del given[rng.choice(list(given))]
    args: list[object] = []
    for name in names:
        if name not in given or rng.random() < 0.4:
            break
        args.append(given.pop(name))
    if rng.random() < 0.01:
        args.append(values.odd(rng))
    return Call(cls, tuple(args), given)


def _built(value: object) -> object:
    """The schedules of entries, where they are some."""
    if isinstance(value, list):
        return [_built(item) for item in value]
    if isinstance(value, dict) and "kind" in value:
        try:
            return lrc.from_dict({"lrcore": 1, "schedule": value})
        except lrc.LrcoreError:
            return lrc.Constant(0.5)
    return value


_OPERATORS: Final = (
    *(operator.add, operator.mul, operator.rshift, operator.sub, operator.add, operator.mul),
    operator.truediv,
)


def _chained(first: object, pairs: list[tuple[Callable[[Any, Any], Any], Any]]) -> object:
    made = first
    for operate, other in pairs:
        made = operate(made, other)
    return made


def _reversed(operate: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def swapped(made: Any, other: Any) -> Any:
        return operate(other, made)

    return swapped


def operators(rng: Random) -> Call:
    """Operators between schedules, numbers and odd objects: a few, or hundreds."""
    length = rng.choice((1, 1, 2, 3, 5, rng.randint(20, 300) if rng.random() < 0.1 else 4))
    few = [valid.schedule(rng, 1) for _ in range(3)]
    same = rng.choice(_OPERATORS) if rng.random() < 0.5 else None
    pairs = []
    for _ in range(length):
        operate = same or rng.choice(_OPERATORS)
        other: object = rng.choice((*few, values.number(rng)))
        if length < 5 and rng.random() < 0.2:
            other = values.odd(rng)
        pairs.append((_reversed(operate) if rng.random() < 0.2 else operate, other))
    return Call(_chained, (few[0], pairs))


def plan(rng: Random) -> Call:
    """The arguments of a plan, or what a plan is asked for."""
    if rng.random() < 0.5:
        return _question(rng)
    entry = valid.plan_entry(rng)
    given = {name: _plan_value(value) for name, value in entry.items()}
    groups = given.get("groups")
    if isinstance(groups, dict) and rng.random() < 0.5:
        name = (
            values.odd(rng) if rng.random() < 0.3 else rng.choice((0, "head", "0", -1, 10**50, ""))
        )
        try:
            groups[name] = rng.choice(
                (lrc.Factor(0.1), values.odd(rng), {"momentum": values.odd(rng)})
            )
        except TypeError:  # it cannot be a key
            given["groups"] = values.odd(rng)
    for _ in range(rng.choice((0, 0, 1, 2))):
        name = rng.choice(
            ("learning_rate", "momentum", "groups", "lr", "params", "", "\ud800", "a b")
        )
        given[name] = values.odd(rng)
    return Call(lrc.Plan, (), given)


def _plan_value(value: Any) -> Any:
    if isinstance(value, dict) and "factor" in value:
        return lrc.Factor(value["factor"])
    if isinstance(value, dict) and "kind" not in value:
        return {name: _plan_value(own) for name, own in value.items()}
    return _built(value)


def _question(rng: Random) -> Call:
    try:
        made = cast("lrc.Plan", lrc.from_dict({"lrcore": 1, "plan": valid.plan_entry(rng)}))
    except lrc.LrcoreError:
        made = lrc.Plan(learning_rate=valid.evaluable(rng), groups={"head": lrc.Factor(0.5)})
    group = rng.choice((None, *made.groups, "none", values.odd(rng)))
    match rng.randrange(5):
        case 0:
            return Call(made, (values.steps(rng), group))
        case 1:
            return Call(made.schedules, (group,))
        case 2:
            return Call(operator.getitem, (made, rng.choice(("learning_rate", values.odd(rng)))))
        case 3:
            return Call(made.bind, (), _run(rng))
    return Call(lrc.Factor, (values.odd(rng),))


_COMPARISONS: Final = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)
_ARITHMETIC: Final = (operator.add, operator.sub, operator.mul, operator.truediv)


def duration(rng: Random) -> Call:
    """Texts of durations, arithmetic with them, and comparisons."""
    choice = rng.random()
    if choice < 0.4:
        given = values.duration(rng) if choice < 0.3 else values.odd(rng)
        return Call(lrc.Duration, (given,))
    made: Any = lrc.Duration(
        rng.choice(("5 epochs", "10 %", "1/3 run - 2 steps", "7 steps", "rest"))
    )
    others = (values.number, values.duration, values.exact, values.odd)
    length = rng.choice((1, 1, 2, 3, 200 if rng.random() < 0.02 else 4))
    pairs = []
    for _ in range(length):
        operate = rng.choice(
            (*_ARITHMETIC, *_ARITHMETIC, *_COMPARISONS) if length == 1 else _ARITHMETIC
        )
        other = made if rng.random() < 0.2 else rng.choice(others)(rng)
        pairs.append((_reversed(operate) if rng.random() < 0.2 else operate, other))
    return Call(_chained, (made, pairs))


_RUN: Final = (
    *("total_steps", "epochs", "steps_per_epoch", "dataset_size", "drop_last", "batch_size"),
    *("gradient_accumulation", "world_size", "tokens_per_step", "sequence_length"),
)


def _run(rng: Random) -> Mapping[str, Any]:
    """The arguments of `bind`."""
    given: dict[str, Any] = dict(
        rng.choice(
            (
                {"total_steps": 1000, "epochs": 3},
                {"epochs": 7, "steps_per_epoch": 100, "batch_size": 32, "sequence_length": 128},
                {"epochs": 2.5, "dataset_size": 50_000, "batch_size": 32, "tokens_per_step": 4096},
                {},
            )
        )
    )
    for name in rng.sample(_RUN, rng.choice((0, 0, 0, 1, 2, 4))):
        odd = rng.random() < 0.4
        given[name] = values.odd(rng) if odd else rng.choice((1, 8, 1000, 0.5, 2**53, 10**39, True))
    return given


def bind(rng: Random) -> Call:
    """A schedule with durations, and what the run is."""
    made = valid.schedule(rng)
    for _ in range(4):
        if made.unbound:
            break
        made = valid.schedule(rng)
    return Call(made.bind, (), _run(rng))


def evaluation(rng: Random) -> Call:
    """A schedule, and what it is asked for."""
    made = valid.schedule(rng) if rng.random() < 0.1 else valid.evaluable(rng)
    match rng.randrange(8):
        case 0:
            return Call(_exported, (made, rng.choice(("float32", "float64", values.odd(rng)))))
        case 1:
            at, new = values.odd(rng), rng.choice((made, values.odd(rng)))
            return Call(lrc.splice, (made, at, new))
    return Call(made, (values.steps(rng),))


def _exported(schedule: lrc.Schedule, dtype: Any) -> object:
    return lrc.export(schedule, "numpy", dtype=dtype)(5)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory(prefix="lrcore-fuzz-")
    (Path(folder.name) / "folder").mkdir()
    return folder


def files(rng: Random) -> Call:
    """Writing and reading of files, at odd paths and with odd contents."""
    folder = Path(_folder().name)
    name = rng.choice(
        ("a", "folder", "no/a", "", "\x00", "\ud800", "a" * 300, "b" * 250, ".", "\u00e4 b")
    )
    path: object = rng.choice(
        (str(folder / name), folder / name, str(folder / name).encode(errors="replace"))
    )
    if rng.random() < 0.1:
        # No texts, which are files in other folders, and no integers, which are files that are open.
        path = rng.choice((None, 0.5, [], {}, object(), b"", "", 10**5, 10**30, True, -1))
    document: object = valid.schedule(rng) if rng.random() < 0.9 else values.odd(rng)
    if rng.random() < 0.5:
        return Call(lrc.save, (document, path))
    if rng.random() < 0.7:
        content = documents.text(rng)
        made = content if isinstance(content, str) else json.dumps(valid.document(rng))
        (folder / "a").write_bytes(made.encode("utf-8", rng.choice(("surrogatepass", "replace"))))
        path = folder / "a"
    return Call(lrc.load, (path,))


def schema(rng: Random) -> Call:
    """The JSON Schema, now and then, and fingerprints."""
    if rng.random() < 0.02:
        return Call(lrc.json_schema)
    return Call(getattr, (valid.schedule(rng), "fingerprint"))


TARGETS: Final[Mapping[str, Target]] = {
    "documents as text": text,
    "documents as data": data,
    "constructors": constructor,
    "operators": operators,
    "plans": plan,
    "durations": duration,
    "bind": bind,
    "evaluation": evaluation,
    "files": files,
    "schemas, fingerprints": schema,
}
