"""The rates that backends used, bit by bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

_TURNS: Final = 3


def bits(rate: np.float32) -> str:
    """The 32 bits of `rate`, in hexadecimal."""
    return f"{int(rate.view(np.uint32)):08x}"


def first_differences(
    reference: NDArray[np.float32], used: Mapping[str, NDArray[np.float32]]
) -> dict[str, int]:
    """For every backend whose rates are not the bits of `reference`, the first update that differs."""
    found = {}
    for name, rates in used.items():
        differing = np.flatnonzero(rates.view(np.uint32) != reference.view(np.uint32))
        if differing.size:
            found[name] = int(differing[0])
    return found


def landmarks(rates: NDArray[np.float32]) -> list[int]:
    """The updates worth showing: the first three, those around the first turns, and the last."""
    rising = np.sign(np.diff(rates))
    turns = np.flatnonzero(rising[1:] != rising[:-1])[:_TURNS] + 1
    around = [int(turn) + offset for turn in turns for offset in (-1, 0, 1)]
    last = len(rates) - 1
    return sorted({update for update in (0, 1, 2, *around, last) if update <= last})
