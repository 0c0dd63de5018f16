"""A value that stays as it is."""

from __future__ import annotations

from .._ops import Array, Ops
from .._schedule import Schedule
from .._types import Value


class Constant(Schedule, kind="constant"):
    """The same value at every step.

    The value is `value` for all `t`. It is endless.

    Args:
        value: what to return.

    Example:
        >>> import lrcore as lr
        >>> lr.Constant(0.1)(123)
        0.1
    """

    value: Value

    def formula(self, t: Array, op: Ops) -> Value:
        return self.value
