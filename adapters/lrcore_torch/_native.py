"""A schedule as PyTorch's own kind of scheduler."""

from __future__ import annotations

import json
from typing import Final

import numpy as np
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from lrcore import ExportError, Schedule, from_json
from lrcore.backend import Precision, checked, to_float32

_STATE: Final = {"schedule", "step", "dtype"}


class Scheduler(LRScheduler):
    """A native scheduler that sets the learning rate of every parameter group to a schedule's value.

    Building it writes the value for the first update; each `step()` after an update writes the next.
    The value is a function of the step alone: what the optimizer holds is never read, so it makes no
    difference in which order optimizer and scheduler are built or restored. `last_epoch` is the step.

    Args:
        optimizer: whose rate to set. A rate that is a tensor is filled in place.
        schedule: the values.
        step: the step of the next update, 0 for a new run.
        dtype: "float32" writes the float32 that all frameworks agree on; "float64" the unrounded value.

    Raises:
        lrcore.ExportError: what `load_state_dict` was given belongs to another schedule.
        lrcore.StepError: the step is not an integer.

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
        schedule: Schedule,
        *,
        step: int = 0,
        dtype: Precision = "float32",
    ) -> None:
        schedule(step)  # a step out of range is an error before anything changes
        self.schedule = schedule
        self.dtype: Precision = checked(dtype)
        super().__init__(optimizer)
        self._go_to(step)

    def get_lr(self) -> list[float | Tensor]:
        """The value at the current step, once for each group."""
        value = self.schedule(self.last_epoch)
        if self.dtype == "float32":
            value = float(to_float32(np.asarray(value)))
        return [value for _ in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, object]:
        """The definition and the step, in plain JSON types."""
        document = json.loads(self.schedule.to_json())
        return {"schedule": document, "step": self.last_epoch, "dtype": self.dtype}

    def load_state_dict(self, state_dict: dict[str, object]) -> None:
        """Go on at the step of `state_dict`, and write its value to the optimizer at once."""
        if set(state_dict) != _STATE:
            raise ExportError(
                f"not the state of an lrcore_torch.Scheduler: it holds {sorted(state_dict)}, not {sorted(_STATE)}"
            )
        saved = from_json(json.dumps(state_dict["schedule"]))
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
        self.schedule(step)  # a step out of range is an error before anything changes
        self.last_epoch = step - 1
        self._initial_step()


def export(
    schedule: Schedule, *, optimizer: Optimizer, step: int = 0, dtype: Precision = "float32"
) -> Scheduler:
    """`Scheduler(optimizer, schedule, step=step, dtype=dtype)`."""
    return Scheduler(optimizer, schedule, step=step, dtype=dtype)
