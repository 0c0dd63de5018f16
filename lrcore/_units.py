"""Durations in epochs, fractions of the run, samples and tokens, and what turns them into steps.

The clock counts optimizer updates and nothing else. A duration stands where a number of steps will be,
until `bind` resolves it, once and by one rule: the exact number of steps, rounded to the nearest
integer, halves up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import ClassVar, Final, TypedDict, cast

from ._definition import plain
from ._errors import InvalidScheduleError, UnboundError

_NEEDS: Final = {
    "epochs": "bind(steps_per_epoch=...), or total_steps and epochs",
    "run": "bind(total_steps=...), or epochs and steps_per_epoch",
    "samples": "bind(batch_size=...)",
    "tokens": "bind(tokens_per_step=...)",
}
_UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Duration:
    """An amount of epochs, of the run, of samples or of tokens.

    A field of steps takes it, or the text that `parse` reads.

    Args:
        amount: how many, exactly.
        unit: "epochs", "run", "samples" or "tokens".

    Raises:
        InvalidScheduleError: the amount is not a whole number or a fraction, or there is no such unit.

    Example:
        >>> import lrcore as lr
        >>> schedule = lr.Linear(0.0, 0.1, "5 epochs") >> lr.Cosine(0.1, 0.0, "85 epochs")
        >>> schedule.bind(steps_per_epoch=100)
        Sequence(parts=(Linear(start=0.0, end=0.1, steps=500), Cosine(start=0.1, end=0.0, steps=8500)))
    """

    amount: Fraction | int
    unit: str

    PATTERN: ClassVar[str] = (
        r"^([+-]?[0-9]+(_[0-9]+)*((\.[0-9]+)?([eE][+-]?[0-9]{1,3})?|/[1-9][0-9]*)) "
        r"(epochs?|run|samples?|tokens?)$"
    )

    def __post_init__(self) -> None:
        if not isinstance(self.amount, (int, Fraction)) or isinstance(self.amount, bool):
            raise InvalidScheduleError(
                f"Duration.amount: this is an integer or a fractions.Fraction; got {self.amount!r}; "
                'Duration.parse reads a text such as "0.1 run"'
            )
        if self.unit not in (*_NEEDS, _UNKNOWN):
            raise InvalidScheduleError(
                f"Duration.unit: there is no unit {self.unit!r}; there are {', '.join(_NEEDS)}"
            )

    @classmethod
    def parse(cls, text: str) -> Duration:
        """The duration that a text names, such as "5 epochs", "0.1 run", "1/3 run" or "300e9 tokens".

        Raises:
            InvalidScheduleError: the text names none.
        """
        match = re.fullmatch(cls.PATTERN, text)
        if not match:
            raise InvalidScheduleError(
                "a duration is a number of epochs, samples or tokens, or a part of the run, such as "
                f'"5 epochs", "1_000_000 samples", "300e9 tokens" or "0.1 run"; got {text!r}'
            )
        unit = match[6]
        return cls(Fraction(match[1]), unit if unit.endswith("s") or unit == "run" else f"{unit}s")

    def __str__(self) -> str:
        if self.unit == _UNKNOWN:
            return "a duration that is not known yet"
        return f"{_written(Fraction(self.amount))} {self.unit}"

    def __repr__(self) -> str:
        return repr(str(self))

    @property
    def need(self) -> str:
        """The call that makes steps of it."""
        return _NEEDS.get(self.unit, "bind(...)")

    def steps(self, per_unit: Mapping[str, Fraction], place: str) -> int:
        """The nearest number of steps, by the steps that one of the unit takes."""
        if self.unit not in per_unit:
            raise UnboundError(f"{place}: {str(self)!r} needs {self.need}")
        return _nearest(self.amount * per_unit[self.unit])

    # Definitions add lengths up before they are known. What they get is unknown, too.

    def __add__(self, other: object) -> Duration:
        return UNKNOWN

    __radd__ = __sub__ = __rsub__ = __floordiv__ = __rfloordiv__ = __mod__ = __add__

    def __mul__(self, factor: object) -> Duration:
        if not isinstance(factor, int) or self.unit == _UNKNOWN:
            return UNKNOWN
        return Duration(self.amount * factor, self.unit)

    __rmul__ = __mul__

    def __neg__(self) -> Duration:
        return -1 * self

    def __lt__(self, other: object) -> bool:
        return False

    __gt__ = __lt__


UNKNOWN: Final = Duration(Fraction(0), _UNKNOWN)


def _written(amount: Fraction) -> str:
    """As an integer, as a decimal number if that is exact, or as a fraction."""
    if amount.denominator == 1:
        return str(int(amount))
    decimal = repr(float(amount)) if abs(amount) < 2**64 else ""
    return decimal if decimal and Fraction(decimal) == amount else str(amount)


class Figures(TypedDict, total=False):
    """What a training knows about itself; a step is an update of the optimizer.

    Attributes:
        steps_per_epoch: the updates of an epoch.
        total_steps: the updates of the run.
        epochs: the epochs of the run; with one of the former figures it gives the other.
        batch_size: the samples that a device sees between two updates of gradients.
        tokens_per_step: the tokens of an update, on all devices.
        gradient_accumulation: how many batches make an update; 1 if it is not given.
        world_size: on how many devices; 1 if it is not given.
    """

    steps_per_epoch: int
    total_steps: int
    epochs: float
    batch_size: int
    tokens_per_step: int
    gradient_accumulation: int
    world_size: int


def steps_per_unit(given: Figures) -> dict[str, Fraction]:
    """The steps that one of each unit takes, as far as they follow."""
    known: dict[str, Fraction] = {}
    for name, value in cast("dict[str, object]", given).items():
        if name not in Figures.__annotations__:
            raise UnboundError(
                f"bind: there is no figure {name!r}; there are {[*Figures.__annotations__]}"
            )
        known[name] = _above_zero(name, plain(value))
    per_epoch, total = known.get("steps_per_epoch"), known.get("total_steps")
    if (epochs := known.get("epochs")) is not None:
        if per_epoch is not None:
            run = Fraction(_nearest(per_epoch * epochs))
            if total not in (None, run):
                raise UnboundError(
                    f"bind: total_steps={total} contradicts epochs={given.get('epochs')} of "
                    f"steps_per_epoch={per_epoch}; leave one of them out"
                )
            total = run
        elif total is not None:
            per_epoch = total / epochs
    found = {"epochs": per_epoch, "run": total}
    if "batch_size" in known:
        batches = known.get("gradient_accumulation", 1) * known.get("world_size", 1)
        found["samples"] = 1 / (known["batch_size"] * batches)
    if "tokens_per_step" in known:
        found["tokens"] = 1 / known["tokens_per_step"]
    return {unit: steps for unit, steps in found.items() if steps is not None}


def _above_zero(name: str, value: object) -> Fraction:
    whole = name != "epochs"
    number = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not number or not 0 < cast(float, value) < float("inf"):
        kind = "an integer above 0" if whole else "a number above 0"
        raise UnboundError(f"bind: {name} is {kind}; got {value!r}")
    return Fraction(str(value))


def _nearest(steps: Fraction) -> int:
    return floor(steps + Fraction(1, 2))
