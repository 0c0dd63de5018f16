"""A schedule as PyTorch's own kind of scheduler."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

import numpy as np
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from lrcore import ExportError, Plan, Schedule, from_json
from lrcore.backend import Precision, bound, checked, to_float32

_RATE: Final = "learning_rate"
_STATE: Final = {"schedule", "step", "dtype"}


class Scheduler(LRScheduler):
    """A native scheduler that writes a schedule's value, or those of a plan, to parameter groups.

    Building it writes the values for the first update; each `step()` after an update writes the next.
    A value is a function of the step alone: what the optimizer holds is never read, so it makes no
    difference in which order optimizer and scheduler are built or restored. `last_epoch` is the step.

    A schedule is that of the learning rate of all groups. Of a plan, "learning_rate" is written as
    "lr", "momentum" to the optimizer's momentum or first beta, and any other value under its own name;
    a parameter group whose "name" is a group of the plan gets the values of that group.

    Args:
        optimizer: whose values to set. A tensor is filled in place.
        schedule: the values: a schedule, or a plan.
        step: the step of the next update, 0 for a new run.
        dtype: "float32" writes the float32 that all frameworks agree on; "float64" the unrounded value.
        elsewhere: names in the plan that the optimizer does not have, such as a clip norm; `value`
            gives them.

    Raises:
        lrcore.ExportError: the optimizer has no place for a value or a group of the plan, or what
            `load_state_dict` was given belongs to another schedule.
        lrcore.StepError: the step is not an integer.
        lrcore.UnboundError: the schedule holds durations.

    Example:
        >>> import lrcore as lr, lrcore_torch, torch
        >>> optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)])
        >>> scheduler = lrcore_torch.Scheduler(optimizer, lr.Linear(0.0, 1.0, 4))
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
        elsewhere: Collection[str] = (),
    ) -> None:
        self._plan = schedule if isinstance(schedule, Plan) else Plan(learning_rate=bound(schedule))
        self._plan(step)  # a step out of range is an error before anything changes
        self.schedule = schedule
        self.dtype: Precision = checked(dtype)
        self._elsewhere = frozenset(elsewhere)
        if isinstance(optimizer, Optimizer):
            self._check(optimizer)
        super().__init__(optimizer)
        self._go_to(step)

    def value(self, name: str, group: str | None = None) -> float:
        """The current value of a hyper-parameter of the plan, or of one of its groups.

        Raises:
            lrcore.ExportError: the plan has no hyper-parameter of this name.
            lrcore.InvalidScheduleError: the plan has no such group.
        """
        schedules = self._plan.schedules(group)
        if name not in schedules:
            raise ExportError(f"the plan has no {name!r}; it has {', '.join(map(repr, schedules))}")
        return self._rounded(schedules[name])

    def get_lr(self) -> list[float | Tensor]:
        """The learning rate at the current step, for each group."""
        value = self._shared()
        return [
            value(schedules[_RATE]) if _RATE in schedules else group["lr"]
            for group, schedules in self._by_group(self.optimizer)
        ]

    def step(self, epoch: int | None = None) -> None:
        """Go on to the next step, and write its values."""
        super().step(epoch)
        value = self._shared()
        for group, schedules in self._by_group(self.optimizer):
            for name in schedules.keys() - self._elsewhere - {_RATE}:
                _write(group, name, value(schedules[name]))

    def state_dict(self) -> dict[str, object]:
        """The definition and the step, in plain JSON types."""
        document = json.loads(self.schedule.to_json())
        return {"schedule": document, "step": self.last_epoch, "dtype": self.dtype}

    def load_state_dict(self, state_dict: dict[str, object]) -> None:
        """Go on at the step of `state_dict`, and write its values to the optimizer at once."""
        if set(state_dict) != _STATE:
            raise ExportError(
                f"not the state of an lrcore_torch.Scheduler: it holds {sorted(state_dict)}, not {sorted(_STATE)}"
            )
        read = Plan.from_json if isinstance(self.schedule, Plan) else from_json
        saved = read(json.dumps(state_dict["schedule"]))
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

    def _go_to(self, step: int) -> None:
        self._plan(step)  # a step out of range is an error before anything changes
        self.last_epoch = operator.index(step) - 1  # no number of NumPy's: states are plain
        self._initial_step()

    def _rounded(self, schedule: Schedule) -> float:
        value = schedule(self.last_epoch)
        return float(to_float32(np.asarray(value))) if self.dtype == "float32" else value

    def _shared(self) -> Callable[[Schedule], float]:
        """The values at the current step, computed once for all groups that share a schedule."""
        known: dict[int, float] = {}

        def value(schedule: Schedule) -> float:
            if id(schedule) not in known:
                known[id(schedule)] = self._rounded(schedule)
            return known[id(schedule)]

        return value

    def _by_group(
        self, optimizer: Optimizer
    ) -> Iterator[tuple[dict[str, Any], dict[str, Schedule]]]:
        known = self._plan.groups
        for group in optimizer.param_groups:
            name = group.get("name")
            yield group, self._plan.schedules(name if name in known else None)

    def _check(self, optimizer: Optimizer) -> None:
        named = {group.get("name") for group in optimizer.param_groups}
        if missing := sorted(self._plan.groups.keys() - named):
            raise ExportError(
                f"the plan has a group {missing[0]!r}, the optimizer has none of that name; "
                'name a parameter group so: {"params": ..., "name": ...}'
            )
        for group, schedules in self._by_group(optimizer):
            for name in sorted(schedules.keys() - self._elsewhere - {_RATE}):
                if (place := _place(group, name)) is None or not _is_value(group[place], place):
                    raise ExportError(
                        f"{type(optimizer).__name__} has no value {name!r}; if you use it yourself, give "
                        f'elsewhere=("{name}",) and read scheduler.value("{name}")'
                    )


def _place(group: dict[str, Any], name: str) -> str | None:
    if name == "momentum" and name not in group and "betas" in group:
        return "betas"
    return name if name in group and name not in ("betas", "lr") else None


def _is_value(entry: object, place: str) -> bool:
    """Whether a schedule may write there: parameters, switches and pairs are no values."""
    if place == "betas":
        return True
    return isinstance(entry, (int, float, Tensor)) and not isinstance(entry, bool)


def _write(group: dict[str, Any], name: str, value: float) -> None:
    place = _place(group, name)
    if place == "betas":
        group[place] = (value, *group[place][1:])
    elif place is not None and isinstance(group[place], Tensor):
        group[place].fill_(value)
    elif place is not None:
        group[place] = value


def export(
    schedule: Schedule, *, optimizer: Optimizer, step: int = 0, dtype: Precision = "float32"
) -> Scheduler:
    """`Scheduler(optimizer, schedule, step=step, dtype=dtype)`."""
    return Scheduler(optimizer, schedule, step=step, dtype=dtype)


def export_plan(
    plan: Plan,
    *,
    optimizer: Optimizer,
    step: int = 0,
    dtype: Precision = "float32",
    elsewhere: Collection[str] = (),
) -> Scheduler:
    """`Scheduler(optimizer, plan, step=step, dtype=dtype, elsewhere=elsewhere)`."""
    return Scheduler(optimizer, plan, step=step, dtype=dtype, elsewhere=elsewhere)
