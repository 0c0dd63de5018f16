"""Plans in TensorFlow: a function of tensors for each hyper-parameter."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
import tensorflow as tf

import lrcore as lrc
from lrcore.backend import to_float32

PLAN: Final = lrc.Plan(
    learning_rate=lrc.WarmupCosine(0.1, 5, 20),
    weight_decay=lrc.Cosine(0.1, 0.01, 20),
    groups={
        "head": {"learning_rate": lrc.Factor(10.0)},
        1: {"learning_rate": 0.03, "weight_decay": lrc.Factor(0.0)},
    },
)


@pytest.mark.parametrize("compiled", [False, True], ids=["graph", "xla"])
def test_an_update_uses_the_values_of_the_plan(compiled: bool) -> None:
    """One compiled loop, in which each weight has a group, moves them by their rates and decays."""
    groups: tuple[str | int | None, ...] = (None, "head", 1)
    functions = [lrc.export(PLAN, "tensorflow", group=group) for group in groups]
    rates = [tf.Variable(tf.zeros([30])) for _ in groups]
    decays = [tf.Variable(tf.zeros([30])) for _ in groups]
    step = tf.Variable(0, dtype=tf.int64)

    def update() -> None:
        now = tf.one_hot(step, 30)
        for own, rate, decay in zip(functions, rates, decays, strict=True):
            rate.assign_add(own["learning_rate"](step) * now)
            decay.assign_add(own["weight_decay"](step) * now)
        step.assign_add(1)

    in_graph = tf.function(update, jit_compile=compiled)
    for _ in range(30):
        in_graph()
    for group, rate, decay in zip(groups, rates, decays, strict=True):
        wanted = PLAN(range(30), group)
        assert rate.numpy().tolist() == to_float32(wanted["learning_rate"]).tolist(), group
        assert decay.numpy().tolist() == to_float32(wanted["weight_decay"]).tolist(), group


def test_the_precision_of_a_plan() -> None:
    """The options of a schedule are those of a plan, and go to each of its schedules."""
    functions = lrc.export(PLAN, "tensorflow", group="head", dtype="float64")
    assert list(functions) == ["learning_rate", "weight_decay"]
    for name, value in functions.items():
        given = value(tf.range(30))
        assert given.dtype == tf.float64
        np.testing.assert_array_max_ulp(given.numpy(), PLAN(range(30), "head")[name], 8)


def test_what_a_plan_does_not_have() -> None:
    """A group that is not there, and a schedule that is not bound, are named."""
    with pytest.raises(lrc.InvalidScheduleError, match="no group 2; it has 'head', 1"):
        lrc.export(PLAN, "tensorflow", group=2)
    unbound = lrc.Plan(learning_rate=0.1, weight_decay=lrc.Linear(0.1, 0.0, "1 run"))
    with pytest.raises(lrc.UnboundError, match=r"Plan\.weight_decay: Linear\.steps is '1 run'"):
        lrc.export(unbound, "tensorflow")
