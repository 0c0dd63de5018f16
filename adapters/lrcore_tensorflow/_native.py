"""A schedule as TensorFlow takes it."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from lrcore import Schedule
from lrcore.backend import Precision

from ._function import function


def export(
    schedule: Schedule, *, dtype: Precision = "float32"
) -> Callable[[tf.Tensor | int], tf.Tensor]:
    """`function(schedule, dtype=dtype)`."""
    return function(schedule, dtype=dtype)
