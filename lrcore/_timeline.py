"""Playing schedules one after the other, each on a clock of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from ._ops import Array, Operand, Ops

if TYPE_CHECKING:
    from ._schedule import Schedule


@dataclass(frozen=True)
class Timeline:
    """Schedules and the steps at which they begin; the last one is never left."""

    schedules: tuple[Schedule, ...]
    starts: tuple[Operand, ...]

    @classmethod
    def of(cls, pieces: Iterable[tuple[Schedule, Operand | None]]) -> Timeline:
        """Lay the pieces end to end; those of length zero vanish, unless nothing else is left."""
        given = tuple(pieces)
        lasting = tuple(piece for piece in given if not _is_zero(piece[1])) or given[-1:]
        starts: list[Operand] = [0]
        for _, length in lasting[:-1]:
            assert length is not None, "only the last piece is endless"
            starts.append(starts[-1] + length)
        return cls(tuple(schedule for schedule, _ in lasting), tuple(starts))

    @cached_property
    def _ends(self) -> tuple[int, ...] | None:
        """Where pieces end and the next ones begin; None in a twin, whose pieces begin at operands."""
        ends = tuple(start for start in self.starts[1:] if isinstance(start, int))
        return ends if len(ends) == len(self.starts) - 1 else None

    def at(self, t: Array, op: Ops) -> Array:
        """The value of the piece that `t` falls into, at the time since that piece began."""
        if len(self.schedules) == 1:
            return self.schedules[0].at(t, op)
        if self._ends is not None:
            index = op.searchsorted(self._ends, t)
            starts = cast("tuple[int, ...]", self.starts)
            return op.choose(self.schedules, index, t - op.take(starts, index))
        # There are as many pieces as one definition has.
        value = self.schedules[0].at(t, op)
        for schedule, start in zip(self.schedules[1:], self.starts[1:], strict=True):
            local = op.maximum(t - start, 0)
            value = op.where(start <= t, schedule.at(local, op), value)
        return value


def _is_zero(length: Operand | None) -> bool:
    return isinstance(length, int) and length == 0
