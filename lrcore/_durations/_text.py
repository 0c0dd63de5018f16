"""The texts of durations: read as people write them, written in one form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from .._errors import InvalidScheduleError, shown

_NAMES: Final = {
    "rest": ("rest",),
    "run": ("run", "dur", "%", "percent"),
    "epochs": ("epochs", "epoch", "ep"),
    "samples": ("samples", "sample", "sp"),
    "tokens": ("tokens", "token", "tok"),
    "steps": ("steps", "step", "st", "ba", "iterations", "iteration"),
}
"""The units in the order in which they are written, with the names that are read; the first is written."""

_UNITS: Final = {name: unit for unit, names in _NAMES.items() for name in names}
_MULTIPLIERS: Final = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_LONGEST: Final = 600  # a fraction of 40 digits above and below the line, for each of the units

_NUMBER: Final = r"[0-9]+(?:_[0-9]+)*(?:(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,2})?|/[0-9]*[1-9][0-9]*)"
NUMBER: Final = re.compile(_NUMBER, re.ASCII | re.IGNORECASE)
"""A number above 0 as it is written, with an exponent of at most two digits."""

_UNIT: Final = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_AMOUNT: Final = rf"(?:{_NUMBER} *(?:k|m|b|t)? *(?:{_UNIT})|rest|run)"
_TERM: Final = re.compile(
    rf" *(?P<sign>[+-])? *(?:(?P<number>{_NUMBER}) *(?P<multiplier>[kmbt]?) *(?P<unit>{_UNIT})"
    r"|(?P<whole>rest|run))(?![a-z0-9_.%/]) *",
    re.IGNORECASE | re.ASCII,
)

_FAULT: Final = re.compile(
    rf" *[+-]? *(?P<number>{_NUMBER}) *(?P<word>[^\W\d_]*)(?=$|[ +-])", re.IGNORECASE
)

PATTERN: Final = re.sub(
    "[a-z]",
    lambda letter: f"[{letter[0]}{letter[0].upper()}]",
    rf"^ *[+-]? *{_AMOUNT}( *[+-] *{_AMOUNT})* *$",
)
"""A regular expression for these texts, without flags: JSON Schema has none."""


def parse(text: str) -> dict[str, Fraction]:
    """The amounts of each unit in a text such as "1 run - 500 steps".

    Raises:
        InvalidScheduleError: the text is not a sum of such terms.
    """
    amounts: dict[str, Fraction] = {}
    begin = 0
    while begin < len(text) <= _LONGEST:
        term = _TERM.match(text, begin)
        if term is None or (begin > 0 and term["sign"] is None):
            break
        unit, amount = _amount(term)
        amounts[unit] = amounts.get(unit, Fraction(0)) + amount
        begin = term.end()
    if begin == 0 or begin < len(text):
        raise InvalidScheduleError(
            'a duration is a text such as "5 epochs", "10 %", "300B tokens", "1 run - 500 steps" or '
            f'"rest"; got {shown(text)}{_reason(text[begin:])}'
        )
    return amounts


def _reason(rest: str) -> str:
    """What is wrong at the beginning of what was not read."""
    found = _FAULT.match(rest)
    if found is None:
        return ""
    number, word = found["number"], found["word"]
    if word:
        return f", where {shown(word)} is not a unit" if word.lower() not in _UNITS else ""
    return f', where {number} has no unit, such as "steps"'


def _amount(term: re.Match[str]) -> tuple[str, Fraction]:
    sign = -1 if term["sign"] == "-" else 1
    if term["whole"]:
        return term["whole"].lower(), Fraction(sign)
    name = term["unit"].lower()
    amount = sign * Fraction(term["number"]) * _MULTIPLIERS[term["multiplier"].lower()]
    return _UNITS[name], amount / 100 if name in ("%", "percent") else amount


def write(amounts: Mapping[str, Fraction]) -> str:
    """The one text of these amounts, such as "1 run - 500 steps"."""
    terms = [(amounts[unit], unit) for unit in _NAMES if unit in amounts]
    if not terms:
        return "0 steps"
    (first, unit), *others = terms
    text = f"-{_term(-first, unit)}" if first < 0 else _term(first, unit)
    for amount, unit in others:
        text += f" - {_term(-amount, unit)}" if amount < 0 else f" + {_term(amount, unit)}"
    return text


def _term(amount: Fraction, unit: str) -> str:
    if unit == "rest" and amount == 1:
        return unit
    return f"{_number(amount)} {unit.removesuffix('s') if amount == 1 else unit}"


def _number(amount: Fraction) -> str:
    """As an integer, as a decimal number if that is exact, or as a fraction."""
    if amount.denominator == 1:
        return str(amount.numerator)
    decimal = repr(float(amount)) if abs(amount) < 2**64 else ""
    if decimal and "e" not in decimal and Fraction(decimal) == amount:
        return decimal
    return str(amount)
