"""Many schedules for the graph of one: their fields become tables, read at the row of each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar, cast

from ._evaluable import Evaluable
from ._operands import plain_table
from ._ops import Array, Operand, Ops

E = TypeVar("E", bound=Evaluable)


def choose(schedules: Sequence[Evaluable], index: Operand, t: Operand, op: Ops) -> Array:
    """`Ops.choose` for backends that build graphs: one formula for all schedules of one shape.

    A formula also runs at the steps of schedules of other shapes, and what it gives there is discarded.
    It runs at step 0 there, where every formula is finite.
    """
    members = [schedule.evaluated for schedule in schedules]
    shapes = [_shape(member) for member in members]
    numbers = {shape: number for number, shape in enumerate(dict.fromkeys(shapes))}
    labels = [numbers[shape] for shape in shapes]
    tables = _Tables(index, op)
    if len(numbers) == 1:
        return tables.stack(members).evaluate(cast(Array, t), op)
    own = op.take(labels, index)
    value: Array | None = None
    for number in numbers.values():
        inside = op.equal(own, number)
        stacked = tables.stack(_filled(members, [label == number for label in labels]))
        here = stacked.evaluate(op.where(inside, t, 0), op)
        value = here if value is None else op.where(inside, here, value)
    assert value is not None, "a sequence has a part"
    return value


def _filled(members: Sequence[E], chosen: Sequence[bool]) -> list[E]:
    """The chosen members, and for the others a schedule of their class that is never heard.

    Where classes have a field of one name and type, the others keep their own value in it: the classes
    then read it from one table.
    """
    first = next(member for member, is_chosen in zip(members, chosen, strict=True) if is_chosen)
    values = {**{name: getattr(first, name) for name in first.fields}, **first.beside_fields()}
    numbers = {name for name, value in values.items() if type(value) in (int, float)}
    typed = {(name, _type_of(first, name)) for name in numbers}
    fillers: dict[type, set[str]] = {}
    filled: list[E] = []
    for member, is_chosen in zip(members, chosen, strict=True):
        if is_chosen:
            filled.append(member)
            continue
        cls = type(member)
        if cls not in fillers:
            fillers[cls] = {name for name in numbers if (name, _type_of(member, name)) in typed}
        own = {name: getattr(member, name) for name in fillers[cls]}
        kept = {name: value for name, value in own.items() if type(value) is type(values[name])}
        filled.append(type(first).unchecked(**{**values, **kept}))
    return filled


def _type_of(schedule: Evaluable, field: str) -> object:
    return getattr(type(schedule), "__annotations__", {}).get(field, type(schedule))


class _Tables:
    """Fields of many schedules as tables, which are read at one row."""

    def __init__(self, row: Operand, op: Ops) -> None:
        self._row, self._op = row, op
        self._read: dict[tuple[object, ...], Array] = {}

    def stack(self, members: Sequence[E]) -> E:
        """The schedule whose every field is that field of `members[row]`; all have one shape."""
        first = members[0]
        if _are_equal(members):
            return first
        columns = {name: [getattr(member, name) for member in members] for name in first.fields}
        durations = [getattr(member, "duration", None) for member in members]
        # Formulas compute with whole durations only.
        if all(isinstance(duration, int) for duration in durations):
            columns["duration"] = durations
        values = {name: self.entry(column) for name, column in columns.items()}
        return type(first).unchecked(**{**first.beside_fields(), **values})

    def entry(self, column: Sequence[object]) -> object:
        """The entry of the row."""
        first = column[0]
        if _are_equal(column):
            return first
        if isinstance(first, Evaluable):
            return self.stack([cast(Evaluable, value).evaluated for value in column])
        if isinstance(first, tuple) and all(isinstance(entry, (int, float)) for entry in first):
            return Rows(cast("Sequence[Sequence[float]]", column), self, self._row, self._op)
        if isinstance(first, tuple):
            entries = zip(*cast("Sequence[tuple[object, ...]]", column), strict=True)
            return tuple(map(self.entry, entries))
        if isinstance(first, Fraction):
            fractions = cast("Sequence[Fraction]", column)
            return Ratio(
                self.entry([fraction.numerator for fraction in fractions]),
                self.entry([fraction.denominator for fraction in fractions]),
            )
        key = (type(first), *column)
        if key not in self._read:
            self._read[key] = self._op.take(cast("Sequence[float]", column), self._row)
        return self._read[key]


class Ratio(NamedTuple):
    """A fraction in stacked schedules: each step reads the numbers of its own."""

    numerator: object
    denominator: object


class Rows:
    """A tuple of numbers in stacked schedules: a table of which each step reads its own row."""

    def __init__(
        self, tables: Sequence[Sequence[float]], reader: _Tables, row: Operand, op: Ops
    ) -> None:
        self._tables, self._reader, self._row, self._op = tables, reader, row, op

    def __len__(self) -> int:
        return len(self._tables[0])

    def __getitem__(self, index: int) -> object:
        return self._reader.entry([table[index] for table in self._tables])

    def __iter__(self) -> Iterator[object]:
        return map(self.__getitem__, range(len(self)))

    def flat(self, index: Operand) -> tuple[list[float], Operand]:
        """All rows as one table, and where in it the entry `index` of the row is."""
        entries = [entry for table in self._tables for entry in table]
        return entries, cast(Array, self._row) * len(self) + index

    def searchsorted(self, t: Operand) -> Array:
        """How many entries of the row are at most `t`."""
        count = cast(Array, t) * 0
        for entry in self:
            count = count + self._op.where(cast(Array, entry) <= t, 1, 0)
        return count


def flat_table(table: Sequence[float], index: Operand) -> tuple[Sequence[float], Operand]:
    """The table that `Ops.take` was given as plain numbers, and the index of the entry in it."""
    if isinstance(table, Rows):
        return table.flat(index)
    return plain_table(table), index


def _shape(value: object) -> object:
    """What must agree for two values to be stacked: everything but their plain numbers."""
    if isinstance(value, Evaluable):
        evaluated = value.evaluated
        own = (_shape(getattr(evaluated, name)) for name in (*evaluated.fields, *evaluated.traits))
        return (type(evaluated), getattr(evaluated, "duration", None) is None, *own)
    if isinstance(value, tuple):
        return tuple(map(_shape, value))
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float, Fraction)):
        return type(value)
    return object()  # an operand, in a stacked sequence: it stacks with nothing


def _are_equal(column: Sequence[object]) -> bool:
    """Whether all entries are equal; operands are equal to themselves alone."""
    return all(value is column[0] or value == column[0] for value in column)
