"""Plans in Keras: a native schedule for each hyper-parameter."""

from __future__ import annotations

from typing import Final

import keras
import numpy as np
import pytest

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore_keras import Schedule

# Keras reads its variables by way of what NumPy 2 has deprecated.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)

PLAN: Final = lrc.Plan(
    learning_rate=lrc.WarmupCosine(0.1, 5, 20),
    weight_decay=lrc.Cosine(0.1, 0.01, 20),
    groups={
        "head": {"learning_rate": lrc.Factor(10.0)},
        1: {"learning_rate": 0.03, "weight_decay": lrc.Factor(0.0)},
    },
)


class Recorder(keras.callbacks.Callback):  # type: ignore[misc]
    """Asks the optimizer for its rate before each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.rates: list[float] = []

    def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
        """Before batch `batch`."""
        self.rates.append(float(self.model.optimizer.learning_rate))


@pytest.mark.parametrize("group", [None, "head", 1])
def test_fit_uses_the_rate_of_a_group(group: str | int | None) -> None:
    """An optimizer of Keras has one schedule, that of the learning rate."""
    schedules = lrc.export(PLAN, "keras", group=group)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(schedules["learning_rate"]), "mean_absolute_error")
    recorder = Recorder()
    ones = np.ones((30, 1))
    model.fit(ones, ones, batch_size=1, shuffle=False, verbose=0, callbacks=[recorder])
    assert recorder.rates == to_float32(PLAN(range(30), group)["learning_rate"]).tolist()


@pytest.mark.parametrize("group", [None, "head", 1])
def test_every_hyper_parameter_is_a_native_schedule(group: str | int | None) -> None:
    """Of the group's own definition, with the values of the plan."""
    schedules = lrc.export(PLAN, "keras", group=group)
    assert list(schedules) == ["learning_rate", "weight_decay"]
    for name, native in schedules.items():
        assert isinstance(native, Schedule)
        assert native.schedule == PLAN.schedules(group)[name]
        values = keras.ops.convert_to_numpy(native(keras.ops.arange(30, dtype="int32")))
        assert values.tolist() == to_float32(PLAN(range(30), group)[name]).tolist()


def test_the_precision_of_a_plan() -> None:
    """The options of a schedule are those of a plan, and go to each of its schedules."""
    schedules = lrc.export(PLAN, "keras", group=1, dtype="float64")
    assert {native.dtype for native in schedules.values()} == {"float64"}


def test_what_a_plan_does_not_have() -> None:
    """A group that is not there, and a schedule that is not bound, are named."""
    with pytest.raises(lrc.InvalidScheduleError, match="no group 'tail'; it has 'head', 1"):
        lrc.export(PLAN, "keras", group="tail")
    unbound = lrc.Plan(learning_rate=0.1, weight_decay=lrc.Linear(0.1, 0.0, "1 run"))
    with pytest.raises(lrc.UnboundError, match=r"Plan\.weight_decay: Linear\.steps is '1 run'"):
        lrc.export(unbound, "keras")
