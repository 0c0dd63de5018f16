"""Curves with names of their own."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field

from .._algebra import Sequence, Until
from .._definition._fields import Exact, PositiveSteps, SignedExponent, Steps, Value
from .._definition._schedule import Schedule
from .._durations import in_steps
from .._evaluation._cached import cached_property
from .._schedules import Cosine, Exponential, Geometric, InverseTime, Linear, Sigmoid
from ._pieces import Hold


class NaturalExponential(Schedule, kind="natural_exponential"):
    """Decays exponentially by a power of e.

    The value is `start * exp(-rate * t / steps)`, or with `staircase`
    `start * exp(-rate * floor(t / steps))`. The schedule is endless. The factor `exp(-rate)` is rounded to
    float64, so the relative error is up to `2.3e-16 * t / steps`.

    Args:
        start: the value at step 0.
        rate: how fast the value decays, from -88 to 700; with a rate below 0 it grows.
        steps: the number of updates in which the value is multiplied by `exp(-rate)` once, above 0.
        staircase: whether the value changes only once every `steps` updates.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> round(lrc.NaturalExponential(1.0, 0.5, 10)(10), 7)
        0.6065307

    Source:
        `tf.train.natural_exp_decay`.
    """

    start: Value
    rate: Annotated[float, Field(ge=-88.0, le=700.0)]
    steps: PositiveSteps = PositiveSteps(1)
    staircase: bool = False

    scales = True

    @cached_property
    def duration(self) -> None:
        return None

    def expand(self) -> Schedule:
        return Exponential(self.start, math.exp(-self.rate), self.steps, self.staircase)


class PowerLaw(Schedule, kind="power_law"):
    """Multiplies `start` by a power of the step.

    The value is `start * max(t, 1)**power`. The schedule is endless.

    Args:
        start: the value at steps 0 and 1.
        power: the exponent, from -2**20 to 2**20; below 0 the value decays.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.PowerLaw(1.0, -0.5)(range(5)).round(4).tolist()
        [1.0, 1.0, 0.7071, 0.5774, 0.5]

    Source:
        `DirectPowerDecay` of the TensorFlow Model Garden.
    """

    start: Value
    power: SignedExponent

    def expand(self) -> Schedule:
        return Sequence((Hold(self.start, 1), InverseTime(self.start, power=-self.power)))


class Tanh(Schedule, kind="tanh"):
    """Changes from nearly `start` to `end` along a hyperbolic tangent.

    The value is `end + (start - end) * (1 - tanh(lower * (1 - t/steps) + upper * t/steps)) / 2` for
    `t < steps`, and `end` from there on. The center and the steepness of the curve are rounded to float64, so
    the error is up to `2e-16 * max(1, |lower|, |upper|) * max(|start|, |end|)`.

    Args:
        start: the value that the curve comes from.
        end: the value that the curve goes to.
        steps: the number of updates of the decay, above 0.
        lower: the argument of the tangent at step 0.
        upper: the argument of the tangent at step `steps`, above `lower`.

    Raises:
        InvalidScheduleError: a number is out of range, or `lower` is not below `upper`.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Tanh(1.0, 0.0, 10)(range(11))[[0, 7, 10]].round(4).tolist()
        [1.0, 0.5, 0.0]

    Source:
        Hsueh et al., "Stochastic Gradient Descent with Hyperbolic-Tangent Decay on Classification",
        2019, https://arxiv.org/abs/1806.01593; `TanhLRScheduler` of timm.
    """

    start: Value
    end: Value
    steps: PositiveSteps
    lower: Value = -7.0
    upper: Value = 3.0

    phases = ("steps",)
    scales = True

    def __post_init__(self) -> None:
        if self.lower >= self.upper:
            raise ValueError(f"lower={self.lower} is not below upper={self.upper}")

    def expand(self) -> Schedule:
        width, steps = self.upper - self.lower, float(in_steps(self.steps))
        center, steepness = -self.lower / width * steps, 2 * width / steps
        curve = Sigmoid(self.start, self.end, center=center, steepness=steepness)
        return Sequence((Until(curve, self.steps), Hold(self.end, 0)))


class LinearCosine(Schedule, kind="linear_cosine"):
    """Decays along a cosine whose height falls linearly.

    With `p = min(t, steps) / steps` the value is
    `start * ((alpha + 1 - p) * (1 + cos(2 * pi * cycles * p)) / 2 + beta)`. The ends of the line and
    `start * beta` are rounded to float64, so with `alpha` and `beta` of at least 0 the relative error is up to
    4e-16.

    Args:
        start: a factor for the whole curve.
        steps: the number of updates of the decay.
        cycles: the number of periods of the cosine, above 0 and at most 256.
        alpha: a number that is added to the line.
        beta: a number that is added to the product.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.LinearCosine(1.0, 4, beta=0.0)(range(5)).round(4).tolist()
        [1.0, 0.6402, 0.25, 0.0366, 0.0]

    Source:
        `tf.train.linear_cosine_decay`, where `cycles` is `num_periods`; Bello et al., "Neural Optimizer
        Search with Reinforcement Learning", 2017, https://arxiv.org/abs/1709.07417.
    """

    start: Value
    steps: Steps
    cycles: Exact = Exact("1/2")
    alpha: Value = 0.0
    beta: Value = 0.001

    phases = ("steps",)
    scales = True

    def expand(self) -> Schedule:
        line = Linear(self.start * (1.0 + self.alpha), self.start * self.alpha, self.steps)
        return line * Cosine(1.0, 0.0, self.steps, self.cycles) + self.start * self.beta


class RangeTest(Schedule, kind="range_test"):
    """Increases from a small value to a large value, to find a good learning rate.

    The value changes from `low` to `high` in `steps` updates, by equal factors ("geometric") or by equal
    amounts ("linear"). Choose values that are surely too low and too high, train once, and compare the loss
    with the learning rate.

    Args:
        low: the value at step 0; above 0 for the geometric shape.
        high: the value from step `steps` on.
        steps: the number of updates of the test.
        shape: "geometric" or "linear".

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.RangeTest(0.25, 4.0, 4)(range(5)).tolist()
        [0.25, 0.5, 1.0, 2.0, 4.0]

    Source:
        Smith, "Cyclical Learning Rates for Training Neural Networks", 2017,
        https://arxiv.org/abs/1506.01186, section 3.3.
    """

    low: Value
    high: Value
    steps: Steps
    shape: Literal["geometric", "linear"] = "geometric"

    phases = ("steps",)
    scales = True

    def __post_init__(self) -> None:
        if self.shape == "geometric" and min(self.low, self.high) <= 0.0:
            raise ValueError('the shape "geometric" needs values above 0; use "linear"')

    def expand(self) -> Schedule:
        transition = Geometric if self.shape == "geometric" else Linear
        return transition(self.low, self.high, self.steps)
