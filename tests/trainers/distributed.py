"""Trainings with several processes of PyTorch itself; each process writes the rates of its updates."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import torch
import torch.distributed as dist
from ledger import Ledger
from torch import nn
from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.fsdp import fully_shard
from torch.distributed.optim import ZeroRedundancyOptimizer
from torch.nn.parallel import DistributedDataParallel

import lrcore as lrc
from lrcore_torch import Scheduler

UPDATES: Final = 12


def adamw(model: nn.Module) -> torch.optim.Optimizer:
    """An optimizer with betas, whose rates are tensors."""
    return torch.optim.AdamW(model.parameters(), lr=torch.tensor(1.0))


def sharded(model: nn.Module) -> torch.optim.Optimizer:
    """An optimizer whose state is divided among the processes."""
    return ZeroRedundancyOptimizer(model.parameters(), torch.optim.SGD, lr=1.0, momentum=0.5)


def sgd(model: nn.Module) -> torch.optim.Optimizer:
    """An optimizer with a momentum."""
    return torch.optim.SGD(model.parameters(), lr=1.0, momentum=0.5)


WAYS: Final[
    dict[str, tuple[Callable[[nn.Module], Any], Callable[[nn.Module], torch.optim.Optimizer]]]
] = {
    "ddp": (DistributedDataParallel, sgd),
    "ddp, tensors": (DistributedDataParallel, adamw),
    "fsdp": (fully_shard, sgd),
    "zero": (DistributedDataParallel, sharded),
}


def main(folder: Path, plan: lrc.Schedule | lrc.Plan, way: str, first: int) -> None:
    """Train with a checkpoint after each update, or go on from each of them, and write the values of all runs."""
    dist.init_process_group("gloo")
    runs = [train(folder, plan, way, step) for step in (range(1, UPDATES) if first else [0])]
    (folder / f"{dist.get_rank()}.json").write_text(json.dumps(runs))
    dist.barrier()
    # Without a word to the other process: gloo sometimes waits for it for ever when a group is destroyed.
    os._exit(0)


def train(
    folder: Path, plan: lrc.Schedule | lrc.Plan, way: str, first: int
) -> list[tuple[float, float]]:
    """The values of the updates from `first` on, which has a checkpoint if it is above 0."""
    wrap, make = WAYS[way]
    model = wrap(Ledger(UPDATES))
    optimizer = make(model)
    scheduler = Scheduler(optimizer, plan)
    # A sharded optimizer of ZeRO does not work with distributed checkpoints; it keeps its state here.
    has_state = way != "zero"
    if first:
        weights, moments = get_state_dict(model, optimizer) if has_state else ({}, {})
        load(
            {"model": weights, "optimizer": moments, "scheduler": scheduler},
            checkpoint_id=folder / str(first),
        )
        if has_state:
            set_state_dict(model, optimizer, model_state_dict=weights, optim_state_dict=moments)
    used = []
    for t in range(scheduler.last_epoch, UPDATES):
        for group in optimizer.param_groups:
            momentum = group["betas"][0] if "betas" in group else group["momentum"]
            used.append((float(group["lr"]), momentum))
        optimizer.zero_grad()
        model(torch.tensor([t]))["loss"].backward()
        optimizer.step()
        scheduler.step()
        if not first:
            weights, moments = get_state_dict(model, optimizer) if has_state else ({}, {})
            state = {"model": weights, "optimizer": moments, "scheduler": scheduler}
            save(state, checkpoint_id=folder / str(t + 1))
    return used


if __name__ == "__main__":
    folder, document, way, first = sys.argv[1:]
    main(Path(folder), lrc.from_json(document), way, int(first))
