"""The field's own names for compositions."""

from __future__ import annotations

from typing import Literal

from ._combinators import Repeat
from ._errors import InvalidScheduleError
from ._leaves import Exponential, Linear
from ._schedule import Schedule


def cyclic(
    low: float,
    high: float,
    steps: int,
    mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
    gamma: float = 1.0,
) -> Schedule:
    """Up from `low` to `high` in `steps` updates, down again in as many, for ever.

    With `w` the triangle that rises from 0 to 1 and falls back, the value is `low + (high - low) * w`
    times, in the modes other than `"triangular"`, a factor inside the second term:
    `0.5**floor(t / (2 * steps))` in `"triangular2"`, which halves the triangle with every cycle, and
    `gamma**t` in `"exp_range"`.

    Args:
        low: the value at the ends of a cycle.
        high: the value in the middle of the first cycle.
        steps: half of a cycle, at least 1; two to eight epochs are usual.
        mode: how the triangles shrink.
        gamma: the factor for each update in the mode `"exp_range"`, above 0; 1 elsewhere.

    Raises:
        InvalidScheduleError: a number is out of range, the mode is unknown, or it ignores `gamma`.

    Example:
        >>> import lrcore as lr
        >>> lr.cyclic(1.0, 3.0, 2, mode="triangular2").values(7).tolist()
        [1.0, 2.0, 3.0, 2.0, 1.0, 1.5, 2.0]

    Source:
        Smith, "Cyclical Learning Rates for Training Neural Networks", 2017,
        https://arxiv.org/abs/1506.01186; `CyclicalLearningRate` of TensorFlow Addons.
    """
    if mode != "exp_range" and gamma != 1.0:
        raise InvalidScheduleError(f"cyclic: gamma={gamma!r} has no effect in the mode {mode!r}")
    if mode == "triangular":
        return Repeat(Linear(low, high, steps) >> Linear(high, low, steps))
    height = high - low
    triangle = Repeat(Linear(0.0, height, steps) >> Linear(height, 0.0, steps))
    if mode == "triangular2":
        return low + triangle * Exponential(1.0, 0.5, 2 * steps, staircase=True)
    if mode == "exp_range":
        return low + triangle * Exponential(1.0, gamma)
    raise InvalidScheduleError(
        f'cyclic: the mode is "triangular", "triangular2" or "exp_range"; got {mode!r}'
    )
