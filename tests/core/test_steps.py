"""What is a step, and what is not: the same in every framework, however it is given."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import numpy as np
import pytest

import lrcore as lrc

LINE: Final = lrc.Linear(0.0, 1.0, 2**53)
ENDLESS: Final[list[object]] = []
"""A list that holds itself."""
ENDLESS.append(ENDLESS)

Function = Callable[[object], Any]


def functions(backend: str, schedule: lrc.Schedule) -> list[Function]:
    """What a framework has as functions of steps."""
    if backend == "numpy":
        return [schedule, lrc.export(schedule, "numpy", dtype="float32")]  # type: ignore[list-item]
    adapter: Any = import_module(f"lrcore_{backend}")
    native: list[Any] = [] if backend == "torch" else [lrc.export(schedule, backend)]
    return [adapter.function(schedule), *native]


def array(value: Any) -> Any:
    """A value of any framework in NumPy; it is on the host."""
    return np.asarray(value)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (None, r"a step is needed, as in schedule\(step\); an optimizer that counts"),
        ("3", "a step is an integer, a range, or an array of integers; got '3', a str"),
        (b"3", "a step is an integer, a range, or an array of integers; got b'3', a bytes"),
        (1.5, r"a step is an integer, .*; got 1\.5, a float"),
        (True, "a step is an integer, .*; got True, a bool"),
        ([1, 2], r"a step is an integer, .*; got \[1, 2\], a list"),
        ([None], r"a step is an integer, .*; got \[None\], a list"),
        (ENDLESS, r"a step is an integer, .*; got \[\[\[.*\], a list"),
        ({"step": 1}, r"a step is an integer, .*; got {'step': 1}, a dict"),
        (LINE, r"a step is an integer, .*; got Linear\(.*\), a Linear"),
        (np.longdouble(1), r"a step is an integer, .*; got np\.longdouble\('1\.0'\), a longdouble"),
        (np.timedelta64(1, "ns"), "a step is an integer, .*, a timedelta64"),
        (np.datetime64(1, "ns"), "a step is an integer, .*, a datetime64"),
        (2**53 + 1, r"a step is at most 2\*\*53; got 9007199254740993"),
        (2**63, r"a step is at most 2\*\*53; got 9223372036854775808"),
        (2**70, r"a step is at most 2\*\*53; got 1180591620717411303424"),
        (range(2**70, 2**70 + 3), r"a step is at most 2\*\*53; got 1180591620717411303426"),
        (range(-(2**70), 3), r"the steps of a range are at least -2\*\*53; got range\("),
        (np.array([1, 2**63], np.uint64), r"a step is at most 2\*\*53; got 9223372036854775808"),
        (np.array([1], "m8[s]"), r"steps are integers; got an array of timedelta64\[s\]"),
        (np.array(["NaT"], "m8[s]"), r"steps are integers; got an array of timedelta64\[s\]"),
        (np.array([1], "M8[s]"), r"steps are integers; got an array of datetime64\[s\]"),
        (np.array(["1"]), "steps are integers; got an array of <U1"),
        (np.array([1], object), "steps are integers; got an array of object"),
        (np.ma.array([1, 2], mask=[False, True]), "got a masked array; write steps.compressed()"),
        (np.ma.masked, "steps are integers; got a masked array"),
    ],
)
def test_what_is_no_step(backend: str, step: object, message: str) -> None:
    """A framework would turn some of these into numbers, and fail at others in its own words."""
    for function in functions(backend, LINE):
        with pytest.raises(lrc.StepError, match=message):
            function(step)


def test_what_is_a_step(backend: str) -> None:
    """Integers of Python and NumPy up to 2**53, ranges and arrays; below 0 they are as 0."""
    for function in functions(backend, LINE):
        for step, value in {
            0: 0.0,
            2**40: 2.0**-13,
            2**53: 1.0,
            -1: 0.0,
            -(2**63): 0.0,
            -(2**70): 0.0,
            np.int64(2**52): 0.5,
            np.uint64(2**52): 0.5,
            np.uint8(0): 0.0,
        }.items():
            assert array(function(step)) == value
            assert array(function(step)).shape == ()
        steps = range(0, 2**53 + 1, 2**51)
        assert array(function(steps)).tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
        assert array(function(np.array([steps], np.uint64))).tolist() == [[0, 0.25, 0.5, 0.75, 1]]
        assert array(function(range(0))).shape == (0,)


def test_tensors_of_no_integers(backend: str) -> None:
    """Frameworks know the dtype of a tensor without its values, and under their compilers too."""
    for function in functions(backend, LINE):
        # The schedules of Keras take floats that are whole, with which others of its schedules compute.
        for name in ("bool",) if "keras" in backend else ("float32", "bool"):
            with pytest.raises(lrc.StepError, match=f"steps are integers; got .*{name}"):
                function(tensor(backend, name))


def tensor(backend: str, dtype: str) -> object:
    """A tensor of the framework."""
    if backend == "numpy":
        return np.zeros(3, dtype)
    if backend == "keras":
        return import_module("keras").ops.zeros(3, dtype)
    module = import_module({"jax": "jax.numpy", "tf_keras": "tensorflow"}.get(backend, backend))
    return module.zeros(3, dtype=getattr(module, dtype))
