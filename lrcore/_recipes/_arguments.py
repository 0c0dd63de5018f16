"""What recipes ask of their arguments: what classes ask of their fields, with the same errors."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Annotated, ParamSpec, TypeAlias

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    validate_call,
)

from .._definition import describe, plain
from .._errors import InvalidScheduleError
from .._schedule import Schedule
from .._types import LAST_STEP, Length, Value
from .._units import Duration

P = ParamSpec("P")

_STRICT = ConfigDict(strict=True, allow_inf_nan=False, defer_build=True)


def recipe(function: Callable[P, Schedule]) -> Callable[P, Schedule]:
    """Check the arguments of a recipe against their annotations, before it computes with them."""
    names = [*inspect.signature(function).parameters]
    checked = validate_call(config=_STRICT)(function)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Schedule:
        try:
            return checked(
                *map(plain, args),  # type: ignore[arg-type]
                **{name: plain(value) for name, value in kwargs.items()},  # type: ignore[arg-type]
            )
        except ValidationError as error:
            raise InvalidScheduleError(describe(error, function.__name__, names)) from None

    return call


def _no_duration(value: object) -> object:
    if isinstance(value, (str, Duration)):
        raise ValueError("the recipe computes with this number of steps; give an integer")
    return value


Whole: TypeAlias = Annotated[int, Field(ge=0, le=LAST_STEP), BeforeValidator(_no_duration)]
"""A number of steps that a recipe computes with, from 0 to 2**53: an integer, and no duration."""

AtLeastOne: TypeAlias = Annotated[int, Field(ge=1, le=LAST_STEP), BeforeValidator(_no_duration)]
"""A number of steps that a recipe divides by, from 1 to 2**53: an integer, and no duration."""


def _or_list(value: object, check: ValidatorFunctionWrapHandler) -> object:
    if not isinstance(value, (tuple, range)):
        return check(value)
    if not value:
        raise ValueError("the list is empty")
    return tuple(map(check, value))


if TYPE_CHECKING:
    ValueOrList: TypeAlias = float | Sequence[float]
    """One value, or a list of them."""

    LengthOrList: TypeAlias = Length | Sequence[Length]
    """One number of steps or duration, or a list of them."""
else:
    ValueOrList = Annotated[Value, WrapValidator(_or_list)]
    LengthOrList = Annotated[Length, WrapValidator(_or_list)]
