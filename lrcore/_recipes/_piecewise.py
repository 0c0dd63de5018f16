"""Values that are given at steps: they jump there, or change from one to the next."""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import Annotated, Literal, cast

from pydantic import Field

from .._algebra import Sequence, Until
from .._definition._extent import Extent
from .._definition._fields import StepsList, ValueList
from .._definition._schedule import Schedule
from .._durations import Duration, Length, in_steps, shortest
from .._errors import UnboundError
from .._evaluation._cached import cached_property
from .._schedules import Constant, Cosine, Geometric, Linear

_TRANSITIONS = {"linear": Linear, "cosine": Cosine, "geometric": Geometric}


class PiecewiseConstant(Schedule, kind="piecewise_constant"):
    """Jumps to another value at each of the given steps.

    The value is `values[0]` for `t < boundaries[0]`, `values[i]` for
    `boundaries[i-1] <= t < boundaries[i]`, and `values[-1]` from the last boundary on: a boundary has the
    new value already. The schedule is endless.

    Args:
        boundaries: the steps of the jumps, in ascending order. The value between two equal boundaries is
            left out.
        values: the values. There is one value more than there are boundaries.

    Raises:
        InvalidScheduleError: the boundaries descend, or the numbers of entries do not match.

    Example:
        >>> import lrcore as lrc
        >>> schedule = lrc.PiecewiseConstant(boundaries=(30, 60), values=(0.1, 0.01, 0.001))
        >>> schedule(29), schedule(30), schedule(1000)
        (0.1, 0.01, 0.001)

    Source:
        `tf.train.piecewise_constant`, but with the new value at the boundary, as in
        `torch.optim.lr_scheduler.MultiStepLR` and Optax.
    """

    boundaries: StepsList
    values: Annotated[ValueList, Field(min_length=1)]

    scales = True

    def __post_init__(self) -> None:
        if len(self.values) != len(self.boundaries) + 1:
            raise ValueError(
                f"{len(self.boundaries)} boundaries need {len(self.boundaries) + 1} values, "
                f"there are {len(self.values)}"
            )
        _check_ascending("boundaries", self.boundaries)

    def expand(self) -> Schedule:
        if any(isinstance(step, Duration) for step in self.boundaries):
            exact = [Duration(0), *map(Duration, self.boundaries)]
            parts = (
                Until(Constant(v), b - a)
                for v, (a, b) in zip(self.values, pairwise(exact), strict=False)
            )
            return Sequence((*parts, Constant(self.values[-1])))
        begins = [0, *(ceil(in_steps(cast(Length, step))) for step in self.boundaries)]
        lengths = (after - before for before, after in pairwise(begins))
        levels = [Constant.unchecked(value=value) for value in self.values]
        held = (
            Until.unchecked(schedule=level, steps=length, duration=length)
            for level, length in zip(levels[:-1], lengths, strict=True)
        )
        # Long tables would be measured for as long as they are built.
        extent = Extent(levels=3, size=2 * len(levels))
        return Sequence.unchecked(parts=(*held, levels[-1]), clock="local", _extent=extent)

    @cached_property
    def duration(self) -> None:
        return None


class Interpolation(Schedule, kind="interpolation"):
    """Changes from one given value to the next between the given steps.

    The value is `values[i]` at `t = knots[i]`. Between two knots it changes along a line, half a cosine or
    a geometric line. It is `values[0]` before the first knot and `values[-1]` from the last knot on. Where
    knots are equal, the value jumps to that of the last of them.

    Args:
        knots: at least one step, in ascending order.
        values: the value at each knot.
        shape: the shape between knots: "linear", "cosine", or "geometric" for values above 0.

    Raises:
        InvalidScheduleError: the knots descend, there are not as many values, or a geometric line cannot
            go through the values.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Interpolation((0, 2, 4), (0.0, 1.0, 0.5))(range(6)).tolist()
        [0.0, 0.5, 1.0, 0.75, 0.5, 0.5]

    Source:
        `optax.piecewise_interpolate_schedule`; `PiecewiseLinear` of Ignite.
    """

    knots: Annotated[StepsList, Field(min_length=1)]
    values: ValueList
    shape: Literal["linear", "cosine", "geometric"] = "linear"

    scales = True

    def __post_init__(self) -> None:
        if len(self.values) != len(self.knots):
            raise ValueError(
                f"{len(self.knots)} knots need as many values, there are {len(self.values)}"
            )
        _check_ascending("knots", self.knots)
        if self.shape == "geometric" and min(self.values) <= 0.0:
            raise ValueError("a geometric line needs values above 0; use another shape")

    @cached_property
    def duration(self) -> int | Duration | None:
        return cast(Length, self.knots[-1])

    def expand(self) -> Schedule:
        knots = [Duration(cast(Length, knot)) for knot in self.knots]
        before = Until(Constant(self.values[0]), knots[0])
        transition = _TRANSITIONS[self.shape]
        return Sequence(
            (
                before,
                *(
                    transition(start, end, shortest(after - knot))
                    for (knot, after), (start, end) in zip(
                        pairwise(knots), pairwise(self.values), strict=True
                    )
                ),
            )
        )


def _check_ascending(name: str, steps: StepsList) -> None:
    for before, after in pairwise(cast("tuple[Length, ...]", steps)):
        try:
            descends = after < before
        except UnboundError:  # checked again when it is bound
            continue
        if descends:
            raise ValueError(f"the {name} descend from {before} to {after}; sort them")
