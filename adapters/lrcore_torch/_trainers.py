"""Schedules in the trainers of other libraries, which know how long a run is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch.optim import Optimizer

from lrcore import ExportError, Plan, Schedule
from lrcore.backend import shown

from ._native import Scheduler


def prepare_for_accelerate(accelerator: Any, scheduler: Scheduler) -> Any:
    """A scheduler as `accelerator.prepare` returns it, with one step for each update of the optimizer.

    `accelerator.prepare` makes a step for each process at every update, so the schedule of a run on two
    devices would end in the middle. Here the number of processes makes no difference, whatever
    `split_batches` and `step_scheduler_with_optimizer` are. Call it after the optimizer was prepared.
    Gradient accumulation, skipped updates, and `save_state` and `load_state` work as for any prepared
    scheduler.

    Args:
        accelerator: an `accelerate.Accelerator`.
        scheduler: the scheduler, not prepared.

    Raises:
        lrcore.ExportError: the optimizer of the scheduler was not prepared, or the scheduler is already.

    Example:
        >>> import lrcore as lrc, lrcore_torch, torch
        >>> from accelerate import Accelerator
        >>> accelerator = Accelerator(cpu=True)
        >>> optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)])
        >>> scheduler = lrcore_torch.Scheduler(optimizer, lrc.Linear(1.0, 0.0, 4))
        >>> optimizer = accelerator.prepare(optimizer)
        >>> scheduler = lrcore_torch.prepare_for_accelerate(accelerator, scheduler)
    """
    from accelerate.scheduler import AcceleratedScheduler

    if not isinstance(scheduler, Scheduler):
        raise ExportError(
            f"an lrcore_torch.Scheduler that is not yet prepared is needed; got {shown(scheduler)}"
        )
    optimizers = [
        own for own in accelerator._optimizers if scheduler.optimizer in (own, own.optimizer)
    ]
    if not optimizers:
        raise ExportError(
            "accelerator.prepare has not prepared the optimizer of this scheduler; prepare it first"
        )
    prepared = AcceleratedScheduler(
        scheduler,
        optimizers,
        step_with_optimizer=accelerator.step_scheduler_with_optimizer,
        split_batches=True,  # one step for each update
    )
    prepared._is_accelerate_prepared = True
    return accelerator.prepare_scheduler(prepared)


class TransformersMixin:
    """A base class for a `transformers.Trainer` that follows a schedule or plan.

    The durations of the schedule are resolved with the number of updates that the trainer plans.

    Args:
        schedule: a schedule or a plan, with or without durations.
        scheduler_options: arguments for `Scheduler`, such as `{"on_mismatch": "adopt"}`.

    Example:
        >>> import lrcore as lrc, lrcore_torch, transformers
        >>> class Trainer(lrcore_torch.TransformersMixin, transformers.Trainer):
        ...     pass
        >>> trainer = Trainer(  # doctest: +SKIP
        ...     model, schedule=lrc.WarmupCosine(3e-4, "6 %", "rest")
        ... )
    """

    args: Any
    optimizer: Any
    lr_scheduler: Any

    def __init__(
        self,
        *args: Any,
        schedule: Schedule | Plan,
        scheduler_options: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.schedule = schedule
        self.scheduler_options = dict(scheduler_options or {})
        super().__init__(*args, **kwargs)

    def create_scheduler(
        self, num_training_steps: int, optimizer: Optimizer | None = None
    ) -> Scheduler:
        """The scheduler of the trainer, made when there is none."""
        if self.lr_scheduler is None:
            epochs = self.args.num_train_epochs if self.args.max_steps <= 0 else None
            self.lr_scheduler = Scheduler(
                self.optimizer if optimizer is None else optimizer,
                _bound(self.schedule, num_training_steps, epochs),
                **self.scheduler_options,
            )
            self._created_lr_scheduler = True
        scheduler: Scheduler = self.lr_scheduler
        return scheduler


def lightning_optimizers(
    module: Any, optimizer: Optimizer, schedule: Schedule | Plan, **options: Any
) -> dict[str, Any]:
    """What `configure_optimizers` of a Lightning module returns for an optimizer with a schedule.

    The durations of the schedule are resolved with the number of updates that the trainer plans, and the
    scheduler makes a step after each update.

    Args:
        module: the `LightningModule`, which knows its trainer.
        optimizer: the optimizer.
        schedule: a schedule or a plan, with or without durations.
        options: arguments for `Scheduler`, such as `on_mismatch="adopt"`.

    Example:
        >>> import lrcore as lrc, lrcore_torch, lightning, torch
        >>> class Module(lightning.LightningModule):
        ...     def configure_optimizers(self):
        ...         optimizer = torch.optim.AdamW(self.parameters())
        ...         schedule = lrc.WarmupCosine(3e-4, "6 %", "rest")
        ...         return lrcore_torch.lightning_optimizers(self, optimizer, schedule)
    """
    trainer = module.trainer
    total = trainer.estimated_stepping_batches
    epochs = trainer.max_epochs if trainer.max_steps == -1 else None
    bound = _bound(schedule, None if total == float("inf") else int(total), epochs)
    return {
        "optimizer": optimizer,
        "lr_scheduler": {"scheduler": Scheduler(optimizer, bound, **options), "interval": "step"},
    }


def _bound(
    schedule: Schedule | Plan, total_steps: int | None, epochs: float | None
) -> Schedule | Plan:
    """The schedule with the number of steps of a run, and of an epoch where that is an integer."""
    whole = total_steps is not None and bool(epochs) and total_steps % (epochs or 1) == 0
    return schedule.bind(total_steps=total_steps, epochs=epochs if whole else None)
