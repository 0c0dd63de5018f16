"""From the clock of a schedule to its last rounding."""

from __future__ import annotations

from typing import Final

from ._evaluable import Evaluable
from ._ops import Array, Ops
from ._rounding import settled

LAST_STEP: Final = 2**53
"""The largest step: beyond it, float64 does not hold every integer."""


def value_at(schedule: Evaluable, steps: Array, op: Ops) -> Array:
    """The values of a schedule in float64, such that their cast to float32 is the same in all backends.

    Below step 0 a schedule has its value at step 0, and above step `2**53` its value at `2**53`.
    """
    t = op.minimum(op.maximum(steps, 0), LAST_STEP)
    return settled(schedule.evaluate(t, op), op)
