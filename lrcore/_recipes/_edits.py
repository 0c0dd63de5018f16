"""Plans that change: parts of schedules put together to new ones."""

from __future__ import annotations

from .._combinators import Pause, Repeat, Reverse, Truncate
from .._errors import InvalidScheduleError
from .._schedule import Schedule
from .._types import Length, Value
from ._arguments import Whole, recipe
from ._pieces import hold


@recipe
def splice(old: Schedule, at: Length, new: Schedule) -> Schedule:
    """`old` until step `at`, then `new` from its own beginning.

    The value is `old(t)` for `t < at` and `new(t - at)` from there on. To go on with a schedule that has
    run all the while, shift it: `splice(old, at, Shift(new, at))`.

    Args:
        old: what has been followed so far.
        at: the first step that follows the new one.
        new: what to follow then.

    Raises:
        InvalidScheduleError: `at` is out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.splice(lr.Constant(1.0), 2, lr.Linear(0.5, 0.0, 2)).values(5).tolist()
        [1.0, 1.0, 0.5, 0.25, 0.0]
    """
    return Truncate(old, at) >> new


@recipe
def extend(schedule: Schedule, at: Length, by: Length) -> Schedule:
    """`schedule`, stopped at step `at` for `by` more steps: `Pause(schedule, at, by)`.

    The value is `schedule(t)` up to `at`, `schedule(at)` for `by` steps, and `schedule(t - by)` from
    there on. In a warm-up, stable phase and decay, with `at` in the stable phase, this is a longer run.

    Args:
        schedule: what to extend.
        at: the step to stop at.
        by: for how many steps.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.extend(lr.Linear(1.0, 0.0, 2), at=1, by=2).values(5).tolist()
        [1.0, 0.5, 0.5, 0.5, 0.0]
    """
    return Pause(schedule, at, by)


@recipe
def mirror(schedule: Schedule) -> Schedule:
    """A finite schedule forwards and backwards, for ever.

    With `n = schedule.duration` and `s = t mod 2n` the value is `schedule(s)` for `s < n` and
    `schedule(2n - s)` from there on: what a cosine does that is not stopped at its end.

    Args:
        schedule: what to play: finite.

    Raises:
        InvalidScheduleError: the schedule is endless, or has no length.

    Example:
        >>> import lrcore as lr
        >>> lr.mirror(lr.Linear(1.0, 0.0, 2)).values(6).tolist()
        [1.0, 0.5, 0.0, 0.5, 1.0, 0.5]

    Source:
        `CosineAnnealingLR` of PyTorch, the cosine of Hugging Face.
    """
    return Repeat(schedule >> Reverse(schedule))


@recipe
def window(schedule: Schedule, begin: Whole, end: Whole, outside: Value = 1.0) -> Schedule:
    """`schedule` from step `begin`, held from step `end` on, and `outside` before.

    The value is `outside` for `t < begin`, `schedule(t - begin)` for `begin <= t < end`, and
    `schedule(end - 1 - begin)` for `t >= end`. Factors of this kind make a product in which each
    acts for a while.

    Args:
        schedule: what acts in the window.
        begin: its first step.
        end: the step after its last one, above `begin`.
        outside: the value before it.

    Raises:
        InvalidScheduleError: the window is empty, or out of range.

    Example:
        >>> import lrcore as lr
        >>> lr.window(lr.Linear(0.5, 0.0, 2), 2, 4).values(6).tolist()
        [1.0, 1.0, 0.5, 0.25, 0.25, 0.25]

    Source:
        `begin` and `end` of the schedulers of MMEngine.
    """
    if end <= begin:
        raise InvalidScheduleError(f"window: end={end} is not above begin={begin}; make it so")
    return hold(outside, begin) >> Truncate(schedule, end - 1 - begin)
