"""The field types of schedules: what a value, a rate and a number of steps may be."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, Field

LAST_STEP: Final = 2**53
"""The largest step: beyond it, float64 does not hold every integer."""

_LARGEST: Final = 3.4028234663852886e38  # of float32: a larger value cannot reach an optimizer


def _without_negative_zero(value: float) -> float:
    """Equal schedules must have one canonical form, and `-0.0 == 0.0`."""
    return value + 0.0


Value: TypeAlias = Annotated[
    float, Field(ge=-_LARGEST, le=_LARGEST), AfterValidator(_without_negative_zero)
]
"""A value of a schedule: a finite number in the range of float32."""

Positive: TypeAlias = Annotated[float, Field(gt=0.0, le=_LARGEST)]
"""A finite number above zero: a rate, an exponent."""

Steps: TypeAlias = Annotated[int, Field(ge=0, le=LAST_STEP)]
"""A number of steps, from 0 to 2**53."""

Period: TypeAlias = Annotated[int, Field(ge=1, le=LAST_STEP)]
"""A number of steps that something is divided by, from 1 to 2**53."""
