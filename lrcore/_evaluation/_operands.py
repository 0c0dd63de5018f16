"""Schedules whose fields hold operands instead of plain numbers.

A formula reads its numbers from `self`. With another `self` it computes with other numbers without
knowing: with the same numbers hidden from a compiler's constant folding, or with the fields of
whichever of many schedules a step belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, cast

from ._evaluable import Evaluable
from ._ops import Operand
from ._traced import Traced

E = TypeVar("E", bound=Evaluable)


def with_numbers(schedule: E, number: Callable[[float], Operand]) -> E:
    """A copy of `schedule` with `number(x)` for each real `x` in its own fields."""
    values = {name: _lifted(getattr(schedule, name), number) for name in schedule.fields}
    return type(schedule).unchecked(**values, **schedule.beside_fields())


class Numbers:
    """A tuple of reals that become operands one at a time, where a formula reads them."""

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
    """The table that `Ops.take` was given as plain numbers: compilers cannot see which is read."""
    return cast("Sequence[float]", table.plain) if isinstance(table, Numbers) else table


def _lifted(value: object, number: Callable[[float], Operand]) -> object:
    if isinstance(value, (float, Traced)):
        return number(value)  # type: ignore[arg-type]
    if isinstance(value, tuple) and any(
        isinstance(entry, (float, tuple, Traced)) for entry in value
    ):
        return Numbers(value, number)
    return value
