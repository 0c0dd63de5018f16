"""Bounds for the errors of float64 values."""

from __future__ import annotations

from typing import Final

from .. import _schedules as leaves
from .._algebra import Product
from .._definition._plain import entries
from .._definition._schedule import Schedule

FLOAT64_ULPS: Final = 4.0
"""The largest error of most float64 values, in units in the last place."""


def float64_bound(schedule: Schedule) -> float:
    """The bound for the float64 values of a schedule, in units in the last place.

    The bound is 4, or the bound that a class documents. In a product the bounds of the factors add up.

    Args:
        schedule: any schedule. The bound of a class of your own is 4.

    Example:
        >>> import lrcore as lrc
        >>> from lrcore.testing import float64_bound
        >>> float64_bound(lrc.Cosine(0.1, 0.0, 100) * lrc.Linear(1.0, 0.0, 100))
        8.0
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
    """What the class documents: a power multiplies the error of what it is taken of."""
    match schedule:
        case leaves.BoundedExponential():
            return 1.5 * FLOAT64_ULPS
        case leaves.Cosine(power=power, k_decay=float()):
            return FLOAT64_ULPS * max(3.0, 1.0 + 2.0 * (power or 1.0))
        case leaves.Cosine(power=float(power)):
            return FLOAT64_ULPS * (1.0 + power)
        case leaves.Polynomial(power=float(power), k_decay=float()):
            return FLOAT64_ULPS * (1.0 + power)
    return FLOAT64_ULPS
