"""Stable phases, and decays that end them."""

from __future__ import annotations

from .._algebra import Sequence, Shift, Until
from .._definition._fields import NonNegative, Steps, Value
from .._definition._schedule import Schedule
from .._schedules import Linear
from ._pieces import Hold
from ._shapes import Shape, check_power, decay


class Cooldown(Schedule, kind="cooldown"):
    """Follows a schedule, and decays to `end` from a step on.

    The value is `schedule(t)` for `t < at`. From there on it changes from `schedule(at)`, in float64, to
    `end` in `steps` updates, and stays there.

    A decay that is a factor, while the schedule runs on, as in Big Vision, is
    `schedule * WarmupStableDecay(1.0, 0, at, steps)`.

    Args:
        schedule: the schedule to follow before the decay.
        at: the first step of the decay.
        steps: the number of updates of the decay.
        end: the value after the decay.
        shape: the shape of the decay, as in `WarmupStableDecay`.
        power: the exponent of the shapes "polynomial" and "power", at least 0.

    Raises:
        InvalidScheduleError: a number is out of range, or the shape ignores the power.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Cooldown(lrc.InverseTime(1.0), 3, 2)(range(6)).round(4).tolist()
        [1.0, 0.5, 0.3333, 0.25, 0.125, 0.0]

    Source:
        Zhai et al., "Scaling Vision Transformers", 2022, https://arxiv.org/abs/2106.04560, section 3.5;
        Haegele et al., "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations",
        2024, https://arxiv.org/abs/2405.18392.
    """

    schedule: Schedule
    at: Steps
    steps: Steps
    end: Value = 0.0
    shape: Shape = "linear"
    power: NonNegative = 1.0

    phases = ("at", "steps")
    scales = True

    def __post_init__(self) -> None:
        check_power(self.shape, self.power)

    def expand(self) -> Schedule:
        top = Shift(self.schedule, self.at)(0)
        down = decay(self.shape, top, self.end, self.steps, self.power)
        return Sequence((Until(self.schedule, self.at), down))


class WarmupStableDecay(Schedule, kind="warmup_stable_decay"):
    """Increases linearly to `peak`, stays there, and decays to `end`.

    The value is `start` at step 0, `peak` from step `warmup_steps` on for `stable_steps`, and `end` after
    `decay_steps` more. With `p` the share of the decay that is done, the value in the decay is
    `end + (peak - end) * g(p)`. The shape says what `g(p)` is: `1 - p` for "linear",
    `(1 + cos(pi * p)) / 2` for "cosine", `1 - sqrt(p)` for "1-sqrt", `2 * 0.5**p - 1` for "exponential",
    `(1 - p)**power` for "polynomial", and `1 - p**power` for "power". "geometric" and "inverse_linear" are
    the curves of `Geometric` and `InverseLinear`.

    Args:
        peak: the value of the stable phase.
        warmup_steps: the number of updates of the warm-up.
        stable_steps: the number of updates of the stable phase; `"rest"` is the rest of the run.
        decay_steps: the number of updates of the decay.
        shape: the shape of the decay: "linear", "cosine", "1-sqrt", "exponential", "geometric",
            "inverse_linear", "polynomial" or "power". "geometric" and "inverse_linear" need an `end`
            above 0.
        start: the value at step 0.
        end: the value after the decay.
        power: the exponent of the shapes "polynomial" and "power", at least 0.

    Raises:
        InvalidScheduleError: a number is out of range, or the shape ignores the power.

    Example:
        >>> import lrcore as lrc
        >>> lrc.WarmupStableDecay(1.0, 2, 2, 2)(range(7)).tolist()
        [0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0]

    Source:
        Hu et al., "MiniCPM", 2024, https://arxiv.org/abs/2404.06395. "exponential" is the decay of
        Megatron-LM, `BoundedExponential` with ratio 1/2.
    """

    peak: Value
    warmup_steps: Steps
    stable_steps: Steps
    decay_steps: Steps
    shape: Shape = "linear"
    start: Value = 0.0
    end: Value = 0.0
    power: NonNegative = 1.0

    phases = ("warmup_steps", "stable_steps", "decay_steps")
    scales = True

    def __post_init__(self) -> None:
        check_power(self.shape, self.power)

    def expand(self) -> Schedule:
        up = Linear(self.start, self.peak, self.warmup_steps)
        stable = Hold(self.peak, self.stable_steps)
        down = decay(self.shape, self.peak, self.end, self.decay_steps, self.power)
        return Sequence((up, stable, down))
