"""Training in NumPy, with the gradients written out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .._definition._schedule import Schedule
from .._evaluation._rounding import to_float32
from ._task import Run, Task, Tick


def train(schedule: Schedule, task: Task, tick: Tick) -> Run:
    """Stochastic gradient descent with momentum, as PyTorch and Optax define it."""
    weights = [weight.copy() for weight in task.weights]
    velocities = [np.zeros_like(weight) for weight in weights]
    rates: list[NDArray[np.float32]] = []
    losses: list[float] = []
    for step, (images, labels) in enumerate(task.batches()):
        loss, gradients = _loss(weights, images, labels)
        rate = to_float32(np.array(schedule(step)))
        for weight, velocity, gradient in zip(weights, velocities, gradients, strict=True):
            velocity *= task.momentum
            velocity += gradient
            weight -= rate * velocity
        rates.append(rate)
        losses.append(loss)
        tick()
    return Run(rates=np.array(rates, np.float32), losses=np.array(losses, np.float32))


def _loss(
    weights: Sequence[NDArray[np.float32]], images: NDArray[np.float32], labels: NDArray[np.int64]
) -> tuple[float, list[NDArray[np.float32]]]:
    """The mean cross-entropy and its gradient with respect to every weight."""
    kernel, bias, output_kernel, output_bias = weights
    hidden = np.maximum(images @ kernel + bias, 0)
    logits = hidden @ output_kernel + output_bias
    logits -= logits.max(axis=1, keepdims=True)
    log_probabilities = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    each = np.arange(len(labels))
    loss = -log_probabilities[each, labels].mean()

    at_logits = np.exp(log_probabilities)
    at_logits[each, labels] -= 1
    at_logits /= len(labels)
    at_hidden = (at_logits @ output_kernel.T) * (hidden > 0)
    gradients = [
        images.T @ at_hidden,
        at_hidden.sum(axis=0),
        hidden.T @ at_logits,
        at_logits.sum(axis=0),
    ]
    return float(loss), gradients
