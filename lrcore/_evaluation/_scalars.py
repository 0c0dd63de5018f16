"""The reference for one step: formulas interpreted on Python numbers.

Elementary functions come from NumPy, and everything else happens in the same order as for arrays, so
a step gives the same bits alone as in an array.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from ._ops import PI, Array, Ops
from ._value import value_at

if TYPE_CHECKING:
    from ._evaluable import Evaluable


class _ScalarOps:
    """Functions of Python numbers: nothing is evaluated that is not needed."""

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
        return schedules[index].evaluate(t, _OPS)

    def with_operands(self, schedule: Evaluable) -> Evaluable:
        return schedule


# The protocol speaks of operands of any backend, an implementation of its own kind of operand only;
# no operand of another kind can reach it, because an evaluation uses one backend from end to end.
_OPS: Final = cast(Ops, _ScalarOps())


def evaluate_one(schedule: Evaluable, step: int) -> float:
    """The value at one step, the step being known to be in range."""
    # A growing schedule may reach infinity, and infinite terms of opposite signs have no sum.
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return float(cast(float, value_at(schedule, cast(Array, step), _OPS)))
