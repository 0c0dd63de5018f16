"""The session hook of TensorFlow 1: feeds and assignments, checkpoints, kills, workers."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import tensorflow as tf

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore_tensorflow.v1 import ScheduleHook

tf1: Final = tf.compat.v1

UPDATES: Final = 40
PLAN: Final = lrc.Plan(
    learning_rate=lrc.Restarts(lrc.Cosine(0.5, 0.0, 5), growth=1.5) * lrc.Noise(0.5, 1.0),
    clip_norm=lrc.Linear(2.0, 0.5, 30),
)

KILLED: Final = """
import json, os, signal, sys
import tensorflow.compat.v1 as tf
import lrcore as lrc
from lrcore_tensorflow import function
from lrcore_tensorflow.v1 import ScheduleHook

tf.disable_v2_behavior()
if sys.argv[5] == "resource":
    tf.enable_resource_variables()
folder, updates, end = sys.argv[1], int(sys.argv[3]), int(sys.argv[4])
plan = lrc.from_json(sys.argv[2])
step = tf.train.get_or_create_global_step()
rate = tf.placeholder(tf.float32, [])
clip_norm = tf.get_variable("clip_norm", initializer=0.0, trainable=False)
weight = tf.get_variable("weight", initializer=tf.zeros([updates]))
kept = tf.get_variable("kept", initializer=tf.zeros([2, updates]), trainable=False)
now = tf.one_hot(step, updates)
values = tf.stack([clip_norm, function(plan["learning_rate"])(step)])
with tf.control_dependencies([kept.assign_add(values[:, None] * now)]):
    optimizer = tf.train.GradientDescentOptimizer(rate)
    train = optimizer.minimize(tf.reduce_sum(weight * now), global_step=step)
hook = ScheduleHook({rate: plan["learning_rate"], clip_norm: plan["clip_norm"]})
with tf.train.MonitoredTrainingSession(
    checkpoint_dir=folder, save_checkpoint_steps=3, save_summaries_steps=None, hooks=[hook]
) as session:
    begin = session.run(step).item()
    for t in range(begin, updates):
        session.run(train)
        if t == end:
            os.kill(os.getpid(), signal.SIGKILL)
    print(json.dumps([begin, (-session.run(weight)).tolist(), session.run(kept).tolist()]))
"""

CLUSTER: Final = """
import json, socket, sys
import tensorflow.compat.v1 as tf
import lrcore as lrc
from lrcore_tensorflow.v1 import ScheduleHook

schedule = lrc.from_json(sys.argv[1])
sockets = [socket.create_server(("localhost", 0)) for _ in range(3)]
one, two, three = (f"localhost:{s.getsockname()[1]}" for s in sockets)
for s in sockets:
    s.close()
cluster = tf.train.ClusterSpec({"ps": [one], "worker": [two, three]})
servers = [tf.train.Server(cluster, job, task) for job, task in (("ps", 0), ("worker", 0), ("worker", 1))]


def made(task):
    with tf.Graph().as_default():
        place = tf.train.replica_device_setter(cluster=cluster, worker_device=f"/job:worker/task:{task}")
        with tf.device(place):
            step = tf.train.get_or_create_global_step()
            rate = tf.placeholder(tf.float32, [])
            held = tf.get_variable("held", initializer=0.0, trainable=False)
            weight = tf.get_variable("weight", initializer=0.0)
            optimizer = tf.train.GradientDescentOptimizer(rate)
            train = optimizer.minimize(weight * 1.0, var_list=[weight], global_step=step)
            both = tf.stack([rate, held])
            hook = ScheduleHook({rate: schedule, held: 2.0 * schedule})
        session = tf.train.MonitoredTrainingSession(
            servers[1 + task].target, is_chief=task == 0, hooks=[hook]
        )
    return session, [both, train]


workers = [made(0), made(1)]
for task in (0, 1, 1, 0, 1, 0, 0, 0, 1, 1):
    session, run = workers[task]
    print(json.dumps(session.run(run)[0].tolist()))
"""


@pytest.fixture(params=["resource", "ref"])
def variables(request: pytest.FixtureRequest) -> Iterator[None]:
    """A new graph, with either kind of variables."""
    before = tf1.resource_variables_enabled()
    _enable_resources(request.param == "resource")
    with tf.Graph().as_default():
        yield
    _enable_resources(before)


def _enable_resources(enabled: bool) -> None:
    (tf1.enable_resource_variables if enabled else tf1.disable_resource_variables)()


@pytest.fixture
def graph() -> Iterator[tf.Graph]:
    """A new graph."""
    with tf.Graph().as_default() as new:
        yield new


def float32(schedule: lrc.Schedule, steps: range | list[int]) -> list[float]:
    """The float32 values of `schedule`."""
    numbers: list[float] = to_float32(schedule(np.array(steps))).tolist()
    return numbers


def program(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("kind", ["resource", "ref"])
def test_killed_and_resumed(kind: str, tmp_path: Path) -> None:
    """SIGKILL at any update, which is often not in the checkpoint: its values are used again, as they were."""
    rng = random.Random(kind)
    ends = [rng.randrange(4, 12), rng.randrange(15, 25), -1]
    for end in ends:
        done = program(KILLED, tmp_path, PLAN.to_json(), UPDATES, end, kind)
        assert done.returncode == (0 if end < 0 else -9), done.stderr
    begin, used, (norms, tensors) = json.loads(done.stdout)
    assert ends[1] - 3 < begin <= ends[1] + 1
    assert used == tensors == float32(PLAN["learning_rate"], range(UPDATES))
    assert norms == float32(PLAN["clip_norm"], range(UPDATES))


def test_two_workers() -> None:
    """A parameter server, a chief and a worker: each run has the values of the common step."""
    schedule = lrc.Linear(1.0, 0.0, 30)
    done = program(CLUSTER, schedule.to_json())
    assert done.returncode == 0, done.stderr
    used = [json.loads(line) for line in done.stdout.splitlines()]
    values = float32(schedule, range(10))
    assert used == [[value, 2 * value] for value in values]


@pytest.mark.usefixtures("variables")
def test_levels() -> None:
    """Below 40000 updates 0.1, 60000: 0.01, 80000: 0.001, then 0.0001, around each boundary."""
    schedule = lrc.PiecewiseConstant((40_000, 60_000, 80_000), (0.1, 0.01, 0.001, 0.0001))
    step = tf1.train.get_or_create_global_step()
    first = tf1.placeholder(tf.int64, [])
    go = step.assign(first, read_value=False)
    rate = tf.constant(0.1)
    weight = tf1.get_variable("weight", initializer=0.0)
    train = tf1.train.GradientDescentOptimizer(rate).minimize(-weight, global_step=step)
    used = {}
    with tf1.train.MonitoredSession(hooks=[ScheduleHook({rate: schedule})]) as session:
        for boundary in (40_000, 60_000, 80_000):
            session.run(go, {first: boundary - 2})
            for t in range(boundary - 2, boundary + 2):
                used[t] = session.run([rate, train])[0].item()
    f = np.float32
    high, low = [f(0.1), f(0.01), f(0.001)], [f(0.01), f(0.001), f(0.0001)]
    for boundary, before, after in zip((40_000, 60_000, 80_000), high, low, strict=True):
        assert [used[boundary + t] for t in (-2, -1, 0, 1)] == [before, before, after, after]


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64])
@pytest.mark.usefixtures("variables")
def test_values_are_rounded_to_the_dtype(dtype: tf.DType) -> None:
    """Once, from float64, for what is fed and for what is assigned."""
    schedule = lrc.Exponential(0.1, 0.9)
    step = tf1.train.get_or_create_global_step()
    fed = tf1.placeholder(dtype, [])
    held = tf1.get_variable("held", initializer=tf.zeros([], dtype), trainable=False)
    read = tf.identity(held)
    train = tf.group(step.assign_add(1, read_value=False))
    hook = ScheduleHook({fed: schedule, held: schedule})
    with tf1.train.MonitoredSession(hooks=[hook]) as session:
        for t in range(UPDATES):
            wanted = np.array(schedule(t)).astype(dtype.as_numpy_dtype)
            assert session.run([fed, held, read]) == [wanted] * 3
            session.run(train)


@pytest.mark.usefixtures("variables")
def test_several_runs_for_an_update() -> None:
    """Gradients are accumulated over three runs, and read in between: all have the value of the update."""
    schedule = PLAN["learning_rate"]
    step = tf1.train.get_or_create_global_step()
    rate = tf1.placeholder(tf.float32, [])
    weight = tf1.get_variable("weight", initializer=tf.zeros([UPDATES]))
    sums = tf1.get_variable("sums", initializer=tf.zeros([UPDATES]), trainable=False)
    accumulate = sums.assign_add(tf.one_hot(step, UPDATES) * rate, read_value=False)
    optimizer = tf1.train.GradientDescentOptimizer(rate)
    train = optimizer.apply_gradients([(tf.one_hot(step, UPDATES), weight)], global_step=step)
    with tf1.train.MonitoredSession(hooks=[ScheduleHook({rate: schedule})]) as session:
        for _ in range(UPDATES):
            session.run(accumulate)
            session.run(accumulate)
            session.run([weight, sums])
            session.run(train)
        used, twice = session.run([weight, sums])
    wanted = float32(schedule, range(UPDATES))
    assert (-used).tolist() == wanted
    assert twice.tolist() == [2 * value for value in wanted]


@pytest.mark.usefixtures("variables")
def test_a_step_of_its_own() -> None:
    """Two optimizers that take turns, each with its own number of updates; a tensor is a step, too."""
    schedule = PLAN["learning_rate"]
    tf1.train.get_or_create_global_step()
    hooks, turns = [], []
    for name, advance in (("one", 1), ("two", 2)):
        step = tf1.get_variable(f"{name}_step", initializer=0, trainable=False)
        rate = tf1.placeholder(tf.float32, [])
        turn = tf.group(step.assign_add(advance, read_value=False))
        hooks.append(
            ScheduleHook({rate: schedule}, global_step=step if name == "one" else step * 5)
        )
        turns.append((rate, turn))
    used: list[list[float]] = [[], []]
    with tf1.train.MonitoredSession(hooks=hooks) as session:
        for t in range(UPDATES):
            rate, turn = turns[t % 2]
            used[t % 2].append(session.run(rate).item())
            session.run(turn)
    assert used[0] == float32(schedule, range(UPDATES // 2))
    assert used[1] == float32(schedule, range(0, 5 * UPDATES, 10))


def test_two_sessions_of_a_finished_graph(graph: tf.Graph) -> None:
    """The hook adds nothing to a graph after it was made, so it serves one session after another."""
    schedule = PLAN["learning_rate"]
    step = tf1.train.get_or_create_global_step()
    rate = tf1.get_variable("rate", initializer=0.0, trainable=False)
    train = step.assign_add(1, read_value=False)
    schedules = {rate: schedule}
    hook = ScheduleHook(schedules)
    schedules.clear()
    creator = tf1.train.ChiefSessionCreator(tf1.train.Scaffold().finalize())
    assert graph.finalized
    for _ in range(2):
        used = []
        with tf1.train.MonitoredSession(creator, hooks=[hook]) as session:
            for _ in range(5):
                used.append(session.run(rate).item())
                session.run(train)
        assert used == float32(schedule, range(5))


@pytest.mark.usefixtures("variables")
def test_a_step_that_nothing_changes() -> None:
    """`minimize` without `global_step` leaves the step where it is, which is a warning."""
    step = tf1.train.get_or_create_global_step()
    rate = tf1.placeholder(tf.float32, [])
    weight = tf1.get_variable("weight", initializer=0.0)
    optimizer = tf1.train.GradientDescentOptimizer(rate)
    hook = ScheduleHook({rate: PLAN["learning_rate"]})
    optimizer.minimize(-weight)
    with pytest.warns(
        UserWarning, match=r"nothing changes global_step:0, .* minimize\(loss, global"
    ):
        hook.begin()
    optimizer.minimize(-weight, global_step=step)
    hook.begin()


def test_what_a_hook_cannot_be_given(graph: tf.Graph) -> None:
    """Everything is refused when the hook is made, and named."""
    schedule = lrc.Linear(1.0, 0.0, 4)
    rate = tf1.placeholder(tf.float32, [], "rate")
    with pytest.raises(lrc.ExportError, match=r"graph has no global step; call .*get_or_create_gl"):
        ScheduleHook({rate: schedule})
    step = tf1.train.get_or_create_global_step()
    wrong: Any
    for wrong in (schedule, PLAN, {}, None):
        with pytest.raises(lrc.ExportError, match="dictionary with the schedule of each tensor"):
            ScheduleHook(wrong)
    with pytest.raises(lrc.ExportError, match="to a tensor or a variable; got 'rate:0'"):
        ScheduleHook({"rate:0": schedule})
    for wrong in (tf1.placeholder(tf.int32, []), tf1.placeholder(tf.float32, [3]), step):
        with pytest.raises(lrc.ExportError, match="real scalars, and cannot be given to <tf"):
            ScheduleHook({wrong: schedule})
    for wrong in (0.1, PLAN, None):
        with pytest.raises(lrc.ExportError, match=r"rate:0 is given a schedule, such as plan\['le"):
            ScheduleHook({rate: wrong})
    for wrong in (7, rate, tf1.placeholder(tf.int64, [2])):
        with pytest.raises(
            lrc.ExportError, match="global step is an integer variable or tensor; g"
        ):
            ScheduleHook({rate: schedule}, global_step=wrong)
    with pytest.raises(lrc.UnboundError, match=r"Linear\.steps is '1 run'"):
        ScheduleHook({rate: lrc.Linear(1.0, 0.0, "1 run")})
