"""A schedule as a function of tensors of the backend that Keras runs on."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final, TypeAlias, cast

import keras

from lrcore import ExportError, Schedule
from lrcore.backend import Precision

Function: TypeAlias = Callable[["keras.KerasTensor | int"], keras.KerasTensor]
"""A function from steps to values, in tensors of the backend that Keras runs on."""

_BACKENDS: Final = ("jax", "tensorflow", "torch")


def function(schedule: Schedule, *, dtype: Precision = "float32") -> Function:
    """`schedule` as a pure function from steps to values, in tensors of Keras's backend.

    This is the function of the adapter for that backend.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64".

    Raises:
        lrcore.ExportError: Keras runs on a backend other than "tensorflow", "jax" and "torch", or `dtype` is
            neither "float32" nor "float64".
        lrcore.UnboundError: the schedule holds durations.
        lrcore.StepError: the function was called with steps that are not integers.

    Example:
        >>> import keras, lrcore as lrc, lrcore_keras
        >>> rate = lrcore_keras.function(lrc.Linear(0.0, 1.0, 4))
        >>> float(rate(keras.ops.convert_to_tensor(1)))
        0.25
    """
    backend = keras.backend.backend()
    if backend not in _BACKENDS:
        raise ExportError(f"keras runs on {backend!r}; a schedule needs one of {_BACKENDS}")
    native = import_module(f"lrcore_{backend}._function").function
    return cast(Function, native(schedule, dtype=dtype))
