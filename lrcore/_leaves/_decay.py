"""Values that fall, or grow, without an end."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .._double import product, ratio, total
from .._functions import times
from .._ops import Array, Ops
from .._schedule import Schedule
from .._types import LARGEST_EXPONENT, Period, Positive, Value
from ._weights import Weights, blend, power_to_ratio


class Exponential(Schedule, kind="exponential"):
    """A value that is multiplied by `rate` every `steps` updates.

    The value is `start * rate**(t / steps)`, or with `staircase` `start * rate**floor(t / steps)`. It
    is endless; with a rate above 1 it grows past every bound, and then is infinite (0 stays 0).

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
    steps: Period = Period(1)
    staircase: bool = False

    def formula(self, t: Array, op: Ops) -> Array:
        if self.staircase:
            return times(self.start, op.power(self.rate, op.real(t // self.steps)), op)
        return times(self.start, power_to_ratio(self.rate, t, self.steps, op), op)


class InverseTime(Schedule, kind="inverse_time"):
    """A value that is divided by a power of a line.

    The value is `start / (1 + rate * t / steps)**power`, or with `staircase`
    `start / (1 + rate * floor(t / steps))**power`. It is endless.

    Args:
        start: the value at step 0.
        rate: how much the line rises in `steps` updates, above 0.
        steps: the length that `rate` is for, at least 1.
        power: the exponent, between -2**20 and 2**20; 1/2 is the inverse square root.
        staircase: divide every `steps` updates, and not in between.

    Example:
        >>> import lrcore as lr
        >>> lr.InverseTime(1.0, steps=10)(30), lr.InverseTime(1.0, steps=10, power=0.5)(30)
        (0.25, 0.5)

    Source:
        `tf.train.inverse_time_decay`; `inv` of Caffe; with power 1/2, the inverse square root of
        Vaswani et al., "Attention Is All You Need", 2017, https://arxiv.org/abs/1706.03762.
    """

    start: Value
    rate: Positive = 1.0
    steps: Period = Period(1)
    power: Annotated[Value, Field(ge=-LARGEST_EXPONENT, le=LARGEST_EXPONENT)] = 1.0
    staircase: bool = False

    def formula(self, t: Array, op: Ops) -> Array:
        time = t - t % self.steps if self.staircase else t
        share, share_low = ratio(time, self.steps, op)
        rise, rise_low = product(share, op.real(self.rate), op)
        base, base_low = total(op.real(1.0), rise)
        rest = (base_low + rise_low + share_low * self.rate) / base
        return times(self.start, op.power(base, -self.power) * (1.0 - self.power * rest), op)


class Sigmoid(Schedule, kind="sigmoid"):
    """The logistic curve from `start`, far before its centre, to `end`, far behind it.

    The value is `end + (start - end) / (1 + exp(rate * (t - centre)))`. It is endless.

    Args:
        start: the value that it comes from.
        end: the value that it goes to.
        centre: the step, or the point between steps, at which it is half-way.
        rate: how steep it is: with `4 / n`, its tangent at the centre crosses from one to the other in
            `n` steps.

    Example:
        >>> import lrcore as lr
        >>> lr.Sigmoid(1.0, 0.0, centre=50, rate=0.1)(50)
        0.5

    Source:
        `sigmoid` of Caffe; the hyperbolic tangent of timm's `TanhLRScheduler` is the same curve.
    """

    start: Value
    end: Value
    centre: Value
    rate: Value

    def formula(self, t: Array, op: Ops) -> Array:
        away, away_low = total(op.real(t), -op.real(self.centre))
        angle, angle_low = product(away, op.real(self.rate), op)
        falls = angle > 0.0
        low = angle_low + away_low * self.rate
        far = op.exp(-op.maximum(angle, -angle)) * (1.0 - op.where(falls, low, -low))
        small, large = far / (1.0 + far), 1.0 / (1.0 + far)
        weights = Weights(op.where(falls, small, large), op.where(falls, large, small))
        return blend(self.start, self.end, weights, op)
