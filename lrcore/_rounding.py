"""From float64 to the float32 that an optimizer uses."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._errors import ExportError
from ._ops import Array, Ops

Precision: TypeAlias = Literal["float32", "float64"]

_SMALLEST_NORMAL: Final = {"float32": 2.0**-126, "float64": 2.0**-1022}


def checked(dtype: Precision) -> Precision:
    """`dtype`, if it is a precision.

    Raises:
        ExportError: it is none.
    """
    if dtype not in _SMALLEST_NORMAL:
        raise ExportError(f'dtype is "float32" or "float64"; got {dtype!r}')
    return dtype


def flush(value: Array, dtype: Precision, op: Ops) -> Array:
    """`value`, or 0 where `dtype` could hold it only as a subnormal number.

    Compilers and devices differ in whether they keep those, so no backend does.
    """
    return op.where(op.maximum(value, -value) < _SMALLEST_NORMAL[dtype], 0.0, value)


def to_float32(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """The nearest float32; magnitudes below 2**-126 are 0, as in every backend."""
    with np.errstate(over="ignore"):
        kept = np.where(np.abs(values) < _SMALLEST_NORMAL["float32"], 0.0, values)
        return kept.astype(np.float32)
