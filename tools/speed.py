"""Measures the speed of lrcore beside its peers, and beside an earlier version of itself.

`python tools/speed.py` prints a table of ratios: the time of lrcore over the time of the peer, or a number of
operations over another, both measured in turns in one process. `--before COMMIT` adds a column with the ratios
of that commit, which is checked out into a temporary folder. `--only` takes one of the groups "steps",
"arrays", "jax", "tensorflow", "training" and "compilers"; the last one takes minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import cycle as cycle_of
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Final, TypeAlias

ROOT: Final = Path(__file__).resolve().parents[1]

Run: TypeAlias = Callable[[], object]
Pair: TypeAlias = tuple[str, Run, Run, str]
"""What is measured, its run in lrcore, the run of the peer, and the name of the peer.

A run that returns an integer is measured by it, and any other run by its time.
"""

_SIZE: Final = 10**7


def steps() -> Iterator[Pair]:
    """One step after another on the host: 10,000 of them."""
    import torch
    from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, OneCycleLR

    import lrcore as lrc
    import lrcore_torch

    def optimizer(groups: int) -> torch.optim.Optimizer:
        parameters = (torch.zeros(1, requires_grad=True) for _ in range(groups))
        named = [{"params": [p], "name": f"g{i}"} for i, p in enumerate(parameters)]
        return torch.optim.SGD(named, lr=0.1, momentum=0.9)

    def of(groups: int, schedule: lrc.Schedule | lrc.Plan) -> lrcore_torch.Scheduler:
        return lrcore_torch.Scheduler(optimizer(groups), schedule)

    def stepping(scheduler: LRScheduler) -> Run:
        scheduler.optimizer.step()
        return repeated(scheduler.step)

    def repeated(call: Callable[[], object], times: int = 10_000) -> Run:
        def run() -> None:
            for _ in range(times):
                call()

        return run

    cosine, line = lrc.Cosine(0.1, 0.0, 10**7), lrc.Linear(0.9, 0.8, 10**7)
    factors = lrc.Plan(
        learning_rate=cosine, groups={f"g{i}": lrc.Factor(0.5 + i / 200) for i in range(100)}
    )
    for name, groups, definition in (
        ("1 parameter group", 1, cosine),
        ("10 parameter groups", 10, cosine),
        ("100 parameter groups", 100, cosine),
        ("100 parameter groups with factors", 100, factors),
    ):
        peer = CosineAnnealingLR(optimizer(groups), 10**7)
        mine = of(groups, definition)
        yield f"`Scheduler.step()`, {name}", stepping(mine), stepping(peer), "`CosineAnnealingLR`"

    three = lrc.Plan(learning_rate=cosine, momentum=line, weight_decay=line)
    cycle = OneCycleLR(optimizer(1), 0.1, 10**7)
    name = "`Scheduler.step()`, rate, momentum and weight decay"
    yield name, stepping(of(1, three)), stepping(cycle), "`OneCycleLR`"

    pieces = lrc.Sequence(tuple(lrc.Linear(i * 1e-3, 0.5, 1000) for i in range(1000)))
    name = "`Scheduler.step()`, 1,000 pieces"
    yield name, stepping(of(1, pieces)), stepping(of(1, line)), "one piece"

    many, other = of(1, pieces), CosineAnnealingLR(optimizer(1), 10**7)
    name = "`Scheduler.state_dict()`, 1,000 pieces"
    yield name, repeated(many.state_dict), repeated(other.state_dict), "`CosineAnnealingLR`"

    steps = cycle_of(range(10**9, 10**9 + 10**6, 997))
    one = of(1, cosine)
    name = "`Scheduler.seek(10**9)`"
    yield name, repeated(lambda: one.seek(next(steps)), 100), stepping(of(1, cosine)), "100 steps"


def arrays() -> Iterator[Pair]:
    """Ten million steps in NumPy."""
    import numpy as np

    import lrcore as lrc

    t = np.arange(_SIZE)
    rng = np.random.default_rng(1)
    values = rng.random(1001).tolist()
    length = _SIZE // 1000
    knots = np.arange(1001) * length
    cosine, line = lrc.Cosine(1.0, 0.0, _SIZE), lrc.Linear(1.0, 0.1, _SIZE)
    pieces = lrc.Sequence(tuple(lrc.Linear(a, b, length) for a, b in pairwise(values)))
    yield (
        "`Cosine` at 10,000,000 steps",
        lambda: cosine(t),
        lambda: 0.5 * (1 + np.cos(np.pi * t / _SIZE)),
        "`0.5 * (1 + np.cos(np.pi * t / n))`",
    )
    yield (
        "`Linear` at 10,000,000 steps",
        lambda: line(t),
        lambda: 1.0 + (0.1 - 1.0) * t / _SIZE,
        "`a + (b - a) * t / n`",
    )
    yield (
        "1,000 `Linear` at 10,000,000 steps",
        lambda: pieces(t),
        lambda: np.interp(t, knots, values),
        "`np.interp`",
    )


def jax() -> Iterator[Pair]:
    """From a definition to a compiled function in JAX, its calls, and whole updates."""
    from speed_optax import pairs

    yield from pairs()


def tensorflow() -> Iterator[Pair]:
    """From a definition to a graph of TensorFlow, and its calls."""
    import keras
    import tensorflow as tf

    import lrcore as lrc
    import lrcore_tensorflow

    cosine = lrc.Cosine(0.1, 0.0, 1000)
    signature = tf.TensorSpec([], tf.int64)
    native = keras.optimizers.schedules.CosineDecay(0.1, 1000)
    mine = lrcore_tensorflow.function(cosine)
    yield (
        "`Cosine`, traced by `tf.function`",
        lambda: tf.function(mine).get_concrete_function(signature),
        lambda: tf.function(lambda t: native(t)).get_concrete_function(signature),
        "Keras",
    )

    def calling(rate: Callable[[tf.Tensor], tf.Tensor]) -> Run:
        graph, step = tf.function(rate), tf.constant(3, tf.int64)

        def run() -> None:
            for _ in range(300):
                graph(step)

        return run

    yield (
        "`Cosine`, called in `tf.function`",
        calling(mine),
        calling(lambda t: native(t)),
        "Keras",
    )


def training() -> Iterator[Pair]:
    """`fit` of Keras, and the values of its schedules, on the backend that `KERAS_BACKEND` names."""
    import keras
    import numpy as np
    from keras.optimizers.schedules import (
        CosineDecay,
        LearningRateSchedule,
        PiecewiseConstantDecay,
    )

    import lrcore as lrc
    import lrcore_keras

    cosine = lrc.export(lrc.Cosine(0.1, 0.0, 10**6), "keras")
    theirs = CosineDecay(0.1, 10**6)
    step = keras.Variable(3, dtype="int", trainable=False)

    def reading(schedule: LearningRateSchedule) -> Run:
        return lambda: [float(schedule(step)) for _ in range(100)]

    yield "`float(schedule(step))`, outside of a graph", reading(cosine), reading(theirs), "Keras"

    data = np.ones((500, 4), "float32")

    def fitting(rate: LearningRateSchedule | float, *callbacks: keras.callbacks.Callback) -> Run:
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.compile(keras.optimizers.SGD(rate), "mse")
        options = {"batch_size": 1, "verbose": 0, "callbacks": list(callbacks)}
        model.fit(data[:10], data[:10, :1], **options)
        return lambda: model.fit(data, data[:, :1], **options)

    yield "`fit`, 500 updates", fitting(cosine), fitting(theirs), "Keras"
    logger = lrcore_keras.ScheduleLogger()
    yield "`fit` with `ScheduleLogger`", fitting(cosine, logger), fitting(cosine), "`fit` without"
    ends = list(range(100, 99_901, 100))
    values = [0.1 * 0.99**i for i in range(len(ends) + 1)]
    pieces = lrc.export(lrc.PiecewiseConstant(tuple(ends), tuple(values)), "keras")
    first = PiecewiseConstantDecay(ends, values)

    def beginning(rate: LearningRateSchedule) -> Run:
        return lambda: fitting(rate)

    yield "`fit`, to its 10th update, 1,000 pieces", beginning(pieces), beginning(first), "Keras"


def compilers() -> Iterator[Pair]:
    """The first value from `torch.compile`."""
    import torch

    import lrcore as lrc
    import lrcore_torch

    def textbook(length: int) -> Callable[[torch.Tensor], torch.Tensor]:
        return lambda t: 0.5 * (1.0 + torch.cos(torch.pi * t / length))

    def first(make: Callable[[], Callable[[torch.Tensor], torch.Tensor]]) -> Run:
        def run() -> None:
            torch.compiler.reset()
            with tempfile.TemporaryDirectory() as cache:
                os.environ["TORCHINDUCTOR_CACHE_DIR"] = cache
                torch.compile(make(), fullgraph=True)(torch.arange(8))

        return run

    first(lambda: textbook(999))()  # the start of the compiler itself
    schedules = {
        "Cosine": lrc.Cosine(0.1, 0.0, 1000),
        "WarmupCosine": lrc.WarmupCosine(0.1, 100, 1000),
        "OneCycle": lrc.OneCycle(0.01, 0.1, 0.001, 1000),
    }
    for i, (name, schedule) in enumerate(schedules.items()):
        yield (
            f"`{name}`, compiled by PyTorch",
            first(lambda schedule=schedule: lrcore_torch.function(schedule)),  # type: ignore[misc]
            # Another length each time: the compiler remembers what it has compiled.
            first(lambda i=i: textbook(1000 + i)),  # type: ignore[misc]
            "the textbook's cosine",
        )


GROUPS: Final = {
    "steps": steps,
    "arrays": arrays,
    "jax": jax,
    "tensorflow": tensorflow,
    "training": training,
    "compilers": compilers,
}
_ROUNDS: Final = {"steps": 7, "arrays": 5, "jax": 7, "tensorflow": 7, "training": 5, "compilers": 1}


def measured(group: str) -> Iterator[tuple[str, str, float, float]]:
    """The name, the peer, the ratio and the cost of lrcore for each pair of a group."""
    for name, mine, peer, whose in GROUPS[group]():
        own, ratios = [], []
        for _ in range(_ROUNDS[group]):
            cost = _cost(mine)
            own.append(cost)
            ratios.append(cost / _cost(peer))
        yield name, whose, statistics.median(ratios), statistics.median(own)


def _cost(run: Run) -> float:
    begin = perf_counter()
    result = run()
    return result if isinstance(result, int) else perf_counter() - begin


def _of(folder: Path, group: str) -> list[tuple[str, str, float, float]]:
    """The measurements of the version in a folder, in a process of its own; an old one may lack the last."""
    paths = os.pathsep.join(map(str, (folder, folder / "adapters")))
    child = subprocess.run(
        [sys.executable, __file__, "--measure", group],
        env={**os.environ, "PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdout=subprocess.PIPE,
        text=True,
        check=folder == ROOT,
    )
    rows = (line for line in child.stdout.splitlines() if line.startswith("["))
    return [tuple(json.loads(row)) for row in rows]


def table(groups: list[str], before: Path | None) -> Iterator[str]:
    """The lines of the table, with the ratios of the version in another folder beside those of this one."""
    titles = ["", "peer", *(["ratio before"] if before else []), "ratio", "lrcore"]
    yield f"| {' | '.join(titles)} |"
    yield f"| {' | '.join(['---'] * len(titles))} |"
    for group in groups:
        old = {name: f"{ratio:.2f}" for name, _, ratio, _ in (_of(before, group) if before else [])}
        for name, peer, ratio, cost in _of(ROOT, group):
            earlier = [old.get(name, "-")] if before else []
            yield f"| {' | '.join([name, peer, *earlier, f'{ratio:.2f}', f'{cost:.3g}'])} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", metavar="COMMIT")
    parser.add_argument("--only", choices=GROUPS)
    parser.add_argument("--measure", choices=GROUPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        for row in measured(options.measure):
            print(json.dumps(row), flush=True)
        return
    groups = [options.only] if options.only else list(GROUPS)
    if options.before is None:
        print("\n".join(table(groups, None)))
        return
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / "before"
        git = ["git", "-C", str(ROOT), "worktree"]
        subprocess.run([*git, "add", "-q", "--detach", str(before), options.before], check=True)
        try:
            print("\n".join(table(groups, before)))
        finally:
            subprocess.run([*git, "remove", "--force", str(before)], check=True)


if __name__ == "__main__":
    main()
