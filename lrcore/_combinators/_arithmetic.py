"""Products and sums of schedules, step by step."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, TypeGuard, TypeVar, cast

from pydantic import Field

from .._functions import times
from .._leaves import Constant
from .._ops import Array, Ops
from .._schedule import Schedule
from .._units import UNKNOWN, Duration

S = TypeVar("S", bound=Schedule)


class Product(Schedule, kind="product"):
    """The product of schedules at every step: `factors[0](t) * factors[1](t) * ...`.

    A factor of 0 makes it 0, though another grow to infinity.

    `a * b` is `Product((a, b))`, and `0.1 * a` is `Product((Constant(0.1), a))`; `1 * a` is `a`. It
    lasts as long as its longest factor; a `Constant` does not make it endless.

    Args:
        factors: at least one schedule.

    Raises:
        InvalidScheduleError: there is no factor.

    Example:
        >>> import lrcore as lr
        >>> schedule = lr.Linear(0.0, 1.0, 100) * lr.Exponential(0.1, 0.5, 50)
        >>> schedule(50)
        0.025
    """

    factors: Annotated[tuple[Schedule, ...], Field(min_length=1)]

    @cached_property
    def duration(self) -> int | None:
        return _longest(self.factors)

    def formula(self, t: Array, op: Ops) -> Array:
        value = self.factors[0].at(t, op)
        for factor in self.factors[1:]:
            value = times(value, factor.at(t, op), op)
        return value


class Sum(Schedule, kind="sum"):
    """The sum of schedules at every step: `terms[0](t) + terms[1](t) + ...`.

    `a + b` is `Sum((a, b))`, and `a + 0.1` is `Sum((a, Constant(0.1)))`; `a + 0` is `a`. It lasts as
    long as its longest term; a `Constant` does not make it endless. Terms of opposite sign cancel, and with
    them the digits that they share; if both have grown to infinity, nothing is left to say.

    Args:
        terms: at least one schedule.

    Raises:
        InvalidScheduleError: there is no term.

    Example:
        >>> import lrcore as lr
        >>> (0.25 + lr.Linear(1.0, 0.0, 4)).values(6).tolist()
        [1.25, 1.0, 0.75, 0.5, 0.25, 0.25]
    """

    terms: Annotated[tuple[Schedule, ...], Field(min_length=1)]

    @cached_property
    def duration(self) -> int | None:
        return _longest(self.terms)

    def formula(self, t: Array, op: Ops) -> Array:
        value = self.terms[0].at(t, op)
        for term in self.terms[1:]:
            value = value + term.at(t, op)
        return value


def multiply(left: Schedule | float, right: Schedule | float) -> Schedule:
    """What `left * right` gives, one of them being a schedule."""
    if isinstance(left, Schedule) and _is(right, 1):
        return left
    if isinstance(right, Schedule) and _is(left, 1):
        return right
    return Product((*_factors(left), *_factors(right)))


def add(left: Schedule | float, right: Schedule | float) -> Schedule:
    """What `left + right` gives, one of them being a schedule."""
    if isinstance(left, Schedule) and _is(right, 0):
        return left
    if isinstance(right, Schedule) and _is(left, 0):
        return right
    return Sum((*_terms(left), *_terms(right)))


def _factors(operand: Schedule | float) -> tuple[Schedule, ...]:
    return operand.factors if _is_just(operand, Product) else (_schedule(operand),)


def _terms(operand: Schedule | float) -> tuple[Schedule, ...]:
    return operand.terms if _is_just(operand, Sum) else (_schedule(operand),)


def _is_just(operand: Schedule | float, kind: type[S]) -> TypeGuard[S]:
    """Whether it is of this very class: a subclass may mean something else."""
    return type(operand) is kind


def _schedule(operand: Schedule | float) -> Schedule:
    return operand if isinstance(operand, Schedule) else Constant(operand)


def _is(operand: Schedule | float, number: int) -> bool:
    return not isinstance(operand, Schedule) and operand == number


def _longest(parts: tuple[Schedule, ...]) -> int | None:
    lengths = [part.duration for part in parts if not _is_just(part, Constant)]
    if not lengths or None in lengths:
        return None
    if any(isinstance(length, Duration) for length in lengths):
        return cast(int, UNKNOWN)
    return max(length for length in lengths if length is not None)
