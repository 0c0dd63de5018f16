"""Values that are given at steps: they jump there, or go from one to the next."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Literal, cast

from pydantic import Field

from .._schedule import Schedule
from .._twin import twin
from .._types import Length, Value
from ._constant import Constant
from ._curve import Geometric
from ._transition import Cosine, Linear

_WAYS = {"linear": Linear, "cosine": Cosine, "geometric": Geometric}


class PiecewiseConstant(Schedule, kind="piecewise_constant"):
    """A value that jumps at given steps.

    The value is `values[0]` for `t < boundaries[0]`, `values[i]` for
    `boundaries[i-1] <= t < boundaries[i]`, and the last one from the last boundary on: a boundary
    already has the new value. It is endless.

    Args:
        boundaries: the steps of the jumps, ascending; equal ones leave out the value between them.
        values: one more than boundaries. (An instance keeps them as `levels`.)

    Raises:
        InvalidScheduleError: the boundaries descend, or the numbers of entries do not match.

    Example:
        >>> import lrcore as lr
        >>> schedule = lr.PiecewiseConstant(boundaries=(30, 60), values=(0.1, 0.01, 0.001))
        >>> schedule(29), schedule(30), schedule(1000)
        (0.1, 0.01, 0.001)

    Source:
        `tf.train.piecewise_constant`, but with the new value at the boundary, as in
        `torch.optim.lr_scheduler.MultiStepLR` and Optax.
    """

    boundaries: tuple[Length, ...]
    levels: Annotated[tuple[Value, ...], Field(min_length=1)] = Field(alias="values")

    def __post_init__(self) -> None:
        if len(self.levels) != len(self.boundaries) + 1:
            raise ValueError(
                f"{len(self.boundaries)} boundaries need {len(self.boundaries) + 1} values, "
                f"there are {len(self.levels)}"
            )
        _check_ascending("boundaries", self.boundaries)

    def pieces(self) -> Iterable[tuple[Schedule, int | None]]:
        lengths = (*_lengths(self.boundaries), None)
        for level, length in zip(self.levels, lengths, strict=True):
            yield twin(Constant, value=level), length


class Interpolation(Schedule, kind="interpolation"):
    """A value that goes through given points.

    The value is `values[i]` at `t = knots[i]`, on a line, half a cosine or a geometric line between two
    knots, `values[0]` before the first and `values[-1]` from the last one on. Where knots are equal, the value
    jumps to that of the last of them. It is endless.

    Args:
        knots: steps, ascending, at least one.
        values: one for each knot. (An instance keeps them as `levels`.)
        shape: the way from one to the next, "linear", "cosine" or "geometric"; the latter between values
            above 0.

    Raises:
        InvalidScheduleError: the knots descend, there are not as many values, or a geometric line cannot
            go through them.

    Example:
        >>> import lrcore as lr
        >>> lr.Interpolation((0, 2, 4), (0.0, 1.0, 0.5)).values(6).tolist()
        [0.0, 0.5, 1.0, 0.75, 0.5, 0.5]

    Source:
        `optax.piecewise_interpolate_schedule`; `PiecewiseLinear` of Ignite.
    """

    knots: Annotated[tuple[Length, ...], Field(min_length=1)]
    levels: tuple[Value, ...] = Field(alias="values")
    shape: Literal["linear", "cosine", "geometric"] = "linear"

    def __post_init__(self) -> None:
        if len(self.levels) != len(self.knots):
            raise ValueError(
                f"{len(self.knots)} knots need as many values, there are {len(self.levels)}"
            )
        _check_ascending("knots", self.knots)
        if self.shape == "geometric":
            for before, after in pairwise(self.levels):
                Geometric(before, after, 1)

    def pieces(self) -> Iterable[tuple[Schedule, int | None]]:
        before, *lengths = _lengths(self.knots)
        yield twin(Constant, value=self.levels[0]), before
        for (start, end), length in zip(pairwise(self.levels), lengths, strict=True):
            yield twin(_WAYS[self.shape], start=start, end=end, steps=length), length
        yield twin(Constant, value=self.levels[-1]), None


def _check_ascending(name: str, steps: tuple[Length, ...]) -> None:
    for before, after in pairwise(cast("tuple[int, ...]", steps)):
        if after < before:
            raise ValueError(f"the {name} descend from {before} to {after}; sort them")


def _lengths(steps: tuple[Length, ...]) -> list[int]:
    """From 0 to the first, and from each one to the next."""
    return [after - before for before, after in pairwise((0, *cast("tuple[int, ...]", steps)))]
