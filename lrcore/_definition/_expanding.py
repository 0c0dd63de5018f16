"""Building what a schedule stands for: an end to it, and errors that name the schedule itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from .._errors import ExportError, InvalidScheduleError

_DEPTH: Final = ContextVar("_DEPTH", default=0)
"""How many schedules are being expanded, each of them for the expansion of the one before."""

_DEEPEST: Final = 40
"""Python's own limit comes soon after."""

_INSIDE: Final = re.compile(r"[A-Z]\w*(\.(?P<field>\w[\w.\[\]]*: )|: )")
"""How errors of the classes inside of an expansion begin."""


@contextmanager
def expanding(name: str) -> Iterator[None]:
    """Where a schedule of the class `name` is expanded; its errors are about that class.

    Raises:
        InvalidScheduleError: the expansion is not valid, or has no end.
    """
    depth = _DEPTH.get()
    if depth == _DEEPEST:
        raise ValueError(
            f"expand() of {name} leads to another {name} again and again; return other classes"
        )
    token = _DEPTH.set(depth + 1)
    try:
        yield
    except ExportError:
        raise  # of a traced number
    except ValueError as error:
        text, is_named = str(error), isinstance(error, InvalidScheduleError)
        if is_named and depth > 0:
            raise  # the schedule that was called names itself
        inside = _INSIDE.match(text) if is_named else None
        if inside is not None:
            fault = text[inside.end() :].partition("\n")[0]
            text = f"in the schedule that it stands for, {inside['field'] or ''}{fault}"
        raise InvalidScheduleError(f"{name}: {text}") from None
    finally:
        _DEPTH.reset(token)
