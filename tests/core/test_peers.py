"""The schedules of other systems, as expressions, against values recorded from those systems.

tests/data/peers.json has an expression with numbers for each entry. tests/data/coming_from.json has rows with
the names of arguments, and examples from which the names get their values.
"""

from __future__ import annotations

import json
import math
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

import lrcore as lrc

ROOT: Final = Path(__file__).resolve().parents[2]
DATA: Final = ROOT / "tests" / "data"
ENTRIES: Final[list[dict[str, Any]]] = json.loads((DATA / "peers.json").read_text(encoding="utf-8"))
NAMES: Final = [f"{i}-{entry['system']}-{entry['name']}" for i, entry in enumerate(ENTRIES)]

ROWS: Final[list[dict[str, Any]]] = json.loads(
    (DATA / "coming_from.json").read_text(encoding="utf-8")
)
EXAMPLES: Final = [(row, example) for row in ROWS for example in row.get("examples", [])]
EXAMPLE_NAMES: Final = [f"{i}-{row['system']}-{row['name']}" for i, (row, _) in enumerate(EXAMPLES)]

SHAPES: Final = {
    "K1": "constant, and constant in two levels",
    "K2": "linear",
    "K3": "polynomial in the rest of the way",
    "K3b": "polynomial in the way that is done",
    "K3c": "polynomial that a floor cuts off",
    "K4": "exponential, and steps",
    "K5": "inverse time, harmonic",
    "K6": "inverse square root",
    "K7": "Noam",
    "K8": "power law",
    "K9": "half cosine",
    "K10": "linear cosine",
    "K11": "restarts",
    "K12": "hyperbolic tangent",
    "K13": "sigmoid",
    "K14": "piecewise constant",
    "K15": "interpolation between knots",
    "K16": "triangular wave",
    "K17": "one cycle",
    "K18": "warm-up, by its rule for the index",
    "K19": "decay after a stable phase",
    "K20": "range test",
    "K22": "table",
    "join": "sequences and products of other schedules",
}
"""The shapes of schedules; K21, noise, has other random numbers in every system."""

SYSTEMS: Final = {
    *("big_vision", "composer", "deepmd-kit", "deepspeed", "detectron2", "fairseq", "fastai"),
    *("flax", "fvcore", "hf", "ignite", "keras", "levanter", "llm-foundry", "lrsched", "megatron"),
    *("mmengine", "optax", "paddle", "paddlenlp", "t5x", "tf-model-garden", "tf1", "tfa", "timm"),
    *("torch", "torchtitan", "caffe", "mlx", "nemo", "thinc", "ultralytics"),
    *("diffusers", "jax", "lightning"),
}

WITHIN: Final = {"float64": 5e-12, "float32": 1e-6}
"""The largest difference allowed, as a share of the largest recorded value."""


def schedule_of(entry: dict[str, Any]) -> lrc.Schedule:
    """The expression of an entry."""
    schedule = eval(entry["lrcore"], {"lrc": lrc})
    assert isinstance(schedule, lrc.Schedule)
    return schedule


def nested(system: str, value: object, context: dict[str, Any]) -> object:
    """A value of a definition, in which definitions of other schedules are those schedules."""
    if isinstance(value, list):
        return [nested(system, entry, context) for entry in value]
    if not isinstance(value, dict):
        return value
    if "name" not in value:
        # JSON has texts as keys where a system has steps.
        return {int(key) if key.isdigit() else key: entry for key, entry in value.items()}
    definition = {key: entry for key, entry in value.items() if key not in ("system", "name")}
    row, names = row_of(value.get("system", system), value["name"], definition, context)
    return evaluated(row, names)


def row_of(
    system: str, name: str, definition: dict[str, Any], context: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row for a definition, and the values of the names in it."""
    given = {key: nested(system, value, context) for key, value in definition.items()}
    for row in ROWS:
        if (row["system"], row["name"]) == (system, name):
            names = {"lrc": lrc, "math": math, **row.get("defaults", {}), **context, **given}
            if eval(row.get("when", "True"), names):
                return row, names
    raise AssertionError(f"{system} {name} has no row for {definition}")


def evaluated(row: dict[str, Any], names: dict[str, Any]) -> lrc.Schedule:
    """The expression of a row, with these values of its names."""
    for name, value in row.get("where", {}).items():
        names[name] = eval(value, names)
    schedule = eval(row["lrcore"], names)
    assert isinstance(schedule, lrc.Schedule)
    if schedule.unbound:
        run = {key: names[key] for key in ("total_steps", "steps_per_epoch") if key in names}
        schedule = schedule.bind(**run)
    return schedule


def schedule_of_example(row: dict[str, Any], example: dict[str, Any]) -> lrc.Schedule:
    """The expression of the row with the arguments of the example."""
    context = example.get("context", {})
    found, names = row_of(row["system"], row["name"], example["definition"], context)
    assert found is row
    return evaluated(row, names)


def deviation(schedule: lrc.Schedule, entry: dict[str, Any]) -> float:
    """The largest difference from the recorded values, as a share of the largest of those."""
    recorded = np.array(entry["values"])
    difference = np.abs(schedule(np.array(entry["steps"])) - recorded).max()
    return float(difference / np.abs(recorded).max())


def within(entry: dict[str, Any]) -> float:
    """What the deviation of an entry may be."""
    return float(entry.get("within", WITHIN[entry.get("precision", "float64")]))


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_the_expression_has_the_recorded_values(entry: dict[str, Any]) -> None:
    """At all steps of the entry."""
    assert deviation(schedule_of(entry), entry) <= within(entry)


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_an_expression_that_is_a_step_off_is_found(entry: dict[str, Any]) -> None:
    """A step late or early, every expression that is not a constant misses its recorded values."""
    schedule = schedule_of(entry)
    if len(set(entry["values"])) == 1:
        return
    for steps in (-1, 1):
        assert deviation(lrc.Shift(schedule, steps), entry) > 10 * within(entry)


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_the_expression_is_a_document(entry: dict[str, Any]) -> None:
    """Reading the document gives an equal schedule."""
    schedule = schedule_of(entry)
    assert lrc.from_json(schedule.to_json()) == schedule


@pytest.mark.parametrize("entry", ENTRIES, ids=NAMES)
def test_entries_are_well_formed(entry: dict[str, Any]) -> None:
    """Enough steps, ascending, each with its value; a looser bound says why."""
    assert 8 <= len(entry["steps"]) == len(entry["values"]) <= 20
    assert entry["steps"] == sorted(set(entry["steps"]))
    assert "within" not in entry or "note" in entry


@pytest.mark.parametrize(("row", "example"), EXAMPLES, ids=EXAMPLE_NAMES)
def test_the_expression_of_a_row_has_the_recorded_values(
    row: dict[str, Any], example: dict[str, Any]
) -> None:
    """With the arguments of each example; and a step late or early, it has not."""
    schedule = schedule_of_example(row, example)
    assert deviation(schedule, example) <= within(example)
    if len(set(example["values"])) > 1:
        for steps in (-1, 1):
            assert deviation(lrc.Shift(schedule, steps), example) > 10 * within(example)


def rows_within(
    system: str, value: object, context: dict[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """The rows of the definitions within a value of a definition."""
    if isinstance(value, list):
        for entry in value:
            yield from rows_within(system, entry, context)
    elif isinstance(value, dict):
        own = value.get("system", system)
        if "name" in value:
            definition = {
                key: entry for key, entry in value.items() if key not in ("system", "name")
            }
            yield identity(row_of(own, value["name"], definition, context)[0])
        for entry in value.values():
            yield from rows_within(own, entry, context)


def identity(row: dict[str, Any]) -> tuple[str, str, str]:
    """What rows differ in."""
    return row["system"], row["name"], row["theirs"]


def test_every_row_has_an_example() -> None:
    """Of its own, or within the example of another row."""
    exercised = {identity(row) for row, _ in EXAMPLES}
    for row, example in EXAMPLES:
        exercised.update(
            rows_within(row["system"], example["definition"], example.get("context", {}))
        )
    assert {identity(row) for row in ROWS} <= exercised
    assert len({identity(row) for row in ROWS}) == len(ROWS)


def test_every_shape_and_every_system_occurs() -> None:
    """No shape that systems have, and no system, is forgotten."""
    assert {entry["row"] for entry in ENTRIES} == set(SHAPES)
    assert {entry["system"] for entry in ENTRIES} == SYSTEMS == {row["system"] for row in ROWS}


def test_the_page_is_the_one_of_the_rows_and_entries() -> None:
    """`python tools/coming_from.py` writes it."""
    script = runpy.run_path(str(ROOT / "tools" / "coming_from.py"))
    assert set(script["TITLES"]) == SYSTEMS
    assert script["PAGE"].read_text(encoding="utf-8") == script["page"](ROWS, ENTRIES)
