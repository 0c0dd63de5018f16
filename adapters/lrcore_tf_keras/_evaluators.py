"""The ways in which Keras 2 can run a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import tensorflow as tf
import tf_keras
from numpy.typing import NDArray

from lrcore import Schedule as Definition
from lrcore.backend import Evaluator, Precision, Values

from ._native import Schedule


def _schedule(schedule: Definition, steps: NDArray[np.int64], dtype: Precision) -> Values:
    return np.asarray(Schedule(schedule, dtype=dtype)(tf.constant(steps)))


def _reloaded(schedule: Definition, steps: NDArray[np.int64], dtype: Precision) -> Values:
    config = tf_keras.optimizers.schedules.serialize(Schedule(schedule, dtype=dtype))
    native = tf_keras.optimizers.schedules.deserialize(config)
    return np.asarray(tf.function(native)(tf.constant(steps)))


evaluators: Final[Mapping[str, Evaluator]] = {"schedule": _schedule, "reloaded": _reloaded}
