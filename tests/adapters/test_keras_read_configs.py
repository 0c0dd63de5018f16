"""Reading the configurations of schedules and optimizers that Keras 3 and Keras 2 write."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import keras
import numpy as np
import pytest
from keras.optimizers import SGD
from keras.optimizers import schedules as peers
from keras_formulas import SCHEDULES

import lrcore as lrc
from lrcore_keras import Schedule, read


def configurations(native: peers.LearningRateSchedule) -> Iterator[dict[str, Any]]:
    """All that Keras 3 and Keras 2 write for a schedule, alone and in an optimizer."""
    current = keras.optimizers.schedules.serialize(native)
    name = "lrcore>Schedule" if isinstance(native, Schedule) else current["class_name"]
    legacy = {"class_name": name, "config": current["config"]}
    yield current
    yield legacy
    yield keras.optimizers.serialize(keras.optimizers.AdamW(native, weight_decay=0.01))
    for given in (current, legacy):
        for kind in ("SGD", "sgd", "Custom>SGD"):
            yield {"class_name": kind, "config": {"name": "SGD", "learning_rate": given}}


def paths(config: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The places of all entries, those of entries in them included; not of documents of lrcore."""
    for key, value in config.items():
        yield (key,)
        if isinstance(value, dict) and key != "schedule":
            yield from ((key, *path) for path in paths(value))


@pytest.mark.parametrize("name", SCHEDULES)
def test_configurations(name: str) -> None:
    """In every form, also as JSON, and without the fields that an older version does not have."""
    native, wanted = SCHEDULES[name]
    for config in configurations(native):
        before = copy.deepcopy(config)
        assert read(config) == (wanted, 0)
        assert config == before
        assert read(json.loads(json.dumps(config))) == (wanted, 0)


KERAS_2: Final[dict[str, tuple[dict[str, Any], lrc.Schedule]]] = {
    "schedule": (
        {
            "module": "keras.optimizers.schedules",
            "class_name": "CosineDecay",
            "config": {
                "initial_learning_rate": 0.1,
                "decay_steps": 100,
                "alpha": 0.0,
                "name": None,
                "warmup_target": 0.2,
                "warmup_steps": 3,
            },
            "registered_name": None,
        },
        lrc.WarmupCosine(0.2, 3, 100, start=0.1),
    ),
    "no warm-up yet": (
        {
            "class_name": "CosineDecay",
            "config": {
                "initial_learning_rate": 0.1,
                "decay_steps": 100,
                "alpha": 0.0,
                "name": None,
            },
        },
        lrc.Cosine(0.1, 0.0, 100),
    ),
    "adam": (
        {
            "class_name": "Custom>Adam",
            "config": {
                "name": "Adam",
                "weight_decay": None,
                "clipnorm": None,
                "jit_compile": False,
                "is_legacy_optimizer": False,
                "learning_rate": np.float32(0.1),
                "beta_1": 0.9,
            },
        },
        lrc.Constant(float(np.float32(0.1))),
    ),
    "decay": (
        {
            "module": "keras.optimizers.legacy",
            "class_name": "SGD",
            "config": {"name": "SGD", "learning_rate": 0.1, "decay": 0.01, "momentum": 0.0},
            "registered_name": None,
        },
        lrc.InverseTime(0.1, 0.01),
    ),
    "decay of a schedule": (
        {
            "class_name": "SGD",
            "config": {
                "learning_rate": {
                    "class_name": "ExponentialDecay",
                    "config": {
                        "initial_learning_rate": 0.1,
                        "decay_steps": 10,
                        "decay_rate": 0.5,
                        "staircase": False,
                        "name": None,
                    },
                },
                "decay": 0.01,
            },
        },
        lrc.Exponential(0.1, 0.5, 10) * lrc.InverseTime(1.0, 0.01),
    ),
}


@pytest.mark.parametrize("name", KERAS_2)
def test_what_keras_2_writes(name: str) -> None:
    """As tf_keras 2.21 has written it; `decay` divides the learning rate by `1 + decay * t`."""
    config, wanted = KERAS_2[name]
    assert read(config) == (wanted, 0)


@pytest.mark.filterwarnings(  # Keras converts tensors in a way that NumPy 2 has deprecated
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)
def test_arrays_and_tensors_in_configurations() -> None:
    """Keras writes them as entries of their own."""
    native = peers.PiecewiseConstantDecay(np.array([3]), np.array([0.25, 0.5]))
    assert read(peers.serialize(native)).definition == lrc.PiecewiseConstant((4,), (0.25, 0.5))
    tensor = peers.CosineDecay(keras.ops.array(0.5), 8)
    assert read(peers.serialize(tensor)).definition == lrc.Cosine(0.5, 0.0, 8)


@keras.saving.register_keras_serializable(package="tests", name="CosineDecay")
class CosineDecay(peers.LearningRateSchedule):  # type: ignore[misc]
    """A class of a person's own, with the name of one of Keras's."""

    def get_config(self) -> dict[str, object]:
        """As of Keras's own."""
        return {"initial_learning_rate": 0.1, "decay_steps": 10}

    @classmethod
    def from_config(cls, config: dict[str, object]) -> CosineDecay:
        """Never called."""
        raise AssertionError("code of a configuration was executed")


COSINE: Final = {"initial_learning_rate": 0.1, "decay_steps": 10}
BROKEN: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "own": (peers.serialize(CosineDecay()), "'CosineDecay' cannot be read, as it is not a class"),
    "own in an optimizer": (
        keras.optimizers.serialize(SGD(CosineDecay())),
        r"^config\.learning_rate: 'CosineDecay' cannot be read, as it is not a class of Keras",
    ),
    "own of Keras 2": (
        {"class_name": "tests>CosineDecay", "config": COSINE},
        "tests>CosineDecay cannot be read, as it is not a class of keras",
    ),
    "function": (
        {
            "class_name": "SGD",
            "config": {"learning_rate": {"class_name": "__lambda__", "config": {}}},
        },
        r"^config\.learning_rate\.config: __lambda__ cannot be read",
    ),
    "named function": (
        keras.optimizers.serialize(SGD(paths)),
        r"^config\.learning_rate: 'function' cannot be read, as it is not a class of Keras",
    ),
    "empty": ({}, 'the configuration: an entry with "class_name" and "config" is needed'),
    "no class": ({"class_name": 3, "config": {}}, "3 cannot be read, as it is not a class"),
    "no fields": ({"class_name": "CosineDecay"}, "^config: the fields of CosineDecay are needed"),
    "missing": (
        {"class_name": "CosineDecay", "config": {"decay_steps": 10}},
        r"^config\.initial_learning_rate is missing; a number is needed",
    ),
    "unknown": (
        {"class_name": "CosineDecay", "config": {**COSINE, "shape": 2}},
        "^config: the meaning of these fields is not known: 'shape'",
    ),
    "truth value": (
        {"class_name": "CosineDecay", "config": {**COSINE, "alpha": True}},
        r"^config\.alpha: a number in the range of float32 is needed; got True",
    ),
    "no steps": (
        {"class_name": "CosineDecay", "config": {**COSINE, "decay_steps": 0}},
        r"^config\.decay_steps: a number above 0 is needed; got 0",
    ),
    "no flag": (
        {"class_name": "PolynomialDecay", "config": {**COSINE, "cycle": "no"}},
        r"^config\.cycle is True or False; got 'no'",
    ),
    "no list": (
        {"class_name": "PiecewiseConstantDecay", "config": {"boundaries": 3, "values": [1]}},
        r"^config\.boundaries: a list of numbers is needed; got 3",
    ),
    "no rate": (
        {"class_name": "Adam", "config": {"decay": 0.1}},
        r"^config\.learning_rate is missing; a number is needed",
    ),
    "text": (
        {"class_name": "Adam", "config": {"learning_rate": "0.1"}},
        r"^config\.learning_rate: a number .* is needed; got '0\.1'",
    ),
    "batches": (
        {
            "class_name": "Adam",
            "config": {"learning_rate": 0.1, "gradient_accumulation_steps": 1.5},
        },
        r"^config\.gradient_accumulation_steps: an integer is needed; got 1\.5",
    ),
    "decay": (
        {"class_name": "Adam", "config": {"learning_rate": 0.1, "decay": -0.1}},
        r"^config\.learning_rate: no schedule has these values: .*rate",
    ),
    "document": (
        {"class_name": "lrcore>Schedule", "config": {"schedule": {"lrcore": 1}}},
        r"^config\.schedule: a document has either an entry",
    ),
    "plan": (
        {
            "class_name": "lrcore>Schedule",
            "config": {"schedule": lrc.Plan(learning_rate=0.1).to_dict()},
        },
        r"^config\.schedule: a schedule is needed; this is a plan",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_configurations_that_are_refused(name: str) -> None:
    """The message names the place; nothing of the configuration is executed."""
    config, message = BROKEN[name]
    with pytest.raises(lrc.ExportError, match=message):
        read(config)


ODD: Final[tuple[object, ...]] = (
    None,
    True,
    -1,
    0,
    1,
    2.5,
    1e39,
    10**400,
    float("nan"),
    "x",
    [],
    [1],
    {},
    b"1",
    {1},
)


@pytest.mark.parametrize("name", SCHEDULES)
def test_whatever_is_in_a_field_is_read_or_refused(name: str) -> None:
    """With a definition that can be evaluated, or with an `ExportError` of a bounded length."""
    read_or_refused = [0, 0]
    for config in islice(configurations(SCHEDULES[name][0]), 3):
        for path in paths(config):
            for odd in ODD:
                changed = copy.deepcopy(config)
                place = changed
                for key in path[:-1]:
                    place = place[key]
                place[path[-1]] = odd
                read_or_refused[is_refused(changed)] += 1
    assert min(read_or_refused) > 20


def is_refused(config: dict[str, Any]) -> bool:
    """Whether an `ExportError` says that it cannot be read."""
    try:
        read(config).definition(10)
    except lrc.ExportError as error:
        return len(str(error)) < 2000
    return False
