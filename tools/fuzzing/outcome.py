"""What an input may lead to: a valid object that survives everything, or an error of lrcore."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import math
import pickle
import reprlib
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from traceback import walk_tb
from typing import Any, Final, NamedTuple

import numpy as np

import lrcore as lrc

_LONGEST_MESSAGE: Final = 40 * 1001
"""Forty lines of a thousand characters."""

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


class Watch:
    """Measures one thing after the other, in the time that this thread has worked."""

    def __init__(self) -> None:
        self._start = time.thread_time()
        self._longest = 0.0

    def lap(self) -> None:
        """Ends the measurement of one thing, and begins with the next."""
        now = time.thread_time()
        self._longest, self._start = max(self._longest, now - self._start), now

    @property
    def longest(self) -> float:
        """The seconds that the slowest of them took."""
        return max(self._longest, time.thread_time() - self._start)


def outcome(call: Call, watch: Watch) -> str:
    """What a call leads to: "valid", or the name of an acceptable error.

    The call, and each way of copying what it makes, are measured by themselves.

    Raises:
        Exception: the outcome is not acceptable.
    """
    try:
        made = call.function(*call.args, **call.kwargs)
        watch.lap()
    except lrc.LrcoreError as error:
        check_message(str(error))
        return type(error).__name__
    except OSError as error:
        if call.function not in (lrc.save, lrc.load):
            raise
        return f"OSError ({type(error).__name__})"
    except (TypeError, ValueError) as error:
        if _is_of_lrcore(error):
            raise
        return f"{type(error).__name__} of others"
    survive(made, watch)
    return "valid"


def _is_of_lrcore(error: Exception) -> bool:
    """Whether code of lrcore was at work.

    Python itself refuses calls that fit no signature, and operands that do not fit each other; so does NumPy
    with the entries of its arrays, one by one.
    """
    frames = walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__", "").startswith("lrcore") for frame, _ in frames)


def check_message(message: str) -> None:
    """A message can be printed, is of a bounded length, and says something."""
    assert message, "an error without a message"
    assert len(message) <= _LONGEST_MESSAGE, f"a message of {len(message)} characters"
    assert all(line.isprintable() for line in message.split("\n")), (
        f"control characters: {message!a}"
    )


def survive(made: object, watch: Watch) -> None:
    """A valid object comes back from everything that keeps or copies it, and has values."""
    match made:
        case lrc.Schedule():
            _is_kept(made, watch)
            _same(dataclasses.replace(made), made, "replace")
            watch.lap()
            _has_values(made, watch)
        case lrc.Plan():
            _is_kept(made, watch)
            for group in (None, *made.groups):
                for schedule in made.schedules(group).values():
                    _has_values(schedule, watch)
        case lrc.Duration():
            _same(lrc.Duration(str(made)), made, "str")
            watch.lap()
            _is_copied(made, watch)
        case float() | np.floating():
            assert not math.isnan(made), "NaN"
        case dict() | list() | tuple():
            for entry in made.values() if isinstance(made, dict) else made:
                survive(entry, watch)


def _is_kept(made: lrc.Schedule | lrc.Plan, watch: Watch) -> None:
    text = made.to_json()
    watch.lap()
    again = lrc.from_json(text)
    watch.lap()
    _same(again, made, "JSON")
    watch.lap()
    assert again.fingerprint == made.fingerprint, "another fingerprint after JSON"
    _same(lrc.from_dict(made.to_dict()), made, "to_dict")
    watch.lap()
    _is_copied(made, watch)


def _is_copied(made: lrc.Schedule | lrc.Plan | lrc.Duration, watch: Watch) -> None:
    _same(eval(repr(made), {**_NAMES, type(made).__name__: type(made)}), made, "repr")
    watch.lap()
    _same(pickle.loads(pickle.dumps(made)), made, "pickle")
    watch.lap()
    _same(copy.deepcopy(made), made, "deepcopy")
    watch.lap()


def _same(again: object, made: object, way: str) -> None:
    assert type(again) is type(made), f"{way} makes a {type(again).__name__}"
    assert again == made, f"{way} makes something else: {_shown(again)} of {_shown(made)}"
    assert hash(again) == hash(made), f"another hash after {way}"


def _has_values(schedule: lrc.Schedule, watch: Watch) -> None:
    if schedule.unbound:
        return
    _ = schedule.duration
    each = []
    for step in _STEPS:
        each.append(schedule(step))
        watch.lap()
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
