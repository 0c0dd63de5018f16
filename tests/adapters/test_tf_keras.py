"""The adapter to Keras 2: `fit`, all of its optimizers, saved models, configurations and other processes."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import tensorflow as tf
import tf_keras

import lrcore as lrc
import lrcore_keras
from lrcore.backend import to_float32
from lrcore_tf_keras import Schedule

SCHEDULE: Final = lrc.Linear(0.0, 0.1, 20) >> lrc.Cosine(0.1, 0.001, 60) * lrc.Exponential(1.0, 0.9)
RATES: Final[list[float]] = to_float32(SCHEDULE(range(100))).tolist()


def ledger(optimizer: Any) -> tf_keras.Model:
    """A model that keeps the rates: the gradient of update t is 1 for weight t, else 0."""
    dense = tf_keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = tf_keras.Sequential([tf_keras.layers.Input((100,)), dense])
    model.compile(optimizer=optimizer, loss="mean_absolute_error")
    return model


def fit(model: tf_keras.Model, steps: range) -> None:
    """Some updates."""
    batches = np.eye(100, dtype=np.float32)[steps]
    targets = np.full((len(batches), 1), -9.0)
    model.fit(batches, targets, batch_size=1, shuffle=False, verbose=0)


def kept(model: tf_keras.Model) -> list[float]:
    """What the weights of a ledger say that the rates were."""
    numbers: list[float] = (-model.get_weights()[0][:, 0]).tolist()
    return numbers


@pytest.mark.parametrize("optimizers", [tf_keras.optimizers, tf_keras.optimizers.legacy])
def test_every_update_uses_its_value(optimizers: Any) -> None:
    """In the optimizers of Keras 2, and in its older ones, whose steps are of floating-point types."""
    model = ledger(optimizers.SGD(lrc.export(SCHEDULE, "tf_keras")))
    fit(model, range(100))
    assert kept(model) == RATES


NAMES: Final = ["Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSprop"]


@pytest.mark.parametrize("name", NAMES)
def test_every_optimizer_follows_it(name: str) -> None:
    """The rate that the optimizer has after so many updates."""
    optimizer = getattr(tf_keras.optimizers, name)(Schedule(SCHEDULE))
    fit(ledger(optimizer), range(30))
    assert float(optimizer.learning_rate) == RATES[29]  # Keras 2 shows that of the last update
    assert float(optimizer._learning_rate(optimizer.iterations)) == RATES[30]
    if name != "Nadam":  # whose older class takes no schedule
        older = getattr(tf_keras.optimizers.legacy, name)(Schedule(SCHEDULE))
        fit(ledger(older), range(30))
        assert float(older._decayed_lr(tf.float32)) == RATES[30]


@pytest.mark.parametrize("name", ["model.keras", "model.h5"])
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file:UserWarning")
def test_a_saved_model_goes_on(name: str, tmp_path: Path) -> None:
    """The format of Keras 3 needs the import of the adapter, and the older one names the class as well."""
    given = {"custom_objects": {"Schedule": Schedule}} if name == "model.h5" else {}
    model = ledger(tf_keras.optimizers.Adam(Schedule(SCHEDULE)))
    fit(model, range(37))
    model.save(tmp_path / name)
    loaded = tf_keras.models.load_model(tmp_path / name, **given)
    assert loaded.optimizer._learning_rate == Schedule(SCHEDULE)
    fit(loaded, range(37, 100))
    fit(model, range(37, 100))
    assert loaded.get_weights()[0].tolist() == model.get_weights()[0].tolist()


def test_a_saved_model_in_another_process(tmp_path: Path) -> None:
    """All that it needs is `import lrcore_tf_keras`."""
    model = ledger(tf_keras.optimizers.Adam(Schedule(SCHEDULE)))
    fit(model, range(37))
    model.save(tmp_path / "model.keras")
    code = (
        "import sys, lrcore_tf_keras, tf_keras\n"
        "optimizer = tf_keras.models.load_model(sys.argv[1]).optimizer\n"
        "print(float(optimizer._learning_rate(optimizer.iterations)))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "model.keras")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) == RATES[37]


def test_configurations() -> None:
    """They are plain JSON, and give back an equal schedule, alone and in an optimizer."""
    native = Schedule(SCHEDULE, dtype="float64")
    schedules = tf_keras.optimizers.schedules
    again = schedules.deserialize(json.loads(json.dumps(schedules.serialize(native))))
    config = tf_keras.optimizers.serialize(tf_keras.optimizers.SGD(Schedule(SCHEDULE)))
    optimizer = tf_keras.optimizers.deserialize(json.loads(json.dumps(config)))
    assert again == native == pickle.loads(pickle.dumps(native))
    assert optimizer._learning_rate == Schedule(SCHEDULE)
    assert hash(again) == hash(native)
    assert native not in (Schedule(SCHEDULE), SCHEDULE)
    assert repr(native) == f"Schedule(schedule={SCHEDULE!r}, dtype='float64')"


def test_the_arguments_of_an_optimizer() -> None:
    """A plan becomes numbers, and a schedule for the learning rate; anything else cannot change."""
    values: dict[str, Any] = {"learning_rate": SCHEDULE, "weight_decay": 0.1, "beta1": 0.8}
    plan = lrc.Plan(**values, groups={"head": lrc.Factor(0.5)})
    arguments = lrc.export(plan, "tf_keras")
    assert arguments == {"learning_rate": Schedule(SCHEDULE), "weight_decay": 0.1, "beta_1": 0.8}
    optimizer = tf_keras.optimizers.AdamW(**arguments)
    fit(ledger(optimizer), range(3))
    assert float(optimizer.learning_rate) == RATES[2]
    assert lrc.export(plan, "tf_keras", group="head", dtype="float64") == {
        "learning_rate": Schedule(plan.schedules("head")["learning_rate"], dtype="float64"),
        "weight_decay": 0.1,
        "beta_1": 0.8,
    }
    changing = lrc.Plan(learning_rate=0.1, weight_decay=SCHEDULE)
    with pytest.raises(
        lrc.ExportError, match=r"Plan\.weight_decay changes, .* Keras 2 takes a number"
    ):
        lrc.export(changing, "tf_keras")


def test_reading() -> None:
    """The adapter to Keras 3 reads configurations of Keras 2, and says so of its objects."""
    schedules = tf_keras.optimizers.schedules
    old = schedules.ExponentialDecay(0.1, 30, 0.9)
    for given in (old, tf_keras.optimizers.SGD(old)):
        with pytest.raises(
            lrc.ExportError, match=r"tf_keras\.optimizers\.schedules\.serialize makes"
        ):
            lrcore_keras.read(given)
    read = lrcore_keras.read(schedules.serialize(old))
    assert read.definition == lrc.Exponential(0.1, 0.9, 30)


def test_steps_of_floating_point_types() -> None:
    """They are taken where they are whole, and their type tells every integer from the next."""
    native = Schedule(SCHEDULE)
    values = native(tf.constant([3.0, 2.0**24 - 1, 2.0**24, 7.5])).numpy()
    assert values[:2].tolist() == [RATES[3], np.float32(SCHEDULE(2**24 - 1))]
    assert np.isnan(values[2:]).all()


def test_a_schedule_that_was_not_exported() -> None:
    """Is refused at once."""
    with pytest.raises(
        lrc.StepError, match=r"an optimizer that counts steps itself is given lrcore\.export\("
    ):
        tf_keras.optimizers.SGD(SCHEDULE)
