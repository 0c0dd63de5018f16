"""What `lrcore.export(..., "keras")` calls."""

from __future__ import annotations

from keras.optimizers.schedules import LearningRateSchedule

from lrcore import ExportError
from lrcore import Schedule as Definition
from lrcore.backend import Precision, shown

from ._native import Schedule
from ._peers import peer


def export(
    schedule: Definition, *, dtype: Precision = "float32", native: bool = False
) -> LearningRateSchedule:
    """`Schedule(schedule, dtype=dtype)`, or with `native` the schedule of Keras that equals it.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64".
        native: whether the result is a class of `keras.optimizers.schedules`, for programs without lrcore.

    Raises:
        lrcore.ExportError: as for `Schedule`, or no class of Keras has the values of the schedule.
    """
    if not native:
        return Schedule(schedule, dtype=dtype)
    if dtype != "float32":
        raise ExportError(
            f"native=True: the schedules of Keras have float32 values; leave out dtype={shown(dtype)}"
        )
    return peer(schedule)
