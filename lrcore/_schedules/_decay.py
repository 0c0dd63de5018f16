"""Values that fall, or grow, without an end."""

from __future__ import annotations

from .._definition._fields import NonNegative, PositiveSteps, SignedExponent, Value
from .._definition._schedule import Schedule
from .._evaluation._cached import cached_property
from .._evaluation._functions import times
from .._evaluation._ops import Array, Ops
from ._weights import between


class Exponential(Schedule, kind="exponential"):
    """Multiplies `start` by `factor` every `steps` updates.

    The value is `start * factor**(t / steps)`, or with `staircase` `start * factor**floor(t / steps)`.
    The schedule is endless. With a factor above 1 the value grows, and is infinite where float64 cannot
    hold it. With a factor of 0 the value is `start` where the exponent is 0, and 0 elsewhere.

    Args:
        start: the value at step 0.
        factor: the factor of `steps` updates, at least 0.
        steps: the number of updates in which the value is multiplied by `factor` once, above 0.
        staircase: whether the value changes only once every `steps` updates.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Exponential(0.1, 0.5, 10)(20)
        0.025

    Source:
        `tf.train.exponential_decay`; `optax.exponential_decay`; `ExponentialLR` of PyTorch.
    """

    start: Value
    factor: NonNegative
    steps: PositiveSteps = PositiveSteps(1)
    staircase: bool = False

    scales = True
    traits = ("_is_each_step",)

    def formula(self, t: Array, op: Ops) -> Array:
        whole = t if self._is_each_step else t // self.steps
        power = op.power(self.factor, op.real(whole))
        if not (self.staircase or self._is_each_step):
            rest = t - whole * self.steps
            power = power * op.power(self.factor, op.real(rest) / op.real(self.steps))
        return times(self.start, power, op)

    @cached_property
    def _is_each_step(self) -> bool:
        return self.steps == 1


class InverseTime(Schedule, kind="inverse_time"):
    """Divides `start` by a power of a linear function of the step.

    The value is `start / (1 + rate * t / steps)**power`, or with `staircase`
    `start / (1 + rate * floor(t / steps))**power`. The schedule is endless.

    Args:
        start: the value at step 0.
        rate: how much the linear function increases in `steps` updates, at least 0.
        steps: the number of updates in which the linear function increases by `rate`, above 0.
        power: the exponent, from -2**20 to 2**20; 1/2 is the inverse square root.
        staircase: whether the value changes only once every `steps` updates.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.InverseTime(1.0, steps=10)(30), lrc.InverseTime(1.0, steps=10, power=0.5)(30)
        (0.25, 0.5)

    Source:
        `tf.train.inverse_time_decay`; `inv` of Caffe.
    """

    start: Value
    rate: NonNegative = 1.0
    steps: PositiveSteps = PositiveSteps(1)
    power: SignedExponent = 1.0
    staircase: bool = False

    scales = True

    def formula(self, t: Array, op: Ops) -> Array:
        time = t - t % self.steps if self.staircase else t
        base = 1.0 + self.rate * op.real(time) / op.real(self.steps)
        return times(self.start, op.power(base, -self.power), op)


class Sigmoid(Schedule, kind="sigmoid"):
    """Changes from `start` to `end` along the logistic curve, without ever reaching them.

    The value is `end + (start - end) / (1 + exp(steepness * (t - center)))`. The schedule is endless.

    Args:
        start: the value far before the center.
        end: the value far after the center.
        center: the step at which the value is in the middle of `start` and `end`. It may lie between two
            steps.
        steepness: how fast the value changes. With `4 / n`, the tangent at the center goes from `start` to
            `end` in `n` steps. With a steepness below 0, `start` and `end` change places.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Sigmoid(1.0, 0.0, center=50, steepness=0.1)(50)
        0.5

    Source:
        `sigmoid` of Caffe.
    """

    start: Value
    end: Value
    center: Value
    steepness: Value

    def formula(self, t: Array, op: Ops) -> Array:
        angle = (op.real(t) - self.center) * self.steepness
        far = op.exp(-abs(angle))
        return between(self.start, self.end, angle < 0.0, far / (1.0 + far), op)
