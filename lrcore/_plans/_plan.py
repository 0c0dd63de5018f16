"""Schedules for all hyper-parameters of a training, and for groups of its parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import FrozenInstanceError
from keyword import iskeyword
from typing import Final, Never, NoReturn, TypeAlias, TypeVar, cast, overload
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from .._algebra import longest, multiply
from .._definition import _derived
from .._definition._entries import assemble_at
from .._definition._plain import unwrapped
from .._definition._schedule import Schedule
from .._durations import Duration
from .._errors import DocumentError, InvalidScheduleError, UnboundError, printable, shown
from .._evaluation._cached import cached_property
from .._schedules import Constant
from ._arguments import as_schedule, group_name, hyperparameter
from ._entries import group, mapping, plan_entry, written
from ._factor import Factor

T = TypeVar("T")

_RATE: Final = "learning_rate"
Entry: TypeAlias = Schedule | float
GroupEntry: TypeAlias = Schedule | float | Factor
Group: TypeAlias = GroupEntry | Mapping[str, GroupEntry]
Own: TypeAlias = dict[str, "Schedule | Factor"]


class Plan:
    """Schedules by hyper-parameter, for a whole training and for groups of its parameters.

    A value has no unit, so a plan may contain a clip norm as well as a learning rate. A number is a value
    that does not change, in a group as well. A `Factor` in a group multiplies the plan's schedule of that
    hyper-parameter. Plans are compared by content, and cannot be changed.

    Args:
        groups: a dictionary with an entry for each group of parameters, by its name or number. An entry is
            a dictionary with schedules, values and factors by hyper-parameter. A schedule, value or factor in
            place of the dictionary is about the learning rate.
        hyperparameters: a schedule or a value for each hyper-parameter, such as `learning_rate`,
            `weight_decay` or `momentum`.

    Raises:
        InvalidScheduleError: an entry is neither a schedule nor a number, a group has a factor for a
            hyper-parameter that the plan does not have, or a name is not allowed.

    Example:
        >>> import lrcore as lrc
        >>> plan = lrc.Plan(
        ...     learning_rate=lrc.Linear(0.0, 0.1, 10),
        ...     weight_decay=0.01,
        ...     groups={"backbone": lrc.Factor(0.1), "bias": {"weight_decay": 0.0}},
        ... )
        >>> plan(5)
        {'learning_rate': 0.05, 'weight_decay': 0.01}
        >>> plan(5, group="bias")
        {'learning_rate': 0.05, 'weight_decay': 0.0}
        >>> plan["learning_rate"]
        Linear(start=0.0, end=0.1, steps=10)
    """

    _own: dict[str, Schedule]
    _groups: dict[str | int, Own]
    _resolved: dict[str | int | None, dict[str, Schedule]]

    def __init__(
        self,
        /,
        *given: Never,
        groups: Mapping[str | int, Group] | None = None,
        **hyperparameters: Entry,
    ) -> None:
        if given:
            raise InvalidScheduleError(
                "Plan: hyper-parameters are given by name, as in Plan(learning_rate=...) or "
                f"Plan(**dictionary); got {', '.join(map(repr, given))}"
            )
        if not hyperparameters:
            raise InvalidScheduleError("Plan: there is no hyper-parameter; give learning_rate=...")
        own = {
            hyperparameter(name, "Plan"): as_schedule(value, f"Plan.{printable(name)}")
            for name, value in hyperparameters.items()
        }
        if groups is not None and not isinstance(groups, Mapping):
            raise InvalidScheduleError(
                f"Plan.groups: groups are a mapping by their names; got {shown(groups)}"
            )
        names = [group_name(group) for group in groups or {}]
        if twice := [name for name, times in Counter(names).items() if times > 1]:
            raise InvalidScheduleError(f"Plan.groups: the group {shown(twice[0])} is given twice")
        vars(self)["_own"] = own
        vars(self)["_groups"] = {
            group_name(group): self._entries_of(
                cast("Group", unwrapped(entries, Schedule, Factor)), f"Plan.groups[{shown(group)}]"
            )
            for group, entries in (groups or {}).items()
        }
        resolved = {group: self._resolve(own) for group, own in self._groups.items()}
        vars(self)["_resolved"] = {**resolved, None: own}

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"a plan cannot be changed: {name}")

    def _entries_of(self, group: Group, place: str) -> Own:
        entries = group if isinstance(group, Mapping) else {_RATE: group}
        own: Own = {}
        for name, given in entries.items():
            value = unwrapped(given, Schedule, Factor)
            hyperparameter(name, place)
            if isinstance(value, Factor):
                if name not in self._own:
                    raise InvalidScheduleError(
                        f"{place}.{printable(name)}: {shown(value)} is a factor for what the plan does not have; "
                        f"give {name} to the plan, or a schedule or value to the group"
                    )
                own[name] = value
            else:
                own[name] = as_schedule(value, f"{place}.{printable(name)}")
        return own

    def _resolve(self, own: Own) -> dict[str, Schedule]:
        """The schedules of a group: those of the plan, with its own in their places."""
        taken = {
            name: multiply(value.factor, self._own[name]) if isinstance(value, Factor) else value
            for name, value in own.items()
        }
        return {**self._own, **taken}

    @property
    def groups(self) -> dict[str | int, dict[str, Schedule | Factor]]:
        """The schedules and factors of each group by hyper-parameter, by the name or number of the group."""
        return {group: dict(own) for group, own in self._groups.items()}

    @property
    def duration(self) -> int | Duration | None:
        """The length of the longest schedule; None if one of them is endless and not constant."""
        return longest(tuple(s for group in self._resolved.values() for s in group.values()))

    def schedules(self, group: str | int | None = None) -> dict[str, Schedule]:
        """The schedules by hyper-parameter, of the plan itself or of one of its groups.

        Args:
            group: the name or number of a group; None is the plan itself.

        Raises:
            InvalidScheduleError: there is no such group.
        """
        known = isinstance(group, (str, int, type(None))) and group in self._resolved
        if not known:
            names = ", ".join(map(repr, self._groups)) or "none"
            raise InvalidScheduleError(f"the plan has no group {shown(group)}; it has {names}")
        return dict(self._resolved[group])

    def __getitem__(self, hyperparameter: str) -> Schedule:
        """The schedule of a hyper-parameter of the plan itself."""
        if not isinstance(hyperparameter, str) or hyperparameter not in self._own:
            names = ", ".join(map(repr, self._own))
            raise InvalidScheduleError(f"the plan has no {shown(hyperparameter)}; it has {names}")
        return self._own[hyperparameter]

    def __contains__(self, hyperparameter: object) -> bool:
        """Whether the plan itself has a schedule for a hyper-parameter."""
        return isinstance(hyperparameter, str) and hyperparameter in self._own

    def __iter__(self) -> Iterator[str]:
        """The hyper-parameters of the plan itself."""
        return iter(self._own)

    @overload
    def __call__(
        self, step: int | np.integer, group: str | int | None = None
    ) -> dict[str, float]: ...
    @overload
    def __call__(
        self, step: range | NDArray[np.integer], group: str | int | None = None
    ) -> dict[str, NDArray[np.float64]]: ...
    def __call__(
        self,
        step: int | np.integer | range | NDArray[np.integer] | None = None,
        group: str | int | None = None,
    ) -> dict[str, float] | dict[str, NDArray[np.float64]]:
        """The values at `step` by hyper-parameter, of the plan itself or of one of its groups.

        Args:
            step: an integer, or a range or a NumPy array of integers.
            group: the name or number of a group; None is the plan itself.

        Raises:
            StepError: `step` is not an integer, or is above 2**53.
            UnboundError: a schedule has durations that `bind` has to resolve.
            InvalidScheduleError: there is no such group.
        """
        return {
            name: _at(f"Plan.{printable(name)}", lambda schedule: schedule(step), schedule)  # type: ignore[arg-type]
            for name, schedule in self.schedules(group).items()
        }

    def bind(
        self,
        *,
        total_steps: int | None = None,
        epochs: float | None = None,
        steps_per_epoch: int | None = None,
        dataset_size: int | None = None,
        drop_last: bool = False,
        batch_size: int | None = None,
        gradient_accumulation: int | None = None,
        world_size: int | None = None,
        tokens_per_step: int | None = None,
        sequence_length: int | None = None,
    ) -> Plan:
        """This plan with all of its schedules bound, as by `Schedule.bind`."""

        def bound(schedule: Schedule) -> Schedule:
            return schedule.bind(
                total_steps=total_steps,
                epochs=epochs,
                steps_per_epoch=steps_per_epoch,
                dataset_size=dataset_size,
                drop_last=drop_last,
                batch_size=batch_size,
                gradient_accumulation=gradient_accumulation,
                world_size=world_size,
                tokens_per_step=tokens_per_step,
                sequence_length=sequence_length,
            )

        values, groups = self._mapped(bound, lambda factor: factor)
        return Plan(groups=groups, **values)

    def _mapped(
        self, change: Callable[[Schedule], T], change_factor: Callable[[Factor], T | Factor]
    ) -> tuple[dict[str, T], dict[str | int, dict[str, T | Factor]]]:
        values = {
            name: _at(f"Plan.{printable(name)}", change, schedule)
            for name, schedule in self._own.items()
        }
        groups: dict[str | int, dict[str, T | Factor]] = {
            group: {
                name: change_factor(value)
                if isinstance(value, Factor)
                else _at(f"Plan.groups[{group!r}].{name}", change, value)
                for name, value in own.items()
            }
            for group, own in self._groups.items()
        }
        return values, groups

    def to_entries(self) -> dict[str, object]:
        """The entry "plan" of the document."""
        values, groups = self._mapped(written, written)
        if not groups:
            return values
        by_name = sorted(groups.items(), key=lambda item: (isinstance(item[0], str), item[0]))
        return {**values, "groups": {str(group): own for group, own in by_name}}

    @classmethod
    def from_entries(cls, data: object, place: str) -> Plan:
        """The plan of the entry "plan"; an error names faults below `place`."""
        # An entry "kind" of its own is a fault: its schedule belongs in place of a value.
        is_plan = isinstance(data, Mapping) and "kind" not in data
        values = mapping(assemble_at(data, place) if is_plan else data, place)
        groups = {
            name: group(own, f"{place}.groups.{printable(name)}")
            for name, own in mapping(values.pop("groups", {}), f"{place}.groups").items()
        }
        own = {
            name: plan_entry(value, f"{place}.{printable(name)}") for name, value in values.items()
        }
        try:
            return cls(groups=cast("dict[str | int, Group]", groups), **own)
        except InvalidScheduleError as error:
            raise DocumentError(f"{place}: {error}") from None

    def to_dict(self) -> dict[str, object]:
        """The document of this plan as plain data; `from_dict` gives back an equal plan."""
        return _derived.to_dict(self)

    def to_json(self) -> str:
        """The document of this plan as text; `from_json` gives back an equal plan."""
        return _derived.to_json(self)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical document: equal for two plans exactly if they are equal."""
        return _derived.fingerprint(self)

    def __copy__(self) -> Plan:
        return self

    def __deepcopy__(self, memo: object) -> Plan:
        return self

    def __reduce__(self) -> tuple[Callable[..., Plan], tuple[object, ...]]:
        return _remade, (self._groups, self._own)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan):
            return NotImplemented
        return (self._own, self._groups) == (other._own, other._groups)

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        given = [
            f"{name}={_shown(value)}" if _is_keyword(name) else f"**{{{name!r}: {_shown(value)}}}"
            for name, value in self._own.items()
        ]
        groups = ", ".join(
            f"{group!r}: {{{', '.join(f'{name!r}: {_shown(own)}' for name, own in entries.items())}}}"
            for group, entries in self._groups.items()
        )
        return f"Plan({', '.join([*given, f'groups={{{groups}}}'] if groups else given)})"


def _remade(groups: Mapping[str | int, Group], hyperparameters: dict[str, Entry]) -> Plan:
    return Plan(groups=groups, **hyperparameters)


def _is_keyword(name: str) -> bool:
    """Whether Python takes an argument of this name without quotes, by the name as it is written."""
    return name.isidentifier() and not iskeyword(name) and normalize("NFKC", name) == name


def _shown(value: Schedule | Factor) -> str:
    return repr(value.value if type(value) is Constant else value)


def _at(place: str, change: Callable[[Schedule], T], schedule: Schedule) -> T:
    """What `change` makes of a schedule of the plan; an error names its place."""
    try:
        return change(schedule)
    except (InvalidScheduleError, UnboundError) as error:
        raise type(error)(f"{place}: {error}") from None
