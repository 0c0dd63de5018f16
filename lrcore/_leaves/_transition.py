"""Values that go from a start to an end over a number of steps, and stay there."""

from __future__ import annotations

from functools import cached_property

from .._double import product, ratio
from .._ops import Array, Operand, Ops
from .._schedule import Schedule
from .._types import Positive, Steps, Value


class Linear(Schedule, kind="linear"):
    """A straight line from `start` to `end`.

    With `p = min(t, steps) / steps` the value is `start * (1 - p) + end * p`: `start` at `t = 0`,
    `end` for `t >= steps`.

    Args:
        start: the value at step 0.
        end: the value from step `steps` on.
        steps: the number of updates from one to the other; with 0 the value is `end`.

    Example:
        >>> import lrcore as lr
        >>> lr.Linear(0.0, 0.1, 500).values(3).tolist()
        [0.0, 0.0002, 0.0004]

    Source:
        `optax.linear_schedule`; `tf.train.polynomial_decay` with power 1.
    """

    start: Value
    end: Value
    steps: Steps

    @cached_property
    def duration(self) -> int:
        return self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        left = self.steps - done
        near, far = _nearer_first(done < left, self.start, self.end, op)
        # Multiplied before it is divided: exact wherever the value itself is a float64.
        share = (far - near) * op.real(op.minimum(done, left))
        return near + share / op.real(op.maximum(self.steps, 1))


class Polynomial(Schedule, kind="polynomial"):
    """A power of the remaining share of the way, from `start` to `end`.

    With `p = min(t, steps) / steps` the value is `(start - end) * (1 - p)**power + end`: `start` at
    `t = 0`, `end` for `t >= steps`.

    Args:
        start: the value at step 0.
        end: the value from step `steps` on.
        steps: the number of updates from one to the other; with 0 the value is `end`.
        power: the exponent, above 0; 1 is a straight line.

    Example:
        >>> import lrcore as lr
        >>> lr.Polynomial(1.0, 0.0, 4, power=2.0).values(5).tolist()
        [1.0, 0.5625, 0.25, 0.0625, 0.0]

    Source:
        `tf.train.polynomial_decay`.
    """

    start: Value
    end: Value
    steps: Steps
    power: Positive = 1.0

    @cached_property
    def duration(self) -> int:
        return self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        left = self.steps - done
        whole = op.maximum(self.steps, 1)
        weight = _power_of_ratio(left, whole, self.power, op)
        # 1 - weight, near the start a difference of almost equal numbers, from its logarithm.
        gap = -op.expm1(self.power * _log_of_rest(done, left, whole, op))
        near, far = _nearer_first(gap < weight, self.start, self.end, op)
        return near + (far - near) * op.minimum(gap, weight)


class Cosine(Schedule, kind="cosine"):
    """Half a cosine wave from `start` to `end`.

    With `p = min(t, steps) / steps` the value is `end + (start - end) * (1 + cos(pi * p)) / 2`:
    `start` at `t = 0`, `end` for `t >= steps`.

    Args:
        start: the value at step 0.
        end: the value from step `steps` on.
        steps: the number of updates from one to the other; with 0 the value is `end`.

    Example:
        >>> import lrcore as lr
        >>> lr.Cosine(0.25, 0.0, 4)(2)
        0.125

    Source:
        Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017,
        https://arxiv.org/abs/1608.03983, equation 5 without restarts.
    """

    start: Value
    end: Value
    steps: Steps

    @cached_property
    def duration(self) -> int:
        return self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        left = self.steps - done
        near, far = _nearer_first(done < left, self.start, self.end, op)
        return near + (far - near) * _rise(op.minimum(done, left), self.steps, op)


def _rise(k: Array, n: Operand, op: Ops) -> Array:
    """The first half of a raised cosine, `sin(pi/2 * k/n)**2` for `0 <= k <= n/2`.

    It is rational at 0, n/3 and n/2 alone, and exact there: only where a value is rational can it lie
    exactly between two float32 numbers.
    """
    n = op.maximum(n, 1)
    outer = 3 * k <= n
    sine, sine_low = _sine(op.where(outer, k, n - 2 * k), n, op)
    square, square_low = product(sine, sine, op)
    outer_rise = square + (square_low + 2.0 * sine * sine_low)
    rise = op.where(outer, outer_rise, 0.5 - 0.5 * (sine + sine_low))
    return op.where(op.equal(3 * k, n), 0.25, rise)


def _sine(k: Array, n: Operand, op: Ops) -> tuple[Array, Array]:
    """`sin(pi/2 * k/n)` for `0 <= k <= n`, in two parts."""
    share, share_low = ratio(k, n, op)
    quarter, quarter_low = (op.real(part) / 2.0 for part in op.pi)
    angle, angle_low = product(share, quarter, op)
    sine = op.sin(angle)
    cosine = op.sqrt(1.0 - sine * sine)
    return sine, (angle_low + share * quarter_low + share_low * quarter) * cosine


def _power_of_ratio(k: Array, n: Operand, power: Operand, op: Ops) -> Array:
    """`(k/n)**power`."""
    share, share_low = ratio(k, n, op)
    return op.power(share, power) * (1.0 + power * share_low / op.maximum(share, 2.0**-60))


def _log_of_rest(done: Array, left: Array, n: Operand, op: Ops) -> Array:
    """`log(left / n)` where `done + left = n`, without loss where `left` is almost `n`."""
    near_start = done < left
    lost, lost_low = ratio(op.where(near_start, done, 0), n, op)
    kept, kept_low = ratio(op.where(near_start, n, op.maximum(left, 1)), n, op)
    return op.log1p(-lost) + op.log(kept) + (kept_low / kept - lost_low / (1.0 - lost))


def _nearer_first(at_start: Array, start: Operand, end: Operand, op: Ops) -> tuple[Array, Array]:
    """The two ends of a transition, the nearer one first.

    Measured from there, a transition is exact at both ends and constant between equal ones, and at
    most half of the way is ever subtracted, so no digits are lost.
    """
    return op.where(at_start, start, end), op.where(at_start, end, start)
