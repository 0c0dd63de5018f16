"""Exact sums of steps, epochs, parts of the run, samples and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Final, Never, TypeAlias

from .._errors import (
    MOST_DIGITS,
    InvalidScheduleError,
    UnboundError,
    has_too_many_digits,
    shown,
)
from ._text import parse, write

Number: TypeAlias = int | float | Fraction | Decimal
"""A number that is taken exactly as it is written: 0.1 is one tenth."""

_NEEDS: Final = {
    "rest": "bind(total_steps=...), or epochs and steps_per_epoch",
    "run": "bind(total_steps=...), or epochs and steps_per_epoch",
    "epochs": "bind(steps_per_epoch=...), or dataset_size and batch_size, or total_steps and epochs",
    "samples": "bind(batch_size=...)",
    "tokens": "bind(tokens_per_step=...), or sequence_length and batch_size",
}
_REST_NEEDS: Final = "a sequence of finite parts around it, whose rest of the run it is"


class Duration:
    """An exact sum of steps, epochs, parts of the run, samples and tokens.

    Every field of steps takes a duration, or the text of one. Durations can be added, subtracted,
    multiplied and divided by numbers, and compared where the comparison does not depend on what
    `Schedule.bind` will be given.

    A text is a sum of terms. A term is a number (`5`, `2_000`, `0.1`, `1e6`, `1/3`), optionally followed
    by `k`, `M`, `B` or `T`, and a unit in any case: `steps` (`step`, `st`, `ba`, `iterations`), `epochs`
    (`epoch`, `ep`), `run` (`dur`, `%`), `samples` (`sample`, `sp`) or `tokens` (`token`, `tok`). The text
    `"rest"` is what the other parts of a sequence leave of the run.

    Args:
        length: a text, a number of steps, or another duration. A float is taken as the decimal number
            that Python prints for it.

    Raises:
        InvalidScheduleError: the text is not a duration, or a number is not finite or has more than 40
            digits.

    Example:
        >>> import lrcore as lrc
        >>> lrc.Duration("1 run") - 500
        Duration('1 run - 500 steps')
        >>> lrc.Duration("10 %") + "2k steps" == lrc.Duration("0.1dur + 2_000ba")
        True
    """

    __slots__ = ("_amounts",)
    __array_ufunc__ = None  # a NumPy array does not add a duration entry by entry
    _amounts: Mapping[str, Fraction]

    def __init__(self, length: str | Number | Duration, *unit: Never) -> None:
        if unit:
            raise InvalidScheduleError(
                'a number with a unit is one text, such as Duration("5 epochs"); got '
                f"{', '.join(map(repr, (length, *unit)))}"
            )
        if isinstance(length, Duration):
            amounts: Mapping[str, Fraction] = length.amounts
        elif isinstance(length, str):
            amounts = parse(length)
        elif isinstance(length, (int, float, Fraction, Decimal)) and not isinstance(length, bool):
            amounts = {"steps": exact(length)}
        else:
            raise InvalidScheduleError(f"a duration is a text or a number; got {shown(length)}")
        self._keep(amounts)

    @classmethod
    def _of(cls, amounts: Mapping[str, Fraction]) -> Duration:
        made = object.__new__(cls)
        made._keep(amounts)
        return made

    def _keep(self, amounts: Mapping[str, Fraction]) -> None:
        kept = {unit: _checked(amount) for unit, amount in amounts.items() if amount}
        object.__setattr__(self, "_amounts", MappingProxyType(kept))

    @property
    def amounts(self) -> Mapping[str, Fraction]:
        """How much of each unit: of "rest", "run", "epochs", "samples", "tokens" and "steps"."""
        return self._amounts

    @property
    def is_bound(self) -> bool:
        """Whether the duration is a number of steps, which may lie between two integers."""
        return not self._amounts.keys() - {"steps"}

    @property
    def need(self) -> str:
        """The call of `bind` that resolves the first unit of the duration."""
        return next((need for unit, need in _NEEDS.items() if unit in self._amounts), "")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a duration cannot be changed")

    def __copy__(self) -> Duration:
        return self

    def __deepcopy__(self, memo: object) -> Duration:
        return self

    def __reduce__(self) -> tuple[type[Duration], tuple[str]]:
        return Duration, (str(self),)

    def __str__(self) -> str:
        return write(self._amounts)

    def __repr__(self) -> str:
        return f"Duration({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, Fraction)) and not isinstance(other, bool):
            return self.is_bound and self._steps == other
        return isinstance(other, Duration) and self._amounts == other._amounts

    def __hash__(self) -> int:
        return hash(self._steps if self.is_bound else frozenset(self._amounts.items()))

    def __bool__(self) -> bool:
        return bool(self._amounts)

    def __add__(self, other: str | Number | Duration) -> Duration:
        if not _is_operand(other):
            return NotImplemented
        added = Duration(other).amounts
        units = {**self._amounts, **added}
        return Duration._of({u: self._amounts.get(u, _ZERO) + added.get(u, _ZERO) for u in units})

    __radd__ = __add__

    def __neg__(self) -> Duration:
        return self * -1

    def __sub__(self, other: str | Number | Duration) -> Duration:
        if not _is_operand(other):
            return NotImplemented
        return self + -Duration(other)

    def __rsub__(self, other: str | Number | Duration) -> Duration:
        return -self + other if _is_operand(other) else NotImplemented

    def __mul__(self, factor: Number) -> Duration:
        if not isinstance(factor, (int, float, Fraction, Decimal)):
            return NotImplemented
        by = exact(factor)
        return Duration._of({unit: amount * by for unit, amount in self._amounts.items()})

    __rmul__ = __mul__

    def __truediv__(self, divisor: Number) -> Duration:
        if not isinstance(divisor, (int, float, Fraction, Decimal)):
            return NotImplemented
        by = exact(divisor)
        if not by:
            raise InvalidScheduleError("a duration cannot be divided by 0")
        return self * (1 / by)

    def __lt__(self, other: str | Number | Duration) -> bool:
        return self._sign_against(other) < 0 if _is_operand(other) else NotImplemented

    def __le__(self, other: str | Number | Duration) -> bool:
        return self._sign_against(other) <= 0 if _is_operand(other) else NotImplemented

    def __gt__(self, other: str | Number | Duration) -> bool:
        return self._sign_against(other) > 0 if _is_operand(other) else NotImplemented

    def __ge__(self, other: str | Number | Duration) -> bool:
        return self._sign_against(other) >= 0 if _is_operand(other) else NotImplemented

    def _sign_against(self, other: str | Number | Duration) -> int:
        """The sign of the difference, if it is the same for whatever `bind` is given."""
        signs = {1 if amount > 0 else -1 for amount in (self - other)._amounts.values()}
        if len(signs) > 1:
            raise UnboundError(
                f"'{self}' and '{Duration(other)}' cannot be compared before bind is called"
            )
        return signs.pop() if signs else 0

    @property
    def _steps(self) -> Fraction:
        return self._amounts.get("steps", _ZERO)

    def __float__(self) -> float:
        return float(in_steps(self))

    def resolved(self, steps_per_unit: Mapping[str, Fraction], place: str) -> Fraction:
        """The exact number of steps, given those of each unit.

        Raises:
            UnboundError: a unit is missing; the message names `place` and what to give.
        """
        total = self._steps
        for unit, amount in self._amounts.items():
            if unit == "steps":
                continue
            if unit not in steps_per_unit:
                needs = _REST_NEEDS if unit == "rest" else _NEEDS[unit]
                raise UnboundError(f"{place}: {str(self)!r} needs {needs}")
            total += amount * steps_per_unit[unit]
        return total


def _is_operand(value: object) -> bool:
    return isinstance(value, (str, int, float, Fraction, Decimal, Duration))


_ZERO: Final = Fraction(0)

Length: TypeAlias = int | Duration
"""A number of steps: an integer, or a duration where it is not known yet or lies between integers."""


def exact(number: Number) -> Fraction:
    """A number as it is written: a float is the shortest decimal number that Python prints for it."""
    if isinstance(number, float):
        number = Decimal(float.__repr__(number))
    if isinstance(number, Decimal):
        if not number.is_finite():
            raise InvalidScheduleError(f"a finite number is needed; got {number}")
        # Before it is written out: an exponent makes many digits of few.
        if number and not -MOST_DIGITS <= number.adjusted() < MOST_DIGITS:
            raise InvalidScheduleError(_TOO_MANY)
    return _checked(Fraction(number))


_TOO_MANY: Final = f"the numbers of a duration have at most {MOST_DIGITS} digits"


def _checked(number: Fraction) -> Fraction:
    if has_too_many_digits(number.numerator, number.denominator):
        raise InvalidScheduleError(_TOO_MANY)
    return number


def shortest(duration: Duration) -> Length:
    """An integer for a whole number of steps, else the duration itself."""
    if duration.is_bound and (steps := in_steps(duration)).denominator == 1:
        return steps.numerator
    return duration


def in_steps(length: Length) -> Fraction:
    """The exact number of steps of a length that is bound.

    Raises:
        UnboundError: the length is not a number of steps yet.
    """
    if isinstance(length, int):
        return Fraction(length)
    if not length.is_bound:
        raise UnboundError(f"'{length}' is not a number of steps yet: {length.need} first")
    return length.amounts.get("steps", _ZERO)


def nearest(steps: Fraction) -> int:
    """The nearest integer, halves up."""
    return floor(steps + Fraction(1, 2))
