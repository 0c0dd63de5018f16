"""The field types of schedules: what a value, a rate and a number of steps may be.

To a type checker a field of steps takes an integer or a duration, and holds an integer: formulas run on
bound schedules alone. A default is written as a call, such as `steps: Period = Period(1)`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

from pydantic import (
    AfterValidator,
    Field,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from ._units import UNKNOWN, Duration

LAST_STEP: Final = 2**53
"""The largest step: beyond it, float64 does not hold every integer."""

_LARGEST: Final = 3.4028234663852886e38  # of float32: a larger value cannot reach an optimizer


def _without_subnormals(value: float) -> float:
    if 0.0 < abs(value) < sys.float_info.min:
        raise ValueError(
            "so near to 0 a number is 0 for some compilers; write 0.0, or one above 2.3e-308"
        )
    return value


_Real: TypeAlias = Annotated[float, AfterValidator(_without_subnormals)]

Value: TypeAlias = Annotated[_Real, Field(ge=-_LARGEST, le=_LARGEST)]
"""A value of a schedule: a finite number in the range of float32."""

Positive: TypeAlias = Annotated[_Real, Field(gt=0.0, le=_LARGEST)]
"""A finite number above zero: a rate."""

LARGEST_EXPONENT: Final = 2.0**20
"""Beyond it, what rounding leaves of a base is no longer small beside the power."""

Exponent: TypeAlias = Annotated[Positive, Field(le=LARGEST_EXPONENT)]
"""An exponent, above zero and at most 2**20."""

Share: TypeAlias = Annotated[Positive, Field(lt=1.0)]
"""A part of a whole, above zero and below one."""

Count: TypeAlias = Annotated[int, Field(ge=1, le=LAST_STEP)]
"""How often something happens, from 1 to 2**53."""


def _or_duration(least: int) -> WrapValidator:
    def validate(value: object, check: ValidatorFunctionWrapHandler) -> object:
        if isinstance(value, str):
            value = Duration.parse(value)
        if not isinstance(value, Duration):
            return check(value)
        if value == UNKNOWN:
            raise ValueError("a sum of durations is known after bind only; give the parts as such")
        if least >= 0 and (value.amount < 0 or value.amount == 0 < least):
            raise ValueError(f"a duration here is {'above' if least else 'at least'} 0")
        return value

    return WrapValidator(validate)


def _schema(least: int) -> WithJsonSchema:
    number = {"type": "integer", "minimum": least, "maximum": LAST_STEP}
    return WithJsonSchema({"anyOf": [number, {"type": "string", "pattern": Duration.PATTERN}]})


if TYPE_CHECKING:

    class Steps:
        """A number of steps, from 0 to 2**53, or a duration."""

        def __init__(self, default: int) -> None: ...
        def __get__(self, instance: object, owner: type) -> int: ...
        def __set__(self, instance: object, value: int | str | Duration) -> None: ...

    class Period(Steps):
        """A number of steps that something is divided by, from 1 to 2**53, or a duration."""

    class Delay(Steps):
        """A number of steps ahead or, below 0, behind, from -2**53 to 2**53, or a duration."""

    Length: TypeAlias = int | str | Duration
else:

    def _steps(least):
        bounds = Field(ge=least, le=LAST_STEP)
        return Annotated[int, bounds, _or_duration(least), _schema(least)]

    Steps = Length = _steps(0)
    Period = _steps(1)
    Delay = _steps(-LAST_STEP)
