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


def main(folder: Path, plan: lrc.Schedule | lrc.Plan, way: str, stop: int, resume: bool) -> None:
    """Train from the beginning or the checkpoint, up to an update."""
    dist.init_process_group("gloo")
    wrap, make = WAYS[way]
    model = wrap(Ledger(UPDATES))
    optimizer = make(model)
    scheduler = Scheduler(optimizer, plan)
    # A sharded optimizer of ZeRO does not work with distributed checkpoints; it keeps its state here.
    has_state = way != "zero"
    if resume:
        weights, moments = get_state_dict(model, optimizer) if has_state else ({}, {})
        load({"model": weights, "optimizer": moments, "scheduler": scheduler}, checkpoint_id=folder)
        if has_state:
            set_state_dict(model, optimizer, model_state_dict=weights, optim_state_dict=moments)
    used = []
    for t in range(scheduler.last_epoch, stop):
        for group in optimizer.param_groups:
            momentum = group["betas"][0] if "betas" in group else group["momentum"]
            used.append([float(group["lr"]), momentum])
        optimizer.zero_grad()
        model(torch.tensor([t]))["loss"].backward()
        optimizer.step()
        scheduler.step()
    weights, moments = get_state_dict(model, optimizer) if has_state else ({}, {})
    save({"model": weights, "optimizer": moments, "scheduler": scheduler}, checkpoint_id=folder)
    (folder / f"{dist.get_rank()}.json").write_text(json.dumps(used))
    dist.barrier()
    # Without a word to the other process: gloo sometimes waits for it for ever when a group is destroyed.
    os._exit(0)


if __name__ == "__main__":
    folder, document, way, stop, resume = sys.argv[1:]
    main(Path(folder), lrc.from_json(document), way, int(stop), resume == "resume")
