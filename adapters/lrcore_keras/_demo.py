"""The training of `lrcore demo` in Keras."""

from __future__ import annotations

import keras
import numpy as np

from lrcore import Schedule as Definition
from lrcore.demo import Run, Task, Tick

from ._native import Schedule


def train(schedule: Definition, task: Task, tick: Tick) -> Run:
    """A compiled model and `fit`; the rate is what the optimizer tells a callback."""
    model = _model(task)
    model.compile(
        optimizer=keras.optimizers.SGD(Schedule(schedule), momentum=task.momentum),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    recorder = _Recorder(tick)
    model.fit(
        task.images,
        task.labels,
        batch_size=task.batch,
        epochs=task.epochs,
        shuffle=False,
        verbose=0,
        callbacks=[recorder],
    )
    return Run(
        rates=np.array(recorder.rates, np.float32),
        losses=np.array(recorder.losses, np.float32),
        note="Keras applies the rate before the momentum, not after it: while the rate changes, its "
        "losses are its own.",
    )


class _Recorder(keras.callbacks.Callback):
    def __init__(self, tick: Tick) -> None:
        super().__init__()
        self.rates: list[float] = []
        self.losses: list[float] = []
        self._tick = tick

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.model.reset_metrics()  # the loss in the logs is the mean since the last reset
        self.rates.append(float(self.model.optimizer.learning_rate))

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if logs is not None:
            self.losses.append(logs["loss"])
        self._tick()


def _model(task: Task) -> keras.Model:
    inputs, units = task.weights[0].shape
    classes = len(task.weights[-1])
    model = keras.Sequential(
        [
            keras.Input((inputs,)),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(classes),
        ]
    )
    model.set_weights(task.weights)
    return model
