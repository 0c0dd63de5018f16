"""The values of a definition, and the places in an optimizer that they are written to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from torch import Tensor
from torch.optim import Optimizer

from lrcore import ExportError, Plan, Schedule
from lrcore.backend import Blocks

from ._groups import RATE, Known, PlanGroup, check_all_exist, check_rates, matched, relative
from ._options import Options, names_of
from ._places import ParameterGroup, Place, held, holds, place_of, put

Places: TypeAlias = list[tuple[int, str, int | None, int]]
"""The parameter group, the key, the position in a pair, and the number of the schedule, for each value."""

Held: TypeAlias = list[tuple[ParameterGroup, Place, float]]
"""What an optimizer held at some places."""


class Assignment:
    """Writes the values of a definition to the parameter groups of an optimizer.

    Args:
        definition: a schedule or a plan.
        optimizer: the optimizer.
        groups: what is remembered of its parameter groups.
        options: how its values are assigned.

    Raises:
        ExportError: the optimizer has no place for a value or a group, or one place for two values.
    """

    def __init__(
        self,
        definition: Schedule | Plan,
        optimizer: Optimizer,
        groups: Sequence[Known],
        options: Options,
    ) -> None:
        if not isinstance(definition, (Schedule, Plan)):
            raise ExportError(
                f"this is not a schedule or plan: {definition!r}; for a number, write lrcore.Constant(...)"
            )
        plan = definition if isinstance(definition, Plan) else Plan(learning_rate=definition)
        for group in (None, *plan.groups):
            plan(0, group)  # what has no value is an error before anything changes
        _check_extra(plan, options.extra)
        self.groups = matched(plan, groups)
        check_all_exist(plan, self.groups, options.later)
        if options.relative:
            plan = definition = relative(plan, self.groups, groups)
            self.groups = matched(plan, groups)
        check_rates(plan, self.groups, groups)
        self.definition = definition
        self.size = len(groups)
        self._writes_rates = RATE not in options.extra
        self.names = [group.name for group in groups]
        schedules = [
            schedule
            for group in (None, *plan.groups)
            for schedule in plan.schedules(group).values()
        ]
        distinct = {id(schedule): schedule for schedule in schedules}
        order = {key: i for i, key in enumerate(distinct)}
        self._columns: dict[PlanGroup, dict[str, int]] = {
            group: {name: order[id(schedule)] for name, schedule in plan.schedules(group).items()}
            for group in (None, *plan.groups)
        }
        self._rows = Blocks([schedule.ready() for schedule in distinct.values()], options.dtype)
        self._places = [
            (i, *place)
            for i, (group, own) in enumerate(zip(optimizer.param_groups, self.groups, strict=True))
            for place in _places(group, self._columns[own], options.extra, type(optimizer).__name__)
        ]
        self._schedules = list(distinct.values())
        self.check_tensors(optimizer.param_groups)

    def write(self, groups: Sequence[ParameterGroup], step: int) -> None:
        """Write the values of `step` to all places."""
        row = self._rows(step)
        for i, key, position, column in self._places:
            group = groups[i]
            if position is None and group[key].__class__ is float:
                group[key] = row[column]
            else:
                put(group, Place(key, position), row[column])

    def check_loaded(self, groups: Sequence[ParameterGroup]) -> None:
        """A state that the optimizer has loaded has the same places, in groups of the same order.

        Raises:
            ExportError: a parameter group has another name now, or lacks a value.
        """
        for i, key, _, _ in self._places:
            if key not in groups[i]:
                raise ExportError(
                    f"the parameter group {i} has no {key!r} in the state that the optimizer has loaded; it is "
                    "that of another optimizer"
                )
        for i, (name, group) in enumerate(zip(self.names, groups, strict=False)):
            loaded = group.get("name")
            if name is not None and loaded is not None and name != loaded:
                raise ExportError(
                    f"the parameter group {i} was named {name!r}, and is named {loaded!r} in the state that "
                    "the optimizer has loaded; make the parameter groups in the order of the checkpoint"
                )

    def check_tensors(self, groups: Sequence[ParameterGroup]) -> None:
        """A tensor that is in two parameter groups can have one value only.

        Raises:
            ExportError: it would have two, or a tensor cannot hold a value.
        """
        written: dict[int, tuple[int, Schedule]] = {}
        for i, key, position, column in self._places:
            there = held(groups[i], Place(key, position))
            if not isinstance(there, Tensor):
                continue
            if not there.is_floating_point() or there.requires_grad:
                raise ExportError(
                    f"the parameter group {i} has {there!r} as its {key!r}; a floating-point tensor without a "
                    "gradient is needed"
                )
            schedule = self._schedules[column]
            first, other = written.setdefault(id(there), (i, schedule))
            if other != schedule:
                raise ExportError(
                    f"the parameter groups {first} and {i} hold one tensor as their {key!r}, and have "
                    "different schedules for it; give each group a tensor of its own, as in "
                    f'{{"params": ..., "{key}": tensor.clone()}}'
                )

    def is_held(self, groups: Sequence[ParameterGroup], step: int) -> bool:
        """Whether the optimizer holds the values of `step`."""
        if len(groups) != self.size:
            return False
        row = self._rows(step)
        for i, key, position, column in self._places:
            if position is None and groups[i][key].__class__ is float:
                if groups[i][key] != row[column]:
                    return False
            elif not holds(groups[i], Place(key, position), row[column]):
                return False
        return True

    def held(self, groups: Sequence[ParameterGroup]) -> Held:
        """What the optimizer holds at all places."""
        return [
            (groups[i], place := Place(key, position), float(held(groups[i], place)))
            for i, key, position, _ in self._places
        ]

    def rates(self, groups: Sequence[ParameterGroup], step: int) -> list[float | Tensor]:
        """The learning rate of each parameter group at `step`, of the type that the group holds."""
        row = self._rows(step)
        found: list[float | Tensor] = []
        for group, own in zip(groups, self.groups, strict=False):
            there = group["lr"]
            copy = {"lr": there.clone() if isinstance(there, Tensor) else there}
            if self._writes_rates and (column := self._columns[own].get(RATE)) is not None:
                put(copy, Place("lr"), row[column])
            found.append(copy["lr"])
        return found

    def current(self, step: int, group: str | int | None) -> dict[str, float]:
        """The values of `step` by hyper-parameter, for a group of the plan or a parameter group.

        Raises:
            ExportError: there is no such group.
        """
        row = self._rows(step)
        return {name: row[column] for name, column in self._columns_of(group).items()}

    def _columns_of(self, group: str | int | None) -> dict[str, int]:
        if isinstance(group, (str, int, type(None))) and group in self._columns:
            return self._columns[group]
        for i, name in enumerate(self.names):
            if group in (i, name):
                return self._columns[self.groups[i]]
        raise ExportError(
            f"there is no group {group!r}; the optimizer has {self.size} parameter groups"
        )


def _check_extra(plan: Plan, extra: Collection[str]) -> None:
    known = names_of(plan)
    if unknown := sorted(set(extra) - known):
        raise ExportError(
            f"extra: the plan has no {unknown[0]!r}; it has {', '.join(map(repr, sorted(known)))}"
        )


def _places(
    group: ParameterGroup, columns: Mapping[str, int], extra: Collection[str], optimizer: str
) -> list[tuple[str, int | None, int]]:
    """The place of each value in one parameter group."""
    taken: dict[Place, str] = {}
    for name in sorted(set(columns) - set(extra)):
        place = place_of(group, name)
        if place is None:
            raise ExportError(
                f"{optimizer} has no value {name!r}; if you use it yourself, give "
                f'extra=("{name}",) and read scheduler.current()["{name}"]'
            )
        if place in taken:
            raise ExportError(
                f"{taken[place]!r} and {name!r} are the same value of {optimizer}; leave one of them out"
            )
        taken[place] = name
    return [(place.key, place.position, columns[name]) for place, name in taken.items()]
