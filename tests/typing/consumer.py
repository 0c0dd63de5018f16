"""What type checkers make of a user's code; checked by mypy and pyright, never run."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import assert_type

import numpy as np
from keras.optimizers.schedules import LearningRateSchedule
from numpy.typing import NDArray
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

import lrcore as lrc
import lrcore_jax
import lrcore_keras
import lrcore_tensorflow
import lrcore_torch


class Ramp(lrc.Schedule, kind="typing.ramp"):
    """A schedule of a person's own is a dataclass to the type checker, too."""

    peak: lrc.Value
    steps: lrc.Steps
    turns: int = 1

    phases = ("steps",)
    scales = True

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Array:
        """A ramp."""
        return self.peak * op.real(op.minimum(t, self.steps)) / op.real(self.steps)


class Twice(lrc.Schedule, kind="typing.twice"):
    """A class that stands for others."""

    ramp: Ramp

    def expand(self) -> lrc.Schedule:
        """Two ramps."""
        return self.ramp >> self.ramp


ramp = Ramp(0.1, steps=5)
assert_type(ramp.peak, float)
assert_type(ramp.steps, int)
assert_type(ramp(3), float)
assert_type(ramp(range(3)), NDArray[np.float64])
assert_type(ramp(np.arange(3)), NDArray[np.float64])
assert_type(Ramp(0.1, "5 epochs").bind(steps_per_epoch=3), Ramp)
assert_type(ramp.duration, int | lrc.Duration | None)
assert_type(Twice(ramp).ramp.peak, float)
assert_type(ramp >> 0.5 * ramp, lrc.Schedule)
assert_type(1 - ramp / 2, lrc.Schedule)
assert_type(-ramp + 1.0, lrc.Schedule)
assert_type(ramp.expand(), lrc.Schedule)
assert_type(lrc.from_json(ramp.to_json()), lrc.Schedule | lrc.Plan)
assert_type(lrc.from_dict(ramp.to_dict()), lrc.Schedule | lrc.Plan)
assert_type(ramp.fingerprint, str)

Ramp(0.1, 5.0)
Ramp(0.1, Fraction(5, 2))
Ramp(0.1, Decimal("2.5"))
Ramp(0.1, lrc.Duration("1 run") - 500)
lrc.PiecewiseConstant([5, "1 epoch"], values=[1.0, 0.5, 0.1])
lrc.Cosine(0.1, 0.0, 100, cycles="2/3")
lrc.Cyclic(0.1, 1.0, "2 epochs", down_steps=7)

plan = lrc.Plan(learning_rate=ramp, groups={"head": lrc.Factor(0.1), 2: {"weight_decay": 0.0}})
assert_type(plan(3, group="head"), dict[str, float])
assert_type(plan(range(3), group=2), dict[str, NDArray[np.float64]])
assert_type(plan["learning_rate"], lrc.Schedule)
assert_type(plan.bind(total_steps=10), lrc.Plan)


def exports(optimizer: Optimizer) -> None:
    """What comes back from each target."""
    assert_type(lrc.export(ramp, "numpy")(3), float)
    assert_type(lrc.export(ramp, "numpy", dtype="float32")(3), np.float32)
    assert_type(lrc.export(ramp, "torch", optimizer=optimizer), lrcore_torch.Scheduler)
    assert_type(lrc.export(plan, "torch", optimizer=optimizer, step=3), lrcore_torch.Scheduler)
    assert_type(
        lrc.export(plan, "torch", optimizer=optimizer, relative=True, on_mismatch="adopt"),
        lrcore_torch.Scheduler,
    )
    assert_type(lrc.export(ramp, "torch", optimizer=optimizer, native=True), LRScheduler)
    assert_type(lrc.export(ramp, "keras", dtype="float64"), lrcore_keras.Schedule)
    assert_type(lrc.export(plan, "keras", group="head"), dict[str, lrcore_keras.Schedule | float])
    assert_type(lrc.export(ramp, "keras", native=True), LearningRateSchedule)
    lrc.export(plan, "keras", native=True)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    assert_type(lrc.export(ramp, "tensorflow"), lrcore_tensorflow.Function)
    assert_type(lrc.export(plan, "tensorflow", group=2), dict[str, lrcore_tensorflow.Function])
    assert_type(lrc.export(ramp, "jax"), lrcore_jax.Function)
    assert_type(lrc.export(plan, "jax", dtype="float64"), dict[str, lrcore_jax.Function])
    assert_type(lrc.export(plan, "numpy")["learning_rate"](range(3)), NDArray[np.float64])
    assert_type(lrc.export(plan, "numpy", group=2, dtype="float32")["weight_decay"](3), np.float32)
    assert_type(lrc.export(ramp, "of a third party", dtype="float32"), object)
    assert_type(lrc.export(plan, "of a third party", group="head"), object)

    lrc.export(ramp, "jax", optimizer=optimizer)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    lrc.export(ramp, "numpy", dtype="float16")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    lrc.export(ramp, "torch", optimizer=optimizer, groups=2)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    lrc.export(ramp, "keras", native=True, dtype="float64")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    lrc.export(ramp, "keras", group="head")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
    lrc.export(0.1, "keras")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]


Ramp("0.1", 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Ramp(0.1, 5, 6, 7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ramp.bind(steps=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ramp.peak = 0.2  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
ramp("3")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
