"""What an input may lead to: a valid object that survives everything, or an error of lrcore."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import math
import pickle
import reprlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

import numpy as np

import lrcore as lrc

_LONGEST_MESSAGE: Final = 40 * 1001
"""Forty lines of a thousand characters."""

_OF_PYTHON: Final = (
    "unsupported operand type",
    "not supported between instances of",
    "bad operand type",
    "does not support ufuncs",
    "can only concatenate",
    "can't multiply sequence by non-int",
    "missing 1 required",
    "got an unexpected keyword argument",
    "positional argument",
    "keyword-only argument",
    "multiple values for argument",
)
"""The errors of Python itself: a call that does not fit the signature, and operators of foreign operands."""

_STEPS: Final = (0, 1, 2, 7, 100, 12_345, 2**31, 2**53 - 1, 2**53)
_NAMES: Final = {**{name: getattr(lrc, name) for name in lrc.__all__}, "Fraction": Fraction}


class Call(NamedTuple):
    """An input: what is called with which arguments."""

    function: Callable[..., object]
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = {}

    def __str__(self) -> str:
        shown = [_shown(value) for value in self.args]
        shown += [f"{name}={_shown(value)}" for name, value in self.kwargs.items()]
        owner = getattr(self.function, "__self__", None)
        name = getattr(self.function, "__name__", _shown(self.function))
        name = name if owner is None or inspect.ismodule(owner) else f"{_shown(owner)}.{name}"
        return ascii(f"{name}({', '.join(shown)})")[1:-1]


class _Repr(reprlib.Repr):
    """Shows odd objects as well: endless lists, shared ones, and integers of too many digits."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxlist, self.maxtuple, self.maxdict = 8, 20, 20, 20
        self.maxstring, self.maxother = 1500, 1500

    def repr_int(self, x: int, level: int) -> str:
        return repr(x) if abs(x) < 10**60 else f"<an integer of {x.bit_length()} bits>"


_shown = _Repr().repr


def outcome(call: Call) -> str:
    """What a call leads to: "valid", or the name of an acceptable error.

    Raises:
        Exception: the outcome is not acceptable.
    """
    try:
        made = call.function(*call.args, **call.kwargs)
    except lrc.LrcoreError as error:
        check_message(str(error))
        return type(error).__name__
    except OSError as error:
        if call.function not in (lrc.save, lrc.load):
            raise
        return f"OSError ({type(error).__name__})"
    except TypeError as error:
        if not any(text in str(error) for text in _OF_PYTHON):
            raise
        return "TypeError (Python's)"
    survive(made)
    return "valid"


def check_message(message: str) -> None:
    """A message can be printed, is of a bounded length, and says something."""
    assert message, "an error without a message"
    assert len(message) <= _LONGEST_MESSAGE, f"a message of {len(message)} characters"
    assert all(line.isprintable() for line in message.split("\n")), (
        f"control characters: {message!a}"
    )


def survive(made: object) -> None:
    """A valid object comes back from everything that keeps or copies it, and has values."""
    match made:
        case lrc.Schedule():
            _is_kept(made)
            _same(dataclasses.replace(made), made, "replace")
            _has_values(made)
        case lrc.Plan():
            _is_kept(made)
            for group in (None, *made.groups):
                for schedule in made.schedules(group).values():
                    _has_values(schedule)
        case lrc.Duration():
            _same(lrc.Duration(str(made)), made, "str")
            _is_copied(made)
        case float() | np.floating() | np.ndarray():
            assert not np.isnan(made).any(), "NaN"
        case dict() | list() | tuple():
            for entry in made.values() if isinstance(made, dict) else made:
                survive(entry)


def _is_kept(made: lrc.Schedule | lrc.Plan) -> None:
    again = lrc.from_json(made.to_json())
    _same(again, made, "JSON")
    assert again.fingerprint == made.fingerprint, "another fingerprint after JSON"
    _same(lrc.from_dict(made.to_dict()), made, "to_dict")
    _is_copied(made)


def _is_copied(made: lrc.Schedule | lrc.Plan | lrc.Duration) -> None:
    _same(eval(repr(made), dict(_NAMES)), made, "repr")
    _same(pickle.loads(pickle.dumps(made)), made, "pickle")
    _same(copy.deepcopy(made), made, "deepcopy")


def _same(again: object, made: object, way: str) -> None:
    assert type(again) is type(made), f"{way} makes a {type(again).__name__}"
    assert again == made, f"{way} makes something else: {_shown(again)} of {_shown(made)}"
    assert hash(again) == hash(made), f"another hash after {way}"


def _has_values(schedule: lrc.Schedule) -> None:
    if schedule.unbound:
        return
    _ = schedule.duration
    each = [schedule(step) for step in _STEPS]
    assert all(type(value) is float for value in each), f"a value that is no float: {each}"
    together = schedule(np.array(_STEPS))
    assert np.array_equal(together, np.array(each), equal_nan=True), (
        f"an array has other values: {together.tolist()} and {each}"
    )
    if any(map(math.isnan, each)):
        assert "Sum(" in repr(schedule), (
            f"NaN: {each}"
        )  # infinite terms of opposite signs have no sum
    assert schedule(-1) == each[0] or math.isnan(each[0]), "another value before the beginning"
