"""DDP, FSDP2 and ZeRO over gloo with two processes, and distributed checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pytest
from processes import launched

import lrcore as lrc

UPDATES: Final = 12
PLAN: Final = lrc.Plan(
    learning_rate=lrc.WarmupCosine(0.5, 3, 9, end=0.125), momentum=lrc.Linear(0.5, 0.25, 12)
)


@pytest.mark.parametrize("way", ["ddp", "ddp, tensors", "fsdp", "zero"])
def test_all_processes_use_the_same_values(way: str, tmp_path: Path) -> None:
    """Also when they go on from the distributed checkpoint of any update, in other processes."""
    run = ("distributed.py", tmp_path, PLAN.to_json(), way)
    values = PLAN(range(UPDATES))
    is_tensor = way == "ddp, tensors"
    rates = np.asarray(values["learning_rate"], np.float32 if is_tensor else np.float64)
    wanted = [list(pair) for pair in zip(rates.tolist(), values["momentum"].tolist(), strict=True)]
    assert launched(*run, 0) == [[wanted]] * 2
    assert launched(*run, 1) == [[wanted[step:] for step in range(1, UPDATES)]] * 2
