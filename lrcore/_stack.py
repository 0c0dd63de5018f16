"""Many schedules for the graph of one: their fields become tables, read at the row of each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar, cast

from ._combinators import Shift
from ._ops import Array, Operand, Ops
from ._schedule import Schedule
from ._twin import plain_table, twin

S = TypeVar("S", bound=Schedule)


def choose(schedules: Sequence[Schedule], index: Operand, t: Operand, op: Ops) -> Array:
    """`Ops.choose` for backends that build graphs: one formula for all schedules of one shape.

    A formula also runs at steps of other shapes' pieces, and what it gives there is discarded. It
    runs at step 0 there, where every formula is finite.
    """
    groups: dict[object, list[int]] = {}
    for i, schedule in enumerate(schedules):
        groups.setdefault(_shape(schedule), []).append(i)
    value: Array | None = None
    for members in groups.values():
        rows = [-1] * len(schedules)
        for row, i in enumerate(members):
            rows[i] = row
        if value is None and len(groups) == 1:
            return stack(schedules, index, op).at(cast(Array, t), op)
        row_of_step = op.take(rows, index)
        inside = row_of_step >= 0
        stacked = stack([schedules[i] for i in members], op.maximum(row_of_step, 0), op)
        here = stacked.at(op.where(inside, t, 0), op)
        value = here if value is None else op.where(inside, here, value)
    assert value is not None, "a sequence has a part"
    return value


def stack(members: Sequence[S], row: Operand, op: Ops) -> S:
    """The twin whose every field is that field of `members[row]`; all have one shape."""
    first = members[0]
    if all(member == first for member in members):
        return first
    names = (*first.fields, "duration")
    columns = {name: [getattr(member, name) for member in members] for name in names}
    return twin(type(first), **{k: _stack_values(v, row, op) for k, v in columns.items()})


class Rows:
    """The tables of stacked schedules, of which each step reads that of its own row."""

    def __init__(self, tables: Sequence[Sequence[float]], row: Operand, op: Ops) -> None:
        self._tables, self._row, self._op = tables, row, op

    def __len__(self) -> int:
        return len(self._tables[0])

    def __getitem__(self, index: int) -> object:
        return _stack_values([table[index] for table in self._tables], self._row, self._op)

    def __iter__(self) -> Iterator[object]:
        return map(self.__getitem__, range(len(self)))

    def flat(self, index: Operand) -> tuple[list[float], Operand]:
        """All tables as one, and where in it the entry `index` of the row is."""
        entries = [entry for table in self._tables for entry in table]
        return entries, cast(Array, self._row) * len(self) + index

    def searchsorted(self, t: Operand) -> Array:
        """How many entries of the row are at most `t`."""
        count = cast(Array, t) * 0
        for entry in self:
            count = count + self._op.where(cast(Array, entry) <= t, 1, 0)
        return count


def flat_table(table: Sequence[float], index: Operand) -> tuple[Sequence[float], Operand]:
    """What `Ops.take` was given, as a table of plain numbers and the index of an entry in it."""
    if isinstance(table, Rows):
        return table.flat(index)
    return plain_table(table), index


def _stack_values(column: Sequence[object], row: Operand, op: Ops) -> object:
    first = column[0]
    if all(value == first for value in column):
        return first
    if isinstance(first, Schedule):
        return stack(cast("Sequence[Schedule]", column), row, op)
    if isinstance(first, tuple) and all(isinstance(entry, (int, float)) for entry in first):
        return Rows(cast("Sequence[Sequence[float]]", column), row, op)
    if isinstance(first, tuple):
        entries = zip(*cast("Sequence[tuple[object, ...]]", column), strict=True)
        return tuple(_stack_values(entry, row, op) for entry in entries)
    return op.take(cast("Sequence[float]", column), row)


def _shape(value: object) -> object:
    """What must agree for two values to be stacked: everything but their plain numbers."""
    if isinstance(value, Schedule):
        own = (_shape(getattr(value, name)) for name in value.fields)
        vanishing = tuple(_vanishing(piece, length) for piece, length in value.pieces())
        return (type(value), value.duration is None, vanishing, *own)
    if isinstance(value, tuple):
        return tuple(_shape(entry) for entry in value)
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)):
        return type(value)
    return object()  # an operand, in a twin: it stacks with nothing


def _vanishing(piece: Schedule, length: Operand | None) -> int | None:
    """Where a piece of no steps begins on a global clock; 0 for one elsewhere, and None for other pieces.

    On a global clock a length is a difference. Between operands it would not be seen to be zero.
    """
    if not isinstance(length, int) or length != 0:
        return None
    return piece.steps if isinstance(piece, Shift) and isinstance(piece.steps, int) else 0
