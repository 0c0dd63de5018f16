"""The adapter to NumPy: the reference itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from .._definition._schedule import Schedule
from .._definition._steps import checked_step
from .._evaluation._blocks import Blocks
from .._evaluation._rounding import Precision, checked, to_float32
from ._adapter import Evaluator, Values


class Function64(Protocol):
    """A function from steps to float64 values."""

    @overload
    def __call__(self, step: int | np.integer, /) -> float: ...
    @overload
    def __call__(self, step: range | NDArray[np.integer], /) -> NDArray[np.float64]: ...


class Function32(Protocol):
    """A function from steps to float32 values."""

    @overload
    def __call__(self, step: int | np.integer, /) -> np.float32: ...
    @overload
    def __call__(self, step: range | NDArray[np.integer], /) -> NDArray[np.float32]: ...


@overload
def export(schedule: Schedule, *, dtype: Literal["float64"] = ...) -> Function64: ...
@overload
def export(schedule: Schedule, *, dtype: Literal["float32"]) -> Function32: ...
def export(schedule: Schedule, *, dtype: Precision = "float64") -> Function64 | Function32:
    """A function from steps to values, for loops that need the value of one step after another.

    It computes a block of steps at a time, and a number takes much less time than from the schedule.
    """
    blocks = Blocks([schedule.ready()], dtype)

    def value(step: int | np.integer | range | NDArray[np.integer]) -> float | np.float32 | Values:
        if isinstance(step, (range, np.ndarray)):
            values = schedule(step)
            return to_float32(values) if dtype == "float32" else values
        number = blocks(checked_step(step))[0]
        return np.float32(number) if dtype == "float32" else number

    return value  # type: ignore[return-value]


def _array(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
    values = schedule(steps)
    return to_float32(values) if checked(dtype) == "float32" else values


def _scalar(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
    values = np.array([schedule(step) for step in steps.tolist()], dtype=np.float64)
    return to_float32(values) if checked(dtype) == "float32" else values


evaluators: Final[Mapping[str, Evaluator]] = {"array": _array, "scalar": _scalar}
