"""The adapter to TensorFlow: eager, in graphs, compiled, saved; the size of graphs; its own power."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import keras
import mpmath
import numpy as np
import pytest
import tensorflow as tf
from many_pieces import FAR, FAR_STEPS, MANY, ORDINARY
from numpy.typing import NDArray

import lrcore as lrc
from lrcore.backend import Precision, to_float32
from lrcore.testing import ulps
from lrcore_tensorflow import function
from lrcore_tensorflow._power import power

_Rate: TypeAlias = Callable[[tf.Tensor], tf.Tensor]

SCHEDULE: Final = lrc.Linear(0.0, 0.1, 50) >> lrc.Cosine(0.1, 0.001, 200) * lrc.Exponential(
    1.0, 0.9
)
SHORT: Final = lrc.Linear(0.0, 0.1, 50) >> lrc.Cosine(0.1, 0.001, 100)
TIES: Final = lrc.Product(tuple(lrc.Linear(0.0, float(n), n) for n in (98, 103, 107, 161, 187)))
"""At step 31 it is 31**5, in the middle of two float32; `n * (1 / n)` is not 1 for any of these lengths."""
POWER: Final = 115
"""Its operations, at most."""
MODES: Final[dict[str, Callable[[_Rate], _Rate]]] = {
    "eager": lambda rate: rate,
    "graph": tf.function,
    "xla": lambda rate: tf.function(rate, jit_compile=True),
}

XLA: Final = """
import sys
import numpy as np, tensorflow as tf
import lrcore as lrc
from lrcore_tensorflow import function

schedule = lrc.from_json(sys.argv[1])
config = tf.compat.v1.ConfigProto()
config.graph_options.optimizer_options.global_jit_level = tf.compat.v1.OptimizerOptions.ON_1
with tf.Graph().as_default(), tf.compat.v1.Session(config=config) as session:
    steps = tf.compat.v1.placeholder(tf.int64, [None])
    value = function(schedule)
    both = value(steps), tf.function(value, jit_compile=True)(steps)
    for values in session.run(both, {steps: np.arange(32)}):
        print(values[31].item())
"""


def rates(schedule: lrc.Schedule, steps: range) -> list[float]:
    """The float32 values of `schedule`."""
    numbers: list[float] = to_float32(schedule(np.array(steps, np.int64))).tolist()
    return numbers


def operations(schedule: lrc.Schedule) -> Counter[str]:
    """How often each operation occurs in the graph of `schedule`, and in the functions it calls.

    A number made outside of the graph is its input, whose name depends on the size of the number.
    """
    signature = tf.TensorSpec([None], tf.int64)
    graph = tf.function(function(schedule)).get_concrete_function(signature).graph.as_graph_def()
    nodes = [*graph.node, *(node for called in graph.library.function for node in called.node_def)]
    return Counter("Input" if n.op in ("Const", "Placeholder") else n.op for n in nodes)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", [tf.int32, tf.int64, tf.uint8, tf.int16], ids=lambda d: d.name)
def test_steps_of_every_integer_type_and_shape(mode: str, dtype: tf.DType) -> None:
    """Values come in the shape of the steps, in float32, also where the graph does not know it."""
    rate = MODES[mode](function(SHORT))
    steps = tf.cast(tf.range(120), dtype)
    wanted = rates(SHORT, range(120))
    for shape in ((120,), (2, 3, 20), (120, 1), (0, 7)):
        values = rate(tf.reshape(steps[: int(np.prod(shape))], shape))
        assert (values.shape, values.dtype) == (shape, tf.float32)
        assert values.numpy().ravel().tolist() == wanted[: int(np.prod(shape))]
    assert rate(steps[3]).numpy() == np.float32(wanted[3])


@pytest.mark.parametrize("mode", MODES)
def test_steps_beyond_the_last_answer_as_the_last(mode: str) -> None:
    """The clock stops at 2**53: nothing wraps around in 64 bits."""
    for schedule in FAR:
        rate = MODES[mode](function(schedule, dtype="float64"))
        steps = tf.constant(FAR_STEPS, tf.int64), tf.constant([2**63, 2**64 - 1], tf.uint64)
        for given in steps:
            assert set(rate(given).numpy().tolist()) == {schedule(2**53)}


@pytest.mark.parametrize("compiled", [False, True], ids=["graph", "xla"])
@pytest.mark.parametrize("shape", [[None], None], ids=["length", "rank"])
@pytest.mark.parametrize("dtype", [tf.int32, tf.int64], ids=lambda d: d.name)
def test_a_graph_of_unknown_shape(
    compiled: bool, shape: list[int | None] | None, dtype: tf.DType
) -> None:
    """One graph serves steps of every length, or of every rank."""
    rate = tf.function(
        function(SHORT),
        jit_compile=compiled,
        input_signature=[tf.TensorSpec(shape, dtype)],
    )
    for length in (1, 300, 17):
        values = rate(tf.range(length, dtype=dtype))
        assert values.numpy().tolist() == rates(SHORT, range(length))
    assert rate.experimental_get_tracing_count() == 1


def test_a_python_integer_is_a_step() -> None:
    """A loop over `range` needs no tensors."""
    rate = lrc.export(SCHEDULE, "tensorflow")
    assert callable(rate)
    assert [rate(t).numpy() for t in range(60)] == rates(SCHEDULE, range(60))


@pytest.mark.parametrize("mode", MODES)
def test_steps_that_are_not_integers(mode: str) -> None:
    """A float step is an error, even where it is whole: it may have been rounded already."""
    rate = MODES[mode](function(SCHEDULE))
    for dtype in (tf.float32, tf.float64, tf.bfloat16, tf.bool):
        with pytest.raises(lrc.StepError, match=f"integers; got a tensor of {dtype.name}"):
            rate(tf.cast([3], dtype))


@pytest.mark.parametrize("compiled", [False, True], ids=["graph", "xla"])
def test_every_update_uses_its_value(compiled: bool) -> None:
    """Update t of a training loop moves the weights by the value of step t."""
    updates = 300
    rate = function(SCHEDULE)
    weights = tf.Variable(tf.zeros([updates]))
    step = tf.Variable(0, dtype=tf.int64)

    def update() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(weights * tf.one_hot(step, updates))
        weights.assign_sub(rate(step) * tape.gradient(loss, weights))
        step.assign_add(1)

    in_graph = tf.function(update, jit_compile=compiled)
    for _ in range(updates):
        in_graph()
    assert (-weights.numpy()).tolist() == rates(SCHEDULE, range(updates))


def test_saved_and_loaded(tmp_path: Path) -> None:
    """A SavedModel holds the schedule, and gives the same bits without lrcore."""
    steps = np.arange(3000)
    for i, (name, make) in enumerate(MANY.items()):
        module = tf.Module()
        signature = [tf.TensorSpec([None], tf.int64)]
        module.rate = tf.function(function(make(30)), input_signature=signature)
        tf.saved_model.save(module, str(tmp_path / str(i)))
        loaded = tf.saved_model.load(str(tmp_path / str(i)))
        values = loaded.rate(tf.constant(steps))
        assert values.numpy().tolist() == to_float32(make(30)(steps)).tolist(), name


@pytest.mark.parametrize("name", MANY)
def test_graphs_do_not_grow_with_the_number_of_pieces(name: str) -> None:
    """A thousand pieces need the operations of ten, and none of them calls back to Python."""
    few, many = operations(MANY[name](10)), operations(MANY[name](1000))
    assert few == many
    assert 0 < sum(many.values()) < 1500
    assert not {op for op in many if "PyFunc" in op}


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("linear", 35),
        ("cosine", 50),
        ("polynomial", 80 + POWER),
        ("warmup cosine", 80),
        ("pieces", 130 + POWER),
        ("recipes", 150 + POWER),
    ],
)
def test_graphs_are_small(name: str, most: int) -> None:
    """Operations beside the inputs; a power takes more than a hundred, because TensorFlow has no exact one."""
    counted = operations(ORDINARY[name])
    assert 10 < sum(counted.values()) - counted["Input"] <= most


def test_graphs_have_the_right_values_at_a_thousand_pieces() -> None:
    """Tables of fields give what the pieces give."""
    for name, make in MANY.items():
        schedule = make(1000)
        end = schedule.duration if isinstance(schedule.duration, int) else 3000
        steps = np.random.default_rng(0).integers(0, 2 * end, 3000)
        values = tf.function(function(schedule))(tf.constant(steps))
        assert values.numpy().tolist() == to_float32(schedule(steps)).tolist(), name


def test_sessions_change_no_value() -> None:
    """The optimizers of graphs turn a division by a constant into a product, where they see a constant."""
    steps = np.arange(49)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        given = tf.compat.v1.placeholder(tf.int64, [None])
        values = session.run(function(TIES, dtype="float64")(given), {given: steps})
    assert values[31] == 31**5
    assert values.tolist() == TIES(steps).tolist()


def test_sessions_with_xla_change_no_value() -> None:
    """Neither where XLA chooses what it compiles, nor where it is told to compile a function."""
    done = subprocess.run(
        [sys.executable, "-c", XLA, TIES.to_json()],
        env={**os.environ, "TF_XLA_FLAGS": "--tf_xla_cpu_global_jit"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["28629152.0"] * 2


def bases_and_exponents(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Powers between 1e-290 and 1e290: of bases near to 1, of any size, and of fractions."""
    rng = np.random.default_rng(0)
    near = 1.0 + rng.uniform(-1, 1, count) * 10.0 ** rng.uniform(-12, -1, count)
    any_size = 10.0 ** rng.uniform(-250, 250, count)
    fractions = rng.uniform(1e-6, 1, count)
    bases = np.concatenate([near, any_size, fractions])
    largest = 290 / np.maximum(np.abs(np.log10(bases)), 1e-9)
    exponents = rng.uniform(-1, 1, bases.size) * np.minimum(largest, 1e12)
    shrunk = exponents * 10.0 ** rng.uniform(-12, 0, bases.size)
    return np.concatenate([bases, bases]), np.concatenate([exponents, shrunk])


@pytest.mark.parametrize(("mode", "bound"), [("eager", 0.6), ("graph", 0.6), ("xla", 0.6)])
def test_its_power_is_exact_to_a_rounding(mode: str, bound: float) -> None:
    """Half a unit in the last place and little more, measured against sixty digits."""
    bases, exponents = bases_and_exponents(2000)
    run = tf.function(power, jit_compile=mode == "xla") if mode != "eager" else power
    got = run(tf.constant(bases), tf.constant(exponents)).numpy()
    with mpmath.workdps(60):
        wanted = [mpmath.mpf(b) ** mpmath.mpf(e) for b, e in zip(bases, exponents, strict=True)]
    assert max(map(ulps, got.tolist(), wanted)) <= bound


@pytest.mark.parametrize("mode", ["eager", "graph", "xla"])
def test_its_power_is_exact_where_that_can_be(mode: str) -> None:
    """Whole powers of small numbers, roots of squares, the exponents 0 and 1, the base 0."""
    rng = np.random.default_rng(1)
    whole = [(float(b), float(e)) for b in range(1, 60) for e in range(12) if b**e < 2**53]
    twos = [(2.0, float(e)) for e in range(-1022, 1024)]
    roots = [(float(b * b), 0.5) for b in range(1, 3000)]
    trivial = [(float(b), e) for b in 10.0 ** rng.uniform(-300, 300, 500) for e in (0.0, 1.0)]
    cases = [*whole, *twos, *roots, *trivial, (0.0, 0.5), (0.0, 3.0)]
    wanted = [
        *(b**e for b, e in whole),
        *(2.0**e for _, e in twos),
        *(float(b) for b in range(1, 3000)),
        *(b**e for b, e in trivial),
        *(0.0, 0.0),
    ]
    run = tf.function(power, jit_compile=mode == "xla") if mode != "eager" else power
    got = run(*(tf.constant(column, tf.float64) for column in zip(*cases, strict=True)))
    wrong = [c for c, g, w in zip(cases, got.numpy().tolist(), wanted, strict=True) if g != w]
    assert not wrong


def test_importing_it_imports_no_other_framework() -> None:
    """Whoever trains in TensorFlow need not have the others, nor wait for them."""
    code = (
        "import sys, tensorflow\n"
        "before = set(sys.modules)\n"  # TensorFlow itself imports Keras, and Keras JAX if it is there
        "import lrcore_tensorflow\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new & {'torch', 'keras', 'jax', 'optax', 'lrcore_tensorflow'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['lrcore_tensorflow']"


STRICT: Final = ["polynomial", "cosine", "many pieces", "restarts, fractional", "linear, long"]


@pytest.mark.parametrize("mode", ["safe", "all"])
def test_the_strict_modes_of_numpy(mode: str) -> None:
    """They take no bare number beyond 32 bits, nor a sum of different types; a process cannot leave them."""
    code = f"""
import tensorflow as tf
tf.experimental.numpy.experimental_enable_numpy_behavior(dtype_conversion_mode={mode!r})
from lrcore.testing import assert_exact, cases, evaluators, probe_steps
for name in {STRICT}:
    for way in ("eager", "graph"):
        schedule = cases()[name].schedule
        assert_exact(schedule, evaluators("tensorflow")[way], probe_steps(schedule, 50), name=name)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_ragged_and_sparse_steps() -> None:
    """They are refused, and the message says what to write for ragged steps."""
    rate, ragged = function(SCHEDULE), tf.ragged.constant([[1, 2], [3]], dtype=tf.int64)
    for steps in (ragged, tf.sparse.from_dense([1, 0, 2])):
        with pytest.raises(lrc.StepError, match=r"dense tensor; .* tf\.ragged\.map_flat_values\("):
            rate(steps)
    wanted = tf.RaggedTensor.from_row_lengths(rate(tf.constant([1, 2, 3])), [2, 1])
    assert tf.ragged.map_flat_values(rate, ragged).to_list() == wanted.to_list()


def test_functions_are_values() -> None:
    """Functions of equal schedules are equal, survive a pickle, and share one graph."""
    made, others = function(SCHEDULE), (function(SCHEDULE * 2), function(SCHEDULE, dtype="float64"))
    assert pickle.loads(pickle.dumps(made)) == made
    assert hash(function(SCHEDULE)) == hash(made)
    assert repr(made) == f"Function(schedule={SCHEDULE!r}, dtype='float32')"
    assert made not in (*others, SCHEDULE)
    at = tf.function(lambda rate, step: rate(step))
    for t in range(5):  # with a function that is made again, and gone after each call
        assert at(function(SCHEDULE), tf.constant(t)).numpy() == np.float32(SCHEDULE(t))
    assert at.experimental_get_tracing_count() == 1
    for other in others:
        at(other, tf.constant(3))
    assert at.experimental_get_tracing_count() == 3
    with pytest.raises(lrc.ExportError, match=r"a function is made of one schedule; got 0\.1"):
        function(0.1)  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_single_steps_outside_of_graphs(dtype: Precision) -> None:
    """Are computed by the host."""
    rate = function(SCHEDULE, dtype=dtype)
    wanted = np.array(SCHEDULE(range(260)), dtype)
    counter = tf.Variable(0, dtype=tf.int64)
    for t in (*range(260), 7, 3, 250):
        counter.assign(t)
        for step in (t, np.int64(t), tf.constant(t), counter):
            value = rate(step)
            assert (value.dtype, value.shape) == (dtype, ())
            assert value.numpy() == wanted[t]
    assert rate(tf.constant(-3)).numpy() == rate(-3).numpy() == wanted[0]
    assert rate(tf.constant(2**63, tf.uint64)).numpy() == SCHEDULE(2**53)


OPTIMIZERS: Final[dict[str, Callable[[Any], Any]]] = {
    "sgd": keras.optimizers.SGD,
    "momentum": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    "nesterov": lambda rate: keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
    "adagrad": keras.optimizers.Adagrad,
    "adadelta": keras.optimizers.Adadelta,
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_loop_with_every_optimizer(name: str) -> None:
    """The weights are those of a loop that assigns each rate to the optimizer by hand."""
    ends = []
    for schedule in (lrc.export(SCHEDULE, "keras"), 1.0):
        weights = tf.Variable([1.0, 2.0, 3.0])
        optimizer = OPTIMIZERS[name](schedule)
        optimizer.build([weights])

        def update(optimizer: Any = optimizer, weights: tf.Variable = weights) -> None:
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(weights**2)
            optimizer.apply_gradients([(tape.gradient(loss, weights), weights)])

        in_graph = tf.function(update)
        for t in range(60):
            if schedule == 1.0:
                optimizer.learning_rate = np.float32(SCHEDULE(t))
            in_graph()
        assert in_graph.experimental_get_tracing_count() == 1
        ends.append(weights.numpy().tolist())
    assert ends[0] == ends[1]
