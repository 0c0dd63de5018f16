"""The values of schedules in the logs of Keras: History, CSV files and TensorBoard."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
import tensorflow as tf

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore_keras import Schedule, ScheduleLogger, scheduled

# Keras reads its variables by way of what NumPy 2 has deprecated.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)

SCHEDULE: Final = lrc.WarmupCosine(0.1, 4, 16, end=0.01)
PLAN: Final = lrc.Plan(learning_rate=SCHEDULE, weight_decay=lrc.Linear(0.1, 0.0, 18))
VALUES: Final[dict[str, list[float]]] = {
    name: to_float32(values).tolist() for name, values in PLAN(range(20)).items()
}


class Seen(keras.callbacks.Callback):  # type: ignore[misc]
    """What a callback finds in the logs of each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: list[dict[str, float]] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """After a batch."""
        self.logs.append(dict(logs or {}))


def model(optimizer: Any, **options: Any) -> keras.Model:
    """A model of one weight and one bias."""
    made = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, name="head")])
    made.compile(optimizer, "mse", **options)
    return made


def fit(
    trained: keras.Model, *callbacks: keras.callbacks.Callback, epochs: int = 4
) -> dict[str, list[float]]:
    """Epochs of five batches; what History has."""
    data = np.ones((5, 1), "float32")
    options = {"batch_size": 1, "epochs": epochs, "verbose": 0, "shuffle": False}
    history: dict[str, list[float]] = trained.fit(
        data, data, callbacks=list(callbacks), **options
    ).history
    return history


def test_history_and_the_logs_of_batches() -> None:
    """A batch has the values that its update used, and an epoch those of its last update."""
    seen = Seen()
    history = fit(model(scheduled(keras.optimizers.AdamW(), PLAN)), ScheduleLogger(), seen)
    for name, values in VALUES.items():
        assert [logs[name] for logs in seen.logs] == values
        assert history[name] == values[4::5]


def test_csv(tmp_path: Path) -> None:
    """A column for each value."""
    logger = keras.callbacks.CSVLogger(str(tmp_path / "log.csv"))
    fit(model(keras.optimizers.SGD(Schedule(SCHEDULE))), ScheduleLogger(), logger)
    with (tmp_path / "log.csv").open() as file:
        rates = [float(row["learning_rate"]) for row in csv.DictReader(file)]
    assert rates == VALUES["learning_rate"][4::5]


def test_tensorboard(tmp_path: Path) -> None:
    """The events of the batches are the values of their updates."""
    board = keras.callbacks.TensorBoard(str(tmp_path), update_freq=1)
    fit(model(keras.optimizers.SGD(Schedule(SCHEDULE))), ScheduleLogger(), board)
    (file,) = (tmp_path / "train").glob("events*")
    found = [
        value.tensor.float_val[0]
        if value.tensor.float_val
        else np.frombuffer(value.tensor.tensor_content, "f4")[0]
        for event in tf.compat.v1.train.summary_iterator(str(file))
        for value in event.summary.value
        if value.tag == "batch_learning_rate"
    ]
    assert found == VALUES["learning_rate"]


def test_a_run_that_goes_on() -> None:
    """The updates of an earlier `fit` count, and those of an epoch that was broken off."""
    trained = model(keras.optimizers.SGD(Schedule(SCHEDULE)))
    fit(trained, ScheduleLogger(), epochs=2)
    assert fit(trained, ScheduleLogger(), epochs=2)["learning_rate"] == [
        *(VALUES["learning_rate"][14], VALUES["learning_rate"][19])
    ]


@pytest.mark.parametrize("batches", [2, 5])
def test_accumulated_gradients(batches: int) -> None:
    """All batches of an update have its value; another number than that of the optimizer is an error."""
    seen = Seen()
    native = Schedule(SCHEDULE, gradient_accumulation_steps=batches)
    optimizer = keras.optimizers.SGD(native, gradient_accumulation_steps=batches)
    fit(model(optimizer), ScheduleLogger(), seen)
    wanted = np.repeat(VALUES["learning_rate"], batches)[:20].tolist()
    assert [logs["learning_rate"] for logs in seen.logs] == wanted
    forgotten = keras.optimizers.SGD(Schedule(SCHEDULE), gradient_accumulation_steps=batches)
    message = f"an update after every {batches} batches, .* a step after every 1; give both"
    with pytest.raises(lrc.ExportError, match=message):
        fit(model(forgotten), ScheduleLogger())


@pytest.mark.parametrize("size", [5, 2])
def test_several_batches_in_one_call(size: int) -> None:
    """With `steps_per_execution` Keras calls after several batches, and the last one counts."""
    seen = Seen()
    size = 1 if keras.backend.backend() == "torch" else size  # PyTorch has 1 only
    trained = model(keras.optimizers.SGD(Schedule(SCHEDULE)), steps_per_execution=size)
    assert fit(trained, ScheduleLogger(), seen)["learning_rate"] == VALUES["learning_rate"][4::5]
    last = [min(batch + size, 5) - 1 for batch in range(0, 5, size)]
    wanted = [VALUES["learning_rate"][5 * epoch + batch] for epoch in range(4) for batch in last]
    assert [logs["learning_rate"] for logs in seen.logs] == wanted


def test_updates_that_are_skipped() -> None:
    """The log of an epoch has the value of its last update, if infinite gradients left some out."""
    sgd = keras.optimizers.SGD(Schedule(SCHEDULE))
    trained = model(keras.optimizers.LossScaleOptimizer(sgd, initial_scale=1.0))
    data = np.array([[1.0], [np.inf], [1.0], [np.inf], [1.0]], "float32")
    options = {"batch_size": 1, "epochs": 2, "verbose": 0, "shuffle": False}
    history = trained.fit(data, np.ones((5, 1)), callbacks=[ScheduleLogger()], **options).history
    assert history["learning_rate"] == [VALUES["learning_rate"][2], VALUES["learning_rate"][5]]


def test_a_plan_beside_another_schedule() -> None:
    """The learning rate of the optimizer itself is logged as well."""
    plan = lrc.Plan(weight_decay=PLAN["weight_decay"])
    history = fit(
        model(scheduled(keras.optimizers.SGD(Schedule(SCHEDULE)), plan)), ScheduleLogger()
    )
    assert history["learning_rate"] == VALUES["learning_rate"][4::5]
    assert history["weight_decay"] == VALUES["weight_decay"][4::5]
    optimizer = keras.optimizers.SGD(Schedule(SCHEDULE), gradient_accumulation_steps=5)
    with pytest.raises(lrc.ExportError, match="an update after every 5 batches"):
        fit(model(scheduled(optimizer, plan)), ScheduleLogger())


def test_groups_and_wrapped_optimizers() -> None:
    """The values of a group have its name behind theirs."""
    plan = lrc.Plan(**PLAN.schedules(), groups={".*bias": {"weight_decay": 0.0}})
    history = fit(model(scheduled(keras.optimizers.AdamW(), plan)), ScheduleLogger())
    assert history["learning_rate"] == VALUES["learning_rate"][4::5]
    assert history["weight_decay"] == VALUES["weight_decay"][4::5]
    assert history["weight_decay_.*bias"] == [0.0] * 4
    scaling = keras.optimizers.LossScaleOptimizer(
        keras.optimizers.SGD(Schedule(SCHEDULE)), initial_scale=1.0
    )
    assert fit(model(scaling), ScheduleLogger())["learning_rate"] == VALUES["learning_rate"][4::5]


def test_an_optimizer_without_a_schedule() -> None:
    """There is nothing to log."""
    with pytest.raises(lrc.ExportError, match="the SGD of the model follows no schedule of lrcore"):
        fit(model(keras.optimizers.SGD(0.1)), ScheduleLogger())
