"""Reading the optimizers of Keras while they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import keras
import numpy as np
import pytest
from keras.optimizers import SGD
from keras_formulas import SCHEDULES

import lrcore as lrc
from lrcore_keras import read

# Keras reads its variables by way of what NumPy 2 has deprecated.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)

EPS: Final = float(np.finfo(np.float32).eps)


def ledger(optimizer: keras.Optimizer, batches: int) -> keras.Model:
    """A model that keeps the rates: the gradient of batch t is 1 for weight t, else 0."""
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((batches,)), dense])
    model.compile(optimizer=optimizer, loss="mean_absolute_error")
    return model


def fit(model: keras.Model, batches: int) -> None:
    """Fit a ledger for its first batches."""
    data = np.eye(model.input_shape[1], dtype=np.float32)[:batches]
    model.fit(data, np.full((batches, 1), -99.0), batch_size=1, shuffle=False, verbose=0)


@pytest.mark.parametrize("name", SCHEDULES)
def test_an_optimizer_that_runs(name: str) -> None:
    """Its schedule, and how many updates it has made; the rest of the run is the same."""
    native, wanted = SCHEDULES[name]
    optimizer = SGD(native)
    assert read(optimizer) == (wanted, 0)
    model = ledger(optimizer, 12)
    fit(model, 12)
    assert read(optimizer) == (wanted, 12)
    used = -model.get_weights()[0][:, 0]
    assert np.abs(used - wanted(range(12))).max() <= 8 * EPS * 0.3
    assert abs(float(optimizer.learning_rate) - wanted(12)) <= 8 * EPS * 0.3


@pytest.mark.parametrize("batches", [2, 3])
@pytest.mark.parametrize("name", ["cosine", "exponential", "levels", "own"])
def test_accumulated_gradients(name: str, batches: int) -> None:
    """The values of the definition are those that the updates use, whose number is the step."""
    native, wanted = SCHEDULES[name]
    optimizer = SGD(native, gradient_accumulation_steps=batches)
    definition, step = read(optimizer)
    assert step == 0
    assert isinstance(definition, lrc.Schedule)
    model = ledger(optimizer, 12)
    fit(model, 12)
    used = -model.get_weights()[0][::batches, 0] * batches
    assert used.size == 12 // batches
    assert np.abs(used - definition(range(used.size))).max() <= 8 * EPS * 0.3
    asked = [wanted(batches * update + batches - 1) for update in range(used.size)]
    assert definition(range(used.size)).tolist() == asked
    assert read(optimizer) == (definition, used.size)
    assert read(keras.optimizers.serialize(optimizer)) == (definition, 0)


def test_a_constant_learning_rate() -> None:
    """It is the float32 number that the optimizer holds now, with accumulation as well."""
    optimizer = SGD(0.1, gradient_accumulation_steps=4)
    assert read(optimizer) == (lrc.Constant(float(np.float32(0.1))), 0)
    optimizer.learning_rate = 0.25
    assert read(optimizer) == (lrc.Constant(0.25), 0)


def test_an_optimizer_with_a_loss_scale() -> None:
    """The inner optimizer has the learning rate, and does not count skipped updates."""
    native, wanted = SCHEDULES["cosine"]
    optimizer = keras.optimizers.LossScaleOptimizer(SGD(native), initial_scale=2.0)
    data = np.eye(3, dtype=np.float32)
    data[1, 1] = np.inf
    ledger(optimizer, 3).fit(data, np.full((3, 1), -99.0), batch_size=1, shuffle=False, verbose=0)
    assert read(optimizer) == (wanted, 2)
    assert read(keras.optimizers.serialize(optimizer)) == (wanted, 0)


def test_schedules_that_know_of_the_accumulation() -> None:
    """They count updates already."""
    schedule = lrc.Linear(0.3, 0.0, 20)
    native = lrc.export(schedule, "keras", gradient_accumulation_steps=3)
    optimizer = SGD(native, gradient_accumulation_steps=3)
    assert read(optimizer) == read(keras.optimizers.serialize(optimizer)) == (schedule, 0)
    assert read(native) == (schedule, 0)
    other = SGD(native, gradient_accumulation_steps=2)
    for given in (other, keras.optimizers.serialize(other)):
        with pytest.raises(
            lrc.ExportError, match="gradient_accumulation_steps=2, and its schedule 3"
        ):
            read(given)


def test_optimizers_that_follow_a_plan() -> None:
    """The plan is read, with its groups."""
    plan = lrc.Plan(learning_rate=0.1, weight_decay=lrc.Linear(0.1, 0.0, 9))
    grouped = lrc.Plan(**plan.schedules(), groups={".*bias": {"weight_decay": 0.0}})
    for given in (plan, grouped):
        optimizer = lrc.export(given, "keras", optimizer=keras.optimizers.AdamW())
        assert read(optimizer) == read(keras.optimizers.serialize(optimizer)) == (given, 0)
        inner = keras.optimizers.LossScaleOptimizer(
            lrc.export(plan, "keras", optimizer=keras.optimizers.AdamW())
        )
        assert read(inner) == read(keras.optimizers.serialize(inner)) == (plan, 0)


OTHERS: Final[dict[str, tuple[Callable[[], object], str]]] = {
    "function": (lambda: SGD(lambda: 0.1), "the function '<lambda>' cannot be read"),
    "not finite": (
        lambda: SGD(float("inf")),
        "the optimizer has the learning rate inf: .*finite number",
    ),
    "several": (
        lambda: keras.optimizers.MultiOptimizer(keras.optimizers.OptimizerMap(SGD(0.1))),
        "MultiOptimizer has several learning rates; read each of its optimizers",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_optimizers_that_are_refused(name: str) -> None:
    """And the reason."""
    make, message = OTHERS[name]
    with pytest.raises(lrc.ExportError, match=message):
        read(make())
