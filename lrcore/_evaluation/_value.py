"""From the clock of a schedule to its last rounding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ._evaluable import Evaluable
from ._ops import Array, Ops
from ._rounding import settled

LAST_STEP: Final = 2**53
"""The largest step: beyond it, float64 does not hold every integer."""


def value_at(
    schedule: Evaluable,
    steps: Array,
    op: Ops,
    settle: Callable[[Array, Ops], Array] = settled,
) -> Array:
    """The values of a schedule in float64, such that their cast to float32 is the same in all backends.

    Below step 0 a schedule has its value at step 0, and above step `2**53` its value at `2**53`.

    Args:
        schedule: the schedule.
        steps: the steps.
        op: the functions of the backend.
        settle: `settled`, or the same with derivatives.
    """
    t = op.minimum(op.maximum(steps, 0), LAST_STEP)
    return settle(schedule.evaluate(t, op), op)
