"""Bounds for the errors of float64 values."""

from __future__ import annotations

from math import prod
from typing import Final

from .. import _schedules as leaves
from .._algebra import Product
from .._definition._plain import entries
from .._definition._schedule import Schedule

FLOAT64_ULPS: Final = 8.0
"""The largest error of most float64 values, in units in the last place."""


def float64_bound(schedule: Schedule) -> float:
    """The bound for the float64 values of a schedule, in units in the last place.

    The bound is 8, times the exponents of a class that are above 1. In a product the bounds of the factors add
    up.

    Args:
        schedule: any schedule. The bound of a class of your own is 8.

    Example:
        >>> import lrcore as lrc
        >>> from lrcore.testing import float64_bound
        >>> float64_bound(lrc.Cosine(0.1, 0.0, 100) * lrc.Linear(1.0, 0.0, 100))
        16.0
    """
    schedule = schedule.evaluated
    parts = [
        entry
        for _, entry in entries(schedule)
        if isinstance(entry, Schedule) and not isinstance(entry, leaves.Constant)
    ]
    bounds = [float64_bound(part) for part in parts] or [_own_bound(schedule)]
    return sum(bounds) if isinstance(schedule, Product) else max(bounds)


def _own_bound(schedule: Schedule) -> float:
    """The bound of one class: an exponent multiplies the error of its base."""
    exponents = (getattr(schedule, name, None) for name in ("power", "k_decay"))
    return FLOAT64_ULPS * prod(max(abs(exponent or 1.0), 1.0) for exponent in exponents)
