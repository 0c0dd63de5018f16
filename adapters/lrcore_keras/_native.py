"""A schedule as a `LearningRateSchedule` of Keras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from typing import Final, cast

import keras
import numpy as np
from keras.optimizers.schedules import LearningRateSchedule

from lrcore import ExportError, from_dict
from lrcore import Schedule as Definition
from lrcore.backend import Precision, shown, step_or_tensor

from ._function import function

_WHOLE_BELOW: Final = {"bfloat16": 2**8, "float16": 2**11, "float32": 2**24, "float64": 2**31}
"""The numbers up to which a floating-point dtype tells every integer from the next, at most 31 bits."""


@keras.saving.register_keras_serializable(package="lrcore")
@dataclass(frozen=True)
class Schedule(LearningRateSchedule):
    """A `LearningRateSchedule` of Keras, for any Keras optimizer; it can be saved and loaded.

    A saved model holds the definition of the schedule. Import `lrcore_keras` before you load the model, which
    registers the class. Schedules with equal definitions and options are equal.

    An optimizer of Keras with `gradient_accumulation_steps=k` counts batches, and asks for the value of every
    `k`-th batch. Give the schedule the same number, and it has its value of step `n` at update `n`.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64".
        gradient_accumulation_steps: the number of batches for each update, as the optimizer has it.

    Raises:
        lrcore.ExportError: `gradient_accumulation_steps` is not an integer above 0, or Keras runs on a backend
            that cannot evaluate a schedule.

    Example:
        >>> import keras, lrcore as lrc, lrcore_keras
        >>> optimizer = keras.optimizers.SGD(lrcore_keras.Schedule(lrc.Linear(0.5, 0.0, 100)))
        >>> float(optimizer.learning_rate)
        0.5
    """

    schedule: Definition
    _: KW_ONLY
    dtype: Precision = "float32"
    gradient_accumulation_steps: int | None = None
    _value: Callable[..., keras.KerasTensor] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        batches = self.gradient_accumulation_steps
        if batches is not None and (type(batches) is not int or batches < 1):
            raise ExportError(
                f"gradient_accumulation_steps is an integer above 0; got {shown(batches)}"
            )
        object.__setattr__(self, "_value", function(self.schedule, dtype=self.dtype))

    def __call__(self, step: keras.KerasTensor | int | float | None = None) -> keras.KerasTensor:
        """The value at `step`, a tensor or variable of integers.

        Some schedules that contain others compute with steps of floating-point types. Such a step is taken if
        it is whole and its type holds every integer up to it, and else the value is NaN.
        """
        if isinstance(step, (float, np.float32)) and float(step).is_integer():
            step = int(step)
        given = step_or_tensor(step)
        if isinstance(given, (int, np.ndarray)):  # of which Keras on JAX would make 32 bits
            return self._value(self._update(given))
        tensor = keras.ops.convert_to_tensor(given)
        limit = _WHOLE_BELOW.get(keras.backend.standardize_dtype(tensor.dtype))
        if limit is None:
            return self._value(self._update(tensor))
        whole = keras.ops.logical_and(keras.ops.floor(tensor) == tensor, abs(tensor) < limit)
        index = keras.ops.cast(keras.ops.where(whole, tensor, 0), "int32")
        return keras.ops.where(whole, self._value(self._update(index)), float("nan"))

    def _update(self, batch: keras.KerasTensor | int) -> keras.KerasTensor | int:
        """The number of the update that a batch belongs to."""
        return (
            batch // self.gradient_accumulation_steps if self.gradient_accumulation_steps else batch
        )

    def get_config(self) -> dict[str, object]:
        """The document of the definition, and the options."""
        return {"schedule": self.schedule.to_dict(), **self._options()}

    @classmethod
    def from_config(cls, config: dict[str, object]) -> Schedule:
        """The schedule of `get_config`."""
        options = dict(config)
        definition = from_dict(cast("dict[str, object]", options.pop("schedule")))
        return cls(cast(Definition, definition), **options)  # type: ignore[arg-type]

    def __reduce__(self) -> tuple[Callable[..., Schedule], tuple[Definition]]:
        return partial(Schedule, **self._options()), (self.schedule,)  # type: ignore[arg-type]

    def _options(self) -> dict[str, object]:
        return {
            "dtype": self.dtype,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }
