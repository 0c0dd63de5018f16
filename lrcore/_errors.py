"""Every error and warning that lrcore raises on purpose, and how their messages show what was given."""

from __future__ import annotations

import reprlib
from typing import Final

_LONGEST_LINE: Final = 1000
_MOST_LINES: Final = 40

MOST_DIGITS: Final = 40
"""How many digits an integer, and each number of a fraction, may have."""

_TOO_LARGE: Final = 10**MOST_DIGITS


class LrcoreError(Exception):
    """The base of all errors of lrcore and its adapters."""

    __module__ = "lrcore"

    def __init__(self, message: object = "") -> None:
        lines = str(message).split("\n", _MOST_LINES)[:_MOST_LINES]
        super().__init__("\n".join(printable(line, _LONGEST_LINE) for line in lines))


def printable(text: str, longest: int = 80) -> str:
    """`text` of a bounded length, with control characters and lone surrogates escaped."""
    if len(text) > longest:
        text = f"{text[: longest * 3 // 4]}...{text[-longest // 4 + 3 :]}"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


_REPR: Final = reprlib.Repr()
"""Representations that stop early: what is shared or large takes no time."""

for _limit in ("maxstring", "maxlong", "maxother"):
    setattr(_REPR, _limit, 200)


def shown(value: object, longest: int = 80) -> str:
    """What was given, in a message."""
    if isinstance(value, int) and has_too_many_digits(value):
        return f"an integer of more than {MOST_DIGITS} digits"
    try:
        text = _REPR.repr(value)
    except Exception:  # what a stranger gave may have no representation
        return f"a {type(value).__name__}"
    return text if len(text) <= longest else text[: longest - 3] + "..."


def has_too_many_digits(*numbers: int) -> bool:
    """Whether one of the integers has more than 40 digits; Python itself cannot write long ones."""
    return any(abs(number) >= _TOO_LARGE for number in numbers)


class InvalidScheduleError(LrcoreError, ValueError):
    """A schedule, a duration or a plan was given values that define none."""

    __module__ = "lrcore"


class FormulaError(LrcoreError, TypeError):
    """A formula does something that not every framework can compute."""

    __module__ = "lrcore"


class StepError(LrcoreError, TypeError):
    """A schedule was asked for its value at something that is not a step."""

    __module__ = "lrcore"


class UnboundError(LrcoreError, ValueError):
    """A duration is not a number of steps yet, or the arguments of `bind` do not fit."""

    __module__ = "lrcore"


class DocumentError(LrcoreError, ValueError):
    """A document is not a schedule or plan that this version of lrcore can read."""

    __module__ = "lrcore"


class ExportError(LrcoreError, ValueError):
    """A schedule cannot be exported as asked."""

    __module__ = "lrcore"


class MissingFrameworkError(LrcoreError, ImportError):
    """The framework of an adapter is not installed."""

    __module__ = "lrcore"


class RunLengthWarning(UserWarning):
    """A schedule with durations in parts of the run does not last as long as the run."""

    __module__ = "lrcore"
