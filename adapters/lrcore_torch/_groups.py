"""Which group of a plan is for which parameter group of an optimizer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import torch
from torch import Tensor
from torch.optim import Optimizer

from lrcore import ExportError, Factor, Plan, Schedule
from lrcore.backend import shown

from ._places import ParameterGroup

PlanGroup: TypeAlias = str | int | None
"""The name or number of a group of a plan; None is the plan itself."""

RATE = "learning_rate"


class Known(NamedTuple):
    """What a scheduler remembers of a parameter group: a state that the optimizer loads replaces it there."""

    name: object
    rate: float


def known(optimizer: Optimizer, remembered: Sequence[Known]) -> list[Known]:
    """All parameter groups, the new ones as the optimizer has them."""
    new = optimizer.param_groups[len(remembered) :]
    return [*remembered, *(Known(group.get("name"), initial_rate(group)) for group in new)]


def matched(plan: Plan, groups: Sequence[Known]) -> list[PlanGroup]:
    """The group of the plan for each parameter group: of its name, or else of its number.

    Raises:
        ExportError: a parameter group has two groups of the plan, or a name that is another's number.
    """
    known = plan.groups
    names = [group.name if isinstance(group.name, str) else None for group in groups]
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


def check_rates(plan: Plan, found: Sequence[PlanGroup], groups: Sequence[Known]) -> None:
    """Rates that were set for each parameter group are not made equal in silence.

    Raises:
        ExportError: parameter groups with different learning rates would get the same one.
    """
    if RATE not in plan.schedules():
        return
    rates = distinct(
        group.rate
        for group, own in zip(groups, found, strict=True)
        if own is None or RATE not in plan.groups[own]
    )
    if len(rates) > 1:
        raise ExportError(
            f"the parameter groups have the learning rates {', '.join(map(repr, sorted(rates)))}, and the "
            "schedule would give them all the same one; with relative=True the schedule is a factor of each "
            "group's own rate, and a Plan has groups of its own"
        )


def relative(plan: Plan, found: Sequence[PlanGroup], groups: Sequence[Known]) -> Plan:
    """`plan` with each learning rate multiplied by the initial rate of the parameter group.

    Raises:
        ExportError: the plan has no learning rate, or a group of the plan is for different rates.
    """
    if RATE not in plan.schedules():
        raise ExportError("relative=True is about learning_rate, which the plan does not have")
    own: dict[str | int, Mapping[str, Schedule | Factor]] = {}
    for i, (group, key) in enumerate(zip(groups, found, strict=True)):
        entries = plan.groups.get(key, {}) if key is not None else {}
        same = distinct(
            other.rate for other, name in zip(groups, found, strict=True) if name == key
        )
        if key is not None and len(same) > 1:
            raise ExportError(
                f"the parameter groups {key!r} have the learning rates {', '.join(map(repr, sorted(same)))}, and "
                "the plan has one group for them; give them different names"
            )
        rate, given = group.rate, entries.get(RATE, Factor(1.0))
        scaled = Factor(rate * given.factor) if isinstance(given, Factor) else rate * given
        own[i if key is None else key] = {**entries, RATE: scaled}
    return Plan(groups=own, **plan.schedules())


def distinct(rates: Iterable[float]) -> list[float]:
    """The rates that differ as float32: a tensor holds the float32 value of a number."""
    return list({torch.tensor(rate, dtype=torch.float32).item(): rate for rate in rates}.values())


def initial_rate(group: ParameterGroup) -> float:
    """The learning rate that a parameter group was given, before any scheduler changed it."""
    rate: object = group.get("initial_lr", group.get("lr"))
    if isinstance(rate, Tensor) and rate.numel() == 1 and rate.is_floating_point():
        return float(rate.item())
    if isinstance(rate, (int, float)):
        return float(rate)
    raise ExportError(
        f"a parameter group has the learning rate {shown(rate)}; a number or a floating-point tensor is needed"
    )
