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
    """Before and after a restart from a distributed checkpoint."""
    run = ("distributed.py", tmp_path, PLAN.to_json(), way)
    before = launched(*run, 5, "begin")
    after = launched(*run, UPDATES, "resume")
    is_tensor = way == "ddp, tensors"
    for first, second in zip(before, after, strict=True):
        rates, momenta = np.array(first + second).T
        wanted = PLAN(range(UPDATES))
        rate = wanted["learning_rate"]
        assert rates.tolist() == (np.float32(rate) if is_tensor else rate).tolist()
        assert momenta.tolist() == wanted["momentum"].tolist()
