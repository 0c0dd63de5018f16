"""Values that change from a start to an end along a line, a power or a cosine."""

from __future__ import annotations

from .._definition._fields import Exact, Exponent, Steps, Value
from .._definition._schedule import Schedule
from .._durations import Duration, in_steps
from .._evaluation._cached import cached_property
from .._evaluation._ops import Array, Operand, Ops
from .._evaluation._traced import is_traced
from .._evaluation._value import LAST_STEP
from ._weights import (
    between,
    blend,
    far_share,
    half_cosine,
    line,
    line_through_zero,
    linear_weights,
    raised,
    swapped,
    weights_of,
)


class Linear(Schedule, kind="linear"):
    """Changes linearly from `start` to `end`.

    With `p = min(t, steps) / steps` the value is `start * (1 - p) + end * p`: `start` at `t = 0`, and
    `end` for `t >= steps`. With `extrapolate` the line goes on beyond its end: `p = t / steps`, and the
    schedule is endless. Where a line of more than 2**26 steps crosses zero, the error is in proportion to its
    larger end.

    Args:
        start: the value at step 0.
        end: the value at step `steps`.
        steps: the number of updates from `start` to `end`; with 0 the value is `end`.
        extrapolate: whether the line goes on beyond its end.

    Raises:
        InvalidScheduleError: a number is out of range, or a line of 0 steps is to be extrapolated.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Linear(0.0, 0.1, 500)(range(3)).tolist()
        [0.0, 0.0002, 0.0004]
        >>> lrc.Linear(1.0, 0.0, 4, extrapolate=True)(6)
        -0.5

    Source:
        `optax.linear_schedule`; `tf.train.polynomial_decay` with power 1; `LinearLR` of PyTorch.
    """

    start: Value
    end: Value
    steps: Steps
    extrapolate: bool = False

    phases = ("steps",)
    scales = True
    traits = ("_crosses_zero",)

    def __post_init__(self) -> None:
        if self.extrapolate and self.steps == 0:
            raise ValueError("a line of 0 steps has no direction; give steps of at least 1")

    @cached_property
    def duration(self) -> int | Duration | None:
        return None if self.extrapolate else self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        done = t if self.extrapolate else op.minimum(t, self.steps)
        through = line_through_zero if self._crosses_zero else line
        return through(self.start, self.end, done, self.steps - done, self.steps, op)

    @cached_property
    def _crosses_zero(self) -> bool:
        if is_traced(self.start, self.end):
            return True  # which is right for all ends
        if self.extrapolate:
            return self.start != self.end
        return min(self.start, self.end) < 0.0 < max(self.start, self.end)


class Polynomial(Schedule, kind="polynomial"):
    """Changes from `start` to `end` by a power of the remaining share of the steps.

    With `p = min(t, steps) / steps` the value is
    `(start - end) * (1 - p**k_decay)**power + end`: `start` at `t = 0`, and `end` for `t >= steps`.

    With `cycle` the schedule is endless, and the decay becomes longer whenever it is over:
    `p = t / (c * steps)` with `c = max(1, ceil(t / steps))`. The value is `end` at every multiple of
    `steps`, and jumps up after it.

    Args:
        start: the value at step 0.
        end: the value from step `steps` on.
        steps: the number of updates from `start` to `end`; with 0 the value is `end`.
        power: the exponent, from 0 to 2**20; 1 is a straight line, and with 0 the value stays at `start`
            until it is `end`.
        k_decay: an exponent of the share of the steps that are done, from 0 to 2**20; None is 1.
        cycle: whether the decay goes on after its end, with more and more steps.

    Raises:
        InvalidScheduleError: a number is out of range, or `cycle` is given with 0 steps.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Polynomial(1.0, 0.0, 4, power=2.0)(range(5)).tolist()
        [1.0, 0.5625, 0.25, 0.0625, 0.0]

    Source:
        `tf.train.polynomial_decay`; `optax.polynomial_schedule`. For `k_decay`: Zhang and Li, "k-decay: A New
        Method for Learning Rate Schedule", 2020, https://arxiv.org/abs/2004.05909.
    """

    start: Value
    end: Value
    steps: Steps
    power: Exponent = 1.0
    k_decay: Exponent | None = None
    cycle: bool = False

    phases = ("steps",)
    scales = True

    def __post_init__(self) -> None:
        if self.cycle and self.steps == 0:
            raise ValueError("there are no steps to cycle through; give steps of at least 1")

    @cached_property
    def duration(self) -> int | Duration | None:
        return None if self.cycle else self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        whole = self._steps_at(t, op)
        done = op.minimum(t, whole)
        left = whole - done
        weights = linear_weights(done, left, whole, op)
        if self.k_decay is not None:
            weights = swapped(raised(swapped(weights), self.k_decay, op))
        return blend(self.start, self.end, raised(weights, self.power, op), op)

    def _steps_at(self, t: Array, op: Ops) -> Operand:
        if not self.cycle:
            return self.steps
        # In a stack, the steps of a schedule of another shape may be 0.
        steps = op.maximum(self.steps, 1)
        return steps * op.maximum((t + (steps - 1)) // steps, 1)


class Cosine(Schedule, kind="cosine"):
    """Changes from `start` to `end` along half a cosine wave, or along several.

    With `p = min(t, steps) / steps` the value is
    `end + (start - end) * ((1 + cos(2 * pi * cycles * p**k_decay)) / 2)**power`: `start` at `t = 0`. With
    half a cycle the value is `end` for `t >= steps`. With any other number of cycles it stays at the value
    of the wave at `t = steps`.

    Args:
        start: the value at step 0.
        end: the value at the lowest point of the wave, which is at `p = 1` with half a cycle.
        steps: the number of updates of the whole curve; with 0 the value is the last value of the curve.
        cycles: the number of periods, above 0 and at most 256. A float is taken as it is written, and a
            text such as `"2/3"` is a fraction.
        power: an exponent of the wave, from 0 to 2**20; None is 1.
        k_decay: an exponent of the share of the steps that are done, from 0 to 2**20; None is 1.

    Raises:
        InvalidScheduleError: a number is out of range, `k_decay` is given with other than half a cycle, or
            `steps` times the denominator of `2 * cycles` is above 2**53.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Cosine(0.25, 0.0, 4)(2)
        0.125
        >>> lrc.Cosine(1.0, 0.0, 4, cycles=1.0)(range(5)).tolist()
        [1.0, 0.5, 0.0, 0.5, 1.0]

    Source:
        Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017,
        https://arxiv.org/abs/1608.03983, equation 5 without restarts. `cycles` is `num_cycles` of Hugging
        Face, and `power` is `exponent` of `optax.cosine_decay_schedule`.
    """

    start: Value
    end: Value
    steps: Steps
    cycles: Exact = Exact("1/2")
    power: Exponent | None = None
    k_decay: Exponent | None = None

    phases = ("steps",)
    scales = True
    traits = ("_is_half_wave",)

    def __post_init__(self) -> None:
        half_waves = 2 * self.cycles
        if self.k_decay is not None and half_waves != 1:
            raise ValueError("k_decay needs cycles=0.5; leave one of them out")
        if half_waves > 512:
            raise ValueError(f"cycles={self.cycles} is above 256")
        # On the clock on which all lengths are integers, as far as it is not rounded.
        bound = isinstance(self.steps, int) or Duration(self.steps).is_bound
        whole = min(in_steps(self.steps).numerator, LAST_STEP) if bound else 1
        if max(whole, 1) * half_waves.denominator > LAST_STEP:
            raise ValueError(
                f"steps={self.steps} with cycles={self.cycles} needs a clock beyond 2**53; round cycles"
            )

    @cached_property
    def _is_half_wave(self) -> bool:
        return 2 * self.cycles == 1

    def formula(self, t: Array, op: Ops) -> Array:
        done, steps = self._fall(op.minimum(t, self.steps), op)
        left = steps - done
        at_start, share = done < left, far_share(done, left, steps, op)
        if self.k_decay is not None:
            weights = weights_of(at_start, share, op)
            gone, left_over = raised(swapped(weights), self.k_decay, op)
            at_start, share = gone < left_over, op.minimum(gone, left_over)
        far_weight = half_cosine(share, op)
        if self.power is None:
            return between(self.start, self.end, at_start, far_weight, op)
        weights = raised(weights_of(at_start, far_weight, op), self.power, op)
        return blend(self.start, self.end, weights, op)

    def _fall(self, done: Array, op: Ops) -> tuple[Array, Operand]:
        """The steps that are done of half a wave, and all of them; the second half of a wave falls backwards."""
        if self._is_half_wave:
            return done, self.steps
        # With 0 steps all of them are done.
        is_over = op.equal(self.steps, 0)
        half = op.maximum(self.steps, 1) * self.cycles.denominator
        phase = op.where(is_over, 1, done) * self.cycles.numerator
        part = 2 * (phase % half)
        return op.where(part <= half, part, 2 * half - part), half
