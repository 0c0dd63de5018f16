"""What `lrcore.export(..., "torch")` calls."""

from __future__ import annotations

from typing import Any, Final

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from lrcore import ExportError, Plan, Schedule

from ._native import Scheduler
from ._peers import peer


def export(
    schedule: Schedule | Plan, *, optimizer: Optimizer, native: bool = False, **options: Any
) -> LRScheduler:
    """`Scheduler(optimizer, schedule, **options)`, or with `native` the scheduler of PyTorch that equals it.

    Args:
        schedule: a schedule or a plan.
        optimizer: the optimizer.
        native: whether the result is a class of `torch.optim.lr_scheduler`, for programs without lrcore.
        options: the arguments of `Scheduler`.

    Raises:
        lrcore.ExportError: as for `Scheduler`, or no scheduler of PyTorch has the values of the schedule.
    """
    if not native:
        return Scheduler(optimizer, schedule, **options)
    if isinstance(schedule, Plan):
        raise ExportError("native=True is for schedules; a plan has no equivalent in PyTorch")
    if options:
        raise ExportError(f"native=True takes no other options; got {', '.join(options)}")
    return peer(schedule, optimizer)


export_plan: Final = export
"""A scheduler covers all hyper-parameters of a plan."""
