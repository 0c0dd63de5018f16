"""Lightning: the schedule bound to the trainer, steps after updates, the monitor, and checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import lightning
import pytest
import torch
from ledger import Batches, Ledger
from lightning.pytorch.callbacks import LearningRateMonitor, ModelCheckpoint
from lightning.pytorch.loggers import CSVLogger
from torch.utils.data import DataLoader

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore_torch import lightning_optimizers

UPDATES: Final = 30
RECIPE: Final = lrc.WarmupCosine(0.5, "20 %", "rest", end=0.125)
BOUND: Final = lrc.WarmupCosine(0.5, 6, 24, end=0.125)
RATES: Final[list[float]] = to_float32(BOUND(range(UPDATES))).tolist()

pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning:lightning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


class Module(lightning.LightningModule):
    """The ledger as a Lightning module."""

    def __init__(self, schedule: lrc.Schedule = RECIPE, **options: Any) -> None:
        super().__init__()
        self.ledger = Ledger(UPDATES)
        self.schedule, self.options = schedule, options

    def training_step(self, batch: dict[str, torch.Tensor], _: int) -> torch.Tensor:
        """The loss of the update; after a restart Lightning begins with the first batch again."""
        loss: torch.Tensor = self.ledger(torch.full_like(batch["index"], self.global_step))["loss"]
        return loss

    def configure_optimizers(self) -> Any:
        """SGD with the schedule."""
        optimizer = torch.optim.SGD(self.parameters(), lr=0.5)
        return lightning_optimizers(self, optimizer, self.schedule, **self.options)


def fit(module: Module, folder: Path, *, resume: Path | None = None, **options: Any) -> Any:
    """Thirty updates."""
    each = options.get("accumulate_grad_batches", 1)
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_epochs=1,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=folder,
        log_every_n_steps=1,
        logger=CSVLogger(folder),
        callbacks=[
            LearningRateMonitor("step"),
            ModelCheckpoint(folder, "{step}", every_n_train_steps=1, save_top_k=-1),
        ],
        **options,
    )
    trainer.fit(module, DataLoader(Batches(UPDATES, each)), ckpt_path=resume)
    return trainer


def test_each_update_uses_its_value(tmp_path: Path) -> None:
    """Bound to the updates that the trainer has estimated; the monitor logs what was used."""
    module = Module()
    fit(module, tmp_path)
    assert module.ledger.rates() == RATES
    scheduler: Any = module.lr_schedulers()
    assert scheduler.schedule == BOUND
    (log,) = tmp_path.rglob("metrics.csv")
    header, *rows = (line.split(",") for line in log.read_text().splitlines())
    column = header.index("lr-SGD")
    logged = [float(row[column]) for row in rows if row[column]]
    assert logged == BOUND(range(UPDATES)).tolist()


def test_accumulated_gradients_are_one_update(tmp_path: Path) -> None:
    """Lightning makes a step of the scheduler for each update of the optimizer."""
    module = Module()
    fit(module, tmp_path, accumulate_grad_batches=4)
    assert module.ledger.rates() == RATES


def test_a_run_goes_on_from_the_checkpoint_of_every_update(tmp_path: Path) -> None:
    """The weights are those of a run that was not interrupted."""
    fit(Module(), tmp_path)
    for step in range(1, UPDATES):
        resumed = Module()
        fit(resumed, tmp_path / f"from {step}", resume=tmp_path / f"step={step}.ckpt")
        assert resumed.ledger.rates() == RATES


def test_a_run_goes_on_with_a_changed_schedule(tmp_path: Path) -> None:
    """It is refused, or adopted where the person says so."""
    fit(Module(), tmp_path)
    checkpoint = tmp_path / "step=10.ckpt"
    with pytest.raises(lrc.ExportError, match="follows another schedule than this scheduler"):
        fit(Module(lrc.Constant(0.75)), tmp_path / "other", resume=checkpoint)
    adopting = Module(lrc.Constant(0.75), on_mismatch="adopt")
    fit(adopting, tmp_path / "adopted", resume=checkpoint)
    assert adopting.ledger.rates() == RATES[:10] + [0.75] * 20
