"""Which group of a plan is for which parameter group of an optimizer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from torch import Tensor

from lrcore import ExportError, Factor, Plan, Schedule

from ._places import ParameterGroup

PlanGroup: TypeAlias = str | int | None
"""The name or number of a group of a plan; None is the plan itself."""

RATE = "learning_rate"


def matched(plan: Plan, groups: Sequence[ParameterGroup]) -> list[PlanGroup]:
    """The group of the plan for each parameter group: of its name, or else of its number.

    Raises:
        ExportError: a parameter group has two groups of the plan, or a name that is another's number.
    """
    known = plan.groups
    names = [_name(group) for group in groups]
    found: list[PlanGroup] = []
    for i, name in enumerate(names):
        if i in known and name in known:
            raise ExportError(
                f"the plan has a group {i} and a group {name!r}, which are the same "
                "parameter group; leave one of them out"
            )
        if i in known and str(i) in names and name != str(i):
            raise ExportError(
                f"the plan has a group {i}, and the parameter group of this name is not that of "
                "this number; give it a name that is not a number"
            )
        found.append(name if name in known else i if i in known else None)
    return found


def check_all_exist(plan: Plan, found: Sequence[PlanGroup], later: Collection[str | int]) -> None:
    """Every group of a plan has parameters, or is declared for later.

    Raises:
        ExportError: a group has neither.
    """
    if isinstance(later, str):
        raise ExportError(f'later holds several groups; write later=("{later}",)')
    if unknown := [group for group in later if group not in plan.groups]:
        names = ", ".join(map(repr, plan.groups)) or "none"
        raise ExportError(f"later: the plan has no group {unknown[0]!r}; it has {names}")
    for group in plan.groups:
        if group in found or group in later:
            continue
        if isinstance(group, int):
            has = f"the optimizer has {len(found)} parameter groups"
        else:
            has = (
                "the optimizer has none of that name; "
                'name a parameter group so: {"params": ..., "name": ...}'
            )
        raise ExportError(
            f"the plan has a group {group!r}, {has}; if it is added later, give later=({group!r},)"
        )


def check_rates(plan: Plan, found: Sequence[PlanGroup], groups: Sequence[ParameterGroup]) -> None:
    """Rates that were set for each parameter group are not made equal in silence.

    Raises:
        ExportError: parameter groups with different learning rates would get the same one.
    """
    if RATE not in plan.schedules():
        return
    rates = {
        initial_rate(group)
        for group, own in zip(groups, found, strict=True)
        if own is None or RATE not in plan.groups[own]
    }
    if len(rates) > 1:
        raise ExportError(
            f"the parameter groups have the learning rates {', '.join(map(repr, sorted(rates)))}, and the "
            "schedule would give them all the same one; with relative=True the schedule is a factor of each "
            "group's own rate, and a Plan has groups of its own"
        )


def relative(plan: Plan, found: Sequence[PlanGroup], groups: Sequence[ParameterGroup]) -> Plan:
    """`plan` with each learning rate multiplied by the initial rate of the parameter group.

    Raises:
        ExportError: the plan has no learning rate.
    """
    if RATE not in plan.schedules():
        raise ExportError("relative=True is about learning_rate, which the plan does not have")
    own: dict[str | int, Mapping[str, Schedule | Factor]] = {**plan.groups}
    for i, (group, key) in enumerate(zip(groups, found, strict=True)):
        entries = plan.groups.get(key, {}) if key is not None else {}
        rate, given = initial_rate(group), entries.get(RATE, Factor(1.0))
        scaled = Factor(rate * given.factor) if isinstance(given, Factor) else rate * given
        own[i if key is None else key] = {**entries, RATE: scaled}
    return Plan(groups=own, **plan.schedules())


def initial_rate(group: ParameterGroup) -> float:
    """The learning rate that a parameter group was given, before any scheduler changed it."""
    rate: object = group.get("initial_lr", group["lr"])
    return float(rate.item() if isinstance(rate, Tensor) else rate)  # type: ignore[arg-type]


def _name(group: ParameterGroup) -> str | None:
    name = group.get("name")
    return name if isinstance(name, str) else None
