"""A schedule as a `LearningRateSchedule` of Keras."""

from __future__ import annotations

from typing import cast

import keras
import numpy as np
from keras.optimizers.schedules import LearningRateSchedule

from lrcore import Schedule as Definition
from lrcore import from_dict
from lrcore.backend import Precision, step_or_tensor

from ._function import function


@keras.saving.register_keras_serializable(package="lrcore")
class Schedule(LearningRateSchedule):
    """A `LearningRateSchedule` of Keras, for any Keras optimizer; it can be saved and loaded.

    A saved model holds the definition of the schedule. Import `lrcore_keras` before you load the model, which
    registers the class.

    Keras counts batches: with `gradient_accumulation_steps=k` an optimizer asks for every `k`-th value.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64".

    Raises:
        lrcore.ExportError: Keras runs on a backend that cannot evaluate a schedule.

    Example:
        >>> import keras, lrcore as lrc, lrcore_keras
        >>> optimizer = keras.optimizers.SGD(lrcore_keras.Schedule(lrc.Linear(0.5, 0.0, 100)))
        >>> float(optimizer.learning_rate)
        0.5
    """

    def __init__(self, schedule: Definition, *, dtype: Precision = "float32") -> None:
        self.schedule = schedule
        self.dtype: Precision = dtype
        self._value = function(schedule, dtype=dtype)

    def __call__(self, step: keras.KerasTensor | int) -> keras.KerasTensor:
        """The value at `step`, a tensor or variable of integers."""
        given = step_or_tensor(step)
        if isinstance(given, (int, np.ndarray)):
            return self._value(given)  # Keras on JAX would make a tensor of 32 bits of them
        return self._value(keras.ops.convert_to_tensor(given))

    def get_config(self) -> dict[str, object]:
        """The document of the definition, and the dtype."""
        return {"schedule": self.schedule.to_dict(), "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, object]) -> Schedule:
        """The schedule of `get_config`."""
        definition = cast(Definition, from_dict(cast("dict[str, object]", config["schedule"])))
        return cls(definition, dtype=cast(Precision, config["dtype"]))
