"""A schedule as a function of TensorFlow tensors."""

from __future__ import annotations

from lrcore import Schedule
from lrcore.backend import Precision

from ._function import Function, function


def export(schedule: Schedule, *, dtype: Precision = "float32") -> Function:
    """`function(schedule, dtype=dtype)`."""
    return function(schedule, dtype=dtype)
