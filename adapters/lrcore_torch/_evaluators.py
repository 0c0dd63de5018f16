"""The ways in which PyTorch can run a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from lrcore import Schedule
from lrcore.backend import Evaluator, Precision, Values

from ._function import function
from ._native import Scheduler


def _tensor(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
    return function(schedule, dtype=dtype)(torch.from_numpy(steps)).numpy()


def _scheduler(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)])
    scheduler = Scheduler(optimizer, schedule, dtype=dtype)
    optimizer.step()
    values = np.empty(steps.shape, dtype=dtype)
    for i, step in enumerate(steps.tolist()):
        scheduler.last_epoch = step - 1
        scheduler.step()
        values[i] = optimizer.param_groups[0]["lr"]
    return values


evaluators: Final[Mapping[str, Evaluator]] = {"tensor": _tensor, "scheduler": _scheduler}
