"""Playing schedules one after the other, each on a clock of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

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

    def at(self, t: Array, op: Ops) -> Array:
        """The value of the piece that `t` falls into, at the time since that piece began."""
        if len(self.schedules) == 1:
            return self.schedules[0].at(t, op)
        plain = [start for start in self.starts if isinstance(start, int)]
        if len(plain) == len(self.starts):
            index = op.searchsorted(plain[1:], t)
            return op.choose(self.schedules, index, t - op.take(plain, index))
        # The pieces of a twin begin at operands; there are as many as one definition has.
        value = self.schedules[0].at(t, op)
        for schedule, start in zip(self.schedules[1:], self.starts[1:], strict=True):
            local = op.maximum(t - start, 0)
            value = op.where(start <= t, schedule.at(local, op), value)
        return value


def _is_zero(length: Operand | None) -> bool:
    return isinstance(length, int) and length == 0
