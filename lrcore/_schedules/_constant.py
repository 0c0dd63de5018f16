"""A value that does not change."""

from __future__ import annotations

from .._definition._fields import Value
from .._definition._schedule import Schedule
from .._evaluation._ops import Array, Ops


class Constant(Schedule, kind="constant"):
    """Has the same value at every step.

    The value is `value` for all `t`. The schedule is endless.

    Args:
        value: the value.

    Raises:
        InvalidScheduleError: `value` is not finite, or is beyond the range of float32.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Constant(0.1)(123)
        0.1
    """

    value: Value

    scales = True

    def formula(self, t: Array, op: Ops) -> Value:
        return self.value
