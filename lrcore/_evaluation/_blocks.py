"""Values at one step after another, for programs that run on the host."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from ._arrays import evaluate_many
from ._evaluable import Evaluable
from ._rounding import Precision, checked, to_float32
from ._scalars import evaluate_one
from ._value import LAST_STEP

_LONGEST: Final = 1024
_LARGEST: Final = 2**18  # values, of all schedules together


class Blocks:
    """The values of schedules at one step after another, computed many steps at a time.

    A schedule has no hidden state, so `schedule(t)` evaluates its formula each time. A program that asks for
    the next step again and again keeps this object. It computes a block of steps whenever a step falls
    outside of the last block. Blocks grow while the steps follow one another, up to 1,024 steps. A block is
    replaced as a whole, so threads may share the object.

    Args:
        schedules: the schedules, as `Schedule.ready` gives them.
        dtype: the precision to which the values are rounded, "float32" or "float64".

    Raises:
        ExportError: `dtype` is neither "float32" nor "float64".
    """

    def __init__(self, schedules: Sequence[Evaluable], dtype: Precision) -> None:
        self._schedules = tuple(schedules)
        self._dtype = checked(dtype)
        self._longest = max(min(_LONGEST, _LARGEST // max(len(self._schedules), 1)), 1)
        self._block: tuple[int, list[tuple[float, ...]]] = (0, [])

    def __call__(self, step: int) -> tuple[float, ...]:
        """The value of each schedule at `step`; outside of 0 to `2**53` the nearest of the two has it."""
        first, rows = self._block
        place = step - first
        if not 0 <= place < len(rows):
            step = min(max(step, 0), LAST_STEP)
            size = min(4 * len(rows), self._longest) if place == len(rows) else 1
            columns = [self._values(schedule, step, size) for schedule in self._schedules]
            self._block = first, rows = step, list(zip(*columns, strict=True))
            place = 0
        return rows[place]

    def _values(self, schedule: Evaluable, step: int, size: int) -> list[float]:
        last = min(step + size, LAST_STEP + 1)
        if size > 1:
            values = evaluate_many(schedule, range(step, last))
        else:
            values = np.array([evaluate_one(schedule, step)])
        numbers: list[float] = (to_float32(values) if self._dtype == "float32" else values).tolist()
        return numbers
