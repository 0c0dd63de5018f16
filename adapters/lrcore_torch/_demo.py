"""The training of `lrcore demo` in PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from lrcore import Schedule
from lrcore.demo import Run, Task, Tick

from ._native import Scheduler


def train(schedule: Schedule, task: Task, tick: Tick) -> Run:
    """A module, `torch.optim.SGD` and the native scheduler; the rate is the optimizer's own."""
    model = _model(task)
    optimizer = torch.optim.SGD(model.parameters(), momentum=task.momentum)
    scheduler = Scheduler(optimizer, schedule)
    rates: list[float | Tensor] = []
    losses: list[float] = []
    for images, labels in task.batches():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(
            model(torch.from_numpy(images)), torch.from_numpy(labels)
        )
        loss.backward()  # type: ignore[no-untyped-call]
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
        tick()
    return Run(rates=np.array(rates, np.float32), losses=np.array(losses, np.float32))


def _model(task: Task) -> nn.Module:
    kernel, bias, output_kernel, output_bias = (torch.from_numpy(w) for w in task.weights)
    hidden, output = nn.Linear(*kernel.shape), nn.Linear(*output_kernel.shape)
    with torch.no_grad():
        hidden.weight.copy_(kernel.T)
        hidden.bias.copy_(bias)
        output.weight.copy_(output_kernel.T)
        output.bias.copy_(output_bias)
    return nn.Sequential(hidden, nn.ReLU(), output)
