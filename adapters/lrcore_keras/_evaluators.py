"""The ways in which Keras can run a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import keras
import numpy as np
from numpy.typing import NDArray

from lrcore import Schedule as Definition
from lrcore.backend import Evaluator, Precision, Values

from ._native import Schedule


def _schedule(schedule: Definition, steps: NDArray[np.int64], dtype: Precision) -> Values:
    native = Schedule(schedule, dtype=dtype)
    return np.asarray(keras.ops.convert_to_numpy(native(steps)))


def _reloaded(schedule: Definition, steps: NDArray[np.int64], dtype: Precision) -> Values:
    config = keras.optimizers.schedules.serialize(Schedule(schedule, dtype=dtype))
    native = keras.optimizers.schedules.deserialize(config)
    return np.asarray(keras.ops.convert_to_numpy(native(steps)))


evaluators: Final[Mapping[str, Evaluator]] = {"schedule": _schedule, "reloaded": _reloaded}
