"""Calls of a function with the arguments of a configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature

from lrcore import ExportError, LrcoreError, Schedule
from lrcore.backend import shown


def called(
    factory: Callable[..., Schedule], arguments: Mapping[str, object], place: str
) -> Schedule:
    """What a function makes of arguments.

    Args:
        factory: the function.
        arguments: its arguments by name.
        place: where they stand, for messages.

    Raises:
        ExportError: these are no arguments by name, the function has no such arguments, or no schedule has them.
    """
    if not isinstance(arguments, Mapping):
        raise ExportError(f"{place}: arguments by name are needed; got {shown(arguments)}")
    try:
        signature(factory).bind(**arguments)
        for name, value in arguments.items():
            if isinstance(value, str) and name != "interpolate_type":
                raise ValueError(
                    f"{name} is the text {shown(value)}; in YAML, write such a number with a point and a sign: 3.0e-4"
                )
        return factory(**arguments)
    except ExportError as error:  # of a schedule inside
        raise ExportError(f"{place}.{error}") from None
    except (TypeError, ValueError, ArithmeticError) as error:  # of Python, or of a class of lrcore
        known = ", ".join(signature(factory).parameters)
        hint = f"; its arguments are {known}" if "argument" in str(error) else ""
        if not isinstance(error, LrcoreError):
            hint += f"; got {shown(arguments)}"
        raise ExportError(f"{place}: {factory.__name__}: {error}{hint}") from error
