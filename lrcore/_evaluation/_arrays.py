"""The reference for many steps: formulas interpreted on NumPy arrays, one chunk after another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from ._ops import PI, Array, Ops
from ._rounding import SMALLEST, settled

if TYPE_CHECKING:
    from ._evaluable import Evaluable

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
_Any: TypeAlias = Floats | Integers | NDArray[np.bool_] | float

_CHUNK: Final = 2**14
"""So many steps that all intermediate results fit into the cache of a processor."""


class _ArrayOps:
    """Functions of NumPy arrays; an operand that is equal at all steps may be a number."""

    pi = PI
    equal = staticmethod(np.equal)
    sin = staticmethod(np.sin)
    cos = staticmethod(np.cos)
    exp = staticmethod(np.exp)
    log = staticmethod(np.log)
    log1p = staticmethod(np.log1p)
    expm1 = staticmethod(np.expm1)
    sqrt = staticmethod(np.sqrt)

    def __init__(self) -> None:
        self._tables: dict[int, tuple[Sequence[float], NDArray[Any]]] = {}

    def real(self, x: _Any) -> Floats:
        return np.asarray(x, dtype=np.float64)

    # Neighboring steps are mostly alike: often a single operand is the answer for all of them.

    def where(self, condition: NDArray[np.bool_] | bool, chosen: _Any, other: _Any) -> _Any:
        if np.all(condition):
            return chosen
        return np.where(condition, chosen, other) if np.any(condition) else other

    def minimum(self, a: _Any, b: _Any) -> _Any:
        if isinstance(b, (int, float)) and isinstance(a, np.ndarray) and a.size:
            if a.max() <= b:
                return a
            if a.min() >= b:
                return b
        return np.minimum(a, b)

    def maximum(self, a: _Any, b: _Any) -> _Any:
        if isinstance(b, (int, float)) and isinstance(a, np.ndarray) and a.size:
            if a.min() >= b:
                return a
            if a.max() <= b:
                return b
        return np.maximum(a, b)

    def power(self, base: Floats | float, exponent: Floats | float) -> Floats:
        """For one exponent of 2, 1/2 or -1 NumPy has shortcuts; many exponents must take them, too."""
        power = np.power(base, exponent)
        for special, value in ((2.0, np.square), (0.5, np.sqrt), (-1.0, np.reciprocal)):
            if np.any(here := np.equal(exponent, special)):
                power = np.where(here, value(base), power)
        return power

    def take(self, table: Sequence[float], index: Integers) -> _Any:
        return np.take(self._array(table), index)

    def searchsorted(self, table: Sequence[int], t: Integers) -> Integers | np.int64:
        """Steps in order are cut at the few entries between the first of them and the last."""
        entries = self._array(table)
        if np.ndim(t) == 0 or t.size == 0 or not np.all(t[1:] >= t[:-1]):
            return np.searchsorted(entries, t, side="right")
        first, last = np.searchsorted(entries, t[[0, -1]], side="right").tolist()
        if first == last:
            return np.int64(first)
        cuts = np.searchsorted(t, entries[first:last], side="left")
        return np.repeat(np.arange(first, last + 1), np.diff(cuts, prepend=0, append=t.size))

    def choose(self, schedules: Sequence[Evaluable], index: Integers, t: Integers) -> _Any:
        """Run each schedule that occurs on its own steps alone."""
        if np.ndim(index) == 0:
            return self._evaluate(schedules[int(index)], t)
        value = np.empty(index.size)
        order = None
        if not np.all(index[1:] >= index[:-1]):
            order = np.argsort(index, kind="stable")
            index, t = index[order], t[order]
        changes = np.flatnonzero(index[1:] != index[:-1]) + 1
        for begin, end in pairwise([0, *changes.tolist(), index.size]):
            value[begin:end] = self._evaluate(schedules[int(index[begin])], t[begin:end])
        if order is not None:
            value[order] = value.copy()
        return value

    def _evaluate(self, schedule: Evaluable, t: Integers) -> _Any:
        return cast(_Any, schedule.evaluate(cast(Array, t), cast(Ops, self)))

    def with_operands(self, schedule: Evaluable) -> Evaluable:
        return schedule

    def _array(self, table: Sequence[float]) -> NDArray[Any]:
        """The table as an array, which is made once."""
        if id(table) not in self._tables:
            self._tables[id(table)] = (table, np.asarray(table))  # the table is kept, and so its id
        return self._tables[id(table)][1]


def evaluate_many(schedule: Evaluable, steps: range | NDArray[np.integer]) -> Floats:
    """The values at many steps, the steps being known to be in range."""
    values = np.empty(len(steps) if isinstance(steps, range) else steps.shape)
    flat = values.reshape(-1)
    given = steps if isinstance(steps, range) else steps.reshape(-1)
    op = cast(Ops, _ArrayOps())
    # The allocator of C gives small blocks back to the system, and asks for them again, until it has seen a
    # large one; this takes longer than the evaluation.
    np.empty(2**21)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for begin in range(0, flat.size, _CHUNK):
            t = _clock(given[begin : begin + _CHUNK])
            flat[begin : begin + _CHUNK] = cast(Floats, schedule.evaluate(cast(Array, t), op))
            _settle(flat[begin : begin + _CHUNK], op)
    return values


def _clock(steps: range | NDArray[np.integer]) -> Integers:
    t = array_of(steps) if isinstance(steps, range) else steps.astype(np.int64, copy=False)
    return np.maximum(t, 0) if t.min() < 0 else t


def array_of(steps: range) -> Integers:
    """The integers of a range, none of them beyond 64 bits."""
    if not steps:
        return np.empty(0, np.int64)
    # Not arange(start, stop, step), which computes in floats how many there are.
    stride = (steps[-1] - steps[0]) // max(len(steps) - 1, 1)
    return steps[0] + stride * np.arange(len(steps), dtype=np.int64)


def _settle(values: Floats, op: Ops) -> None:
    """Settle values in place, if one of them is near enough to a number of 25 bits, or to zero."""
    near = (values.view(np.int64) + 4) & (2**28 - 1) <= 8
    if near.any() or not (values.min() >= SMALLEST or values.max() <= -SMALLEST):
        values[:] = cast(Floats, settled(cast(Array, values), op))
