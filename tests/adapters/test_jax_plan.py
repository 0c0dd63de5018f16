"""Plans in JAX: a schedule for each hyper-parameter, as Optax takes them."""

from __future__ import annotations

from typing import Final

import jax.numpy as jnp
import numpy as np
import optax
import pytest

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


@pytest.mark.parametrize("group", [None, "head", 1])
def test_injected_hyper_parameters_have_the_values_of_the_plan(group: str | int | None) -> None:
    """A real AdamW, whose rate and weight decay follow the plan at every update."""
    schedules = lrc.export(PLAN, "jax", group=group)
    assert list(schedules) == ["learning_rate", "weight_decay"]
    optimizer = optax.inject_hyperparams(optax.adamw)(**schedules)
    weights = jnp.ones(3)
    state = optimizer.init(weights)
    for step in range(30):
        changes, state = optimizer.update(jnp.ones(3), state, weights)
        weights = optax.apply_updates(weights, changes)
        for name, value in PLAN(step, group).items():
            used = np.asarray(state.hyperparams[name])
            assert used == to_float32(np.asarray(value)), (step, name)


def test_groups_of_parameters_follow_their_own_rates() -> None:
    """With `optax.partition`, each label has the schedules of a group of the plan."""
    labels = {"body": None, "head": "head", "bias": 1}
    optimizer = optax.partition(
        {
            label: optax.sgd(lrc.export(PLAN, "jax", group=group)["learning_rate"])
            for label, group in labels.items()
        },
        {label: label for label in labels},
    )
    weights = {label: jnp.zeros(30) for label in labels}
    state = optimizer.init(weights)
    for step in range(30):
        gradients = {label: jnp.zeros(30).at[step].set(-1.0) for label in labels}
        changes, state = optimizer.update(gradients, state, weights)
        weights = optax.apply_updates(weights, changes)
    for label, group in labels.items():
        wanted = to_float32(PLAN(range(30), group)["learning_rate"])
        assert weights[label].tolist() == wanted.tolist(), label


def test_the_precision_of_a_plan() -> None:
    """The options of a schedule are those of a plan, and go to each of its schedules."""
    functions = lrc.export(PLAN, "jax", group=1, dtype="float64")
    assert {name: str(value(3).dtype) for name, value in functions.items()} == {
        "learning_rate": "float64",
        "weight_decay": "float64",
    }


def test_what_a_plan_does_not_have() -> None:
    """A group that is not there, and a schedule that is not bound, are named."""
    with pytest.raises(lrc.InvalidScheduleError, match="no group 'tail'; it has 'head', 1"):
        lrc.export(PLAN, "jax", group="tail")
    unbound = lrc.Plan(learning_rate=0.1, weight_decay=lrc.Linear(0.1, 0.0, "1 run"))
    with pytest.raises(lrc.UnboundError, match=r"Plan\.weight_decay: Linear\.steps is '1 run'"):
        lrc.export(unbound, "jax")
