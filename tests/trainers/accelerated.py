"""A training with Accelerate, in each of several processes; it keeps the rates of its updates."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import torch
from accelerate import Accelerator
from accelerate.utils import DataLoaderConfiguration
from ledger import Batches, Ledger
from torch.utils.data import DataLoader

import lrcore as lrc
from lrcore_torch import Scheduler, prepare_for_accelerate

UPDATES: Final = 12
SCHEDULE: Final = lrc.WarmupCosine(0.5, 3, 9, end=0.125)


def main(folder: Path, mode: dict[str, bool], accumulation: int, stop: int, resume: bool) -> None:
    """Train from the beginning or the checkpoint, up to an update, and write the rates beside the checkpoint."""
    accelerator = Accelerator(
        cpu=True,
        gradient_accumulation_steps=accumulation,
        step_scheduler_with_optimizer=mode["step_scheduler_with_optimizer"],
        dataloader_config=DataLoaderConfiguration(split_batches=mode["split_batches"]),
    )
    processes = accelerator.num_processes
    each = processes * accumulation
    model = Ledger(UPDATES)
    optimizer = torch.optim.SGD(model.parameters())
    scheduler = Scheduler(optimizer, SCHEDULE)
    loader = DataLoader(
        Batches(UPDATES, each), batch_size=processes if mode["split_batches"] else 1
    )
    prepared, optimizer, loader = accelerator.prepare(model, optimizer, loader)
    stepped = prepare_for_accelerate(accelerator, scheduler)
    if resume:
        accelerator.load_state(str(folder))
    done = scheduler.last_epoch
    for i, batch in enumerate(loader):
        if not done * accumulation <= i < stop * accumulation:
            continue
        with accelerator.accumulate(prepared):
            accelerator.backward(prepared(**batch)["loss"])
            optimizer.step()
            if accelerator.sync_gradients or mode["step_scheduler_with_optimizer"]:
                stepped.step()
            optimizer.zero_grad()
    accelerator.save_state(str(folder))
    rank = accelerator.process_index
    (folder / f"{rank}.json").write_text(json.dumps([rank, scheduler.last_epoch, model.rates()]))


if __name__ == "__main__":
    folder, mode, accumulation, stop, resume = sys.argv[1:]
    main(Path(folder), json.loads(mode), int(accumulation), int(stop), resume == "resume")
