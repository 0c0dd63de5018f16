"""The adapter to NumPy: the reference itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from ._export import Evaluator, Values
from ._reference import to_float32
from ._rounding import Precision, checked
from ._schedule import Schedule

Function: TypeAlias = Callable[[int | NDArray[np.integer]], float | np.float32 | Values]


def export(schedule: Schedule, *, dtype: Precision = "float64") -> Function:
    """The reference evaluator of `schedule`, or one of the float32 that all backends agree on."""
    if checked(dtype) == "float64":
        return cast(Function, schedule)

    def value(step: int | NDArray[np.integer]) -> np.float32 | Values:
        return to_float32(np.asarray(schedule(step)))[()]

    return value


def _array(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
    values = schedule(steps)
    return to_float32(values) if checked(dtype) == "float32" else values


def _scalar(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
    values = np.array([schedule(step) for step in steps.tolist()], dtype=np.float64)
    return to_float32(values) if checked(dtype) == "float32" else values


evaluators: Final[Mapping[str, Evaluator]] = {"array": _array, "scalar": _scalar}
