"""Plans in JAX: a schedule for each hyper-parameter, as Optax takes them."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import optax

import lrcore as lrc
from lrcore.backend import to_float32

PLAN = lrc.Plan(
    learning_rate=lrc.WarmupCosine(0.1, 5, 20),
    weight_decay=lrc.Cosine(0.1, 0.01, 20),
    groups={"head": {"learning_rate": 10.0}},
)


def test_injected_hyper_parameters_have_the_values_of_the_plan() -> None:
    """A real AdamW, whose rate and weight decay follow the plan at every update."""
    for group in (None, "head"):
        schedules = lrc.export(PLAN, "jax", group=group)
        assert isinstance(schedules, dict)
        optimizer = optax.inject_hyperparams(optax.adamw)(**schedules)
        weights = jnp.ones(3)
        state = optimizer.init(weights)
        for step in range(30):
            changes, state = optimizer.update(jnp.ones(3), state, weights)
            weights = optax.apply_updates(weights, changes)
            for name, value in PLAN(step, group).items():
                used = np.asarray(state.hyperparams[name])
                assert used == to_float32(np.asarray(value)), (group, step, name)
