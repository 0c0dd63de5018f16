"""Schedules with sixty digits: the same formula, computed by mpmath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from .._definition._schedule import Schedule
from .._errors import MissingFrameworkError
from .._evaluation._evaluable import Evaluable
from .._evaluation._operands import with_numbers
from .._evaluation._ops import Array, Ops
from .._evaluation._rounding import SMALLEST

try:
    import mpmath
except ModuleNotFoundError as error:
    raise MissingFrameworkError(
        'lrcore.testing needs mpmath, which is not installed: pip install "lrcore[testing]"'
    ) from error

if TYPE_CHECKING:
    from mpmath.ctx_mp_python import _mpf as mpf

DIGITS: Final = 60
_GUARD_BITS: Final = 160
"""What is left of the digits after their last roundings; a tie is seen as one at this precision."""


_FARTHEST: Final = 2.0**900


class _ExactOps:
    """The functions of `Ops` on Python integers and mpmath's reals, one step at a time."""

    pi = mpmath.pi
    cos = staticmethod(mpmath.cos)
    sin = staticmethod(mpmath.sin)
    exp = staticmethod(mpmath.exp)
    log = staticmethod(mpmath.log)
    log1p = staticmethod(mpmath.log1p)
    expm1 = staticmethod(mpmath.expm1)
    sqrt = staticmethod(mpmath.sqrt)
    power = staticmethod(mpmath.power)
    minimum = staticmethod(min)
    maximum = staticmethod(max)

    def real(self, x: mpf | float) -> mpf:
        return mpmath.mpf(x)

    def where(self, condition: bool, chosen: mpf, other: mpf) -> mpf:
        return chosen if condition else other

    def equal(self, a: mpf | int, b: mpf | int) -> bool:
        return bool(a == b)

    def take(self, table: Sequence[float], index: int) -> float:
        return table[index]

    def searchsorted(self, table: Sequence[int], t: int) -> int:
        return sum(entry <= t for entry in table)

    def choose(self, schedules: Sequence[Evaluable], index: int, t: Array) -> Array:
        return schedules[index].evaluate(t, EXACT)

    def with_operands(self, schedule: Evaluable) -> Evaluable:
        return with_numbers(schedule, mpmath.mpf)


EXACT: Final = cast(Ops, _ExactOps())


def exact(schedule: Schedule, step: int) -> mpf:
    """The value of a schedule at a step, with sixty digits; a magnitude below 2**-126 is 0.

    Args:
        schedule: any schedule, including schedules of your own.
        step: the step, at most 2**53.

    Example:
        >>> import lrcore as lrc, mpmath
        >>> from lrcore.testing import exact
        >>> mpmath.nstr(exact(lrc.Linear(0.0, 1.0, 3), 1), 40)
        '0.3333333333333333333333333333333333333333'
    """
    with mpmath.workdps(DIGITS):
        value = mpmath.mpf(schedule.ready().evaluate(cast(Array, max(step, 0)), EXACT))
        return value if abs(value) >= SMALLEST else mpmath.mpf(0)


def rounded(value: mpf) -> np.float32:
    """The float32 nearest to `value`, ties to even; below 2**-126 in magnitude it is 0."""
    settled = _settled(value)
    if abs(settled) < SMALLEST:
        return np.float32(0.0)
    with mpmath.workprec(24):
        nearest = +settled
    with np.errstate(over="ignore"):
        return np.float32(float(nearest))


def ulps(got: float, value: mpf, scale: float = 0.0) -> float:
    """The distance of `got` from `value`, in units in the last place of float64.

    The unit is that of `value`, or of `scale` if that is larger, for values that are differences of
    larger ones. Intermediate results leave the range of float64 before a value does, so nothing is
    told apart below 2**-900 and above 2**900.
    """
    if abs(value) > _FARTHEST or abs(got) > _FARTHEST:
        return 0.0 if min(abs(value), abs(got)) > _FARTHEST else np.inf
    unit = float(np.spacing(max(abs(float(value)), scale, 1 / _FARTHEST)))
    with mpmath.workdps(DIGITS):
        return float(abs(mpmath.mpf(got) - value) / mpmath.mpf(unit))


def is_straddled(got: np.float32, wanted: np.float32, value: mpf, within: float) -> bool:
    """Whether `value` is so near to the middle of two float32 that float64 cannot tell its side.

    A value exactly in the middle is a tie, which must round to even. To that end backends take values
    that are up to four units away for ties, whose errors add to that.
    """
    if np.nextafter(wanted, got) != got:
        return False
    middle = (float(got) + float(wanted)) / 2
    return _settled(value) != middle and ulps(middle, value) <= within + 4.0


def _settled(value: mpf) -> mpf:
    with mpmath.workprec(_GUARD_BITS):
        return +value
