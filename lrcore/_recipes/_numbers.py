"""What recipes ask of their arguments, before classes check what they make of them."""

from __future__ import annotations

import operator

from .._errors import InvalidScheduleError


def whole(recipe: str, **given: object) -> None:
    """Refuse what is not an integer, durations among them: these recipes need the number.

    Raises:
        InvalidScheduleError: one of the arguments is not an integer.
    """
    for name, value in given.items():
        try:
            operator.index(value)  # type: ignore[arg-type]
        except TypeError:
            raise InvalidScheduleError(
                f"{recipe}: {name} is an integer, because the recipe computes with it; got {value!r}"
            ) from None


def choice(recipe: str, name: str, value: object, options: tuple[str, ...]) -> None:
    """Refuse what is none of the options.

    Raises:
        InvalidScheduleError: the value is another one.
    """
    if value not in options:
        known = ", ".join(f'"{option}"' for option in options)
        raise InvalidScheduleError(f"{recipe}: {name} is one of {known}; got {value!r}")
