"""Values at one step after another, for programs that run on the host."""

from __future__ import annotations

from typing import Final

import numpy as np

from ._arrays import evaluate_many
from ._evaluable import Evaluable
from ._rounding import Precision, checked, to_float32
from ._scalars import evaluate_one
from ._value import LAST_STEP

_LONGEST: Final = 1024


class Blocks:
    """The values of a schedule at one step after another, computed many steps at a time.

    A schedule has no hidden state, so `schedule(t)` evaluates its formula each time. A program that asks for
    the next step again and again keeps this object. It computes a block of steps whenever a step falls
    outside of the last block. Blocks grow while the steps follow one another, up to 1,024 steps. A block is
    replaced as a whole, so threads may share the object.

    Args:
        schedule: the schedule, as `Schedule.ready` gives it.
        dtype: the precision to which the values are rounded, "float32" or "float64".

    Raises:
        ExportError: `dtype` is neither "float32" nor "float64".
    """

    def __init__(self, schedule: Evaluable, dtype: Precision) -> None:
        self._schedule = schedule
        self._dtype = checked(dtype)
        self._block: tuple[int, list[float]] = (0, [])

    def __call__(self, step: int) -> float:
        """The value at `step`, which is at most 2**53."""
        first, values = self._block
        place = step - first
        if not 0 <= place < len(values):
            size = min(4 * len(values), _LONGEST) if place == len(values) else 1
            self._block = first, values = step, self._values(step, size)
            place = 0
        return values[place]

    def _values(self, step: int, size: int) -> list[float]:
        last = min(step + size, LAST_STEP + 1)
        if size > 1:
            values = evaluate_many(self._schedule, range(step, last))
        else:
            values = np.array([evaluate_one(self._schedule, step)])
        numbers: list[float] = (to_float32(values) if self._dtype == "float32" else values).tolist()
        return numbers
