"""The schedules of other systems, as expressions, against values recorded from those systems."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

import lrcore as lrc

ROOT: Final = Path(__file__).resolve().parents[2]
ENTRIES: Final[list[dict[str, Any]]] = json.loads(
    (ROOT / "tests" / "data" / "peers.json").read_text(encoding="utf-8")
)
NAMES: Final = [f"{i}-{entry['system']}-{entry['name']}" for i, entry in enumerate(ENTRIES)]

ROWS: Final = {
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


def test_every_shape_and_every_system_occurs() -> None:
    """No shape that systems have, and no system, is forgotten."""
    assert {entry["row"] for entry in ENTRIES} == set(ROWS)
    assert {entry["system"] for entry in ENTRIES} == SYSTEMS


def test_the_page_is_the_one_of_the_entries() -> None:
    """`python tools/coming_from.py` writes it."""
    script = runpy.run_path(str(ROOT / "tools" / "coming_from.py"))
    assert set(script["TITLES"]) == SYSTEMS
    assert script["PAGE"].read_text(encoding="utf-8") == script["page"](ENTRIES)
