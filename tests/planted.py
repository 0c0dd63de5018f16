"""Faults that the fuzzer has to find. They are in a module because the processes of the fuzzer import them."""

from __future__ import annotations

import os
import time
from random import Random
from typing import Final

from fuzzing.outcome import Call

import lrcore as lrc


class Unpicklable(lrc.Constant, kind="planted.unpicklable"):
    """Comes back from pickle as another schedule."""

    def __reduce__(self) -> tuple[type[lrc.Constant], tuple[float]]:
        return Unpicklable, (self.value + 1,)


class Misshown(lrc.Constant, kind="planted.misshown"):
    """Shows another value than its own."""

    def __repr__(self) -> str:
        return "Constant(value=0.25)"


def _raw() -> None:
    raise KeyError("planted")


def _wordy() -> None:
    error = lrc.DocumentError("planted")
    error.args = ("x" * 10**6,)
    raise error


def _slow() -> None:
    end = time.thread_time() + 1.1
    while time.thread_time() < end:
        pass


def _endless() -> None:
    time.sleep(60)


def _large() -> None:
    _ = b"x" * 400_000_000


def _crashing() -> None:
    os._exit(7)


def _good() -> lrc.Schedule:
    return lrc.Linear(0.0, 1.0, 4)


def raw(rng: Random) -> Call:
    """An error that is not one of lrcore."""
    return Call(_raw)


def wordy(rng: Random) -> Call:
    """A message without bounds."""
    return Call(_wordy)


def unpicklable(rng: Random) -> Call:
    """A schedule that does not survive pickle."""
    return Call(Unpicklable, (0.5,))


def misshown(rng: Random) -> Call:
    """A schedule whose representation is wrong."""
    return Call(Misshown, (0.5,))


def slow(rng: Random) -> Call:
    """An input that takes more than a second."""
    return Call(_slow)


def large(rng: Random) -> Call:
    """An input that needs more than 300 MB."""
    return Call(_large)


def endless(rng: Random) -> Call:
    """An input that comes to no end."""
    return Call(_endless)


def crashing(rng: Random) -> Call:
    """An input that ends the process."""
    return Call(_crashing)


def good(rng: Random) -> Call:
    """A valid schedule."""
    return Call(_good)


FAULTS: Final = {
    raw: "KeyError: 'planted'",
    wordy: "a message of 1000000 characters",
    unpicklable: "pickle makes something else",
    misshown: "repr makes a Constant",
    slow: r"took 1\.\d s",
    large: r"needed [34]\d\d MB",
    endless: "hangs for more than 15 s",
    crashing: "ends the process: 7",
}
"""The targets, with what the fuzzer says of them."""
