"""A schedule as Optax takes it."""

from __future__ import annotations

import optax

from lrcore import Schedule
from lrcore.backend import Precision

from ._function import function


def export(schedule: Schedule, *, dtype: Precision = "float32") -> optax.Schedule:
    """`function(schedule, dtype=dtype)`, which is an Optax schedule as it is."""
    return function(schedule, dtype=dtype)
