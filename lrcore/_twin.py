"""Twins: instances of a schedule's class whose fields hold operands instead of plain numbers.

A formula reads its numbers from `self`. Giving it a twin changes what those numbers are, without the
formula knowing: the same numbers hidden from a compiler's constant folding, or the fields of
whichever of many schedules a step belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from ._ops import Operand

if TYPE_CHECKING:
    from ._schedule import Schedule

S = TypeVar("S", bound="Schedule")


def twin(kind: type[S], **values: object) -> S:
    """An instance of `kind` with these attributes, unchecked: operands cannot be validated."""
    made = object.__new__(kind)
    made.__dict__.update(values)
    return made


def with_numbers(schedule: S, number: Callable[[float], Operand]) -> S:
    """The twin of `schedule` with `number(x)` for each real `x` in its own fields."""
    values = {name: _lifted(getattr(schedule, name), number) for name in schedule.fields}
    return twin(type(schedule), **values, duration=schedule.duration)


class Numbers:
    """A tuple in a twin: its reals become operands one at a time, where a formula reads them."""

    def __init__(self, plain: tuple[object, ...], number: Callable[[float], Operand]) -> None:
        self.plain = plain
        self._number = number

    def __getitem__(self, index: int | slice) -> object:
        return _lifted(self.plain[index], self._number)

    def __len__(self) -> int:
        return len(self.plain)

    def __iter__(self) -> Iterator[object]:
        return (_lifted(entry, self._number) for entry in self.plain)


def plain_table(table: Sequence[float]) -> Sequence[float]:
    """What `Ops.take` was given, as plain numbers: a compiler cannot see which entry is read."""
    return cast("Sequence[float]", table.plain) if isinstance(table, Numbers) else table


def _lifted(value: object, number: Callable[[float], Operand]) -> object:
    if isinstance(value, float):
        return number(value)
    if isinstance(value, tuple) and any(isinstance(entry, (float, tuple)) for entry in value):
        return Numbers(value, number)
    return value
