"""The training of `lrcore demo` in TensorFlow, without Keras."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from lrcore import Schedule
from lrcore.demo import Run, Task, Tick

from ._function import function


def train(schedule: Schedule, task: Task, tick: Tick) -> Run:
    """Variables, a tape, and one `tf.function` for an update, which returns the rate it used."""
    rate_at = function(schedule)
    step = tf.Variable(0, dtype=tf.int64)
    weights = [tf.Variable(weight) for weight in task.weights]
    velocities = [tf.Variable(tf.zeros_like(weight)) for weight in weights]

    def update(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            loss = _loss(weights, images, labels)
        rate = rate_at(step)
        for weight, velocity, gradient in zip(
            weights, velocities, tape.gradient(loss, weights), strict=True
        ):
            velocity.assign(task.momentum * velocity + gradient)
            weight.assign_sub(rate * velocity)
        step.assign_add(1)
        return rate, loss

    update_in_graph = tf.function(update)
    rates: list[float] = []
    losses: list[float] = []
    for images, labels in task.batches():
        rate, loss = update_in_graph(tf.constant(images), tf.constant(labels))
        rates.append(rate.numpy())
        losses.append(loss.numpy())
        tick()
    return Run(rates=np.array(rates, np.float32), losses=np.array(losses, np.float32))


def _loss(weights: list[tf.Variable], images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    kernel, bias, output_kernel, output_bias = weights
    hidden = tf.nn.relu(images @ kernel + bias)
    logits = hidden @ output_kernel + output_bias
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return tf.reduce_mean(each)
