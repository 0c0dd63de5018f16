"""From float64 to the float32 that an optimizer uses."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from .._errors import ExportError, shown
from ._ops import Array, Ops

Precision: TypeAlias = Literal["float32", "float64"]

_SMALLEST_NORMAL: Final = {"float32": 2.0**-126, "float64": 2.0**-1022}
_SPLITTER: Final = 2.0**28 + 1  # leaves 25 bits of 53 (Veltkamp): those of float32, and one more
_NEAR: Final = 2.0**-51  # two to four units in the last place of float64
_FAR: Final = 2.0**900


def checked(dtype: Precision) -> Precision:
    """`dtype`, if it is "float32" or "float64".

    Raises:
        ExportError: `dtype` is something else.
    """
    if not isinstance(dtype, str) or dtype not in _SMALLEST_NORMAL:
        raise ExportError(f'dtype is "float32" or "float64"; got {shown(dtype)}')
    return dtype


def prepare_cast(value: Array, dtype: Precision, op: Ops) -> Array:
    """`value`, prepared so that all backends cast it to the same number of `dtype`.

    A rational value can lie exactly in the middle of two float32 numbers, where rounding is to even, and
    formulas are not exact to the last digit of float64. So a value that is all but in the middle is
    replaced by the middle. Magnitudes that `dtype` could hold only as subnormal numbers become 0, because
    compilers and devices disagree on keeping them.
    """
    if dtype == "float32":
        value = _middle_if_near(value, op)
    return op.where(op.maximum(value, -value) < _SMALLEST_NORMAL[dtype], 0.0, value)


def _middle_if_near(value: Array, op: Ops) -> Array:
    """The number of 25 bits within 2**-51 of `value` if there is such a number, else `value`."""
    held = op.minimum(op.maximum(value, -_FAR), _FAR)  # what is infinite stays so in float32
    shifted = held * _SPLITTER
    middle = shifted - (shifted - held)
    away = op.maximum(held - middle, middle - held)
    return op.where(away <= op.maximum(middle, -middle) * _NEAR, middle, value)
