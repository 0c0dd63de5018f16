"""The types of fields: values, factors, and numbers of steps.

To a type checker a field of steps takes an integer, a number as it is written, a text or a duration, and
holds an integer: formulas run on bound schedules only. A default is written as a call, such as
`steps: PositiveSteps = PositiveSteps(1)`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetPydanticSchema,
    PlainSerializer,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

from .._durations import Duration, exact, in_steps, shortest
from .._durations._text import NUMBER, PATTERN
from .._errors import MOST_DIGITS, UnboundError, has_too_many_digits
from .._evaluation._value import LAST_STEP

_LARGEST: Final = 3.4028234663852886e38  # of float32: a larger value cannot reach an optimizer


def _without_subnormals(value: float) -> float:
    # Compilers and devices disagree on whether subnormal numbers are 0.
    return 0.0 if abs(value) < sys.float_info.min else value


_NORMAL: Final = AfterValidator(_without_subnormals)

Value: TypeAlias = Annotated[float, Field(ge=-_LARGEST, le=_LARGEST), _NORMAL]
"""A value of a schedule: a finite number in the range of float32."""


def _above_subnormals(value: float) -> float:
    if _without_subnormals(value) == 0.0:
        raise ValueError("Input should be greater than 0")
    return value


Positive: TypeAlias = Annotated[
    float, Field(gt=0.0, le=_LARGEST), AfterValidator(_above_subnormals)
]
"""A finite number above 0, in the range of float32."""

NonNegative: TypeAlias = Annotated[float, Field(ge=0.0, le=_LARGEST), _NORMAL]
"""A finite number of at least 0, in the range of float32."""

LARGEST_EXPONENT: Final = 2.0**20
"""Beyond this exponent, the rounding of a base is no longer small in its power."""

Exponent: TypeAlias = Annotated[float, Field(ge=0.0, le=LARGEST_EXPONENT), _NORMAL]
"""An exponent, from 0 to 2**20."""

SignedExponent: TypeAlias = Annotated[
    float, Field(ge=-LARGEST_EXPONENT, le=LARGEST_EXPONENT), _NORMAL
]
"""An exponent, from -2**20 to 2**20."""

Share: TypeAlias = Annotated[float, Field(ge=0.0, lt=1.0), _NORMAL]
"""A part of a whole, from 0 to below 1."""

Count: TypeAlias = Annotated[int, Field(ge=1, le=LAST_STEP)]
"""A number of times, from 1 to 2**53."""


def _as_fraction(value: object) -> Fraction:
    if isinstance(value, str):
        number = NUMBER.fullmatch(value) if len(value) <= 2 * MOST_DIGITS else None
        if number is None:
            raise ValueError('a number is written like "0.663" or "2/3"')
        return Fraction(value)
    if isinstance(value, (int, float, Fraction, Decimal)) and not isinstance(value, bool):
        return exact(value)
    raise ValueError("this is not a number")


def written(value: Fraction) -> int | float | str:
    """A fraction in a document: an integer, a decimal number if that is exact, or a text."""
    if value.denominator == 1:
        return value.numerator
    decimal = float(value)
    return decimal if Fraction(float.__repr__(decimal)) == value else str(value)


_EXACT_SCHEMA: Final = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[0-9./]+$"}]}


def _rational(most: int) -> BeforeValidator:
    def check(value: object) -> Fraction:
        number = _as_fraction(value)
        if not 0 < number <= most:
            raise ValueError(f"a number above 0 and at most {most} is needed")
        if has_too_many_digits(number.denominator):
            raise ValueError(f"a number of at most {MOST_DIGITS} digits is needed")
        return number

    return BeforeValidator(check)


if TYPE_CHECKING:

    class Exact:
        """A number above 0 that is taken exactly as it is written; it is held as a `Fraction`."""

        def __init__(self, default: str) -> None: ...
        def __get__(self, instance: object, owner: type) -> Fraction: ...
        def __set__(self, instance: object, value: float | str | Fraction | Decimal) -> None: ...

    ExactShare = Exact
else:

    def _exact(most):
        schema = WithJsonSchema(_EXACT_SCHEMA)
        return Annotated[Fraction, _rational(most), PlainSerializer(written), schema]

    Exact = _exact(2**62)
    ExactShare = _exact(1)


def _percent(share: float | Fraction | Decimal) -> str:
    return str(Duration(share) * 100).removesuffix(" steps").removesuffix(" step")


def _length(least: int) -> WrapValidator:
    def validate(value: object, check: ValidatorFunctionWrapHandler) -> object:
        if isinstance(value, (float, Fraction, Decimal)) and least >= 0 and 0 < exact(value) < 1:
            raise ValueError(
                f"{value} is less than a step; as a share of the run it is written as a text, such as "
                f'"{_percent(value)} %"'
            )
        if isinstance(value, (str, float, Fraction, Decimal, Duration)):
            value = shortest(Duration(value))
        if type(value) is int:
            return check(value)
        if not isinstance(value, Duration):
            raise ValueError('a number of steps is an integer, or a text such as "5 epochs"')
        if "rest" in value.amounts and value != Duration("rest"):
            raise ValueError("'rest' is a length by itself; give other lengths to other parts")
        try:
            in_range = least < 0 or (value >= 0 if least == 0 else value > 0)
        except UnboundError:
            in_range = True  # checked again when it is bound
        if not in_range:
            raise ValueError(f"a length here is {'above' if least else 'at least'} 0")
        if value.is_bound and in_steps(value) > LAST_STEP:
            raise ValueError("a length is at most 2**53 steps")
        return value

    return WrapValidator(validate)


def _schema(least: int) -> WithJsonSchema:
    number = {"type": "number", "minimum": least, "maximum": LAST_STEP}
    return WithJsonSchema({"anyOf": [number, {"type": "string", "pattern": PATTERN}]})


class StepsMarker:
    """Marks the type of a field as a number of steps."""


STEPS: Final = StepsMarker()

LengthInput: TypeAlias = int | float | str | Fraction | Decimal | Duration
"""What a field of steps takes: a number as it is written, the text of a duration, or a duration."""

if TYPE_CHECKING:

    class Steps:
        """A number of steps, from 0 to 2**53, or a duration."""

        def __init__(self, default: int) -> None: ...
        def __get__(self, instance: object, owner: type) -> int: ...
        def __set__(self, instance: object, value: LengthInput) -> None: ...

    class PositiveSteps(Steps):
        """A number of steps above 0, to 2**53, or a duration."""

    class Delay(Steps):
        """A number of steps ahead or, below 0, behind, from -2**53 to 2**53, or a duration."""

    StepsList: TypeAlias = Sequence[LengthInput]
    ValueList: TypeAlias = Sequence[float]
    OptionalSteps: TypeAlias = LengthInput | None
    OptionalPositiveSteps: TypeAlias = LengthInput | None
else:

    def _steps(least):
        return Annotated[_Default, *_rules(least)]

    def _rules(least):
        number = Annotated[int, Field(ge=least, le=LAST_STEP)]
        schema = GetPydanticSchema(lambda _, handler: handler.generate_schema(number))
        return schema, _length(least), _schema(least), STEPS

    class _Default:
        """No `int` to those who look at the type of a field: OmegaConf would refuse durations."""

        def __new__(cls, default):
            return default

    Steps = _steps(0)
    PositiveSteps = _steps(1)
    Delay = _steps(-LAST_STEP)
    OptionalSteps = Steps | None
    OptionalPositiveSteps = PositiveSteps | None
    ValueList = tuple[Value, ...]
    StepsList = tuple[Annotated[Any, *_rules(0)], ...]  # OmegaConf knows lists of Any only
