"""The ways in which TensorFlow can run a schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lrcore import Schedule
from lrcore.backend import Evaluator, Precision, Values

from ._function import function

_Function: TypeAlias = Callable[[tf.Tensor], tf.Tensor]


def _evaluator(run: Callable[[_Function], _Function]) -> Evaluator:
    def evaluate(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
        value = run(function(schedule, dtype=dtype))
        return np.asarray(value(tf.constant(steps, tf.int64)))

    return evaluate


def _in_session(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        given = tf.compat.v1.placeholder(tf.int64, [None])
        values: Values = session.run(function(schedule, dtype=dtype)(given), {given: steps})
    return values


evaluators: Final[Mapping[str, Evaluator]] = {
    "eager": _evaluator(lambda value: value),
    "graph": _evaluator(tf.function),
    "xla": _evaluator(lambda value: tf.function(value, jit_compile=True)),
    "session": _in_session,
}
