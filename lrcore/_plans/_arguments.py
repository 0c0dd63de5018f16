"""What plans are given: names, schedules and numbers."""

from __future__ import annotations

from typing import Final

from .._algebra import constant
from .._definition._plain import NotPlainError, plain
from .._definition._schedule import Schedule
from .._errors import MOST_DIGITS, InvalidScheduleError, printable, shown

_OTHER_NAMES: Final = {
    "lr": "the learning rate is called learning_rate",
    "betas": 'the pair of betas is scheduled by the numbers "beta1" and "beta2"',
    "factor": 'a factor is Factor(0.1), and in a document {"factor": 0.1}, in place of a value',
    "kind": 'a schedule stands in place of a value, such as "learning_rate": {"kind": ...}',
}


def hyperparameter(name: object, place: str) -> str:
    """The name of a hyper-parameter, if it is that of a single number."""
    if not isinstance(name, str):
        raise InvalidScheduleError(f"{place}: a name is a string; got {shown(name)}")
    if name in _OTHER_NAMES:
        raise InvalidScheduleError(f"{place}.{printable(name)}: {_OTHER_NAMES[name]}")
    return str(name)


def group_name(group: object) -> str | int:
    """The name or number of a group; a text of digits is a number, as in JSON."""
    if isinstance(group, str):
        is_number = group.isdecimal() and group.isascii() and len(group) <= MOST_DIGITS
        return int(group) if is_number else str(group)
    if isinstance(group, int) and not isinstance(group, bool) and 0 <= group < 10**MOST_DIGITS:
        return int(group)
    raise InvalidScheduleError(
        f"Plan.groups: a group is named by a string or an integer from 0; got {shown(group)}"
    )


def as_schedule(value: object, place: str) -> Schedule:
    """A schedule, or a number as a constant."""
    if isinstance(value, Schedule):
        return value
    try:
        number = plain(value)
    except NotPlainError:
        number = None
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        hint = (
            "; a plan has schedules of lrcore, and no functions that were made of them or of others"
            if callable(value)
            else ""
        )
        raise InvalidScheduleError(
            f"{place}: this is neither a schedule nor a number; got {shown(value)}{hint}"
        )
    return constant(number, place)
