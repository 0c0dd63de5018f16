"""Graphs of TensorFlow 1: the values of schedules as tensors of the global step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import pytest
import tensorflow as tf

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore_tensorflow import function

_Feed: TypeAlias = Callable[[int], dict[tf.Tensor, float]]

tf1: Final = tf.compat.v1

UPDATES: Final = 30
SCHEDULE: Final = lrc.WarmupCosine(0.1, 5, 20) * lrc.Exponential(1.0, 0.9)

OPTIMIZERS: Final[dict[str, Callable[[tf.Tensor], Any]]] = {
    "gradient descent": tf1.train.GradientDescentOptimizer,
    "momentum": lambda rate: tf1.train.MomentumOptimizer(rate, 0.9),
    "nesterov": lambda rate: tf1.train.MomentumOptimizer(rate, 0.9, use_nesterov=True),
    "adagrad": tf1.train.AdagradOptimizer,
    "adadelta": tf1.train.AdadeltaOptimizer,
    "rmsprop": tf1.train.RMSPropOptimizer,
    "adam": tf1.train.AdamOptimizer,
}


@pytest.fixture(params=["resource", "ref"], autouse=True)
def _graph(request: pytest.FixtureRequest) -> Iterator[None]:
    """A new graph, with either kind of variables."""
    before = tf1.resource_variables_enabled()
    _enable_resources(request.param == "resource")
    with tf.Graph().as_default():
        yield
    _enable_resources(before)


def _enable_resources(enabled: bool) -> None:
    (tf1.enable_resource_variables if enabled else tf1.disable_resource_variables)()


def rates(schedule: lrc.Schedule, steps: range | list[int] = range(UPDATES)) -> list[float]:
    """The float32 values of `schedule`."""
    numbers: list[float] = to_float32(schedule(np.array(steps))).tolist()
    return numbers


def at(steps: list[int], value: tf.Tensor) -> list[float]:
    """What a tensor of the global step is when the step was set to these numbers."""
    step = tf1.train.get_global_step()
    given = tf1.placeholder(tf.int64, [])
    go = step.assign(given, read_value=False)
    found = []
    with tf1.Session() as session:
        for t in steps:
            session.run(go, {given: t})
            found.append(session.run(value).item())
    return found


def test_exponential_decay_by_steps() -> None:
    """`exponential_decay(0.1, step, 100000, 0.96)`, with a staircase and without."""
    step = tf1.train.get_or_create_global_step()
    stairs = function(lrc.Exponential(0.1, 0.96, 100_000, staircase=True))(step)
    f = np.float32
    assert at([0, 99_999, 100_000, 199_999, 250_000], stairs) == [
        *(f(0.1), f(0.1), f(0.096), f(0.096), f(0.09216))
    ]
    smooth = lrc.Exponential(0.1, 0.96, 100_000)
    steps = [0, 1, 50_000, 100_000, 123_456]
    assert at(steps, function(smooth)(step)) == rates(smooth, steps)


def test_exponential_decay_by_examples() -> None:
    """`exponential_decay(0.01, batch * 64, 60000, 0.95, staircase=True)`: any integer is a clock."""
    batch = tf1.train.get_or_create_global_step()
    by_examples = function(lrc.Exponential(0.01, 0.95, 60_000, staircase=True))(batch * 64)
    exact = function(lrc.Exponential(0.01, 0.95, Fraction(60_000, 64), staircase=True))(batch)
    f = np.float32
    wanted = [f(0.01), f(0.01), f(0.0095), f(0.0095), f(0.009025)]
    assert at([0, 937, 938, 1874, 1875], by_examples) == wanted
    assert at([0, 937, 938, 1874, 1875], exact) == wanted


def test_a_piecewise_rate_in_epochs() -> None:
    """`[0,19] [20,59] [60,99] [100,inf)` epochs of 225 steps; the cost is that of two levels."""
    epochs = ("20 epochs", "60 epochs", "100 epochs")
    schedule = lrc.PiecewiseConstant(epochs, (0.1, 0.01, 0.001, 0.0001)).bind(steps_per_epoch=225)
    rate = function(schedule)(tf1.train.get_or_create_global_step())
    operations = len(tf1.get_default_graph().get_operations())
    f = np.float32
    steps = [0, 4499, 4500, 13_499, 13_500, 22_499, 22_500, 10**12]
    assert at(steps, rate) == [
        *(f(0.1), f(0.1), f(0.01), f(0.01), f(0.001), f(0.001), f(0.0001), f(0.0001))
    ]
    with tf.Graph().as_default() as other:
        many = lrc.PiecewiseConstant(tuple(range(1, 1001)), tuple(np.linspace(1.0, 0.1, 1001)))
        function(many)(tf1.train.get_or_create_global_step())
        assert len(other.get_operations()) == operations


def test_the_printed_table() -> None:
    """`exponential_decay(1.0, step, 100000, 0.96)` from step 0 on, correctly rounded."""
    rate = function(lrc.Exponential(1.0, 0.96, 100_000))(tf1.train.get_or_create_global_step())
    # The float32 arithmetic of TensorFlow printed 0.9999996423721313 and 0.9999992251396179.
    wanted = [1.0, 0.9999995827674866, 0.9999991655349731]
    assert at([0, 1, 2], rate) == wanted


def trained(
    optimizer: Any, gradient: Callable[[], tf.Tensor], feed: _Feed = lambda t: {}
) -> list[list[float]]:
    """A weight after each update, and the numbers that the operation of the optimizer was given."""
    step = tf1.train.get_or_create_global_step()
    weight = tf1.get_variable("weight", initializer=[0.1, 0.2, 0.3])
    train = optimizer.apply_gradients([(gradient(), weight)], global_step=step)
    operations = tf1.get_default_graph().get_operations()
    (apply,) = [op for op in operations if "Apply" in op.type]
    names = [argument.name for argument in apply.op_def.input_arg]
    numbers = [
        t for n, t in zip(names, apply.inputs, strict=True) if n in ("alpha", "lr", "momentum")
    ]
    with tf1.Session() as session:
        session.run(tf1.global_variables_initializer())
        found = []
        for t in range(UPDATES):
            used = session.run([train, *numbers], feed(t))[1:]
            found.append([*np.array(used).tolist(), *session.run(weight).tolist()])
        assert tf1.train.global_step(session, step) == UPDATES
    return found


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_update_uses_its_value(name: str) -> None:
    """The operation of the optimizer is given it, and weights are those of a rate that is fed."""

    def gradient() -> tf.Tensor:
        return tf.constant([1.0, -0.3, 0.007])

    step = tf1.train.get_or_create_global_step()
    found = trained(OPTIMIZERS[name](function(SCHEDULE)(step)), gradient)
    wanted = rates(SCHEDULE)
    assert [row[0] for row in found] == wanted
    with tf.Graph().as_default():
        rate = tf1.placeholder(tf.float32, [])
        assert found == trained(OPTIMIZERS[name](rate), gradient, lambda t: {rate: wanted[t]})


def test_a_plan() -> None:
    """A rate, a momentum that grows and a clip norm, each a tensor of the global step."""
    plan = lrc.Plan(
        learning_rate=SCHEDULE,
        momentum=lrc.Linear(0.5, 0.99, 20),
        clip_norm=lrc.Exponential(4.0, 0.9),
    )
    wanted = {name: to_float32(values).tolist() for name, values in plan(range(UPDATES)).items()}

    def clipped(clip_norm: tf.Tensor) -> Callable[[], tf.Tensor]:
        # Its norm is 8, so its first entry becomes the clip norm itself.
        return lambda: tf.clip_by_global_norm([tf.constant([8.0, 0.0, 0.0])], clip_norm)[0][0]

    step = tf1.train.get_or_create_global_step()
    values = {name: own(step) for name, own in lrc.export(plan, "tensorflow").items()}
    optimizer = tf1.train.MomentumOptimizer(values["learning_rate"], values["momentum"])
    found = trained(optimizer, clipped(values["clip_norm"]))
    assert [row[0] for row in found] == wanted["learning_rate"]
    assert [row[1] for row in found] == wanted["momentum"]
    with tf.Graph().as_default():
        fed = {name: tf1.placeholder(tf.float32, []) for name in values}
        optimizer = tf1.train.MomentumOptimizer(fed["learning_rate"], fed["momentum"])
        assert found == trained(
            optimizer,
            clipped(fed["clip_norm"]),
            lambda t: {fed[name]: wanted[name][t] for name in fed},
        )


def test_a_clip_norm() -> None:
    """A gradient whose only entry is larger becomes the clip norm."""
    schedule = lrc.Exponential(4.0, 0.9)
    norm = function(schedule)(tf1.train.get_or_create_global_step())
    (gradient,), _ = tf.clip_by_global_norm([tf.constant([8.0])], norm)
    steps = list(range(UPDATES))
    assert at(steps, gradient) == rates(schedule, steps)


@pytest.mark.parametrize("way", ["placeholder", "variable"])
def test_the_loop_decides(way: str) -> None:
    """0.1, 0.1, 0.01, 0.01 over four steps, in a graph that is finished before."""
    schedule = lrc.PiecewiseConstant((2,), (0.1, 0.01))
    step = tf1.train.get_or_create_global_step()
    rate = tf1.placeholder(tf.float32, [])
    held = tf1.get_variable("rate", initializer=0.0, trainable=False)
    assign = held.assign(rate, read_value=False)
    weight = tf1.get_variable("weight", initializer=tf.zeros([4]))
    optimizer = tf1.train.GradientDescentOptimizer(rate if way == "placeholder" else held)
    loss = tf.reduce_sum(weight * tf.one_hot(step, 4))
    train = optimizer.minimize(loss, var_list=[weight], global_step=step)
    prepare = tf1.global_variables_initializer()
    tf1.get_default_graph().finalize()
    with tf1.Session() as session:
        session.run(prepare)
        for _ in range(4):
            value = schedule(tf1.train.global_step(session, step))
            if way == "variable":
                session.run(assign, {rate: value})
            session.run(train, {rate: value} if way == "placeholder" else {})
        used = (-session.run(weight)).tolist()
    assert used == [np.float32(0.1), np.float32(0.1), np.float32(0.01), np.float32(0.01)]


def test_summaries_show_what_updates_used(tmp_path: Path) -> None:
    """A summary is written under the number of updates that were made: n shows update n - 1."""
    step = tf1.train.get_or_create_global_step()
    rate = function(SCHEDULE)(step)
    tf1.summary.scalar("learning_rate", rate)
    weight = tf1.get_variable("weight", initializer=tf.zeros([UPDATES]))
    loss = tf.reduce_sum(weight * tf.one_hot(step, UPDATES))
    train = tf1.train.GradientDescentOptimizer(rate).minimize(loss, global_step=step)
    with tf1.train.MonitoredTrainingSession(
        checkpoint_dir=str(tmp_path), save_summaries_steps=1
    ) as session:
        for _ in range(UPDATES):
            session.run(train)
        used = (-session.run(weight)).tolist()
    (file,) = tmp_path.glob("events.*")
    shown = {
        event.step: value.simple_value
        for event in tf1.train.summary_iterator(str(file))
        for value in event.summary.value
        if value.tag == "learning_rate"
    }
    assert used == rates(SCHEDULE)
    assert shown == {t + 1: value for t, value in enumerate(used)}


def test_a_step_that_is_never_advanced() -> None:
    """Without `global_step`, `minimize` leaves the step where it is, and so the rate."""
    step = tf1.train.get_or_create_global_step()
    rate = function(lrc.Linear(1.0, 0.0, 10))(step)
    weight = tf1.get_variable("weight", initializer=0.0)
    train = tf1.train.GradientDescentOptimizer(rate).minimize(-weight)
    with tf1.Session() as session:
        session.run(tf1.global_variables_initializer())
        assert [session.run([rate, train])[0] for _ in range(5)] == [1.0] * 5


def test_a_step_that_is_not_an_integer() -> None:
    """A float variable as the step is an error when the graph is built."""
    batch = tf1.get_variable("batch", initializer=0.0)
    with pytest.raises(lrc.StepError, match="steps are integers; got a tensor of float32"):
        function(SCHEDULE)(batch * 64)
