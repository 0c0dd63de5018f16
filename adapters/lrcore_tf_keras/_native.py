"""A schedule as a `LearningRateSchedule` of Keras 2."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from functools import partial
from typing import Final, cast

import tensorflow as tf
import tf_keras

from lrcore import Schedule as Definition
from lrcore import from_dict
from lrcore.backend import Precision
from lrcore_tensorflow import Function, function

_WHOLE_BELOW: Final = {tf.bfloat16: 2**8, tf.float16: 2**11, tf.float32: 2**24, tf.float64: 2**53}
"""The numbers up to which a floating-point dtype tells every integer from the next."""


@tf_keras.saving.register_keras_serializable(package="lrcore")
@dataclass(frozen=True)
class Schedule(tf_keras.optimizers.schedules.LearningRateSchedule):
    """A `LearningRateSchedule` of Keras 2, for any optimizer of `tf_keras`; it can be saved and loaded.

    A saved model holds the definition of the schedule. Import `lrcore_tf_keras` before you load the model, which
    registers the class; a model in an HDF5 file also needs `custom_objects={"Schedule": Schedule}`. Schedules with
    equal definitions and options are equal.

    The optimizers in `tf_keras.optimizers.legacy` compute with steps of floating-point types, which tell integers
    apart up to 2**24 in float32. From there on, the value of such a step is NaN.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64".

    Raises:
        lrcore.ExportError: `schedule` is not a schedule, or `dtype` is neither "float32" nor "float64".
        lrcore.UnboundError: the schedule holds durations.

    Example:
        >>> import lrcore as lrc, lrcore_tf_keras, tf_keras
        >>> optimizer = tf_keras.optimizers.SGD(lrcore_tf_keras.Schedule(lrc.Linear(0.5, 0.0, 100)))
        >>> float(optimizer.learning_rate)
        0.5
    """

    schedule: Definition
    _: KW_ONLY
    dtype: Precision = "float32"
    _value: Function = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_value", function(self.schedule, dtype=self.dtype))

    def __call__(self, step: tf.Tensor | int | None = None) -> tf.Tensor:
        """The value at `step`."""
        limit = _WHOLE_BELOW.get(getattr(step, "dtype", None))
        if limit is None:
            return self._value(step)
        given = tf.convert_to_tensor(step)
        whole = tf.logical_and(
            tf.floor(given) == given, tf.abs(given) < tf.cast(limit, given.dtype)
        )
        index = tf.cast(tf.where(whole, given, tf.zeros_like(given)), tf.int64)
        return tf.where(whole, self._value(index), tf.constant(float("nan"), self.dtype))

    def get_config(self) -> dict[str, object]:
        """The document of the definition, and the dtype."""
        return {"schedule": self.schedule.to_dict(), "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, object]) -> Schedule:
        """The schedule of `get_config`."""
        definition = from_dict(cast("dict[str, object]", config["schedule"]))
        return cls(cast(Definition, definition), dtype=cast(Precision, config["dtype"]))

    def __reduce__(self) -> tuple[Callable[..., Schedule], tuple[Definition]]:
        return partial(Schedule, dtype=self.dtype), (self.schedule,)
