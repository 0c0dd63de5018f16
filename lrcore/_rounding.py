"""From float64 to the float32 that an optimizer uses."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from ._errors import ExportError
from ._ops import Array, Ops

Precision: TypeAlias = Literal["float32", "float64"]

_SMALLEST_NORMAL: Final = {"float32": 2.0**-126, "float64": 2.0**-1022}
_SPLITTER: Final = 2.0**28 + 1  # leaves 25 bits of 53 (Veltkamp): those of float32, and one more
_NEAR: Final = 2.0**-51  # two to four units in the last place of float64
_FAR: Final = 2.0**900


def checked(dtype: Precision) -> Precision:
    """`dtype`, if it is a precision.

    Raises:
        ExportError: it is none.
    """
    if dtype not in _SMALLEST_NORMAL:
        raise ExportError(f'dtype is "float32" or "float64"; got {dtype!r}')
    return dtype


def settle(value: Array, dtype: Precision, op: Ops) -> Array:
    """`value` such that backends which differ in its last digits round it to the same `dtype`.

    A float32 is taken of the middle of two where that is all but reached: a value that is rational can
    lie there, rounding is to even there, and formulas are not exact to the last digit. Magnitudes that
    `dtype` could hold only as subnormal numbers become 0: compilers and devices differ in whether they
    keep those.
    """
    if dtype == "float32":
        value = _middle_if_near(value, op)
    return op.where(op.maximum(value, -value) < _SMALLEST_NORMAL[dtype], 0.0, value)


def _middle_if_near(value: Array, op: Ops) -> Array:
    """The number of 25 bits that `value` is within 2**-51 of, if there is one, and else `value`."""
    held = op.minimum(op.maximum(value, -_FAR), _FAR)  # what is infinite stays so in float32
    shifted = held * _SPLITTER
    middle = shifted - (shifted - held)
    away = op.maximum(held - middle, middle - held)
    return op.where(away <= op.maximum(middle, -middle) * _NEAR, middle, value)
