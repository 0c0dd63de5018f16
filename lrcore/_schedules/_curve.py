"""Values that change from a start to an end along an exponential, an inverse or a logarithm."""

from __future__ import annotations

import sys

from .._definition._fields import Positive, Share, Steps, Value
from .._definition._schedule import Schedule
from .._evaluation._ops import Array, Ops
from ._weights import Weights, blend, far_share, near_and_far


class Geometric(Schedule, kind="geometric"):
    """Changes from `start` to `end` by the same factor at every step.

    With `p = min(t, steps) / steps` the value is `start * (end / start)**p`: `start` at `t = 0`, and
    `end` for `t >= steps`. On a logarithmic scale it is a straight line.

    Args:
        start: the value at step 0, above 0.
        end: the value from step `steps` on, above 0.
        steps: the number of updates from `start` to `end`; with 0 the value is `end`.

    Raises:
        InvalidScheduleError: a number is out of range, or float64 does not hold the ratio of the ends.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Geometric(1.0, 16.0, 4)(range(5)).tolist()
        [1.0, 2.0, 4.0, 8.0, 16.0]

    Source:
        The exponential learning-rate finder of fastai and Lightning; the decay of the tri-stage schedule
        of fairseq.
    """

    start: Positive
    end: Positive
    steps: Steps

    phases = ("steps",)
    scales = True

    def __post_init__(self) -> None:
        check_ratio(self.start, self.end)

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        left = self.steps - done
        near, far = near_and_far(done < left, self.start, self.end, op)
        return near * op.power(far / near, far_share(done, left, self.steps, op))


class InverseLinear(Schedule, kind="inverse_linear"):
    """Changes from `start` to `end` so that the inverse of the value changes linearly.

    With `p = min(t, steps) / steps` the value is `1 / ((1 - p) / start + p / end)`: `start` at
    `t = 0`, and `end` for `t >= steps`.

    Args:
        start: the value at step 0, above 0.
        end: the value from step `steps` on, above 0.
        steps: the number of updates from `start` to `end`; with 0 the value is `end`.

    Raises:
        InvalidScheduleError: a number is out of range, or float64 does not hold the ratio of the ends.

    Example:
        >>> import lrcore as lrc
        >>> lrc.InverseLinear(1.0, 0.2, 4)(range(5)).round(4).tolist()
        [1.0, 0.5, 0.3333, 0.25, 0.2]

    Source:
        The decay "inverse_linear" of DeePMD-kit; "inv" of Levanter.
    """

    start: Positive
    end: Positive
    steps: Steps

    phases = ("steps",)
    scales = True

    def __post_init__(self) -> None:
        check_ratio(self.start, self.end)

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        left = self.steps - done
        near, far = near_and_far(done < left, self.start, self.end, op)
        return near / (1.0 + (near - far) / far * far_share(done, left, self.steps, op))


def check_ratio(start: float, end: float) -> None:
    """Refuse ends above 0 whose ratio is out of the range of float64."""
    larger, smaller = max(start, end), min(start, end)
    if smaller < sys.float_info.min * larger:
        raise ValueError(f"{larger} is too many times {smaller}: float64 does not hold the ratio")


class Logarithmic(Schedule, kind="logarithmic"):
    """Changes from `start` to `end` along the logarithm of the step: fast at first, and then slowly.

    With `s = min(t, steps)` the value is `start + (end - start) * log(1 + s) / log(1 + steps)`: `start`
    at `t = 0`, and `end` for `t >= steps`.

    Args:
        start: the value at step 0.
        end: the value from step `steps` on.
        steps: the number of updates from `start` to `end`; with 0 the value is `end`.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Logarithmic(0.0, 2.0, 3)(range(4)).round(4).tolist()
        [0.0, 1.0, 1.585, 2.0]

    Source:
        The default warm-up of `WarmupLR` of DeepSpeed.
    """

    start: Value
    end: Value
    steps: Steps

    phases = ("steps",)

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        rest = op.real(self.steps - done) / op.real(done + 1)
        whole = op.log(op.real(op.maximum(self.steps, 1) + 1))
        weights = Weights(start=op.log1p(rest) / whole, end=op.log(op.real(done + 1)) / whole)
        return blend(self.start, self.end, weights, op)


class BoundedExponential(Schedule, kind="bounded_exponential"):
    """Changes exponentially from `start` and reaches `end` in a finite number of steps.

    With `p = min(t, steps) / steps` the value is
    `end + (start - end) * (ratio**p - ratio) / (1 - ratio)`: `start` at `t = 0`, and `end` for
    `t >= steps`.

    Args:
        start: the value at step 0.
        end: the value from step `steps` on.
        steps: the number of updates from `start` to `end`; with 0 the value is `end`.
        ratio: the share of its start that an exponential decay to zero would have left after `steps`, from
            0 to below 1. With a smaller ratio the value changes earlier. With 0 the value is `end` from step
            1 on.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.BoundedExponential(1.0, 0.0, 2, ratio=0.25)(range(3)).round(4).tolist()
        [1.0, 0.3333, 0.0]

    Source:
        The exponential decay of the warm-up-stable-decay schedule of Megatron-LM, where the ratio is 1/2,
        and of timm.
    """

    start: Value
    end: Value
    steps: Steps
    ratio: Share

    phases = ("steps",)
    scales = True

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        left = self.steps - done
        whole = op.maximum(self.steps, 1)
        slope = op.log(op.maximum(self.ratio, 2.0**-1000)) / op.real(whole)
        rest = op.power(self.ratio, op.real(done) / op.real(whole))
        kept = -op.expm1(slope * op.real(left)) * rest
        gone = -op.expm1(slope * op.real(done))
        all_of_it = 1.0 - self.ratio
        return blend(self.start, self.end, Weights(kept / all_of_it, gone / all_of_it), op)
