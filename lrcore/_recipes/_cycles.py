"""Schedules that go up and down: triangles, and a single cycle."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import floor
from typing import Literal

from .._algebra import Repeat, Sequence
from .._definition._fields import ExactShare, NonNegative, OptionalSteps, PositiveSteps, Value
from .._definition._schedule import Schedule
from .._durations import Duration, in_steps, shortest
from .._evaluation._cached import cached_property
from .._schedules import Cosine, Exponential, Linear


class Cyclic(Schedule, kind="cyclic"):
    """Increases linearly from `low` to `high` and decreases again, without an end.

    With `w` the triangle that rises from 0 to 1 in `steps` updates and falls back in `down_steps`, and `c`
    the number of cycles that are over, the value is
    `low * low_decay**c * (1 - w) + high * high_decay**c * w`. If the amplitude decays, it is
    `low + (high - low) * w * f`, where `f` is `0.5**c` in the mode "triangular2", `gamma**t` in the mode
    "exp_range", and else `amplitude_decay**c`. The difference `high - low` is then rounded to float64, so
    with `0 <= low <= high` the relative error is up to 1.2e-16.

    Args:
        low: the value at the ends of the first cycle.
        high: the value at the peak of the first cycle.
        steps: the number of updates of the way up, above 0; two to eight epochs are usual.
        mode: how the amplitude changes: "triangular", "triangular2" or "exp_range".
        gamma: the factor for each update in the mode "exp_range", at least 0.
        down_steps: the number of updates of the way down; None is as many as on the way up.
        low_decay: the factor for `low` in each cycle, at least 0.
        high_decay: the factor for `high` in each cycle, at least 0.
        amplitude_decay: the factor for `high - low` in each cycle, at least 0.

    Raises:
        InvalidScheduleError: a number is out of range, or several ways to decay are given.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Cyclic(1.0, 3.0, 2, mode="triangular2")(range(7)).tolist()
        [1.0, 2.0, 3.0, 2.0, 1.0, 1.5, 2.0]
        >>> lrc.Cyclic(0.0, 1.0, 1, down_steps=2, high_decay=0.5)(range(7)).tolist()
        [0.0, 1.0, 0.5, 0.0, 0.5, 0.25, 0.0]

    Source:
        Smith, "Cyclical Learning Rates for Training Neural Networks", 2017,
        https://arxiv.org/abs/1506.01186; `CyclicalLearningRate` of TensorFlow Addons, `CyclicLR` of
        PyTorch, the triangular schedule of fairseq.
    """

    low: Value
    high: Value
    steps: PositiveSteps
    mode: Literal["triangular", "triangular2", "exp_range"] = "triangular"
    gamma: NonNegative = 1.0
    down_steps: OptionalSteps = None
    low_decay: NonNegative = 1.0
    high_decay: NonNegative = 1.0
    amplitude_decay: NonNegative = 1.0

    scales = True

    def __post_init__(self) -> None:
        if self.mode != "exp_range" and self.gamma != 1.0:
            raise ValueError(f"gamma={self.gamma} has no effect in the mode {self.mode!r}")
        given = [
            name
            for name, is_given in (
                (f"mode={self.mode!r}", self.mode != "triangular"),
                (f"amplitude_decay={self.amplitude_decay}", self.amplitude_decay != 1.0),
                (f"low_decay={self.low_decay}", self.low_decay != 1.0),
                (f"high_decay={self.high_decay}", self.high_decay != 1.0),
            )
            if is_given
        ]
        if len(given) > 1 and not given[0].startswith("low_decay"):
            raise ValueError(f"{given[0]} and {given[1]} exclude each other; leave one of them out")

    @cached_property
    def duration(self) -> None:
        return None

    def expand(self) -> Schedule:
        if self.mode == "exp_range":
            return self._with_amplitude(Exponential(1.0, self.gamma))
        amplitude_decay = 0.5 if self.mode == "triangular2" else self.amplitude_decay
        if amplitude_decay != 1.0:
            return self._with_amplitude(self._each_cycle(amplitude_decay))
        if self.low_decay == self.high_decay:
            return self._triangle(self.low, self.high) * self._each_cycle(self.low_decay)
        falling = self._triangle(self.low, 0.0) * self._each_cycle(self.low_decay)
        return falling + self._triangle(0.0, self.high) * self._each_cycle(self.high_decay)

    def _with_amplitude(self, factor: Schedule | float) -> Schedule:
        return self.low + self._triangle(0.0, self.high - self.low) * factor

    def _triangle(self, low: float, high: float) -> Schedule:
        down = self.steps if self.down_steps is None else self.down_steps
        return Repeat(Sequence((Linear(low, high, self.steps), Linear(high, low, down))))

    def _each_cycle(self, factor: float) -> Schedule | float:
        """A power of the factor: the number of cycles that are over."""
        if factor == 1.0:
            return 1.0
        down = self.steps if self.down_steps is None else self.down_steps
        cycle = shortest(Duration(self.steps) + down)
        return Exponential(1.0, factor, cycle, staircase=True)


class OneCycle(Schedule, kind="one_cycle"):
    """Increases from `start` to `peak` and decreases to `end`, once.

    The conventions differ in the steps of the peak and the end. With `n = steps` and `p = pct_start`, the peak
    is at `floor(p * n)` and the end at `n` in the convention "keras", at `p * n` and `n` in "fastai", and
    at `p * n - 1` and `n - 1` in "torch". In the last two, the peak may lie between two steps.

    With `three_phase` the value decreases from `peak` to `start` in as many steps as it has increased,
    and from there to `end`; the first decrease ends at `floor(2 * p * n)`, `2 * p * n` or `2 * p * n - 2`.

    Args:
        start: the value at step 0.
        peak: the largest value.
        end: the last value.
        steps: the number of updates of the cycle, above 0.
        pct_start: the share of the updates on the way up, above 0 and at most 1, or at most 1/2 with three
            phases. A float is taken as it is written.
        three_phase: whether there is a third phase.
        shape: the shape of all phases, "cosine" or "linear".
        convention: "keras", "torch" or "fastai".

    Raises:
        InvalidScheduleError: a number is out of range, or the phases do not fit into `steps`.

    Example:
        >>> import lrcore as lrc
        >>> lrc.OneCycle(0.25, 1.0, 0.0, 6, pct_start="1/3", shape="linear")(range(7)).tolist()
        [0.25, 0.625, 1.0, 0.75, 0.5, 0.25, 0.0]

    Source:
        Smith and Topin, "Super-Convergence", 2018, https://arxiv.org/abs/1708.07120; `OneCycleLR` of
        PyTorch; `fit_one_cycle` of fastai.
    """

    start: Value
    peak: Value
    end: Value
    steps: PositiveSteps
    pct_start: ExactShare = ExactShare("3/10")
    three_phase: bool = False
    shape: Literal["cosine", "linear"] = "cosine"
    convention: Literal["keras", "torch", "fastai"] = "keras"

    phases = ("steps",)
    scales = True

    def __post_init__(self) -> None:
        if self.three_phase and self.pct_start > Fraction(1, 2):
            raise ValueError(f"with three phases pct_start is at most 1/2; got {self.pct_start}")

    @cached_property
    def duration(self) -> int | Duration | None:
        late = 1 if self.convention == "torch" else 0
        return shortest(Duration(self.steps) - late)

    def expand(self) -> Schedule:
        transition = Cosine if self.shape == "cosine" else Linear
        knots = [Fraction(0), *self._knots()]
        values = [self.start, self.peak, *([self.start] if self.three_phase else []), self.end]
        lengths = [after - before for before, after in itertools.pairwise(knots)]
        if min(lengths) < 0:
            raise ValueError(
                f"steps={self.steps} are too few for pct_start={self.pct_start} in the convention "
                f"{self.convention!r}"
            )
        ends = zip(values, values[1:], map(Duration, lengths), strict=False)
        return Sequence(tuple(transition(*each) for each in ends))

    def _knots(self) -> list[Fraction]:
        """The exact steps at which the phases end."""
        n = in_steps(self.steps)
        phases = [1, 2] if self.three_phase else [1]
        if self.convention == "torch":
            return [*(k * (self.pct_start * n - 1) for k in phases), n - 1]
        exact = [k * self.pct_start * n for k in phases]
        return [*(exact if self.convention == "fastai" else map(Fraction, map(floor, exact))), n]
