"""The adapter to Keras: `fit`, saved models, configurations, and each of Keras's backends."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

import lrcore as lrc
from lrcore.backend import Precision, to_float32
from lrcore_keras import Schedule, function

# Keras reads its variables by way of what NumPy 2 has deprecated.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)

SCHEDULE: Final = lrc.Linear(0.0, 0.1, 20) >> lrc.Cosine(0.1, 0.001, 60) * lrc.Exponential(1.0, 0.9)
ON_ANY_BACKEND: Final = """
import os
import keras, numpy as np
import lrcore as lrc, lrcore_keras
from lrcore.backend import to_float32
from lrcore.testing import assert_exact, cases, evaluators, probe_steps

assert keras.backend.backend() == os.environ["KERAS_BACKEND"]
schedule = lrc.Linear(0.0, 0.1, 20) >> lrc.Cosine(0.1, 0.001, 60) * lrc.Exponential(1.0, 0.9)
model = keras.Sequential([
    keras.Input((100,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
])
model.compile(keras.optimizers.SGD(lrc.export(schedule, "keras")), "mean_absolute_error")
model.fit(np.eye(100), np.full((100, 1), -9.0), batch_size=1, shuffle=False, verbose=0)
used = -model.get_weights()[0][:, 0]
assert used.tolist() == to_float32(schedule(range(100))).tolist(), used
for name in ("linear", "polynomial", "exponential", "cosine", "piecewise", "ties: cosine", "many pieces"):
    case = cases()[name].schedule
    steps = probe_steps(case, 200, last=2**31 - 1)
    for evaluate in evaluators("keras").values():
        assert_exact(case, evaluate, steps, name=name)
"""


def rates(schedule: lrc.Schedule, steps: range) -> list[float]:
    """The float32 values of `schedule`."""
    numbers: list[float] = to_float32(schedule(np.array(steps, np.int64))).tolist()
    return numbers


ON_TWO_DEVICES: Final = """
import tensorflow as tf
import keras, numpy as np
import lrcore as lrc, lrcore_keras
from lrcore.backend import to_float32

(cpu,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
rate = lrc.WarmupCosine(0.1, 4, 16, end=0.01)
plan = lrc.Plan(learning_rate=rate, weight_decay=lrc.Linear(0.1, 0.0, 18))
groups = lrc.Plan(learning_rate=rate, groups={".*head/.*": lrc.Factor(0.5)})
with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
    for given in (rate, plan, groups):
        if given is rate:
            optimizer = keras.optimizers.AdamW(lrc.export(given, "keras"))
        else:
            optimizer = lrc.export(given, "keras", optimizer=keras.optimizers.AdamW())
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, name="head")])
        model.compile(optimizer, "mse")
        data = np.ones((20, 1), "float32")
        logger = lrcore_keras.ScheduleLogger()
        history = model.fit(data, data, batch_size=4, epochs=3, verbose=0, callbacks=[logger])
        wanted = to_float32(rate(np.array([4, 9, 14]))).tolist()
        assert history.history["learning_rate"] == wanted
        assert lrcore_keras.read(optimizer) == (given, 15)
        if given is not rate:
            assert optimizer.current() == given(15), optimizer.current()
assert optimizer.current(".*head/.*") == groups(15, ".*head/.*")
"""


IN_TENSORFLOW: Final = """
import sys
import tensorflow as tf
import keras, numpy as np
import lrcore as lrc, lrcore_keras

folder = sys.argv[1]
plan = lrc.Plan(
    learning_rate=lrc.Linear(0.1, 0.0, 20), groups={".*head/.*": lrc.Factor(0.5), ".*body/bias": 0.0}
)

def made():
    layers = [keras.Input((4,)), keras.layers.Dense(2, name="body"), keras.layers.Dense(1, name="head")]
    model = keras.Sequential(layers)
    model.compile(lrc.export(plan, "keras", optimizer=keras.optimizers.Adam()), "mse")
    model.optimizer.build(model.trainable_variables)
    return model

def fit(model):
    model.fit(np.ones((8, 4)), np.ones((8, 1)), batch_size=2, verbose=0)

model, other = made(), made()
fit(model)
path = tf.train.Checkpoint(model=model, optimizer=model.optimizer).save(folder + "/checkpoint")
tf.train.Checkpoint(model=other, optimizer=other.optimizer).restore(path).assert_consumed()
assert other.optimizer.current(".*head/.*") == plan(4, ".*head/.*")
fit(model), fit(other)
for one, another in zip(model.get_weights(), other.get_weights(), strict=True):
    assert np.array_equal(one, another)
model.export(folder + "/exported")
tf.saved_model.save(model, folder + "/saved")
"""


def values(
    schedule: keras.optimizers.schedules.LearningRateSchedule, n: int
) -> NDArray[np.float32]:
    """The values of the first `n` steps, as an optimizer asks for them."""
    steps = [keras.Variable(t, dtype="int32", trainable=False) for t in range(n)]
    return np.array([keras.ops.convert_to_numpy(schedule(step)) for step in steps])


class Recorder(keras.callbacks.Callback):  # type: ignore[misc]
    """Asks the optimizer for its rate before each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.rates: list[float] = []

    def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
        """Before batch `batch`."""
        self.rates.append(float(self.model.optimizer.learning_rate))


def ledger(optimizer: keras.Optimizer, updates: int) -> keras.Model:
    """A model that keeps the rates: the gradient of update t is 1 for weight t, else 0."""
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((updates,)), dense])
    model.compile(optimizer=optimizer, loss="mean_absolute_error")
    return model


def fit(model: keras.Model, steps: range) -> list[float]:
    """Fit a ledger for some updates; the rates that a callback sees."""
    batches = np.eye(model.input_shape[1], dtype=np.float32)[steps]
    recorder = Recorder()
    model.fit(
        batches,
        np.full((len(batches), 1), -9.0),
        batch_size=1,
        shuffle=False,
        verbose=0,
        callbacks=[recorder],
    )
    return recorder.rates


def kept(model: keras.Model) -> list[float]:
    """What the weights of a ledger say that the rates were."""
    numbers: list[float] = (-model.get_weights()[0][:, 0]).tolist()
    return numbers


def schedule_of(optimizer: keras.Optimizer) -> Schedule:
    """The schedule in the configuration of an optimizer."""
    found = keras.optimizers.schedules.deserialize(optimizer.get_config()["learning_rate"])
    assert isinstance(found, Schedule)
    return found


def python(code: str, *arguments: str, **environment: str) -> str:
    """What a fresh process prints that runs `code`."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def backends(requested: list[str]) -> list[str]:
    """The backends of Keras that this run is about: the one of this process if it names none."""
    named = [name for name in requested if name in ("tensorflow", "jax", "torch")]
    return named or [keras.backend.backend()]


def test_every_update_uses_its_value() -> None:
    """Update t of `fit` changes the weights by the value of step t, and the optimizer tells it."""
    native = lrc.export(SCHEDULE, "keras")
    assert isinstance(native, keras.optimizers.schedules.LearningRateSchedule)
    model = ledger(keras.optimizers.SGD(native), 100)
    assert fit(model, range(100)) == rates(SCHEDULE, range(100))
    assert kept(model) == rates(SCHEDULE, range(100))


def test_adam_follows_it() -> None:
    """The rate that the optimizer tells a callback, over three epochs of one run."""
    model = ledger(keras.optimizers.Adam(Schedule(SCHEDULE)), 30)
    used = [rate for _ in range(3) for rate in fit(model, range(30))]
    assert used == rates(SCHEDULE, range(90))


@pytest.mark.parametrize("batches", [2, 4])
def test_accumulated_gradients(batches: int, tmp_path: Path) -> None:
    """A schedule that knows of the accumulation counts updates, also when a saved model goes on."""
    native = lrc.export(SCHEDULE, "keras", gradient_accumulation_steps=batches)
    optimizer = keras.optimizers.SGD(native, gradient_accumulation_steps=batches)
    model = ledger(optimizer, 40)
    fit(model, range(18))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    fit(loaded, range(18, 40))
    used = np.array(rates(SCHEDULE, range(40 // batches)), np.float32)
    assert kept(loaded) == np.repeat(used / batches, batches).tolist()


def test_a_saved_model_goes_on(tmp_path: Path) -> None:
    """A model that was saved and loaded has an equal schedule, and goes on at the right step."""
    model = ledger(keras.optimizers.SGD(Schedule(SCHEDULE)), 100)
    fit(model, range(37))
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert schedule_of(loaded.optimizer).schedule == SCHEDULE
    assert int(loaded.optimizer.iterations) == 37
    assert fit(loaded, range(37, 100)) == rates(SCHEDULE, range(37, 100))
    assert kept(loaded) == rates(SCHEDULE, range(100))


def test_a_saved_model_goes_on_in_another_process(tmp_path: Path) -> None:
    """All that it needs is `import lrcore_keras`."""
    model = ledger(keras.optimizers.Adam(Schedule(SCHEDULE)), 10)
    fit(model, range(7))
    path = str(tmp_path / "model.keras")
    model.save(path)
    code = (
        "import sys, json, keras, lrcore_keras\n"
        "optimizer = keras.models.load_model(sys.argv[1]).optimizer\n"
        "print(json.dumps([int(optimizer.iterations), float(optimizer.learning_rate)]))"
    )
    assert json.loads(python(code, path)) == [7, rates(SCHEDULE, range(7, 8))[0]]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_configurations(dtype: Precision) -> None:
    """They are plain JSON, and give back an equal schedule, alone and in an optimizer."""
    native = lrc.export(SCHEDULE, "keras", dtype=dtype)
    assert isinstance(native, Schedule)
    config = native.get_config()
    assert json.loads(json.dumps(config)) == config
    assert config == {
        "schedule": json.loads(SCHEDULE.to_json()),
        "dtype": dtype,
        "gradient_accumulation_steps": None,
    }

    serialized = json.loads(json.dumps(keras.optimizers.schedules.serialize(native)))
    again = keras.optimizers.schedules.deserialize(serialized)
    optimizer = keras.optimizers.Adam(native, weight_decay=0.01)
    serialized = json.loads(json.dumps(keras.optimizers.serialize(optimizer)))
    in_optimizer = schedule_of(keras.optimizers.deserialize(serialized))
    for copy in (Schedule.from_config(config), again, in_optimizer):
        assert copy == native
        assert (copy.schedule, copy.dtype) == (SCHEDULE, dtype)
        assert copy.schedule.fingerprint == SCHEDULE.fingerprint


def test_steps() -> None:
    """Integers, arrays, tensors and variables are steps."""
    native, wanted = Schedule(SCHEDULE), rates(SCHEDULE, range(30))
    counter = keras.Variable(7, dtype="int32", trainable=False)
    for step in (7, np.int32(7), keras.ops.convert_to_tensor(7), counter):
        assert float(native(step)) == wanted[7]
    many = keras.ops.reshape(keras.ops.arange(30, dtype="int32"), (2, 15))
    for rate in (native, function(SCHEDULE)):
        assert keras.ops.convert_to_numpy(rate(many)).ravel().tolist() == wanted


def test_steps_of_floating_point_types() -> None:
    """Schedules of others compute with them; they are taken where they are whole, and hold every integer."""
    native, wanted = Schedule(SCHEDULE), rates(SCHEDULE, range(300))
    assert float(native(7.0)) == float(native(np.float32(7))) == wanted[7]
    with pytest.raises(lrc.StepError, match=r"an array of integers; got 7\.5, a float"):
        native(7.5)
    values = keras.ops.convert_to_numpy(native(keras.ops.arange(100, dtype="float32")))
    assert values.tolist() == wanted[:100]
    for dtype, end in (("bfloat16", 2**8), ("float16", 2**11), ("float32", 2**24)):
        steps = keras.ops.cast(keras.ops.convert_to_tensor([3.0, end / 2, end]), dtype)
        known = [wanted[3], rates(SCHEDULE, range(end // 2, end // 2 + 1))[0]]
        values = keras.ops.convert_to_numpy(native(steps))
        assert values[:2].tolist() == known
        assert np.isnan(values[2])
    assert np.isnan(float(native(keras.ops.convert_to_tensor(7.5))))


def test_groups_in_checkpoints_of_tensorflow(tmp_path: Path) -> None:
    """A `tf.train.Checkpoint` has the updates of each group, and a model can be exported."""
    python(IN_TENSORFLOW, str(tmp_path), KERAS_BACKEND="tensorflow")


def test_training_on_two_devices() -> None:
    """With `MirroredStrategy`, where the number of updates has a copy on each device."""
    python(ON_TWO_DEVICES, KERAS_BACKEND="tensorflow")


def test_a_schedule_that_was_not_exported() -> None:
    """Keras takes every function, so the error comes with the first value; it says what to write."""
    plan: Any = lrc.Plan(learning_rate=0.1)
    for given in (SCHEDULE, plan):
        optimizer = keras.optimizers.SGD(given)
        with pytest.raises(
            lrc.StepError, match=r"an optimizer that counts steps itself is given lrcore\.export\("
        ):
            ledger(optimizer, 3).fit(np.eye(3), np.ones((3, 1)), verbose=0)


def test_schedules_are_values() -> None:
    """Equal definitions and options are equal, and survive a pickle."""
    native = Schedule(SCHEDULE, dtype="float64", gradient_accumulation_steps=4)
    again = pickle.loads(pickle.dumps(native))
    assert (again, hash(again), repr(again)) == (native, hash(native), repr(native))
    options = "dtype='float64', gradient_accumulation_steps=4"
    assert repr(native) == f"Schedule(schedule={SCHEDULE!r}, {options})"
    assert native != Schedule(SCHEDULE, dtype="float64")
    assert native != Schedule(SCHEDULE * 2, dtype="float64", gradient_accumulation_steps=4)
    assert native != SCHEDULE
    with pytest.raises(
        lrc.ExportError, match=r"gradient_accumulation_steps is an integer above 0; got 0"
    ):
        Schedule(SCHEDULE, gradient_accumulation_steps=0)


@pytest.mark.parametrize(
    ("mine", "peer"),
    [
        (
            lrc.Cosine(0.1, 0.01, 60),
            keras.optimizers.schedules.CosineDecay(0.1, 60, alpha=0.1),
        ),
        (
            lrc.Linear(0.01, 0.1, 20) >> lrc.Cosine(0.1, 0.0, 50),
            keras.optimizers.schedules.CosineDecay(
                0.01, 50, warmup_target=0.1, warmup_steps=20
            ),
        ),
        (
            lrc.Exponential(0.1, 0.9, 30),
            keras.optimizers.schedules.ExponentialDecay(0.1, 30, 0.9),
        ),
        (
            lrc.Exponential(0.1, 0.9, 30, staircase=True),
            keras.optimizers.schedules.ExponentialDecay(0.1, 30, 0.9, staircase=True),
        ),
        (
            lrc.Polynomial(0.1, 0.01, 60, 2.0),
            keras.optimizers.schedules.PolynomialDecay(0.1, 60, 0.01, power=2.0),
        ),
    ],
    ids=["cosine", "warmup", "exponential", "staircase", "polynomial"],
)  # fmt: skip
def test_keras_own_schedules_agree(
    mine: lrc.Schedule, peer: keras.optimizers.schedules.LearningRateSchedule
) -> None:
    """On equal definitions, as far as float32 arithmetic holds: four roundings of the peak."""
    difference = values(Schedule(mine), 80).astype(np.float64) - values(peer, 80)
    assert np.abs(difference).max() <= 4 * np.finfo(np.float32).eps * max(mine(range(80)))


def test_keras_own_piecewise_constant_is_one_step_late() -> None:
    """Its boundary keeps the old value, ours has the new one; elsewhere the bits are equal."""
    boundaries, levels = (10, 25, 40), (0.1, 0.05, 0.01, 0.002)
    mine = values(Schedule(lrc.PiecewiseConstant(boundaries, levels)), 60)
    peer = keras.optimizers.schedules.PiecewiseConstantDecay(list(boundaries), list(levels))
    theirs = values(peer, 60)
    assert np.flatnonzero(mine != theirs).tolist() == list(boundaries)
    assert mine[1:][theirs[1:] != mine[1:]].tolist() == to_float32(np.array(levels[1:])).tolist()
    assert theirs[list(boundaries)].tolist() == to_float32(np.array(levels[:-1])).tolist()
    later = values(Schedule(lrc.PiecewiseConstant(tuple(b + 1 for b in boundaries), levels)), 60)
    assert later.tolist() == theirs.tolist()


def test_each_backend_of_keras(requested: list[str]) -> None:
    """On TensorFlow, JAX and PyTorch `fit` uses the same bits, and some cases are exact."""
    for backend in backends(requested):
        python(ON_ANY_BACKEND, KERAS_BACKEND=backend)


def test_importing_it_imports_no_other_framework(requested: list[str]) -> None:
    """Only Keras, and what Keras has imported as its own backend; not Optax on JAX either."""
    code = (
        "import sys, keras\n"
        "packages = lambda: {name.partition('.')[0] for name in sys.modules}\n"
        "before = packages()\n"
        "sys.modules['optax'] = None\n"
        "import lrcore as lrc, lrcore_keras\n"
        "lrcore_keras.Schedule(lrc.Constant(0.1))\n"
        "print(sorted((packages() - before) & {'torch', 'tensorflow', 'jax', 'lrcore_keras'}))"
    )
    for backend in backends(requested):
        assert python(code, KERAS_BACKEND=backend) == "['lrcore_keras']", backend


def test_other_tests_on_other_backends(requested: list[str]) -> None:
    """Plans, logs and reading, with the backends that this process does not run on."""
    folder = Path(__file__).parent
    files = sorted(str(file) for file in folder.glob("test_keras_*.py"))
    for backend in set(backends(requested)) - {keras.backend.backend()}:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "KERAS_BACKEND": backend, "LRCORE_TEST_BACKENDS": "keras"},
        )
        assert done.returncode == 0, done.stdout
