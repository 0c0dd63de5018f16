"""Schedules that go up and down: triangles, and a single cycle."""

from __future__ import annotations

from typing import Literal

from .._combinators import Repeat, Stretch
from .._errors import InvalidScheduleError
from .._leaves import Cosine, Exponential, Linear
from .._schedule import Schedule
from .._types import Length, Positive, Value
from ._arguments import recipe


@recipe
def cyclic(
    low: Value,
    high: Value,
    steps: Length,
    mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
    gamma: Positive = 1.0,
    down_steps: Length | None = None,
    decay: Positive = 1.0,
    decays: Literal["amplitude", "peak", "both"] = "amplitude",
) -> Schedule:
    """Up from `low` to `high` in `steps` updates, down again in as many or in others, for ever.

    With `w` the triangle that rises from 0 to 1 and falls back, and `f` a factor, the value is
    `low + (high - low) * w * f` if the amplitude decays, `low * (1 - w) + high * w * f` if the peak does,
    and `(low + (high - low) * w) * f` with both. With `c` the number of cycles that are over, the factor
    is `decay**c` in the mode `"triangular"`, `0.5**c` in `"triangular2"`, and `gamma**t` in
    `"exp_range"`. Where the amplitude decays, the schedule keeps `high - low`, rounded to float64: with
    `0 <= low <= high` it is within a share of 1.2e-16 of the formula in real numbers.

    Args:
        low: the value at the ends of a cycle.
        high: the value at the peak of the first cycle.
        steps: the way up, at least 1; two to eight epochs are usual.
        mode: how the triangles shrink.
        gamma: the factor for each update in the mode `"exp_range"`, above 0; 1 elsewhere.
        down_steps: the way down; None is as long as the way up. A length of its own is an integer
            where a factor changes with the cycle.
        decay: the factor for each cycle in the mode `"triangular"`, above 0; 1 elsewhere.
        decays: what the factor is for.

    Raises:
        InvalidScheduleError: a number is out of range, the mode is unknown, or it ignores `gamma` or
            `decay`.

    Example:
        >>> import lrcore as lr
        >>> lr.cyclic(1.0, 3.0, 2, mode="triangular2").values(7).tolist()
        [1.0, 2.0, 3.0, 2.0, 1.0, 1.5, 2.0]
        >>> lr.cyclic(0.0, 1.0, 1, down_steps=2, decay=0.5).values(7).tolist()
        [0.0, 1.0, 0.5, 0.0, 0.5, 0.25, 0.0]

    Source:
        Smith, "Cyclical Learning Rates for Training Neural Networks", 2017,
        https://arxiv.org/abs/1506.01186; `CyclicalLearningRate` of TensorFlow Addons, `CyclicLR` of
        PyTorch, the triangular schedule of fairseq.
    """
    if mode != "exp_range" and gamma != 1.0:
        raise InvalidScheduleError(f"cyclic: gamma={gamma!r} has no effect in the mode {mode!r}")
    if mode != "triangular" and decay != 1.0:
        raise InvalidScheduleError(f"cyclic: decay={decay!r} has no effect in the mode {mode!r}")
    down = steps if down_steps is None else down_steps

    def triangle(low: float, high: float) -> Schedule:
        return Repeat(Linear(low, high, steps) >> Linear(high, low, down))

    if mode == "triangular" and decay == 1.0:
        return triangle(low, high)
    factor = (
        Exponential(1.0, gamma)
        if mode == "exp_range"
        else _each_cycle(0.5 if mode == "triangular2" else decay, steps, down)
    )
    if decays == "both":
        return triangle(low, high) * factor
    if decays == "peak":
        return triangle(low, 0.0) + triangle(0.0, high) * factor
    return low + triangle(0.0, high - low) * factor


def _each_cycle(factor: float, up: Length, down: Length) -> Schedule:
    """A power of the factor, the number of cycles."""
    if up == down:
        return Stretch(Exponential(1.0, factor, up, staircase=True), 2)
    if isinstance(up, int) and isinstance(down, int):
        return Exponential(1.0, factor, up + down, staircase=True)
    raise InvalidScheduleError(
        f"cyclic: a cycle of steps={up!r} and down_steps={down!r}, with a factor that changes with "
        "the cycle, needs the numbers; give integers"
    )


@recipe
def one_cycle(
    start: Value,
    peak: Value,
    end: Value,
    up_steps: Length,
    down_steps: Length,
    middle: Value | None = None,
    final_steps: Length = 0,
    shape: Literal["cosine", "linear"] = "cosine",
) -> Schedule:
    """Up from `start` to `peak`, and down to `end`, once.

    The value is `start` at step 0, `peak` at step `up_steps`, and `end` from
    `up_steps + down_steps` on. With a `middle` it is `middle` there, and `end` after `final_steps`
    more. Lengths can be shares of the run, as in the last example; each is rounded to steps by itself.

    Args:
        start: the value at step 0.
        peak: the largest value.
        end: the last value.
        up_steps: the length of the way up.
        down_steps: the length of the way down.
        middle: the value between a second and a third phase; None for two phases.
        final_steps: the length of the third phase.
        shape: of all ways.

    Raises:
        InvalidScheduleError: a number is out of range, or a third phase has no `middle`.

    Example:
        >>> import lrcore as lr
        >>> lr.one_cycle(0.25, 1.0, 0.0, 2, 4, shape="linear").values(7).tolist()
        [0.25, 0.625, 1.0, 0.75, 0.5, 0.25, 0.0]
        >>> lr.one_cycle(0.25, 1.0, 0.0, "0.3 run", "0.7 run").bind(total_steps=100)(30)
        1.0

    Source:
        Smith and Topin, "Super-Convergence", 2018, https://arxiv.org/abs/1708.07120.
    """
    way = Cosine if shape == "cosine" else Linear
    if middle is None:
        if final_steps:
            raise InvalidScheduleError("one_cycle: final_steps need the value of the middle")
        return way(start, peak, up_steps) >> way(peak, end, down_steps)
    second = way(peak, middle, down_steps) >> way(middle, end, final_steps)
    return way(start, peak, up_steps) >> second
