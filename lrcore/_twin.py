"""Twins: instances of a schedule's class whose fields hold operands instead of plain numbers.

A formula reads its numbers from `self`. Giving it a twin changes what those numbers are, without the
formula knowing: the same numbers hidden from a compiler's constant folding, or the fields of
whichever of many schedules a step belongs to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ._ops import Operand

if TYPE_CHECKING:
    from ._schedule import Schedule

S = TypeVar("S", bound="Schedule")


def twin(kind: type[S], **values: object) -> S:
    """An instance of `kind` with these attributes, unchecked: operands cannot be validated."""
    made = object.__new__(kind)
    made.__dict__.update(values)
    return made


def with_numbers(schedule: S, number: Callable[[float], Operand]) -> S:
    """The twin of `schedule` with `number(x)` for each real field `x` of its own."""
    values = {name: getattr(schedule, name) for name in schedule.fields}
    lifted = {k: number(v) if isinstance(v, float) else v for k, v in values.items()}
    return twin(type(schedule), **lifted, duration=schedule.duration)
