"""The classes of `keras.optimizers.schedules` by the numbers in their configurations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Final

import keras
import numpy as np

import lrcore as lrc
from lrcore import Duration, ExportError, InvalidScheduleError
from lrcore import Schedule as Definition
from lrcore.backend import shown

_LARGEST: Final = float(np.finfo(np.float32).max)
_AS_DATA: Final = ("__numpy__", "__tensor__")
"""What Keras writes for an array or a tensor."""


def read_class(name: str, config: Mapping[str, object], place: str) -> Definition:
    """The schedule of the class `name` that Keras makes of `config`.

    Raises:
        ExportError: there is no such class, a field is missing or unknown, or no schedule has these numbers.
    """
    if name not in CLASSES:
        raise ExportError(
            f"{place}: {name} cannot be read, as it is not a class of keras.optimizers.schedules; write a "
            "schedule with the same values"
        )
    fields = Fields(config, place)
    try:
        made = CLASSES[name](fields)
    except InvalidScheduleError as error:
        raise ExportError(f"{place}: no schedule has the values of this {name}: {error}") from error
    fields.check_all_read()
    return made


class Fields:
    """The fields of a configuration, with their place for messages."""

    def __init__(self, given: Mapping[str, object], place: str) -> None:
        self._given = given
        self._place = place
        self._unread = set(given) - {"name"}

    def place_of(self, name: str) -> str:
        """Where a field is."""
        return f"{self._place}.{name}"

    def get(self, name: str) -> object:
        """A field with arrays and tensors as numbers and lists; None if there is none."""
        self._unread.discard(name)
        return _plain(self._given.get(name))

    def number(self, name: str, default: float | None = None) -> int | float:
        """A number."""
        given = self.get(name)
        if given is None and default is None:
            raise ExportError(f"{self.place_of(name)} is missing; a number is needed")
        return self._checked(default if given is None else given, name)

    def rate(self, name: str) -> float:
        """A learning rate whose type is the one in which Keras computes."""
        given = self.number(name)
        if isinstance(given, int):
            raise ExportError(
                f"{self.place_of(name)}: Keras computes a schedule that begins at the integer {given} in integers, "
                f"with other values; give {given}.0"
            )
        return given

    def length(self, name: str) -> Duration:
        """A number of steps above 0, which need not be an integer."""
        given = self.number(name)
        if given <= 0:
            raise ExportError(f"{self.place_of(name)}: a number above 0 is needed; got {given}")
        return Duration(given)

    def numbers(self, name: str) -> tuple[int | float, ...]:
        """A list of numbers."""
        given = self.get(name)
        if not isinstance(given, (list, tuple)):
            raise ExportError(
                f"{self.place_of(name)}: a list of numbers is needed; got {shown(given)}"
            )
        return tuple(self._checked(_plain(each), f"{name}[{i}]") for i, each in enumerate(given))

    def flag(self, name: str) -> bool:
        """True or False, which is the default."""
        given = self.get(name)
        if not isinstance(given, (bool, int, type(None))):
            raise ExportError(f"{self.place_of(name)} is True or False; got {shown(given)}")
        return bool(given)

    def check_all_read(self) -> None:
        """A field of another version could mean anything.

        Raises:
            ExportError: there are fields that nothing has asked for.
        """
        if self._unread:
            names = ", ".join(sorted(shown(name) for name in self._unread))
            raise ExportError(
                f"{self._place}: the meaning of these fields is not known: {names}; leave them out if they have "
                "their defaults"
            )

    def _checked(self, given: object, name: str) -> int | float:
        # The comparison also refuses what is not a number, and integers that no float can hold.
        if (
            isinstance(given, bool)
            or not isinstance(given, (int, float))
            or not -_LARGEST <= given <= _LARGEST
        ):
            raise ExportError(
                f"{self.place_of(name)}: a number in the range of float32 is needed; got {shown(given)}"
            )
        return given


def _plain(value: object) -> object:
    if isinstance(value, Mapping) and value.get("class_name") in _AS_DATA:
        data = value.get("config")
        return data.get("value") if isinstance(data, Mapping) else data
    if keras.ops.is_tensor(value) and not isinstance(value, keras.Variable):
        value = np.asarray(value)
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def _share(share: float, whole: float) -> float:
    """`share * whole` as a person writes it: a tenth of 0.1 is 0.01, not the next larger number."""
    product = _written(share) * _written(whole)
    short = float(f"{float(product):.15g}")
    if whole and float(_written(short) / _written(whole)) == share:
        return short
    return float(product)


def _written(number: float) -> Fraction:
    return Fraction(repr(number))


def _cosine(f: Fields) -> Definition:
    start, steps, alpha = (
        f.rate("initial_learning_rate"),
        f.length("decay_steps"),
        f.number("alpha", 0.0),
    )
    warmup_steps = f.number("warmup_steps", 0)
    if f.get("warmup_target") is None:
        return lrc.Cosine(start, _share(alpha, start), steps)
    peak = f.number("warmup_target")
    return lrc.WarmupCosine(
        peak, Duration(warmup_steps), steps, start=start, end=_share(alpha, peak)
    )


def _restarts(f: Fields) -> Definition:
    start = f.rate("initial_learning_rate")
    end = _share(f.number("alpha", 0.0), start)
    cycle = lrc.Cosine(start, end, f.length("first_decay_steps"))
    growth, decay = f.number("t_mul", 2.0), f.number("m_mul", 1.0)
    return lrc.Restarts(cycle, growth=growth, amplitude_decay=decay)


def _exponential(f: Fields) -> Definition:
    start, factor = f.rate("initial_learning_rate"), f.number("decay_rate")
    return lrc.Exponential(start, factor, f.length("decay_steps"), staircase=f.flag("staircase"))


def _inverse_time(f: Fields) -> Definition:
    start, rate, steps = (
        f.rate("initial_learning_rate"),
        f.number("decay_rate"),
        f.length("decay_steps"),
    )
    return lrc.InverseTime(start, rate, steps, staircase=f.flag("staircase"))


def _polynomial(f: Fields) -> Definition:
    start, steps = f.rate("initial_learning_rate"), f.length("decay_steps")
    end, power, cycle = f.number("end_learning_rate", 1e-4), f.number("power", 1.0), f.flag("cycle")
    if power == 0:
        return lrc.Constant(start)  # to Keras 0**0 is 1, at the end as well
    if power == 1 and not cycle:
        return lrc.Linear(start, end, steps)
    return lrc.Polynomial(start, end, steps, power, cycle=cycle)


def _piecewise(f: Fields) -> Definition:
    boundaries, values = f.numbers("boundaries"), f.numbers("values")
    # Keras converts a boundary to an integer, towards 0, and has the old value there.
    last = [int(boundary) for boundary in boundaries]
    if any(after < before for before, after in pairwise(last)):
        raise ExportError(
            f"{f.place_of('boundaries')}: the boundaries {shown(boundaries)} are not in ascending order, so "
            "Keras adds up the values of several intervals; sort them"
        )
    return lrc.PiecewiseConstant([max(0, step + 1) for step in last], values)


CLASSES: Final[dict[str, Callable[[Fields], Definition]]] = {
    "CosineDecay": _cosine,
    "CosineDecayRestarts": _restarts,
    "ExponentialDecay": _exponential,
    "InverseTimeDecay": _inverse_time,
    "PiecewiseConstantDecay": _piecewise,
    "PolynomialDecay": _polynomial,
}
