"""Schedules that are cut, mirrored and put together to new ones."""

from __future__ import annotations

from .._algebra import Repeat, Reverse, Sequence, Until
from .._algebra._lengths import is_endless
from .._definition._fields import LengthInput, PositiveSteps, Steps, Value
from .._definition._schedule import Schedule
from .._durations import Duration
from .._errors import InvalidScheduleError, shown
from .._evaluation._cached import cached_property
from ._pieces import Hold


def splice(old: Schedule, at: LengthInput, new: Schedule) -> Schedule:
    """Follows `old` until the step `at`, then `new` from its own beginning.

    The value is `old(t)` for `t < at` and `new(t - at)` from there on. To go on with a schedule that has
    run from the beginning, shift it: `splice(old, at, Shift(new, at))`.

    Args:
        old: the schedule that has been followed so far.
        at: the first step at which the new schedule is followed.
        new: the schedule to follow from there on.

    Returns:
        `Until(old, at) >> new`.

    Raises:
        InvalidScheduleError: `at` is out of range, or `new` is not a schedule.

    Example:
        >>> import lrcore as lrc
        >>> lrc.splice(lrc.Constant(1.0), 2, lrc.Linear(0.5, 0.0, 2))(range(5)).tolist()
        [1.0, 1.0, 0.5, 0.25, 0.0]
    """
    for name, given in (("old", old), ("new", new)):
        if not isinstance(given, Schedule):
            raise InvalidScheduleError(f"splice: {name} is a schedule; got {shown(given)}")
    try:
        return Until(old, at) >> new
    except InvalidScheduleError as error:
        text = str(error).replace("Until.steps: ", "at: ").removeprefix("Sequence: ")
        raise InvalidScheduleError(f"splice: {text}") from None


class Mirror(Schedule, kind="mirror"):
    """Plays a finite schedule forwards and backwards, without an end.

    With `n = schedule.duration` and `s = t mod 2n` the value is `schedule(s)` for `s < n` and
    `schedule(2n - s)` from there on. The mirrored half of a cosine is a whole cosine wave.

    Args:
        schedule: the schedule to play, which is finite.

    Raises:
        InvalidScheduleError: the schedule is endless, or lasts 0 steps.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Mirror(lrc.Linear(1.0, 0.0, 2))(range(6)).tolist()
        [1.0, 0.5, 0.0, 0.5, 1.0, 0.5]

    Source:
        `CosineAnnealingLR` of PyTorch; the cosine of Hugging Face Transformers.
    """

    schedule: Schedule

    scales = True

    def __post_init__(self) -> None:
        if is_endless(self.schedule):
            raise ValueError(
                f"{type(self.schedule).__name__} is endless, so it has no mirror image"
            )

    @cached_property
    def duration(self) -> None:
        return None

    def expand(self) -> Schedule:
        return Repeat(Sequence((self.schedule, Reverse(self.schedule))))


class Window(Schedule, kind="window"):
    """Lets a schedule act in a window of steps only.

    The value is `outside` for `t < at`, `schedule(t - at)` for `at <= t < at + steps`, and
    `schedule(steps - 1)` from there on. In a product of windows, each factor acts in its own steps.

    Args:
        schedule: the schedule that acts in the window.
        at: the first step of the window.
        steps: the number of steps of the window, at least 1.
        outside: the value before the window.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Window(lrc.Linear(0.5, 0.0, 2), at=2, steps=2)(range(6)).tolist()
        [1.0, 1.0, 0.5, 0.25, 0.25, 0.25]

    Source:
        The schedulers of MMEngine, whose `begin` is `at` and whose `end` is `at + steps`.
    """

    schedule: Schedule
    at: Steps
    steps: PositiveSteps
    outside: Value = 1.0

    phases = ("at", "steps")

    def expand(self) -> Schedule:
        held = Until(self.schedule, Duration(self.steps) - 1)
        return Sequence((Hold(self.outside, self.at), Until(held, self.steps)))
