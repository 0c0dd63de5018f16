"""Warm-ups, and what follows them."""

from __future__ import annotations

import math
from typing import Literal

from .._combinators import Sequence, Truncate
from .._leaves import Cosine, InverseTime, Linear
from .._schedule import Schedule
from .._types import Length, Positive, Value
from ._arguments import AtLeastOne, Whole, recipe
from ._legs import Leg, check_power, leg, ramp, value_at
from ._pieces import hold


@recipe
def warmup(
    schedule: Schedule,
    steps: Length,
    start: Value = 0.0,
    shape: Leg = "linear",
    power: Positive = 1.0,
    peak: Value | None = None,
    clock: Literal["local", "global"] = "local",
) -> Schedule:
    """A ramp from `start` to `peak`, then a schedule.

    The value is that of the ramp for `t < steps`; from there on it is `schedule(t - steps)` on the local
    clock, where the schedule begins after the warm-up, and `schedule(t)` on the global one, where it runs
    on beneath it. With `p = t / steps` the ramp is `start + (peak - start) * g(1 - p)`, where `g` is the
    shape of the decay of that name in `warmup_stable_decay`: a ramp is a decay backwards.

    A ramp that is a factor, as in Flax, is `Linear(0.0, 1.0, steps) * schedule`. Systems that count
    updates from 1 are a step ahead, `Shift(warmup(...), 1)`; some lag a step behind,
    `Shift(warmup(...), -1)`; and one of `t / (steps - 1)` is a ramp of `steps - 1` updates.

    Args:
        schedule: what to warm up for.
        steps: the length of the ramp; with 0 there is none.
        start: the value at step 0.
        shape: of the ramp: "linear", "cosine", "1-sqrt", "exponential", "geometric", "harmonic",
            "polynomial" (`p**power`) or "power" (`1 - (1 - p)**power`).
        power: the exponent of the two last ones, above 0; 1 elsewhere.
        peak: what the ramp goes to. None is the value, in float64, at which the schedule takes over:
            `schedule(0)` on the local clock, `schedule(steps)` on the global one.
        clock: what the schedule counts from, "local" or "global".

    Raises:
        InvalidScheduleError: a number is out of range, the schedule ends before the ramp does on the
            global clock, or the value at the end of the ramp is not known because of durations.

    Example:
        >>> import lrcore as lr
        >>> lr.warmup(lr.multi_step(1.0, 0.5, [2]), 2).values(6).tolist()
        [0.0, 0.5, 1.0, 1.0, 0.5, 0.5]
        >>> lr.warmup(lr.multi_step(1.0, 0.5, [2]), 2, clock="global").values(4).tolist()
        [0.0, 0.25, 0.5, 0.5]

    Source:
        Goyal et al., "Accurate, Large Minibatch SGD", 2017, https://arxiv.org/abs/1706.02677,
        section 2.2; on the global clock, `LinearWarmup` of the TensorFlow Model Garden and
        `WarmupParamScheduler` of Detectron2.
    """
    check_power("warmup", shape, power)
    if peak is None:
        taken_over = steps if clock == "global" else 0
        peak = value_at("warmup", schedule, taken_over, "give the peak, or bind it first")
    way_up = ramp(shape, start, peak, steps, power)
    return way_up >> schedule if clock == "local" else Sequence((way_up, schedule), clock="global")


@recipe
def cooldown(
    schedule: Schedule,
    begin: Whole,
    steps: Length,
    end: Value = 0.0,
    shape: Leg = "linear",
    power: Positive = 1.0,
) -> Schedule:
    """A schedule, and from a step on a decay to `end`.

    The value is `schedule(t)` for `t < begin`; from there on it goes from `schedule(begin)`, in float64,
    to `end` in `steps` updates, and stays there.

    A decay that is a factor, while the schedule runs on, as in Big Vision, is
    `schedule * warmup_stable_decay(1.0, 0, begin, steps)`.

    Args:
        schedule: what to follow before.
        begin: the first step of the decay.
        steps: the length of the decay.
        end: the last value.
        shape: of the decay, one of those of `warmup_stable_decay`.
        power: the exponent of the shapes "polynomial" and "power", above 0; 1 elsewhere.

    Raises:
        InvalidScheduleError: a number is out of range, or the schedule holds durations.

    Example:
        >>> import lrcore as lr
        >>> lr.cooldown(lr.InverseTime(1.0), 3, 2).values(6).round(4).tolist()
        [1.0, 0.5, 0.3333, 0.25, 0.125, 0.0]

    Source:
        Zhai et al., "Scaling Vision Transformers", 2022, https://arxiv.org/abs/2106.04560, section 3.5;
        Haegele et al., "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations",
        2024, https://arxiv.org/abs/2405.18392.
    """
    check_power("cooldown", shape, power)
    top = value_at("cooldown", schedule, begin, "bind it first")
    return Truncate(schedule, begin) >> leg(shape, top, end, steps, power)


@recipe
def warmup_cosine(
    peak: Value, warmup_steps: Length, decay_steps: Length, start: Value = 0.0, end: Value = 0.0
) -> Schedule:
    """A line up from `start` to `peak`, then half a cosine down to `end`.

    The value is `start` at step 0, `peak` at step `warmup_steps`, and `end` from
    `warmup_steps + decay_steps` on: the two phases are counted apart.

    Args:
        peak: the largest value.
        warmup_steps: the length of the warm-up; with 0 there is none.
        decay_steps: the length of the decay, without the warm-up.
        start: the value at step 0.
        end: the last value.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.warmup_cosine(1.0, 2, 4).values(7).round(4).tolist()
        [0.0, 0.5, 1.0, 0.8536, 0.5, 0.1464, 0.0]

    Source:
        `optax.warmup_cosine_decay_schedule`, where the decay's steps include the warm-up.
    """
    return Linear(start, peak, warmup_steps) >> Cosine(peak, end, decay_steps)


@recipe
def warmup_linear(
    peak: Value, warmup_steps: Length, decay_steps: Length, start: Value = 0.0, end: Value = 0.0
) -> Schedule:
    """A line up from `start` to `peak`, then a line down to `end`.

    The value is `start` at step 0, `peak` at step `warmup_steps`, and `end` from
    `warmup_steps + decay_steps` on.

    Args:
        peak: the largest value.
        warmup_steps: the length of the warm-up; with 0 there is none.
        decay_steps: the length of the decay, without the warm-up.
        start: the value at step 0.
        end: the last value.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.warmup_linear(1.0, 2, 4).values(7).tolist()
        [0.0, 0.5, 1.0, 0.75, 0.5, 0.25, 0.0]
    """
    return Linear(start, peak, warmup_steps) >> Linear(peak, end, decay_steps)


@recipe
def warmup_stable_decay(
    peak: Value,
    warmup_steps: Length,
    stable_steps: Length,
    decay_steps: Length,
    decay: Leg = "linear",
    start: Value = 0.0,
    end: Value = 0.0,
    power: Positive = 1.0,
) -> Schedule:
    """A line up from `start` to `peak`, a stable phase, and a decay to `end`.

    The value is `start` at step 0, `peak` from step `warmup_steps` on for `stable_steps`, and `end`
    after `decay_steps` more. With `p` the share of the decay that is done, the value in the decay is
    `end + (peak - end) * g(p)`, where `g(p)` is `1 - p` if it is linear, `(1 + cos(pi * p)) / 2` if
    it is a cosine, `1 - sqrt(p)` as its name says, `2 * 0.5**p - 1` if it is exponential,
    `(1 - p)**power` if it is polynomial, and `1 - p**power` if it is a power; the geometric and the
    harmonic one are as in `Geometric` and `Harmonic`.

    Args:
        peak: the value of the stable phase.
        warmup_steps: the length of the warm-up.
        stable_steps: the length of the stable phase.
        decay_steps: the length of the decay.
        decay: its shape: "linear", "cosine", "1-sqrt", "exponential" (half of an exponential, as
            `Relaxation` with rate 1/2), "geometric" or "harmonic" (both need an end above 0),
            "polynomial" or "power".
        start: the value at step 0.
        end: the last value.
        power: the exponent of the shapes "polynomial" and "power", above 0; 1 elsewhere.

    Raises:
        InvalidScheduleError: a number is out of range, the shape is unknown, or it ignores the power.

    Example:
        >>> import lrcore as lr
        >>> lr.warmup_stable_decay(1.0, 2, 2, 2).values(7).tolist()
        [0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0]

    Source:
        Hu et al., "MiniCPM", 2024, https://arxiv.org/abs/2404.06395.
    """
    check_power("warmup_stable_decay", decay, power)
    stable = hold(peak, stable_steps)
    return Linear(start, peak, warmup_steps) >> stable >> leg(decay, peak, end, decay_steps, power)


@recipe
def inverse_square_root(
    peak: Value, warmup_steps: Length, timescale: Length | None = None, start: Value = 0.0
) -> Schedule:
    """A line up from `start` to `peak`, then a decay by the inverse square root of the time.

    With `s = t - warmup_steps >= 0` the value is `peak / sqrt(1 + s / timescale)`.

    Args:
        peak: the largest value.
        warmup_steps: the length of the warm-up.
        timescale: after how many more updates the value has fallen by the square root of 2; None is
            the length of the warm-up, which gives `peak * sqrt(warmup_steps / t)`.
        start: the value at step 0.

    Raises:
        InvalidScheduleError: a number is out of range, or the timescale is 0.

    Example:
        >>> import lrcore as lr
        >>> lr.inverse_square_root(1.0, 4)(16)
        0.5

    Source:
        `inverse_sqrt` of fairseq and Hugging Face; "rsqrt" of Big Vision.
    """
    steps = warmup_steps if timescale is None else timescale
    return Linear(start, peak, warmup_steps) >> InverseTime(peak, steps=steps, power=0.5)


@recipe
def noam(d_model: AtLeastOne, warmup_steps: AtLeastOne, scale: Value = 1.0) -> Schedule:
    """The schedule of the Transformer.

    The value is `scale * d_model**-0.5 * min(t**-0.5, t * warmup_steps**-1.5)`, and 0 at `t = 0`. The
    schedule keeps the largest value, rounded to float64: it is within a share of 5e-16 of the formula in
    real numbers.

    Args:
        d_model: the width of the model.
        warmup_steps: the length of the warm-up, at least 1.
        scale: a factor.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> round(lr.noam(512, 4000)(4000), 7)
        0.0006988

    Source:
        Vaswani et al., "Attention Is All You Need", 2017, https://arxiv.org/abs/1706.03762, section 5.3.
    """
    return inverse_square_root(scale / math.sqrt(d_model * warmup_steps), warmup_steps)
