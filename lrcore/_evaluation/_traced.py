"""Numbers of a schedule that a framework knows only while it runs."""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import nextafter
from typing import Any, NoReturn, cast

from .._errors import ExportError


def _operator(compute: Callable[[Any, Any], Any], *, swap: bool = False) -> Callable[..., Traced]:
    """An operator of traced numbers; with `swap`, the other operand is the first."""

    def combined(self: Traced, other: object) -> Traced:
        if isinstance(other, Traced):
            value, like = other.value, other.like
        elif isinstance(other, (int, float)):
            value = like = other
        else:
            return cast(Traced, NotImplemented)
        if swap:
            return Traced(compute(value, self.value), compute(like, self.like), self.place)
        return Traced(compute(self.value, value), compute(self.like, like), self.place)

    return combined


class Traced:
    """A number of a framework in the place of a number in a field.

    It takes part in the arithmetic of `expand`. Where a schedule decides by the number how it is computed, that is
    an error, because the number is not known yet. It equals no other number, so what holds for all numbers is done.

    Args:
        value: the number of the framework, such as an array without axes.
        like: the number that the field has in the definition, with which fields are checked.
        place: the place of the field, for messages.
    """

    def __init__(self, value: Any, like: float, place: str) -> None:
        self.value, self.like, self.place = value, like, place

    def __repr__(self) -> str:
        return f"a traced number at {self.place}"

    __add__, __radd__ = _operator(operator.add), _operator(operator.add, swap=True)
    __sub__, __rsub__ = _operator(operator.sub), _operator(operator.sub, swap=True)
    __mul__, __rmul__ = _operator(operator.mul), _operator(operator.mul, swap=True)
    __truediv__, __rtruediv__ = _operator(operator.truediv), _operator(operator.truediv, swap=True)
    __pow__ = _operator(operator.pow)

    def __neg__(self) -> Traced:
        return Traced(-self.value, -self.like, self.place)

    def _refused(self, *_: object) -> NoReturn:
        raise ExportError(
            f"{self.place} decides how the schedule is computed, so it has to be a number and cannot be traced"
        )

    __abs__ = __bool__ = __float__ = __int__ = __index__ = _refused
    __lt__ = __le__ = __gt__ = __ge__ = _refused


def is_traced(*values: object) -> bool:
    """Whether one of the values is traced."""
    return any(isinstance(value, Traced) for value in values)


def holds_traced(value: object) -> bool:
    """Whether a field has a traced number, or a list with one."""
    return is_traced(value) or (isinstance(value, tuple) and is_traced(*value))


def likened(value: object) -> object:
    """The value of a field with the numbers of the definition in the place of traced ones.

    A traced factor or power has an effect, which that of the definition may not have.
    """
    if isinstance(value, tuple) and is_traced(*value):
        return tuple(map(likened, value))
    if isinstance(value, Traced):
        return nextafter(1.0, 0.0) if value.like == 1.0 else value.like
    return value


def restored(given: object, checked: object) -> object:
    """What a field has been given, with its traced numbers, in the form in which it was checked."""
    if isinstance(given, tuple) and isinstance(checked, tuple):
        return tuple(map(restored, given, checked))
    return given if isinstance(given, Traced) else checked
