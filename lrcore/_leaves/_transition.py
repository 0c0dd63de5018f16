"""Values that go from a start to an end along a line, a power or a wave."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import Field

from .._ops import Array, Operand, Ops
from .._schedule import Schedule
from .._types import Exponent, Steps, Value
from ._weights import (
    Weights,
    blend,
    half_cosine,
    half_cosine_of,
    line,
    power_of_rest,
    raised,
    swapped,
)


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
        return line(self.start, self.end, done, self.steps - done, op)


class Polynomial(Schedule, kind="polynomial"):
    """A power of the remaining share of the way, from `start` to `end`.

    With `p = min(t, steps) / steps` the value is
    `(start - end) * (1 - p**k_decay)**power + end`: `start` at `t = 0`, `end` for `t >= steps`.

    With `cycle` it is endless, and the number of steps grows whenever it is used up: `p = t / (c *
    steps)` with `c = max(1, ceil(t / steps))`. The value is then `end` at every multiple of `steps`,
    and jumps up after it.

    With `k_decay` its float64 values are within `4 * (1 + power)` ulp.

    Args:
        start: the value at step 0.
        end: the value from step `steps` on.
        steps: the number of updates from one to the other; with 0 the value is `end`.
        power: the exponent, above 0 and at most 2**20; 1 is a straight line.
        k_decay: an exponent for the share of the way that is done, above 0 and at most 2**20; None is 1.
        cycle: go on after the end, with more and more steps.

    Raises:
        InvalidScheduleError: a number is out of range, or there are no steps to cycle through.

    Example:
        >>> import lrcore as lr
        >>> lr.Polynomial(1.0, 0.0, 4, power=2.0).values(5).tolist()
        [1.0, 0.5625, 0.25, 0.0625, 0.0]

    Source:
        `tf.train.polynomial_decay`. Zhang and Li, "k-decay: A New Method for Learning Rate Schedule",
        2020, https://arxiv.org/abs/2004.05909.
    """

    start: Value
    end: Value
    steps: Steps
    power: Exponent = 1.0
    k_decay: Exponent | None = None
    cycle: bool = False

    def __post_init__(self) -> None:
        if self.cycle and self.steps == 0:
            raise ValueError("there are no steps to cycle through; give steps of at least 1")

    @cached_property
    def duration(self) -> int | None:
        return None if self.cycle else self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        whole = self._steps_at(t, op)
        done = op.minimum(t, whole)
        left = whole - done
        if self.k_decay is None:
            weights = power_of_rest(done, left, self.power, op)
        else:
            weights = raised(swapped(power_of_rest(left, done, self.k_decay, op)), self.power, op)
        return blend(self.start, self.end, weights, op)

    def _steps_at(self, t: Array, op: Ops) -> Operand:
        if not self.cycle:
            return self.steps
        return self.steps * op.maximum((t + (self.steps - 1)) // self.steps, 1)


class Cosine(Schedule, kind="cosine"):
    """Half a cosine wave from `start` to `end`, or several.

    With `p = min(t, steps) / steps` the value is
    `end + (start - end) * ((1 + cos(pi * half_waves * p**k_decay)) / 2)**power`: `start` at `t = 0`,
    and for `t >= steps` `end`, or `start` where the number of half waves is even.

    With `power` its float64 values are within `4 * (1 + power)` ulp, with `k_decay` within 12, and with
    both within `max(12, 4 * (1 + 2 * power))`.

    Args:
        start: the value at step 0.
        end: the value from step `steps` on, and at every other end of a half wave.
        steps: the number of updates in all; with 0 the value is that of the end.
        half_waves: how many times it goes down or up.
        power: an exponent of the wave, above 0 and at most 2**20; None is 1.
        k_decay: an exponent for the share of the way that is done, above 0 and at most 2**20; None is 1.

    Raises:
        InvalidScheduleError: a number is out of range, or `k_decay` is given with several half waves.

    Example:
        >>> import lrcore as lr
        >>> lr.Cosine(0.25, 0.0, 4)(2)
        0.125

    Source:
        Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017,
        https://arxiv.org/abs/1608.03983, equation 5 without restarts. The power is that of
        `optax.cosine_decay_schedule`, half waves those of the cycles of Hugging Face's schedules.
    """

    start: Value
    end: Value
    steps: Steps
    half_waves: Annotated[int, Field(ge=1, le=512)] = 1
    power: Exponent | None = None
    k_decay: Exponent | None = None

    def __post_init__(self) -> None:
        if self.k_decay is not None and self.half_waves != 1:
            raise ValueError("k_decay is for a single half wave")

    @cached_property
    def duration(self) -> int:
        return self.steps

    def formula(self, t: Array, op: Ops) -> Array:
        done = op.minimum(t, self.steps)
        if self.k_decay is None:
            weights = self._waves(done, op)
        else:
            gone = swapped(power_of_rest(self.steps - done, done, self.k_decay, op))
            weights = half_cosine_of(gone, op)
        if self.power is not None:
            weights = raised(weights, self.power, op)
        return blend(self.start, self.end, weights, op)

    def _waves(self, done: Array, op: Ops) -> Weights:
        """The wave is down at odd multiples of the length of a half wave, and up at even ones."""
        phase = done * self.half_waves
        whole = op.maximum(self.steps, 1)
        # With no steps at all every half wave is over.
        wave = op.where(op.equal(self.steps, 0), self.half_waves, phase // whole)
        part = phase % whole
        falls = op.equal(wave % 2, 0)
        return half_cosine(
            op.where(falls, part, whole - part), op.where(falls, whole - part, part), op
        )
