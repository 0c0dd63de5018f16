"""A schedule as an Optax schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lrcore import Schedule
from lrcore.backend import Precision

from ._function import function

if TYPE_CHECKING:
    import optax  # Keras on JAX uses this adapter, and has no need of Optax


def export(schedule: Schedule, *, dtype: Precision = "float32") -> optax.Schedule:
    """`function(schedule, dtype=dtype)`, which is an Optax schedule."""
    return function(schedule, dtype=dtype)
