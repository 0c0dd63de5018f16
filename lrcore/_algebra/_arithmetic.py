"""Products and sums of schedules, step by step."""

from __future__ import annotations

from typing import Annotated, TypeGuard, TypeVar

from pydantic import Field

from .._definition._schedule import Schedule
from .._durations import Duration, Length
from .._errors import InvalidScheduleError
from .._evaluation._cached import cached_property
from .._evaluation._functions import times
from .._evaluation._ops import Array, Ops
from .._schedules import Constant

S = TypeVar("S", bound=Schedule)


class Product(Schedule, kind="product"):
    """The product of schedules at every step.

    The value is `factors[0](t) * factors[1](t) * ...`. A factor of 0 makes the product 0, even if another
    factor has grown to infinity. The product lasts as long as its longest factor, and a `Constant` does
    not make it endless.

    `a * b` is `Product((a, b))`, `0.1 * a` is `Product((Constant(0.1), a))`, `-a` is `-1 * a`, `a / 3` is
    `a * (1 / 3)`, and `1 * a` is `a`.

    Args:
        factors: at least one schedule.

    Raises:
        InvalidScheduleError: there is no factor.

    Example:
        >>> import lrcore as lrc
        >>> schedule = lrc.Linear(0.0, 1.0, 100) * lrc.Exponential(0.1, 0.5, 50)
        >>> schedule(50)
        0.025
    """

    factors: Annotated[tuple[Schedule, ...], Field(min_length=1)]

    scales = True

    @cached_property
    def duration(self) -> int | Duration | None:
        return longest(self.factors)

    def formula(self, t: Array, op: Ops) -> Array:
        value = self.factors[0].evaluate(t, op)
        for factor in self.factors[1:]:
            value = times(value, factor.evaluate(t, op), op)
        return value


class Sum(Schedule, kind="sum"):
    """The sum of schedules at every step.

    The value is `terms[0](t) + terms[1](t) + ...`. The sum lasts as long as its longest term, and a
    `Constant` does not make it endless. Where terms of opposite signs cancel, the error is in proportion to the
    largest term. Two infinite terms with opposite signs have no sum: the value is NaN.

    `a + b` is `Sum((a, b))`, `a + 0.1` is `Sum((a, Constant(0.1)))`, `1 - a` is `1 + -a`, and `a + 0` is
    `a`.

    Args:
        terms: at least one schedule.

    Raises:
        InvalidScheduleError: there is no term.

    Example:
        >>> import lrcore as lrc
        >>> (0.25 + lrc.Linear(1.0, 0.0, 4))(range(6)).tolist()
        [1.25, 1.0, 0.75, 0.5, 0.25, 0.25]
        >>> (1 - lrc.Linear(1.0, 0.0, 4))(range(5)).tolist()
        [0.0, 0.25, 0.5, 0.75, 1.0]
    """

    terms: Annotated[tuple[Schedule, ...], Field(min_length=1)]

    scales = True

    @cached_property
    def duration(self) -> int | Duration | None:
        return longest(self.terms)

    def formula(self, t: Array, op: Ops) -> Array:
        value = self.terms[0].evaluate(t, op)
        for term in self.terms[1:]:
            value = value + term.evaluate(t, op)
        return value


def multiply(left: Schedule | float, right: Schedule | float) -> Schedule:
    """What `left * right` gives, where one of them is a schedule."""
    if isinstance(left, Schedule) and _is(right, 1):
        return left
    if isinstance(right, Schedule) and _is(left, 1):
        return right
    return Product((*_factors(left), *_factors(right)))


def add(left: Schedule | float, right: Schedule | float) -> Schedule:
    """What `left + right` gives, where one of them is a schedule."""
    if isinstance(left, Schedule) and _is(right, 0):
        return left
    if isinstance(right, Schedule) and _is(left, 0):
        return right
    return Sum((*_terms(left), *_terms(right)))


def _factors(operand: Schedule | float) -> tuple[Schedule, ...]:
    return operand.factors if _is_just(operand, Product) else (_schedule(operand, "factor"),)


def _terms(operand: Schedule | float) -> tuple[Schedule, ...]:
    return operand.terms if _is_just(operand, Sum) else (_schedule(operand, "term"),)


def _is_just(operand: Schedule | float, kind: type[S]) -> TypeGuard[S]:
    """Whether `operand` is of this very class: a subclass may mean something else."""
    return type(operand) is kind


def _schedule(operand: Schedule | float, role: str) -> Schedule:
    return operand if isinstance(operand, Schedule) else constant(operand, f"a number as a {role}")


def constant(value: float, place: str) -> Constant:
    """A number as a schedule; an error names `place`."""
    try:
        return Constant(value)
    except InvalidScheduleError as error:
        text = str(error).removeprefix("Constant.value: ")
        raise InvalidScheduleError(f"{place}: {text}") from None


def _is(operand: Schedule | float, number: int) -> bool:
    return not isinstance(operand, Schedule) and operand == number


def longest(parts: tuple[Schedule, ...]) -> Length | None:
    """The length of the longest schedule, without those that are constant; None for an endless one."""
    lengths = [part.duration for part in parts if not _is_just(part, Constant)]
    known = [length for length in lengths if length is not None]
    return max(known) if known and len(known) == len(lengths) else None
