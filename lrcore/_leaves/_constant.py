"""Values that stay as they are, or jump."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import Annotated, cast

from pydantic import Field

from .._ops import Array, Ops
from .._schedule import Schedule
from .._timeline import Timeline
from .._twin import twin
from .._types import Length, Value


class Constant(Schedule, kind="constant"):
    """The same value at every step.

    The value is `value` for all `t`. It is endless.

    Args:
        value: what to return.

    Example:
        >>> import lrcore as lr
        >>> lr.Constant(0.1)(123)
        0.1
    """

    value: Value

    def formula(self, t: Array, op: Ops) -> Value:
        return self.value


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
        for before, after in pairwise(self._boundaries):
            if after < before:
                raise ValueError(f"the boundaries descend from {before} to {after}; sort them")

    @property
    def _boundaries(self) -> tuple[int, ...]:
        return cast("tuple[int, ...]", self.boundaries)

    def pieces(self) -> Iterable[tuple[Schedule, int | None]]:
        lengths = (after - before for before, after in pairwise((0, *self._boundaries)))
        for level, length in zip(self.levels, (*lengths, None), strict=True):
            yield twin(Constant, value=level), length

    @cached_property
    def _timeline(self) -> Timeline:
        return Timeline.of(self.pieces())

    def at(self, t: Array, op: Ops) -> Array:
        return self.formula(t, op)  # its numbers are those of its pieces

    def formula(self, t: Array, op: Ops) -> Array:
        return self._timeline.at(t, op)
