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


def main(folder: Path, mode: dict[str, bool], accumulation: int) -> None:
    """Train, with a checkpoint after each update; go on from each of them; and write the rates of all runs."""
    runs = [train(folder, mode, accumulation, step) for step in range(UPDATES)]
    rank = Accelerator(cpu=True).process_index
    (folder / f"{rank}.json").write_text(json.dumps(runs))


def train(folder: Path, mode: dict[str, bool], accumulation: int, first: int) -> list[float]:
    """The rates of a run that goes on from a checkpoint at the update `first`, if it is above 0."""
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
    if first:
        accelerator.load_state(str(folder / f"{first}"))
    assert scheduler.last_epoch == first
    for i, batch in enumerate(loader):
        if i < first * accumulation:
            continue
        with accelerator.accumulate(prepared):
            accelerator.backward(prepared(**batch)["loss"])
            optimizer.step()
            if accelerator.sync_gradients or mode["step_scheduler_with_optimizer"]:
                stepped.step()
            optimizer.zero_grad()
        if not first and (i + 1) % accumulation == 0:
            accelerator.save_state(str(folder / f"{scheduler.last_epoch}"))
    assert scheduler.last_epoch == UPDATES
    return model.rates()


if __name__ == "__main__":
    folder, mode, accumulation = sys.argv[1:]
    main(Path(folder), json.loads(mode), int(accumulation))
