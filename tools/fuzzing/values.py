"""Numbers, texts and other objects as arguments: good, at the limits, and out of place."""

from __future__ import annotations

import array
import math
from collections import UserList, deque
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Final

import numpy as np

import lrcore as lrc

_FLOATS: Final[tuple[float, ...]] = (
    *(0.0, -0.0, 0.1, 1.0, -1.0, 1 + 2.0**-24, 1 - 2.0**-53, 5e-324, 2.2250738585072014e-308),
    *(1e-40, 2.0**-126, 3.4028234663852886e38, -3.4028234663852886e38, 3.4028235677973366e38),
    *(1e300, -1e300, 2.0**53, 2.0**63, 1e22, 0.5, 15.625, math.inf, -math.inf, math.nan),
)
_INTEGERS: Final[tuple[int, ...]] = (
    *(0, 1, 2, 3, 7, 10, 100, -1, -7, 2**24, 2**31 - 1, 2**31, 2**32, 2**53 - 1, 2**53, 2**53 + 1),
    *(-(2**53), 2**63 - 1, 2**63, 2**64, -(2**63), 10**39, 10**40, 10**41, -(10**40), 10**400),
)
_HUGE: Final = 10**5000
"""More digits than Python itself converts to a text."""

_NUMBERS: Final = (
    *("5", "1/3", "2_000", "1e6", "0.1", "15.625", "1e-9", "0", "-3", "1e99", "7/0", "1e999"),
    *("0." + "1" * 60, "9" * 45, "1e-40", "3.", ".5", "1__0", "\u0661\u0662", "0x10", "nan", "inf"),
)
_UNITS: Final = (
    *("", "steps", "step", "epochs", "ep", "run", "dur", "%", "samples", "tokens", "tok", "rest"),
    *(
        "ba",
        "K steps",
        "M tokens",
        "B samples",
        "T tokens",
        "EPOCHS",
        "years",
        "\u00b5",
        " \t",
        "\n",
    ),
)
_TEXTS: Final = (
    *(
        "",
        " ",
        "linear",
        "cosine",
        "local",
        "global",
        "kind",
        "rest",
        "1/2",
        "0.663",
        "nan",
        "3e-4",
    ),
    *("\ud800", "\x00", "\x1b[31m", "\u202e", "a" * 300, "\U0001f600", "__class__", "self", "None"),
)


def number(rng: Random) -> float:
    """A number, often an ordinary one."""
    match rng.randrange(5):
        case 0:
            return rng.choice(_FLOATS)
        case 1:
            return rng.choice(_INTEGERS)
        case 2:
            return rng.randint(0, 20)
        case 3:
            return rng.randint(1, 12) * (1 + 2.0**-24)
    return rng.choice((1, 1, 1, -1)) * math.exp(rng.uniform(-11, 7))


def duration(rng: Random) -> str:
    """The text of a duration, or what looks like one."""
    if rng.random() < 0.15:
        return "rest"
    count = rng.choice((1, 1, 1, 1, 2, 3, rng.choice((30, 1000))))
    good = count < 4 and rng.random() < 0.7
    terms = []
    for _ in range(count):
        amount = str(rng.randint(1, 30)) if good else rng.choice(_NUMBERS)
        unit = rng.choice(_UNITS[1:10]) if good else rng.choice(_UNITS)
        terms.append(f"{amount}{rng.choice(('', ' '))}{unit}")
    return rng.choice((" + ", " - ", "+")).join(terms)


def text(rng: Random) -> str:
    """A text."""
    match rng.randrange(8):
        case 0:
            return duration(rng)
        case 1:
            return rng.choice(_NUMBERS)
        case 2:
            return "".join(
                chr(rng.choice((rng.randrange(128), rng.randrange(0x11000)))) for _ in range(9)
            )
        case 3 if rng.random() < 0.02:
            return rng.choice(("a", "\x01", "9", "\ud800")) * rng.choice((10**4, 10**5, 10**6))
    return rng.choice(_TEXTS)


def exact(rng: Random) -> Fraction | Decimal:
    """A number of another of Python's own types."""
    if rng.random() < 0.5:
        top = rng.choice((rng.randint(-9, 99), rng.choice(_INTEGERS)))
        return Fraction(top, rng.choice((1, 2, 3, 8, 10**30, 10**41)))
    texts = (
        "0.1",
        "1e3",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1e999999",
        "1e-999999",
        "-0",
        "7",
    )
    return Decimal(rng.choice(texts))


def scalar(rng: Random) -> object:
    """A number of NumPy, or an array without axes."""
    kinds = "?bhilqBHILQefdgFDGmMSUO"
    kind = rng.choice(kinds)
    given = rng.choice((0, 1, 3, 5))
    one = np.array(given).astype("m8[s]" if kind == "m" else "M8[s]" if kind == "M" else kind)
    return one if rng.random() < 0.3 else one[()]


def steps(rng: Random) -> object:
    """What a schedule may be asked for, and what not."""
    start = int(rng.choice((0, 1, rng.randint(-20, 2000), rng.choice(_INTEGERS))))
    match rng.randrange(6):
        case 0:
            return start
        case 1:
            stride = rng.choice((1, 2, -1, 2**40))
            return range(start, start + stride * rng.randint(0, 40), stride)
        case 2:
            kind = rng.choice("?bhilqBHILQfdgFmMSUO")
            shape = rng.choice(((0,), (1,), (3,), (2, 2), (), (0, 3), (1,) * 9))
            made = np.full(shape, rng.choice((0, 1, 5, 100)))
            made = made.astype("m8[s]" if kind == "m" else "M8[s]" if kind == "M" else kind)
            return np.ma.masked_array(made) if rng.random() < 0.1 else made
        case 3:
            many = np.array([rng.choice((0, 1, rng.randint(-9, 999), 2**53)) for _ in range(8)])
            return rng.choice((many, many[::-2], many.astype(">i8"), many.reshape(2, 4).T))
        case 4:
            return scalar(rng)
    other = odd(rng)
    # A thousand million values take their time and memory: as much as was asked for.
    return 0.5 if isinstance(other, range) and len(other) > 10**6 else other


class _Index:
    def __index__(self) -> int:
        return 3


class _Unshown:
    def __repr__(self) -> str:
        raise RuntimeError("no representation")


class _Text(str):
    __slots__ = ()


class _Whole(int):
    pass


class _Real(float):
    pass


def _endless_list() -> list[object]:
    made: list[object] = []
    made.append(made)
    return made


def _endless_mapping() -> dict[str, object]:
    made: dict[str, object] = {"kind": "repeat"}
    made["schedule"] = made
    return made


def _shared(rng: Random) -> object:
    """Lists or entries in which each stands twice in the next: 2**60 of them, in no memory at all."""
    levels, are_entries = rng.choice((5, 12, 30, 60)), rng.random() < 0.5
    made: object = {"kind": "constant", "value": 1.0} if are_entries else 1
    for _ in range(levels):
        made = {"kind": "sum", "terms": [made, made]} if are_entries else [made, made]
    return made


def _deep(rng: Random) -> object:
    made: object = 1
    for _ in range(rng.choice((10, 63, 300, 5000))):
        made = [made] if rng.random() < 0.5 else {"schedule": made}
    return made


def odd(rng: Random) -> object:
    """An object that is rarely an argument."""
    match rng.randrange(28):
        case 0:
            return None
        case 1:
            return rng.random() < 0.5
        case 2:
            return rng.choice((b"", b"linear", bytearray(b"1"), memoryview(b"12")))
        case 3:
            return exact(rng)
        case 4:
            return scalar(rng)
        case 5:
            return np.array([rng.choice(_FLOATS) for _ in range(3)])
        case 6:
            return rng.choice((_endless_list(), _endless_mapping(), _shared(rng), _shared(rng)))
        case 7:
            return _deep(rng)
        case 8:
            return rng.choice((_Index(), _Unshown(), object(), ..., NotImplemented, int, len))
        case 9:
            return rng.choice((_Text("linear"), _Whole(5), _Real(0.5), _Text("10 %")))
        case 10:
            return rng.choice((range(5), range(10**9), range(2**62), range(0)))
        case 11:
            return rng.choice(({1, 2}, frozenset((1,)), {}, {"a": 1}, {1: 2}, {None: 1}))
        case 12:
            return rng.choice((UserList([1, 2]), deque([1]), array.array("d", [1.0])))
        case 13:
            return MappingProxyType({"kind": "constant", "value": 1.0})
        case 14:
            return rng.choice((1j, timedelta(1), Path("a"), (), [], [[]], ((),), Exception("x")))
        case 15:
            return (entry for entry in (1, 2, 3))
        case 16:
            return text(rng)
        case 17:
            return _HUGE if rng.random() < 0.5 else -_HUGE
        case 18:
            return {"kind": rng.choice(("linear", "nothing", 5, None, [])), "value": number(rng)}
        case 19:
            return rng.choice(
                (lrc.Duration("5 epochs"), lrc.Duration("1/3 run"), lrc.Duration(2.5))
            )
        case 20:
            return rng.choice((lrc.Schedule, lrc.Linear, lrc.Factor(0.5), lrc.Plan(a=1.0)))
        case 21:
            return [odd(rng) for _ in range(rng.randint(1, 4))]
        case 22:
            return {text(rng): odd(rng) for _ in range(rng.randint(1, 3))}
        case 23:
            return np.array([[1, 2], [3, 4]], dtype=rng.choice(("i8", "f8", "O", "U3")))
        case 24 if rng.random() < 0.05:
            return [rng.choice((1, "x", None, 0.5))] * rng.choice((10**3, 10**4, 3 * 10**4))
        case 25:
            return lrc.Constant(0.5)
    return number(rng)
