"""A schedule as an `LRScheduler` of PyTorch."""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Set
from typing import Any, Final, cast

from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from lrcore import ExportError, Plan, Schedule, from_dict
from lrcore.backend import Blocks, Precision, checked

_RATE: Final = "learning_rate"
_STATE: Final = {"schedule", "step", "dtype"}


class Scheduler(LRScheduler):
    """An `LRScheduler` that writes the values of a schedule or plan to the parameter groups.

    The constructor writes the values of the first update, and each `step()` after an update writes the
    next. A value is a function of the step alone. The scheduler never reads the values in the optimizer, so
    it makes no difference in which order optimizer and scheduler are built or restored. `last_epoch` is the
    step.

    A schedule is the learning rate of all groups. Of a plan, "learning_rate" is written as "lr", "beta1"
    and "beta2" to the betas of the optimizer, "momentum" to its momentum or else its first beta, and any
    other value under its own name. A group of the plan applies to the parameter group of its name,
    `{"params": ..., "name": ...}`, or of its number in `optimizer.param_groups`.

    Args:
        optimizer: the optimizer whose values are set. A tensor is filled in place.
        schedule: a schedule or a plan.
        step: the step of the next update, 0 for a new run.
        dtype: "float32" writes the float32 value, which is the same in all frameworks; "float64" writes the
            value before it is rounded.
        extra: names in the plan that the optimizer does not have, such as a clip norm; read their values
            with `value`.

    Raises:
        lrcore.ExportError: the optimizer has no place for a value or a group of the plan, or the state
            that `load_state_dict` was given belongs to another schedule.
        lrcore.StepError: the step is not an integer.
        lrcore.UnboundError: the schedule has durations that `bind` has to resolve.

    Example:
        >>> import lrcore as lrc, lrcore_torch, torch
        >>> optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)])
        >>> scheduler = lrcore_torch.Scheduler(optimizer, lrc.Linear(0.0, 1.0, 4))
        >>> for _ in range(3):
        ...     optimizer.step()
        ...     scheduler.step()
        >>> optimizer.param_groups[0]["lr"]
        0.75
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedule: Schedule | Plan,
        *,
        step: int = 0,
        dtype: Precision = "float32",
        extra: Collection[str] = (),
    ) -> None:
        if not isinstance(schedule, (Schedule, Plan)):
            raise ExportError(
                f"this is not a schedule or plan: {schedule!r}; for a number, write lrcore.Constant(...)"
            )
        self._plan = schedule if isinstance(schedule, Plan) else Plan(learning_rate=schedule)
        for group in (None, *self._plan.groups):
            self._plan(step, group)  # what has no value is an error before anything changes
        self.schedule = schedule
        self.dtype: Precision = checked(dtype)
        self._blocks = _blocks(self._plan, self.dtype)
        if step < 0:
            raise ExportError(f"step={step}: a run begins at step 0, and resumes at a later step")
        self._extra = self._checked_extra(extra)
        if isinstance(optimizer, Optimizer):
            self._check(optimizer)
        super().__init__(optimizer)
        self._go_to(step)

    def value(self, name: str, group: str | int | None = None) -> float:
        """The current value of a hyper-parameter of the plan, or of one of its groups.

        Args:
            name: the name of the hyper-parameter in the plan.
            group: the name or number of a group of the plan; None is the plan itself.

        Raises:
            lrcore.ExportError: the plan has no hyper-parameter of this name.
            lrcore.InvalidScheduleError: the plan has no such group.
        """
        schedules = self._plan.schedules(group)
        if name not in schedules:
            raise ExportError(f"the plan has no {name!r}; it has {', '.join(map(repr, schedules))}")
        return self._blocks[group][name](self.last_epoch)

    def get_lr(self) -> list[float | Tensor]:
        """The learning rate at the current step, for each group."""
        return [
            blocks[_RATE](self.last_epoch) if _RATE in blocks else group["lr"]
            for group, blocks in self._by_group(self.optimizer)
        ]

    def step(self, epoch: int | None = None) -> None:
        """Go on to the next step, and write its values."""
        super().step(epoch)
        for group, blocks in self._by_group(self.optimizer):
            for name, block in blocks.items():
                if name != _RATE and name not in self._extra:
                    _write(group, name, block(self.last_epoch))

    def state_dict(self) -> dict[str, object]:
        """The definition and the step, in plain JSON types."""
        return {"schedule": self.schedule.to_dict(), "step": self.last_epoch, "dtype": self.dtype}

    def load_state_dict(self, state_dict: dict[str, object]) -> None:
        """Go on at the step of `state_dict`, and write its values to the optimizer at once."""
        if set(state_dict) != _STATE:
            raise ExportError(
                f"not the state of an lrcore_torch.Scheduler: it holds {sorted(state_dict)}, not {sorted(_STATE)}"
            )
        document = cast("dict[str, object]", state_dict["schedule"])
        saved = self.schedule if document == self.schedule.to_dict() else from_dict(document)
        if saved != self.schedule or state_dict["dtype"] != self.dtype:
            raise ExportError(
                f"the saved state belongs to {saved!r} in {state_dict['dtype']}, this scheduler follows "
                f"{self.schedule!r} in {self.dtype}; build it with the saved schedule, or with step= to "
                "go on with this one"
            )
        step = state_dict["step"]
        if not isinstance(step, int):
            raise ExportError(f"the saved step is not an integer: {step!r}")
        self._go_to(step)

    def _checked_extra(self, extra: Collection[str]) -> frozenset[str]:
        if isinstance(extra, str):
            raise ExportError(f'extra holds several names; write extra=("{extra}",)')
        groups = (None, *self._plan.groups)
        known = {name for group in groups for name in self._plan.schedules(group)}
        if unknown := sorted(set(extra) - known):
            raise ExportError(
                f"extra: the plan has no {unknown[0]!r}; it has {', '.join(map(repr, sorted(known)))}"
            )
        return frozenset(extra)

    def _go_to(self, step: int) -> None:
        self._plan(step)  # a step out of range is an error before anything changes
        self.last_epoch = operator.index(step) - 1  # no number of NumPy's: states are plain
        self._initial_step()

    def _by_group(self, optimizer: Optimizer) -> Iterator[tuple[dict[str, Any], dict[str, Blocks]]]:
        known = self._blocks
        for i, group in enumerate(optimizer.param_groups):
            name = group.get("name")
            own = name if isinstance(name, str) and name in known else i if i in known else None
            yield group, known[own]

    def _check(self, optimizer: Optimizer) -> None:
        known = self._plan.groups
        named = [group.get("name") for group in optimizer.param_groups]
        for group in known:
            if isinstance(group, str):
                if group not in named:
                    raise ExportError(
                        f"the plan has a group {group!r}, the optimizer has none of that name; "
                        'name a parameter group so: {"params": ..., "name": ...}'
                    )
                continue
            if group >= len(named):
                raise ExportError(
                    f"the plan has a group {group}, the optimizer has {len(named)} parameter groups"
                )
            name = named[group]
            if isinstance(name, str) and name in known:
                raise ExportError(
                    f"the plan has a group {group} and a group {name!r}, which are the same "
                    "parameter group; leave one of them out"
                )
            if str(group) in named and name != str(group):
                raise ExportError(
                    f"the plan has a group {group}, and the parameter group of this name is not that of "
                    "this number; give it a name that is not a number"
                )
        for param_group, blocks in self._by_group(optimizer):
            self._check_group(param_group, blocks.keys(), type(optimizer).__name__)

    def _check_group(self, group: dict[str, Any], names: Set[str], optimizer: str) -> None:
        taken: dict[tuple[str, int | None], str] = {}
        for name in sorted(names - self._extra - {_RATE}):
            place = _place(group, name)
            if place is None:
                raise ExportError(
                    f"{optimizer} has no value {name!r}; if you use it yourself, give "
                    f'extra=("{name}",) and read scheduler.value("{name}")'
                )
            if place in taken:
                raise ExportError(
                    f"{taken[place]!r} and {name!r} are the same value of {optimizer}; leave one of them out"
                )
            taken[place] = name


def _blocks(plan: Plan, dtype: Precision) -> dict[str | int | None, dict[str, Blocks]]:
    """The values of the plan and of each of its groups; groups with the same schedule share a block."""
    made: dict[int, Blocks] = {}
    found: dict[str | int | None, dict[str, Blocks]] = {}
    for group in (None, *plan.groups):
        found[group] = {}
        for name, schedule in plan.schedules(group).items():
            if id(schedule) not in made:
                made[id(schedule)] = Blocks(schedule.ready(), dtype)
            found[group][name] = made[id(schedule)]
    return found


_BETAS: Final = {"beta1": 0, "beta2": 1, "momentum": 0}


def _place(group: dict[str, Any], name: str) -> tuple[str, int | None] | None:
    """The key under which an optimizer holds a value, and the index if the value is in a pair."""
    if name not in group and name in _BETAS and isinstance(group.get("betas"), (tuple, list)):
        return "betas", _BETAS[name]
    entry: object = group.get(name)
    is_value = isinstance(entry, (int, float, Tensor)) and not isinstance(entry, bool)
    return (name, None) if is_value and name != "lr" else None


def _write(group: dict[str, Any], name: str, value: float) -> None:
    place = _place(group, name)
    if place is None:
        return
    key, index = place
    held = group[key] if index is None else group[key][index]
    if isinstance(held, Tensor):
        held.fill_(value)
    elif index is None:
        group[key] = value
    else:
        group[key] = (*group[key][:index], value, *group[key][index + 1 :])


def export(
    schedule: Schedule | Plan,
    *,
    optimizer: Optimizer,
    step: int = 0,
    dtype: Precision = "float32",
    extra: Collection[str] = (),
) -> Scheduler:
    """`Scheduler(optimizer, schedule, step=step, dtype=dtype, extra=extra)`."""
    return Scheduler(optimizer, schedule, step=step, dtype=dtype, extra=extra)


export_plan: Final = export
"""A scheduler covers all hyper-parameters of a plan."""
