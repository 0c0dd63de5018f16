"""Values that go from a start to an end along an exponential, an inverse or a logarithm."""

from __future__ import annotations

import sys
from functools import cached_property

from .._ops import Array, Ops
from .._schedule import Schedule
from .._types import Positive, Share, Steps, Value
from ._weights import Weights, blend, nearer_first, power_to_ratio


class Geometric(Schedule, kind="geometric"):
    """A value that changes by the same factor with every step, from `start` to `end`.

    With `p = min(t, steps) / steps` the value is `start * (end / start)**p`: `start` at `t = 0`, `end`
    for `t >= steps`. On a logarithmic scale it is a straight line.

    Args:
        start: the value at step 0, above 0.
        end: the value from step `steps` on, above 0.
        steps: the number of updates from one to the other; with 0 the value is `end`.

    Raises:
        InvalidScheduleError: a number is out of range, or the ratio of the ends is out of that of float64.

    Example:
        >>> import lrcore as lr
        >>> lr.Geometric(1.0, 16.0, 4).values(5).tolist()
        [1.0, 2.0, 4.0, 8.0, 16.0]

    Source:
        The exponential range test of fastai and Lightning; the decay of fairseq's tri-stage schedule.
    """

    start: Positive
    end: Positive
    steps: Steps

    def __post_init__(self) -> None:
        _check_ratio(self.start, self.end)

    @cached_property
    def duration(self) -> int:
        return self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        left = self.steps - done
        near, far = nearer_first(done < left, self.start, self.end, op)
        whole = op.maximum(self.steps, 1)
        return near * power_to_ratio(far / near, op.minimum(done, left), whole, op)


class Harmonic(Schedule, kind="harmonic"):
    """A value whose inverse is a straight line, from `start` to `end`.

    With `p = min(t, steps) / steps` the value is `1 / ((1 - p) / start + p / end)`: `start` at
    `t = 0`, `end` for `t >= steps`.

    Args:
        start: the value at step 0, above 0.
        end: the value from step `steps` on, above 0.
        steps: the number of updates from one to the other; with 0 the value is `end`.

    Raises:
        InvalidScheduleError: a number is out of range, or the ratio of the ends is out of that of float64.

    Example:
        >>> import lrcore as lr
        >>> lr.Harmonic(1.0, 0.2, 4).values(5).round(4).tolist()
        [1.0, 0.5, 0.3333, 0.25, 0.2]

    Source:
        The decay "inverse_linear" of deepmd-kit, and "inv" of Levanter.
    """

    start: Positive
    end: Positive
    steps: Steps

    def __post_init__(self) -> None:
        _check_ratio(self.start, self.end)

    @cached_property
    def duration(self) -> int:
        return self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        left = self.steps - done
        near, far = nearer_first(done < left, self.start, self.end, op)
        share = (near - far) * op.real(op.minimum(done, left)) / op.real(op.maximum(self.steps, 1))
        return near / (1.0 + share / far)


def _check_ratio(start: float, end: float) -> None:
    larger, smaller = max(start, end), min(start, end)
    if smaller < sys.float_info.min * larger:
        raise ValueError(f"{larger} is too many times {smaller}: float64 does not hold the ratio")


class Logarithmic(Schedule, kind="logarithmic"):
    """A logarithm of the step, from `start` to `end`.

    With `s = min(t, steps)` the value is `start + (end - start) * log(1 + s) / log(1 + steps)`: `start`
    at `t = 0`, `end` for `t >= steps`. Most of the way is done early.

    Args:
        start: the value at step 0.
        end: the value from step `steps` on.
        steps: the number of updates from one to the other; with 0 the value is `end`.

    Example:
        >>> import lrcore as lr
        >>> lr.Logarithmic(0.0, 2.0, 3).values(4).round(4).tolist()
        [0.0, 1.0, 1.585, 2.0]

    Source:
        The default warm-up of DeepSpeed's `WarmupLR`.
    """

    start: Value
    end: Value
    steps: Steps

    @cached_property
    def duration(self) -> int:
        return self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        rest = op.real(self.steps - done) / op.real(done + 1)
        whole = op.log(op.real(op.maximum(self.steps, 1) + 1))
        weights = Weights(start=op.log1p(rest) / whole, end=op.log(op.real(done + 1)) / whole)
        return blend(self.start, self.end, weights, op)


class Relaxation(Schedule, kind="relaxation"):
    """An exponential that reaches its end, from `start` to `end`.

    With `p = min(t, steps) / steps` the value is
    `end + (start - end) * (rate**p - rate) / (1 - rate)`: `start` at `t = 0`, `end` for `t >= steps`.
    Its float64 values are within 6 ulp.

    Args:
        start: the value at step 0.
        end: the value from step `steps` on.
        steps: the number of updates from one to the other; with 0 the value is `end`.
        rate: how much would be left of an exponential that goes on to zero, between 0 and 1.

    Example:
        >>> import lrcore as lr
        >>> lr.Relaxation(1.0, 0.0, 2, rate=0.25).values(3).round(4).tolist()
        [1.0, 0.3333, 0.0]

    Source:
        The exponential decay of Megatron-LM's WSD schedule, where the rate is 1/2, and of timm's.
    """

    start: Value
    end: Value
    steps: Steps
    rate: Share

    @cached_property
    def duration(self) -> int:
        return self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        left = self.steps - done
        whole = op.maximum(self.steps, 1)
        slope = op.log(self.rate) / op.real(whole)
        kept = -op.expm1(slope * op.real(left)) * power_to_ratio(self.rate, done, whole, op)
        gone = -op.expm1(slope * op.real(done))
        all_of_it = 1.0 - self.rate
        return blend(self.start, self.end, Weights(kept / all_of_it, gone / all_of_it), op)
