"""Many schedules for the graph of one: their fields become tables, read at the row of each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar, cast

from ._combinators import Shift
from ._ops import Array, Operand, Ops
from ._schedule import Schedule
from ._twin import twin

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


def _stack_values(column: Sequence[object], row: Operand, op: Ops) -> object:
    first = column[0]
    if all(value == first for value in column):
        return first
    if isinstance(first, Schedule):
        return stack(cast("Sequence[Schedule]", column), row, op)
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
