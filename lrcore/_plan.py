"""Schedules for all hyper-parameters of a training, and for groups of its parameters."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar, Unpack, cast

from . import _document
from ._combinators import multiply
from ._definition import plain
from ._errors import DocumentError, InvalidScheduleError, UnboundError
from ._leaves import Constant
from ._schedule import Schedule
from ._units import Figures

Entry: TypeAlias = "Schedule | float"
Group: TypeAlias = "float | Mapping[str, Entry]"

T = TypeVar("T")

_RATE: Final = "learning_rate"


class Plan:
    """Schedules by hyper-parameter, and what groups of parameters have of their own.

    A value has no unit: a clip norm is as good as a learning rate. In a group a number is a factor for
    the plan's schedule of that hyper-parameter, and a schedule takes its place; a group that is a
    number is a factor for the learning rate. Plans are values: compared by content, never changed.

    Args:
        groups: by the name of the group, a factor for the learning rate, or factors and schedules by
            hyper-parameter.
        values: a schedule, or a number for a constant, by the name of the hyper-parameter.

    Raises:
        InvalidScheduleError: an entry is neither a schedule nor a number, or a group has a factor for
            what the plan has no schedule of.

    Example:
        >>> import lrcore as lr
        >>> plan = lr.Plan(
        ...     learning_rate=lr.Linear(0.0, 0.1, 10),
        ...     weight_decay=0.01,
        ...     groups={"backbone": 0.1, "bias": {"weight_decay": 0.0}},
        ... )
        >>> plan(5)
        {'learning_rate': 0.05, 'weight_decay': 0.01}
        >>> plan(5, group="bias")
        {'learning_rate': 0.05, 'weight_decay': 0.0}
    """

    def __init__(self, /, *, groups: Mapping[str, Group] | None = None, **values: Entry) -> None:
        if not values:
            raise InvalidScheduleError("Plan: there is no hyper-parameter; give learning_rate=...")
        self._values = {name: _schedule(value, f"Plan.{name}") for name, value in values.items()}
        if not isinstance(groups or {}, Mapping):
            raise InvalidScheduleError(f"Plan.groups: this holds groups by name; got {groups!r}")
        self._groups = {
            _name(group, "Plan.groups"): self._own(entries, f"Plan.groups[{group!r}]")
            for group, entries in (groups or {}).items()
        }
        self._resolved: dict[str | None, dict[str, Schedule]] = {
            group: self._resolve(own) for group, own in self._groups.items()
        }
        self._resolved[None] = self._values

    def _own(self, group: Group, place: str) -> dict[str, Entry]:
        entries = group if isinstance(group, Mapping) else {_RATE: group}
        own: dict[str, Entry] = {}
        for name, value in entries.items():
            _name(name, place)
            checked = _schedule(value, f"{place}.{name}")
            own[name] = value if isinstance(value, Schedule) else _number(checked)
            if not isinstance(value, Schedule) and name not in self._values:
                raise InvalidScheduleError(
                    f"{place}.{name}: {value!r} is a factor for what the plan has no schedule of; "
                    f"give {name} to the plan, or a schedule to the group"
                )
        return own

    def _resolve(self, own: Mapping[str, Entry]) -> dict[str, Schedule]:
        """The schedules of a group: the plan's, with its own in their places and its factors applied."""
        taken = {
            name: value if isinstance(value, Schedule) else multiply(value, self._values[name])
            for name, value in own.items()
        }
        return {**self._values, **taken}

    @property
    def values(self) -> Mapping[str, Schedule]:
        """The schedules of the plan itself, by hyper-parameter."""
        return MappingProxyType(self._values)

    @property
    def groups(self) -> Mapping[str, Mapping[str, Entry]]:
        """By the name of the group, its factors and schedules by hyper-parameter."""
        return {group: MappingProxyType(own) for group, own in self._groups.items()}

    def schedules(self, group: str | None = None) -> dict[str, Schedule]:
        """The schedules by hyper-parameter, of the plan itself or of one of its groups.

        Raises:
            InvalidScheduleError: there is no such group.
        """
        if group not in self._resolved:
            known = ", ".join(map(repr, self._groups)) or "none"
            raise InvalidScheduleError(f"the plan has no group {group!r}; it has {known}")
        return dict(self._resolved[group])

    def __call__(self, step: int, group: str | None = None) -> dict[str, float]:
        """The values at `step`, of the plan itself or of one of its groups."""
        return {
            name: _at(f"Plan.{name}", lambda schedule: schedule(step), schedule)
            for name, schedule in self.schedules(group).items()
        }

    def bind(self, **given: Unpack[Figures]) -> Plan:
        """This plan with all its schedules bound, as by `Schedule.bind`."""
        values, groups = self._mapped(lambda schedule: schedule.bind(**given))
        return Plan(groups=groups, **values)

    def _mapped(
        self, change: Callable[[Schedule], T]
    ) -> tuple[dict[str, T], dict[str, dict[str, T | float]]]:
        values = {
            name: _at(f"Plan.{name}", change, schedule) for name, schedule in self._values.items()
        }
        groups: dict[str, dict[str, T | float]] = {
            group: {
                name: _at(f"Plan.groups[{group!r}].{name}", change, value)
                if isinstance(value, Schedule)
                else value
                for name, value in own.items()
            }
            for group, own in self._groups.items()
        }
        return values, groups

    def to_json(self) -> str:
        """The document of this plan; `Plan.from_json` gives back an equal one."""
        return _document.dump(self._entries)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan of a document.

        Raises:
            DocumentError: the text is not such a document; the message names the place of every fault.
        """
        values = _document.mapping(_document.entry(text, "plan"), "plan")
        groups = {
            group: {
                name: _entry(value, f"plan.groups.{group}.{name}")
                for name, value in _document.mapping(own, f"plan.groups.{group}").items()
            }
            for group, own in _document.mapping(values.pop("groups", {}), "plan.groups").items()
        }
        schedules = {
            name: _document.read_at(value, f"plan.{name}") for name, value in values.items()
        }
        try:
            return cls(groups=groups, **schedules)
        except InvalidScheduleError as error:
            raise DocumentError(f"plan: {error}") from None

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Plan:
        """The plan of the document in the file `path`.

        Raises:
            DocumentError: the file holds no such document; the message names file and place.
            OSError: the file cannot be read.
        """
        return _document.from_file(path, cls.from_json)

    @property
    def _entries(self) -> dict[str, object]:
        values, groups = self._mapped(_document.write)
        return {"plan": {**values, **({"groups": groups} if groups else {})}}

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical document."""
        return _document.digest(self._entries)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan):
            return NotImplemented
        return (self._values, self._groups) == (other._values, other._groups)

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        given = [f"{name}={value!r}" for name, value in self._values.items()]
        own = [f"groups={self._groups!r}"] if self._groups else []
        return f"Plan({', '.join(given + own)})"


def _at(place: str, change: Callable[[Schedule], T], schedule: Schedule) -> T:
    """What `change` makes of a schedule of the plan; an error names its place."""
    try:
        return change(schedule)
    except (InvalidScheduleError, UnboundError) as error:
        raise type(error)(f"{place}: {error}") from None


def _name(name: object, place: str) -> str:
    if not isinstance(name, str):
        raise InvalidScheduleError(f"{place}: a name is a string; got {name!r}")
    return name


def _entry(data: object, place: str) -> Entry:
    number = isinstance(data, (int, float)) and not isinstance(data, bool)
    return cast(float, data) if number else _document.read_at(data, place)


def _schedule(value: Entry, place: str) -> Schedule:
    if isinstance(value, Schedule):
        return value
    number = plain(value)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise InvalidScheduleError(
            f"{place}: this is neither a schedule nor a number; got {value!r}"
        )
    try:
        return Constant(number)
    except InvalidScheduleError as error:
        raise InvalidScheduleError(f"{place}: {error}") from None


def _number(schedule: Schedule) -> float:
    assert isinstance(schedule, Constant)
    return schedule.value
