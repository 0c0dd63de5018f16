"""The reference: formulas interpreted on plain numbers and on NumPy arrays.

Both take their elementary functions from NumPy and do the rest in the same order, so a step gives
the same bits alone as in an array.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from ._ops import PI, Array, Ops
from ._rounding import settled

if TYPE_CHECKING:
    from ._evaluable import Evaluable

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
_Any: TypeAlias = Floats | Integers | NDArray[np.bool_] | float


class _HostOps:
    """One step at a time, on Python numbers: nothing is evaluated that is not needed."""

    pi = PI

    def real(self, x: float) -> float:
        return float(x)

    def where(self, condition: bool, chosen: float, other: float) -> float:
        return chosen if condition else other

    def equal(self, a: float, b: float) -> bool:
        return a == b

    def minimum(self, a: float, b: float) -> float:
        return a if a < b else b

    def maximum(self, a: float, b: float) -> float:
        return a if a > b else b

    def sin(self, x: float) -> float:
        return float(np.sin(x))

    def cos(self, x: float) -> float:
        return float(np.cos(x))

    def exp(self, x: float) -> float:
        return float(np.exp(x))

    def log(self, x: float) -> float:
        return float(np.log(x))

    def log1p(self, x: float) -> float:
        return float(np.log1p(x))

    def expm1(self, x: float) -> float:
        return float(np.expm1(x))

    def sqrt(self, x: float) -> float:
        return math.sqrt(x)

    def power(self, base: float, exponent: float) -> float:
        return float(np.power(base, exponent))

    def take(self, table: Sequence[float], index: int) -> float:
        return table[index]

    def searchsorted(self, table: Sequence[int], t: int) -> int:
        return bisect_right(table, t)

    def choose(self, schedules: Sequence[Evaluable], index: int, t: Array) -> Array:
        return schedules[index].evaluate(t, HOST)

    def with_operands(self, schedule: Evaluable) -> Evaluable:
        return schedule


class _NumpyOps:
    """Many steps at once."""

    pi = PI
    where = staticmethod(np.where)
    equal = staticmethod(np.equal)
    minimum = staticmethod(np.minimum)
    maximum = staticmethod(np.maximum)
    sin = staticmethod(np.sin)
    cos = staticmethod(np.cos)
    exp = staticmethod(np.exp)
    log = staticmethod(np.log)
    log1p = staticmethod(np.log1p)
    expm1 = staticmethod(np.expm1)
    sqrt = staticmethod(np.sqrt)

    def real(self, x: _Any) -> Floats:
        return np.asarray(x, dtype=np.float64)

    def power(self, base: Floats | float, exponent: Floats | float) -> Floats:
        """For one exponent of 2, 1/2 or -1 NumPy has shortcuts; many exponents must take them, too."""
        power = np.power(base, exponent)
        for special, value in ((2.0, np.square), (0.5, np.sqrt), (-1.0, np.reciprocal)):
            if np.any(here := np.equal(exponent, special)):
                power = np.where(here, value(base), power)
        return power

    def take(self, table: Sequence[float], index: Integers) -> _Any:
        return np.take(np.asarray(table), index)

    def searchsorted(self, table: Sequence[int], t: Integers) -> Integers:
        return np.searchsorted(np.asarray(table, dtype=np.int64), t, side="right")

    def choose(self, schedules: Sequence[Evaluable], index: Integers, t: Integers) -> Floats:
        """Sort the steps by schedule and run each one that occurs on its own steps alone."""
        order = np.argsort(index, axis=None, kind="stable")
        ordered = index.ravel()[order]
        first = np.flatnonzero(np.diff(ordered, prepend=-1))
        value = np.empty(index.size, dtype=np.float64)
        for which, places in zip(ordered[first], np.split(order, first)[1:], strict=True):
            local = cast(Array, t.ravel()[places])
            value[places] = cast(Floats, schedules[which].evaluate(local, NUMPY))
        return value.reshape(index.shape)

    def with_operands(self, schedule: Evaluable) -> Evaluable:
        return schedule


# The protocol speaks of operands of any backend, an implementation of its own kind of operand only;
# no operand of another kind can reach it, because an evaluation uses one backend from end to end.
HOST: Final = cast(Ops, _HostOps())
NUMPY: Final = cast(Ops, _NumpyOps())


def evaluate_one(schedule: Evaluable, step: int) -> float:
    """The value at one step, the step being known to be in range."""
    with np.errstate(over="ignore", under="ignore"):  # a growing schedule may reach infinity
        value = schedule.evaluate(cast(Array, max(step, 0)), HOST)
        return float(cast(float, settled(cast(Array, float(cast(float, value))), HOST)))


def to_float32(values: Floats) -> NDArray[np.float32]:
    """The nearest float32, as in every backend."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def evaluate_many(schedule: Evaluable, steps: Integers) -> Floats:
    """The values at many steps, the steps being known to be in range."""
    t = np.maximum(steps, 0)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        value = np.asarray(schedule.evaluate(cast(Array, t), NUMPY), dtype=np.float64)
        value = np.asarray(settled(cast(Array, value), NUMPY))
    return np.array(np.broadcast_to(value, t.shape), dtype=np.float64)
