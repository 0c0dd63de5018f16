"""Accelerate with two processes, in all of its modes: one step of the schedule for each update."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
import torch
from accelerate import Accelerator
from accelerated import SCHEDULE, UPDATES
from processes import launched

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore_torch import Scheduler, prepare_for_accelerate

RATES: Final[list[float]] = to_float32(SCHEDULE(range(UPDATES))).tolist()


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("with_optimizer", [False, True])
def test_two_processes_make_one_step_for_each_update(
    split: bool, with_optimizer: bool, tmp_path: Path
) -> None:
    """With accumulated gradients, and from the checkpoint of each update, in both processes."""
    mode = json.dumps({"split_batches": split, "step_scheduler_with_optimizer": with_optimizer})
    found = launched("accelerated.py", tmp_path, mode, 2, ACCELERATE_USE_CPU="true")
    assert found == [[RATES] * UPDATES] * 2


def test_a_scheduler_is_prepared_once() -> None:
    """A second time is an error, and not two steps for an update."""
    accelerator = Accelerator(cpu=True)
    optimizer = accelerator.prepare(torch.optim.SGD([torch.zeros(1, requires_grad=True)]))
    once = prepare_for_accelerate(accelerator, Scheduler(optimizer, SCHEDULE))
    with pytest.raises(lrc.ExportError, match="Scheduler that is not yet prepared is needed; got"):
        prepare_for_accelerate(accelerator, once)
