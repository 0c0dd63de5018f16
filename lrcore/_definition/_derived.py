"""What the base class offers that is built on it: operators, finer clocks and documents.

These are the only imports that run upwards, from the definition to the rooms above it, and they run
when the functions are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .._plans import Plan
    from ._schedule import Schedule


def follow(before: Schedule, after: Schedule) -> Schedule:
    """What `before >> after` gives."""
    from .._algebra import follow

    return follow(before, after)


def multiply(left: Schedule | float, right: Schedule | float) -> Schedule:
    """What `left * right` gives, where one of them is a schedule."""
    from .._algebra import multiply

    return multiply(left, right)


def add(left: Schedule | float, right: Schedule | float) -> Schedule:
    """What `left + right` gives, where one of them is a schedule."""
    from .._algebra import add

    return add(left, right)


def on_whole_steps(schedule: Schedule) -> Schedule:
    """`schedule` on a clock on which all of its lengths are integers; itself if they are."""
    from .._algebra import on_whole_steps

    return on_whole_steps(schedule)


def to_dict(document: Schedule | Plan) -> dict[str, object]:
    """The document of a schedule or plan as plain data."""
    from .._documents import to_dict

    return to_dict(document)


def to_json(document: Schedule | Plan) -> str:
    """The document of a schedule or plan as text."""
    from .._documents import to_json

    return to_json(document)


def fingerprint(document: Schedule | Plan) -> str:
    """The SHA-256 of the canonical document."""
    from .._documents import fingerprint

    return fingerprint(document)
