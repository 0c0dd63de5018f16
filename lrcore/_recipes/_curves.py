"""Curves with names of their own."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field

from .._combinators import Truncate
from .._errors import InvalidScheduleError
from .._leaves import Constant, Cosine, Exponential, Geometric, InverseTime, Linear, Sigmoid
from .._schedule import Schedule
from .._types import Length, Value
from ._arguments import AtLeastOne, recipe
from ._pieces import hold


@recipe
def natural_exponential(
    start: Value,
    rate: Annotated[float, Field(ge=-88.0, le=700.0)],
    steps: Length = 1,
    staircase: bool = False,
) -> Schedule:
    """A value that decays by a power of e.

    The value is `start * exp(-rate * t / steps)`, or with `staircase`
    `start * exp(-rate * floor(t / steps))`. The schedule keeps the factor `exp(-rate)`, rounded to
    float64: after `n = t / steps` of them it is within a share of `2.3e-16 * n` of the formula in real
    numbers.

    Args:
        start: the value at step 0.
        rate: how fast it decays, from -88 to 700; below 0 the value grows.
        steps: the length that the rate is for, at least 1.
        staircase: decay every `steps` updates, and not in between.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> round(lr.natural_exponential(1.0, 0.5, 10)(10), 7)
        0.6065307

    Source:
        `tf.train.natural_exp_decay`.
    """
    return Exponential(start, math.exp(-rate), steps, staircase)


@recipe
def power_law(start: Value, power: Value) -> Schedule:
    """A power of the step.

    The value is `start * max(t, 1)**power`.

    Args:
        start: the value at steps 0 and 1.
        power: the exponent; below 0 it decays.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.power_law(1.0, -0.5).values(5).round(4).tolist()
        [1.0, 1.0, 0.7071, 0.5774, 0.5]

    Source:
        `DirectPowerDecay` of the TensorFlow Model Garden.
    """
    return hold(start, 1) >> InverseTime(start, power=-power)


@recipe
def tanh(
    start: Value, end: Value, steps: AtLeastOne, lower: Value = -7.0, upper: Value = 3.0
) -> Schedule:
    """A hyperbolic tangent from nearly `start` to nearly `end`, then `end`.

    The value is `end + (start - end) * (1 - tanh(lower * (1 - t/steps) + upper * t/steps)) / 2` for
    `t < steps`, and `end` from there on. The schedule keeps the centre and the slope of the curve, rounded
    to float64: it is within `5e-16 * (upper - lower) * |start - end|` of the formula in real numbers.

    Args:
        start: what it comes from.
        end: what it goes to.
        steps: the length of the decay, at least 1.
        lower: the argument of the tangent at step 0.
        upper: the argument of the tangent at step `steps`, above `lower`.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.tanh(1.0, 0.0, 10).values(11)[[0, 7, 10]].round(4).tolist()
        [1.0, 0.5, 0.0]

    Source:
        Hsueh et al., "Stochastic Gradient Descent with Hyperbolic-Tangent Decay on Classification",
        2019, https://arxiv.org/abs/1806.01593; `TanhLRScheduler` of timm.
    """
    if lower >= upper:
        raise InvalidScheduleError(f"tanh: lower={lower} is not below upper={upper}; make it so")
    width = upper - lower
    curve = Sigmoid(start, end, centre=-lower / width * steps, rate=2 * width / steps)
    return Truncate(curve, steps) >> Constant(end)


@recipe
def linear_cosine(
    start: Value,
    steps: Length,
    half_waves: Annotated[int, Field(ge=1, le=512)] = 1,
    alpha: Value = 0.0,
    beta: Value = 0.001,
) -> Schedule:
    """A cosine under a falling line.

    With `p = min(t, steps) / steps` the value is
    `start * ((alpha + 1 - p) * (1 + cos(pi * half_waves * p)) / 2 + beta)`. The schedule keeps the ends
    of the line and `start * beta`, rounded to float64: with `alpha` and `beta` of at least 0 it is within
    a share of 4e-16 of the formula in real numbers.

    Args:
        start: the scale.
        steps: the length of the decay.
        half_waves: how many times the cosine goes down or up; twice the number of periods.
        alpha: what is added to the line.
        beta: what is added to the product.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.linear_cosine(1.0, 4, beta=0.0).values(5).round(4).tolist()
        [1.0, 0.6402, 0.25, 0.0366, 0.0]

    Source:
        `tf.train.linear_cosine_decay`; Bello et al., "Neural Optimizer Search with Reinforcement
        Learning", 2017, https://arxiv.org/abs/1709.07417.
    """
    line = Linear(start * (1.0 + alpha), start * alpha, steps)
    return line * Cosine(1.0, 0.0, steps, half_waves) + start * beta


@recipe
def range_test(
    low: Value, high: Value, steps: Length, shape: Literal["geometric", "linear"] = "geometric"
) -> Schedule:
    """From a rate that is surely too low to one that is surely too high.

    The value goes from `low` to `high` in `steps` updates, by equal factors or by equal amounts. Train
    with it once, and look at the loss over the rate.

    Args:
        low: the first value, above 0 for the geometric shape.
        high: the last value.
        steps: the length of the test.
        shape: "geometric" or "linear".

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.range_test(0.25, 4.0, 4).values(5).tolist()
        [0.25, 0.5, 1.0, 2.0, 4.0]

    Source:
        Smith, "Cyclical Learning Rates for Training Neural Networks", 2017,
        https://arxiv.org/abs/1506.01186, section 3.3.
    """
    return Geometric(low, high, steps) if shape == "geometric" else Linear(low, high, steps)
