"""The adapter to NumPy: the reference itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ._export import Evaluator, Values
from ._rounding import Precision, checked, to_float32
from ._schedule import Schedule


def export(schedule: Schedule) -> Callable[[NDArray[np.integer]], NDArray[np.float64]]:
    """The reference evaluator of `schedule`, in float64."""
    return schedule


def _array(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
    values = schedule(steps)
    return to_float32(values) if checked(dtype) == "float32" else values


def _scalar(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
    values = np.array([schedule(step) for step in steps.tolist()], dtype=np.float64)
    return to_float32(values) if checked(dtype) == "float32" else values


evaluators: Final[Mapping[str, Evaluator]] = {"array": _array, "scalar": _scalar}
