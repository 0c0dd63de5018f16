"""Warm-ups, and decays that follow them."""

from __future__ import annotations

import math
from typing import Literal

from .._algebra import Sequence, Shift
from .._definition._fields import (
    Count,
    NonNegative,
    OptionalPositiveSteps,
    PositiveSteps,
    Steps,
    Value,
)
from .._definition._schedule import Schedule
from .._durations import Duration, in_steps
from .._evaluation._cached import cached_property
from .._schedules import Cosine, InverseTime, Linear
from ._shapes import Shape, check_power, ramp


class Warmup(Schedule, kind="warmup"):
    """Warms up to a schedule.

    With `p = t / steps` the value for `t < steps` is `start + (peak - start) * g(1 - p)`, where `g` is
    the shape of the decay of the same name in `WarmupStableDecay`: a warm-up is a decay backwards. From
    `t = steps` on the value is `schedule(t - steps)` on the local clock, where the schedule begins after
    the warm-up, and `schedule(t)` on the global clock, where the steps of the warm-up count as well.

    A warm-up that is a factor, as in Flax, is `Linear(0.0, 1.0, steps) * schedule`. A warm-up that counts
    updates from 1 is a step ahead: `Shift(Warmup(...), 1)`. A warm-up that is a step behind is
    `Shift(Warmup(...), -1)`. A warm-up by `t / (steps - 1)` has `steps - 1` steps.

    Args:
        schedule: the schedule to warm up to.
        steps: the number of updates of the warm-up; with 0 there is none.
        start: the value at step 0.
        shape: the shape of the warm-up: "linear", "cosine", "1-sqrt", "exponential", "geometric",
            "inverse_linear", "polynomial" (`p**power`) or "power" (`1 - (1 - p)**power`).
        power: the exponent of the shapes "polynomial" and "power", at least 0.
        peak: the value that the warm-up leads to. None is the value, in float64, at which the schedule
            takes over: `schedule(0)` on the local clock, `schedule(steps)` on the global clock.
        clock: what the steps of the schedule count from, "local" or "global".

    Raises:
        InvalidScheduleError: a number is out of range, or the shape ignores the power.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Warmup(lrc.MultiStep(1.0, 0.5, [2]), 2)(range(6)).tolist()
        [0.0, 0.5, 1.0, 1.0, 0.5, 0.5]
        >>> lrc.Warmup(lrc.MultiStep(1.0, 0.5, [2]), 2, clock="global")(range(4)).tolist()
        [0.0, 0.25, 0.5, 0.5]

    Source:
        Goyal et al., "Accurate, Large Minibatch SGD", 2017, https://arxiv.org/abs/1706.02677,
        section 2.2. On the global clock: `LinearWarmup` of the TensorFlow Model Garden and
        `WarmupParamScheduler` of Detectron2.
    """

    schedule: Schedule
    steps: Steps
    start: Value = 0.0
    shape: Shape = "linear"
    power: NonNegative = 1.0
    peak: Value | None = None
    clock: Literal["local", "global"] = "local"

    scales = True

    def __post_init__(self) -> None:
        check_power(self.shape, self.power)

    @property
    def phases(self) -> tuple[str, ...]:  # type: ignore[override]
        """On the local clock, the warm-up and the schedule."""
        return ("steps", "schedule") if self.clock == "local" else ()

    @cached_property
    def duration(self) -> int | Duration | None:
        if self.clock == "local":
            return super().duration
        length = self.schedule.duration
        return None if length is None else max(self.steps, length)

    def expand(self) -> Schedule:
        peak = self.peak
        if peak is None:
            peak = Shift(self.schedule, self.steps if self.clock == "global" else 0)(0)
        up = ramp(self.shape, self.start, peak, self.steps, self.power)
        return Sequence((up, self.schedule), clock=self.clock)


class WarmupCosine(Schedule, kind="warmup_cosine"):
    """Increases linearly from `start` to `peak`, then decreases along half a cosine to `end`.

    The value is `start` at step 0, `peak` at step `warmup_steps`, and `end` from
    `warmup_steps + decay_steps` on: the steps of the decay do not include those of the warm-up.

    Args:
        peak: the value after the warm-up.
        warmup_steps: the number of updates of the warm-up; with 0 there is none.
        decay_steps: the number of updates of the decay; `"rest"` is the rest of the run.
        start: the value at step 0.
        end: the value after the decay.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.WarmupCosine(1.0, 2, 4)(range(7)).round(4).tolist()
        [0.0, 0.5, 1.0, 0.8536, 0.5, 0.1464, 0.0]

    Source:
        `optax.warmup_cosine_decay_schedule`, where the steps of the decay include the warm-up.
    """

    peak: Value
    warmup_steps: Steps
    decay_steps: Steps
    start: Value = 0.0
    end: Value = 0.0

    phases = ("warmup_steps", "decay_steps")
    scales = True

    def expand(self) -> Schedule:
        up = Linear(self.start, self.peak, self.warmup_steps)
        return Sequence((up, Cosine(self.peak, self.end, self.decay_steps)))


class WarmupLinear(Schedule, kind="warmup_linear"):
    """Increases linearly from `start` to `peak`, then decreases linearly to `end`.

    The value is `start` at step 0, `peak` at step `warmup_steps`, and `end` from
    `warmup_steps + decay_steps` on: the steps of the decay do not include those of the warm-up.

    Args:
        peak: the value after the warm-up.
        warmup_steps: the number of updates of the warm-up; with 0 there is none.
        decay_steps: the number of updates of the decay; `"rest"` is the rest of the run.
        start: the value at step 0.
        end: the value after the decay.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.WarmupLinear(1.0, 2, 4)(range(7)).tolist()
        [0.0, 0.5, 1.0, 0.75, 0.5, 0.25, 0.0]

    Source:
        `get_linear_schedule_with_warmup` of Hugging Face Transformers.
    """

    peak: Value
    warmup_steps: Steps
    decay_steps: Steps
    start: Value = 0.0
    end: Value = 0.0

    phases = ("warmup_steps", "decay_steps")
    scales = True

    def expand(self) -> Schedule:
        up = Linear(self.start, self.peak, self.warmup_steps)
        return Sequence((up, Linear(self.peak, self.end, self.decay_steps)))


class InverseSquareRoot(Schedule, kind="inverse_square_root"):
    """Increases linearly from `start` to `peak`, then decays by the inverse square root of the step.

    With `s = t - warmup_steps` the value is `peak / sqrt(1 + s / timescale)` for `s >= 0`. The schedule
    is endless.

    Args:
        peak: the value after the warm-up.
        warmup_steps: the number of updates of the warm-up.
        timescale: the number of updates in which the value falls by a factor of the square root of 2.
            None is the length of the warm-up, which gives `peak * sqrt(warmup_steps / t)`.
        start: the value at step 0.

    Raises:
        InvalidScheduleError: a number is out of range, or there is neither a warm-up nor a timescale.

    Example:
        >>> import lrcore as lrc
        >>> lrc.InverseSquareRoot(1.0, 4)(16)
        0.5

    Source:
        `inverse_sqrt` of fairseq and Hugging Face Transformers; "rsqrt" of Big Vision.
    """

    peak: Value
    warmup_steps: Steps
    timescale: OptionalPositiveSteps = None
    start: Value = 0.0

    scales = True

    def __post_init__(self) -> None:
        if self.timescale is None and self.warmup_steps == 0:
            raise ValueError("without a warm-up there is no timescale; give timescale")

    @cached_property
    def duration(self) -> None:
        return None

    def expand(self) -> Schedule:
        steps = self.warmup_steps if self.timescale is None else self.timescale
        up = Linear(self.start, self.peak, self.warmup_steps)
        return Sequence((up, InverseTime(self.peak, steps=steps, power=0.5)))


class Noam(Schedule, kind="noam"):
    """The schedule of the Transformer: a linear warm-up, then the inverse square root of the step.

    The value is `scale * d_model**-0.5 * min(t**-0.5, t * warmup_steps**-1.5)`, and 0 at `t = 0`. The
    schedule is endless. Its largest value is rounded to float64, so the relative error is up to 5e-16.

    Args:
        d_model: the width of the model, at least 1.
        warmup_steps: the number of updates of the warm-up, above 0.
        scale: a factor.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> round(lrc.Noam(512, 4000)(4000), 7)
        0.0006988

    Source:
        Vaswani et al., "Attention Is All You Need", 2017, https://arxiv.org/abs/1706.03762, section 5.3.
    """

    d_model: Count
    warmup_steps: PositiveSteps
    scale: Value = 1.0

    scales = True

    @cached_property
    def duration(self) -> None:
        return None

    def expand(self) -> Schedule:
        peak = self.scale / math.sqrt(self.d_model * in_steps(self.warmup_steps))
        return InverseSquareRoot(peak, self.warmup_steps)
