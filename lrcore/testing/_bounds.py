"""Bounds for the errors of float64 values."""

from __future__ import annotations

from math import log, prod
from typing import Final

from .. import _schedules as leaves
from .._algebra import Product
from .._definition._plain import entries
from .._definition._schedule import Schedule
from .._evaluation._rounding import SMALLEST

FLOAT64_ULPS: Final = 8.0
"""The largest error of most float64 values, in units in the last place."""


def float64_bound(schedule: Schedule) -> float:
    """The bound for the float64 values of a schedule, in units in the last place.

    The bound is 8, times the exponents of a class that are above 1. Where a class raises a ratio to a rounded
    exponent, the bound is at least the natural logarithm of the ratio, which is above 8 for ratios of 3,000 and
    more: the factor of `Exponential`, the ratio of `BoundedExponential`, and the ends of `Geometric`. `Sigmoid`
    rounds its exponent twice, so the bound is at least twice the logarithm of the ratio of its ends. In a
    product the bounds of the factors add up.

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
    """The bound of one class: an exponent multiplies the error of its base, a logarithm that of its exponent."""
    exponents = (getattr(schedule, name, None) for name in ("power", "k_decay"))
    bound = FLOAT64_ULPS * prod(max(abs(exponent or 1.0), 1.0) for exponent in exponents)
    return max(bound, _logarithm(schedule))


def _logarithm(schedule: Schedule) -> float:
    """The natural logarithm by which the error of a rounded exponent is multiplied."""
    match schedule:
        case leaves.Exponential(factor=ratio) | leaves.BoundedExponential(ratio=ratio):
            return abs(log(ratio)) if ratio else 0.0
        case leaves.Geometric(start=start, end=end):
            return abs(log(end) - log(start))
        case leaves.Sigmoid(start=start, end=end):
            smaller, larger = (max(abs(x), SMALLEST) for x in sorted((start, end), key=abs))
            return 2.0 * log(larger / smaller)
    return 0.0
