"""How the values of a definition are assigned to an optimizer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from lrcore import ExportError, Plan, Schedule
from lrcore.backend import Precision, shown

Name = TypeVar("Name", str, str | int)


@dataclass(frozen=True)
class Options:
    """How the values of a definition are assigned to an optimizer.

    Args:
        dtype: the precision to which numbers are rounded.
        relative: whether learning rates are factors of the initial rates of the parameter groups.
        extra: names in the plan that the optimizer does not have.
        later: groups of the plan whose parameter groups are added later.
    """

    dtype: Precision
    relative: bool
    extra: tuple[str, ...]
    later: tuple[str | int, ...]

    def of(self, definition: Schedule | Plan) -> Options:
        """The options without what was declared for another plan, and is not in this one."""
        groups = definition.groups if isinstance(definition, Plan) else {}
        names = names_of(definition) if isinstance(definition, Plan) else ()
        return replace(
            self,
            extra=tuple(name for name in self.extra if name in names),
            later=tuple(group for group in self.later if group in groups),
        )


def names_of(plan: Plan) -> set[str]:
    """The names of the values of a plan and of its groups."""
    return {name for group in (None, *plan.groups) for name in plan.schedules(group)}


def several(argument: str, names: Collection[Name]) -> tuple[Name, ...]:
    """The names that an argument holds.

    Raises:
        ExportError: it is one name.
    """
    if isinstance(names, str) or not isinstance(names, Iterable):
        given = f'"{names}"' if isinstance(names, str) else shown(names)
        raise ExportError(f"{argument} holds several names; write {argument}=({given},)")
    return tuple(names)
