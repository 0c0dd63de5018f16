"""The last rounding of a value, after which all backends agree on its float32."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._errors import ExportError, shown
from ._ops import Array, Ops

Precision: TypeAlias = Literal["float32", "float64"]

SMALLEST: Final = 2.0**-126
"""The smallest normal float32: compilers and devices disagree on keeping what is smaller."""

_SPLITTER: Final = 2.0**28 + 1  # leaves 25 bits of 53 (Veltkamp): those of float32, and one more
_NEAR: Final = 2.0**-51  # two to four units in the last place of float64


def checked(dtype: Precision) -> Precision:
    """`dtype`, if it is "float32" or "float64".

    Raises:
        ExportError: `dtype` is something else.
    """
    if not isinstance(dtype, str) or dtype not in ("float32", "float64"):
        raise ExportError(f'dtype is "float32" or "float64"; got {shown(dtype)}')
    return dtype


def settled(value: Array, op: Ops) -> Array:
    """The value of a formula, such that its cast to float32 is the same in all backends.

    A rational value can lie exactly in the middle of two float32 numbers, where rounding is to even, and
    formulas are not exact to the last digit of float64. So a value within 2**-51 of a number of 25 bits
    becomes that number. Magnitudes below 2**-126 become 0.
    """
    # An infinite value makes the difference NaN, which is near to nothing.
    shifted = value * _SPLITTER
    middle = shifted - (shifted - value)
    size = abs(value)
    value = op.where(abs(value - middle) <= size * _NEAR, middle, value)
    return op.where(size < SMALLEST, 0.0, value)


def to_float32(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """The nearest float32, as in every backend."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)
