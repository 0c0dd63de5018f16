"""Playing schedules one after the other."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard, cast

from ._cached import cached_property
from ._evaluable import Evaluable
from ._ops import Array, Operand, Ops


@dataclass(frozen=True)
class Timeline:
    """Schedules and the steps at which they begin; the last schedule is never left.

    Attributes:
        schedules: at least one.
        begins: an integer for each schedule, or operands.
        local: whether the clock of each schedule begins with the schedule, or runs through all of them.
    """

    schedules: tuple[Evaluable, ...]
    begins: tuple[Operand, ...]
    local: bool

    @classmethod
    def of(cls, pieces: Iterable[tuple[Evaluable, Operand]], local: bool) -> Timeline:
        """The timeline of schedules and their beginnings; a schedule that is never heard is left out."""
        given = tuple(pieces)
        heard = [
            piece
            for piece, (_, next_begin) in itertools.pairwise(given)
            if not (_is_plain(piece[1]) and _is_plain(next_begin) and piece[1] == next_begin)
        ]
        schedules, begins = zip(*heard, given[-1], strict=True)
        return cls(schedules, begins, local)

    @cached_property
    def _ends(self) -> tuple[int, ...] | None:
        """The beginnings without the first; None if they are operands."""
        ends = tuple(begin for begin in self.begins[1:] if _is_plain(begin))
        return ends if len(ends) == len(self.begins) - 1 else None

    def at(self, t: Array, op: Ops) -> Array:
        """The value of the schedule that plays at `t`."""
        if len(self.schedules) == 1:
            return self.schedules[0].evaluate(t, op)
        if self._ends is not None:
            index = op.searchsorted(self._ends, t)
            if self.local:
                begins = cast("tuple[int, ...]", self.begins)
                t = t - op.take(begins, index)
            return op.choose(self.schedules, index, t)
        # Operands occur in stacked sequences only, which have as many parts as one definition.
        value = self.schedules[0].evaluate(t, op)
        for schedule, begin in zip(self.schedules[1:], self.begins[1:], strict=True):
            own = op.maximum(t - begin, 0) if self.local else t
            value = op.where(begin <= t, schedule.evaluate(own, op), value)
        return value


def _is_plain(begin: Operand) -> TypeGuard[int]:
    return isinstance(begin, int)
