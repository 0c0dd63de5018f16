"""Values that fall, or grow, by a factor."""

from __future__ import annotations

from typing import Final

from .._ops import Array, Ops
from .._schedule import Schedule
from .._types import Period, Positive, Value

_PARTS: Final = 512


class Exponential(Schedule, kind="exponential"):
    """A value that is multiplied by `rate` every `steps` updates.

    The value is `start * rate**(t / steps)`, or with `staircase` `start * rate**floor(t / steps)`. It
    is endless; with a rate above 1 it grows past every bound, and then is infinite.

    Args:
        start: the value at step 0.
        rate: the factor for `steps` updates, above 0.
        steps: after how many updates the factor has been applied once, at least 1.
        staircase: apply the whole factor every `steps` updates, and nothing in between.

    Example:
        >>> import lrcore as lr
        >>> lr.Exponential(0.1, 0.5, 10)(20)
        0.025

    Source:
        `tf.train.exponential_decay`; with `staircase`, `torch.optim.lr_scheduler.StepLR`.
    """

    start: Value
    rate: Positive
    steps: Period = 1
    staircase: bool = False

    def formula(self, t: Array, op: Ops) -> Array:
        if self.staircase:
            return self.start * op.power(self.rate, op.real(t // self.steps))
        # A rounded exponent costs as many digits as the power has. So the exponent is split: a
        # multiple of 1/512, which is exact, and a rest so small that its rounding is not seen.
        parts = t * _PARTS
        rest = op.real(parts % self.steps) / op.real(self.steps) / float(_PARTS)
        whole = op.real(parts // self.steps) / float(_PARTS)
        return self.start * op.power(self.rate, whole) * op.power(self.rate, rest)
