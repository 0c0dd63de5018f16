"""Small trainings in Keras: with a cycle and without, and with seven optimizers that follow one schedule.

`python tools/trainings.py` writes `tools/trainings.json`, the losses in two pictures of the documentation; an
argument is another file to write to. It takes about a minute. `python tools/pictures.py` draws the pictures.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import keras

import lrcore as lrc
from lrcore._demo._task import CONSTANT, Task, cycle, digits

EPOCHS: Final = 16

OPTIMIZERS: Final = (
    "SGD(1.0)",
    "SGD(0.3, momentum=0.9)",
    "SGD(0.3, momentum=0.9, nesterov=True)",
    "Adagrad(0.4)",
    "Adadelta(60.0)",
    "RMSprop(0.03)",
    "Adam(0.05)",
)
"""The optimizers, as names in `keras.optimizers` with the largest learning rate."""

MOMENTUM: Final = lrc.Linear(0.5, 0.9, 224)
"""The momentum of the last comparison: small at first, and large from the middle of the training on."""

_DATA: Final = Path(__file__).resolve().with_name("trainings.json")


def trainings() -> dict[str, object]:
    """The mean loss of each epoch in every training."""
    task = digits(EPOCHS)
    cycles = {
        name: _losses(keras.optimizers.SGD(lrc.export(schedule, "keras"), task.momentum), task)
        for name, schedule in {"cyclical": cycle(task), "constant": CONSTANT}.items()
    }
    optimizers = {code: _with_and_without(code, task) for code in OPTIMIZERS}
    code = OPTIMIZERS[1]
    plan = lrc.Plan(learning_rate=_schedule(code, task), momentum=MOMENTUM)
    momentum = _losses(lrc.export(plan, "keras", optimizer=_optimizer(code)), task)
    return {
        "epochs": task.epochs,
        "updates_per_epoch": task.updates_per_epoch,
        "cycles": cycles,
        "optimizers": optimizers,
        "momentum": {"constant": optimizers[code]["schedule"], "schedule": momentum},
    }


def _with_and_without(code: str, task: Task) -> dict[str, list[float]]:
    """The losses with the constant learning rate of an optimizer, and with the schedule."""
    plan = lrc.Plan(learning_rate=_schedule(code, task))
    return {
        "constant": _losses(_optimizer(code), task),
        "schedule": _losses(lrc.export(plan, "keras", optimizer=_optimizer(code)), task),
    }


def _optimizer(code: str) -> keras.Optimizer:
    return eval(code, vars(keras.optimizers))


def _schedule(code: str, task: Task) -> lrc.Schedule:
    """A warm-up of one epoch to the learning rate of the optimizer, and a cosine decay."""
    peak = float(code.partition("(")[2].rstrip(")").partition(",")[0])
    epoch = task.updates_per_epoch
    return lrc.WarmupCosine(peak, epoch, task.updates - epoch)


def _losses(optimizer: keras.Optimizer, task: Task) -> list[float]:
    """The mean loss of each epoch. Initial weights and the order of the images are always the same."""
    inputs, units = task.weights[0].shape
    hidden = keras.layers.Dense(units, activation="relu")
    output = keras.layers.Dense(len(task.weights[-1]))
    model = keras.Sequential([keras.Input((inputs,)), hidden, output])
    model.set_weights(task.weights)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer, loss=loss)
    options = {"batch_size": task.batch, "epochs": task.epochs, "shuffle": False, "verbose": 0}
    history = model.fit(task.images, task.labels, **options).history
    return [round(loss, 4) for loss in history["loss"]]


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else _DATA
    target.write_text(json.dumps(trainings()) + "\n", encoding="utf-8")
