"""A schedule as a function of TensorFlow tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

import tensorflow as tf

from lrcore import Array, Ops, Schedule, StepError
from lrcore.backend import LAST_STEP, Precision, checked, step_or_tensor, value_at

from ._ops import TensorflowOps

Function: TypeAlias = Callable[["tf.Tensor | int"], tf.Tensor]
"""A function from steps to values, in TensorFlow tensors."""


def function(schedule: Schedule, *, dtype: Precision = "float32") -> Function:
    """`schedule` as a pure function from steps to values, for eager code, `tf.function` and XLA.

    The function computes in float64 and rounds once.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64".

    Raises:
        lrcore.ExportError: `dtype` is neither "float32" nor "float64".
        lrcore.UnboundError: the schedule holds durations.
        lrcore.StepError: the function was called with steps that are not integers.

    Example:
        >>> import lrcore as lrc, lrcore_tensorflow, tensorflow as tf
        >>> rate = lrcore_tensorflow.function(lrc.Linear(0.0, 1.0, 4))
        >>> tf.function(rate)(tf.constant([0, 1, 4])).numpy().tolist()
        [0.0, 0.25, 1.0]
    """
    ready = schedule.ready()
    checked(dtype)
    op = cast(Ops, TensorflowOps())

    def value(step: tf.Tensor | int) -> tf.Tensor:
        given = tf.convert_to_tensor(step_or_tensor(step))
        if not given.dtype.is_integer:
            raise StepError(f"steps are integers; got a tensor of {given.dtype.name}")
        if given.dtype == tf.uint64:
            given = tf.minimum(given, tf.constant(LAST_STEP, tf.uint64))
        t = tf.cast(given, tf.int64)
        rate = value_at(ready, cast(Array, t), op)
        return tf.broadcast_to(tf.cast(rate, dtype), tf.shape(t))

    # AutoGraph has nothing to convert here, and would hide a StepError in an error of its own.
    return cast(Function, tf.autograph.experimental.do_not_convert(value))
