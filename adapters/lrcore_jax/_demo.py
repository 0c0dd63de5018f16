"""The training of `lrcore demo` in JAX and Optax."""

from __future__ import annotations

from typing import TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax

from lrcore import Schedule
from lrcore.demo import Run, Task, Tick

from ._native import export

_Weights: TypeAlias = tuple[jax.Array, ...]


def train(schedule: Schedule, task: Task, tick: Tick) -> Run:
    """`optax.sgd` in a jitted update; the rate is the one that the optimizer's new state holds."""
    optimizer = optax.inject_hyperparams(optax.sgd)(
        learning_rate=export(schedule), momentum=task.momentum
    )

    @jax.jit
    def update(
        weights: _Weights, state: optax.OptState, images: jax.Array, labels: jax.Array
    ) -> tuple[_Weights, optax.OptState, jax.Array]:
        loss, gradients = jax.value_and_grad(_loss)(weights, images, labels)
        changes, state = optimizer.update(gradients, state, weights)
        return optax.apply_updates(weights, changes), state, loss

    weights: _Weights = tuple(jnp.asarray(weight) for weight in task.weights)
    state = optimizer.init(weights)
    rates: list[float] = []
    losses: list[float] = []
    for images, labels in task.batches():
        weights, state, loss = update(weights, state, images, labels.astype(np.int32))
        rates.append(state.hyperparams["learning_rate"].item())
        losses.append(loss.item())
        tick()
    return Run(rates=np.array(rates, np.float32), losses=np.array(losses, np.float32))


def _loss(weights: _Weights, images: jax.Array, labels: jax.Array) -> jax.Array:
    kernel, bias, output_kernel, output_bias = weights
    hidden = jax.nn.relu(images @ kernel + bias)
    logits = hidden @ output_kernel + output_bias
    each: jax.Array = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
    return each.mean()
