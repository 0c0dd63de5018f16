"""A schedule as an `LRScheduler` of PyTorch."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, get_args

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from lrcore import ExportError, Plan, Schedule
from lrcore.backend import Precision, checked, checked_step, shown

from ._assignment import Assignment, Held
from ._groups import Known, known
from ._listening import listen
from ._options import Options, several
from ._places import put
from ._state import OnMismatch, mismatch, read, text_of


class Scheduler(LRScheduler):
    """An `LRScheduler` that writes the values of a schedule or plan to the parameter groups.

    The constructor writes the values of the first update, and each `step()` after an update writes the
    next. A value is a function of the step alone. The scheduler never reads the values in the optimizer, so
    it makes no difference in which order optimizer and scheduler are built or restored. `last_epoch` is the
    step of the next update.

    A schedule is the learning rate of all groups. Of a plan, "learning_rate" is written as "lr", "beta1"
    and "beta2" to the betas of the optimizer, "momentum" to its momentum or else its first beta, and any
    other value under its own name. A group of the plan applies to the parameter group of its name,
    `{"params": ..., "name": ...}`, or of its number in `optimizer.param_groups`.

    A number in the optimizer gets the float64 value, and a tensor, which is filled in place, the value
    rounded to its dtype. Both round to the same float32, which is that of every other framework.

    Args:
        optimizer: the optimizer whose values are set.
        schedule: a schedule or a plan.
        step: the step of the next update, 0 for a new run.
        dtype: "float32" rounds numbers to float32, too, so that they equal the values in other frameworks.
        relative: whether learning rates are factors of the rate that each parameter group was given.
        extra: names in the plan that the optimizer does not have, such as a clip norm; read their values
            with `current`.
        later: groups of the plan whose parameter groups will be added to the optimizer later.
        on_mismatch: what `load_state_dict` does with the state of another schedule. "refuse" raises an
            error, "adopt" goes on at the step of the state with the schedule of this scheduler, and
            "restore" with the schedule of the state.

    Raises:
        lrcore.ExportError: the optimizer has no place for a value or a group of the plan; parameter groups
            with different rates would get the same one; or the state that `load_state_dict` was given
            belongs to another schedule.
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
        >>> scheduler
        Scheduler(Linear(start=0.0, end=1.0, steps=4), step=3)
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedule: Schedule | Plan,
        *,
        step: int = 0,
        dtype: Precision = "float64",
        relative: bool = False,
        extra: Collection[str] = (),
        later: Collection[str | int] = (),
        on_mismatch: OnMismatch = "refuse",
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise ExportError(
                f"a scheduler needs an optimizer of torch.optim; got {shown(optimizer)}"
            )
        if on_mismatch not in get_args(OnMismatch):
            raise ExportError(
                f'on_mismatch is "refuse", "adopt" or "restore"; got {shown(on_mismatch)}'
            )
        options = Options(
            checked(dtype), relative, several("extra", extra), several("later", later)
        )
        self._known: list[Known] = []
        self._on_mismatch = on_mismatch
        self._displaced: Held = []
        first = _in_run(step)
        self._follow(schedule, options, optimizer)
        _keep_default(optimizer)
        super().__init__(optimizer)
        listen(optimizer, self)
        if first:
            self.seek(first)

    @property
    def schedule(self) -> Schedule | Plan:
        """The schedule or plan; with `relative`, the plan of absolute values.

        A schedule or plan that is assigned takes effect at once, from the current step on, unless another
        scheduler has replaced the values of this one. With `relative` it consists of factors.
        """
        return self._assignment.definition

    @schedule.setter
    def schedule(self, schedule: Schedule | Plan) -> None:
        applied = self._is_applied()
        self._follow(schedule, self._options.of(schedule))
        if applied:
            self._write(self.last_epoch)

    def current(self, group: str | int | None = None) -> dict[str, float]:
        """The values of the next update by hyper-parameter, those that are `extra` included.

        Args:
            group: the name or number of a group; None is the plan itself.

        Raises:
            lrcore.ExportError: there is no such group.
        """
        return self._assigned().current(self.last_epoch, group)

    def step(self, epoch: int | None = None, *, skipped: bool = False) -> None:
        """Go on to the next step, and write its values.

        Args:
            epoch: the step to go to, as for `seek`; None is the next one.
            skipped: whether the optimizer made no update, as `torch.amp.GradScaler` decides; the scheduler
                then stays where it is.

        Raises:
            lrcore.StepError: `epoch` is not an integer; nothing is changed.
        """
        if skipped:
            return
        if torch.compiler.is_compiling():
            _uncompiled_step(self, epoch)
            return
        if self._step_count == 1:
            self._check_order()
        self._write(self.last_epoch + 1 if epoch is None else _in_run(epoch))
        self._step_count += 1

    def seek(self, step: int) -> None:
        """Go to any step, and write its values.

        Args:
            step: the step of the next update.

        Raises:
            lrcore.StepError: `step` is not an integer; nothing is changed.
            lrcore.ExportError: `step` is negative.
        """
        self._write(_in_run(step))
        self._step_count = self.last_epoch + 1

    def get_last_lr(self) -> list[float | Tensor]:
        """The learning rate of the next update, for each parameter group."""
        return self._assigned().rates(self.optimizer.param_groups, self.last_epoch)

    get_lr = get_last_lr

    def state_dict(self) -> dict[str, object]:
        """The step, the document of the schedule as one text, and whether the optimizer holds the values.

        The last entry is false where another scheduler has taken over, as in a `SequentialLR`.
        """
        return {
            "step": max(self.last_epoch, -1),
            "schedule": self._text_of_schedule(),
            "applied": self._is_applied(),
        }

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on at the step of `state_dict`, and write its values to the optimizer at once.

        Nothing is written if another scheduler had taken over when the state was saved.

        Args:
            state_dict: the state of a `Scheduler`; with `on_mismatch="adopt"` also that of another scheduler
                of PyTorch, of which `last_epoch` is taken.

        Raises:
            lrcore.ExportError: it is the state of something else, or of another schedule.
        """
        adopts = self._on_mismatch == "adopt"
        saved = read(state_dict, {self._text_of_schedule(): self.schedule}, parse=not adopts)
        if saved.definition != self.schedule and not adopts:
            if saved.definition is None or self._on_mismatch == "refuse":
                raise mismatch(saved, self.schedule)
            options = self._options.of(saved.definition)
            self._follow(saved.definition, replace(options, relative=False))  # it is absolute
        if saved.applied and saved.step >= 0:
            self.seek(saved.step)
        else:
            self._give_back()
            self.last_epoch, self._step_count = saved.step, saved.step + 1
            self._is_last = False

    def before_change(self) -> None:
        """The parameter groups are about to change."""
        self._was_applied = self._is_applied()

    def after_loading(self) -> None:
        """The optimizer has loaded a state, with the values of the time at which it was saved."""
        groups = self.optimizer.param_groups
        self._assignment.check_loaded(groups)
        self._assignment.check_tensors(groups)
        if self._was_applied:
            self._displaced = self._assignment.held(groups)
            self._assignment.write(groups, self.last_epoch)

    def after_adding(self) -> None:
        """The optimizer has a new parameter group, or one less if it was refused."""
        _keep_default(self.optimizer)
        del self._known[len(self.optimizer.param_groups) :]
        group = self.optimizer.param_groups[-1]
        rate = group["lr"]
        group.setdefault("initial_lr", rate.clone() if isinstance(rate, Tensor) else rate)
        self._follow(self._given, self._options)
        if self._was_applied:
            self._assignment.write(self.optimizer.param_groups, self.last_epoch)

    def __repr__(self) -> str:
        return f"Scheduler({self.schedule!r}, step={self.last_epoch})"

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        listen(self.optimizer, self)

    def _initial_step(self) -> None:
        """The first step of a run; also called by `SequentialLR`, which has moved `last_epoch` back."""
        self._step_count = 1
        self._write(self.last_epoch + 1)

    def _update_lr(self, epoch: int | None = None) -> None:
        """Go on to the next step or to `epoch`; also called by `SequentialLR`."""
        self._write(self.last_epoch + 1 if epoch is None else _in_run(epoch))

    def _follow(
        self, schedule: Schedule | Plan, options: Options, optimizer: Optimizer | None = None
    ) -> None:
        optimizer = self.optimizer if optimizer is None else optimizer
        groups = known(optimizer, self._known)
        self._assignment = Assignment(schedule, optimizer, groups, options)
        self._given, self._options, self._known = schedule, options, groups
        self._text: str | None = None

    def _assigned(self) -> Assignment:
        """The assignment to the parameter groups, new ones included."""
        if len(self.optimizer.param_groups) != self._assignment.size:
            self._follow(self._given, self._options)
        return self._assignment

    def _write(self, step: int) -> None:
        self._assigned().write(self.optimizer.param_groups, step)
        self.last_epoch = step
        self._displaced = []
        self._is_last = True

    def _is_applied(self) -> bool:
        """Whether the optimizer holds the values of this scheduler."""
        is_started = self._is_last and self.last_epoch >= 0
        return is_started and self._assignment.is_held(self.optimizer.param_groups, self.last_epoch)

    def _give_back(self) -> None:
        """Undo what was written over the state that the optimizer has loaded."""
        if self._displaced and self._is_applied():
            for group, place, value in self._displaced:
                put(group, place, value)
        self._displaced = []

    def _text_of_schedule(self) -> str:
        if self._text is None:
            self._text = text_of(self.schedule)
        return self._text

    def _check_order(self) -> None:
        """What PyTorch's schedulers say, with the line of the caller."""
        is_watched = hasattr(self.optimizer.step, "_wrapped_by_lr_sched")
        if is_watched and not getattr(self.optimizer, "_opt_called", False):
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`, so the first value of the "
                "schedule was not used; if the optimizer made no update because a gradient scaler skipped "
                "it, call `lr_scheduler.step(skipped=True)`",
                UserWarning,
                stacklevel=3,
            )


@torch.compiler.disable  # type: ignore[untyped-decorator]
def _uncompiled_step(scheduler: Scheduler, epoch: int | None) -> None:
    """A step between two compiled graphs: a schedule is no part of a graph of the optimizer."""
    rates = [group["lr"] for group in scheduler.optimizer.param_groups]
    if not all(isinstance(rate, Tensor) for rate in rates):
        warnings.warn(
            "the learning rate is a number, so a compiled optimizer is compiled again for each value; give "
            "the optimizer a tensor, as in lr=torch.tensor(0.1)",
            UserWarning,
            stacklevel=2,
        )
    scheduler.step(epoch)


def _keep_default(optimizer: Optimizer) -> None:
    """Groups that are added later get the learning rate of the constructor, not a tensor that is filled."""
    if isinstance(rate := optimizer.defaults.get("lr"), Tensor):
        optimizer.defaults["lr"] = rate.clone()


def _in_run(step: int) -> int:
    if (index := checked_step(step)) < 0:
        raise ExportError(f"step={step}: a run begins at step 0, and resumes at a later step")
    return index
