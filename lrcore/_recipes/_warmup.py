"""Warm-ups, and what follows them."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, get_args

from .._combinators import Reverse
from .._errors import InvalidScheduleError
from .._leaves import (
    Cosine,
    Geometric,
    Harmonic,
    InverseTime,
    Linear,
    Polynomial,
    Relaxation,
)
from .._schedule import Schedule
from .._types import Length
from ._numbers import whole
from ._pieces import hold

Leg: TypeAlias = Literal["linear", "cosine", "1-sqrt", "exponential", "geometric", "harmonic"]


def leg(shape: Leg, start: float, end: float, steps: Length) -> Schedule:
    """The way from `start` to `end`, in one of the shapes that decays have."""
    match shape:
        case "linear":
            return Linear(start, end, steps)
        case "cosine":
            return Cosine(start, end, steps)
        case "1-sqrt":
            return Reverse(Polynomial(end, start, steps, power=0.5))
        case "exponential":
            return Relaxation(start, end, steps, rate=0.5)
        case "geometric":
            return Geometric(start, end, steps)
        case "harmonic":
            return Harmonic(start, end, steps)
    raise InvalidScheduleError(f"there is no shape {shape!r}; there are {get_args(Leg)}")


def warmup_cosine(
    peak: float, warmup_steps: Length, decay_steps: Length, start: float = 0.0, end: float = 0.0
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


def warmup_linear(
    peak: float, warmup_steps: Length, decay_steps: Length, start: float = 0.0, end: float = 0.0
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


def warmup_stable_decay(
    peak: float,
    warmup_steps: Length,
    stable_steps: Length,
    decay_steps: Length,
    decay: Leg = "linear",
    start: float = 0.0,
    end: float = 0.0,
) -> Schedule:
    """A line up from `start` to `peak`, a stable phase, and a decay to `end`.

    The value is `start` at step 0, `peak` from step `warmup_steps` on for `stable_steps`, and `end`
    after `decay_steps` more.

    Args:
        peak: the value of the stable phase.
        warmup_steps: the length of the warm-up.
        stable_steps: the length of the stable phase.
        decay_steps: the length of the decay.
        decay: its shape: "linear", "cosine", "1-sqrt", "exponential" (half of an exponential, as
            `Relaxation` with rate 1/2), "geometric" or "harmonic" (both need an end above 0).
        start: the value at step 0.
        end: the last value.

    Raises:
        InvalidScheduleError: a number is out of range, or the shape is unknown.

    Example:
        >>> import lrcore as lr
        >>> lr.warmup_stable_decay(1.0, 2, 2, 2).values(7).tolist()
        [0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0]

    Source:
        Hu et al., "MiniCPM", 2024, https://arxiv.org/abs/2404.06395.
    """
    stable = hold(peak, stable_steps)
    return Linear(start, peak, warmup_steps) >> stable >> leg(decay, peak, end, decay_steps)


def inverse_square_root(
    peak: float, warmup_steps: Length, timescale: Length | None = None, start: float = 0.0
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


def noam(d_model: int, warmup_steps: int, scale: float = 1.0) -> Schedule:
    """The schedule of the Transformer.

    The value is `scale * d_model**-0.5 * min(t**-0.5, t * warmup_steps**-1.5)`, and 0 at `t = 0`.

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
    whole("noam", d_model=d_model, warmup_steps=warmup_steps)
    if d_model < 1 or warmup_steps < 1:
        raise InvalidScheduleError(
            f"noam: d_model and warmup_steps are at least 1; got {d_model} and {warmup_steps}"
        )
    return inverse_square_root(scale / math.sqrt(d_model * warmup_steps), warmup_steps)
