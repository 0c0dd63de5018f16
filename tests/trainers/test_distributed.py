"""DDP, FSDP2 and ZeRO over gloo with two processes, and distributed checkpoints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import numpy as np
import pytest

import lrcore as lrc

UPDATES: Final = 12
PLAN: Final = lrc.Plan(
    learning_rate=lrc.WarmupCosine(0.5, 3, 9, end=0.125), momentum=lrc.Linear(0.5, 0.25, 12)
)
PROGRAM: Final = Path(__file__).with_name("distributed.py")


def launched(folder: Path, way: str, stop: int, how: str) -> list[list[list[float]]]:
    """The rate and the momentum of each update, in each of two processes."""
    launch = ["torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", *launch, str(PROGRAM)),
            *(str(folder), PLAN.to_json(), way, str(stop), how),
        ],
        cwd=PROGRAM.parent,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in (0, 1)]


@pytest.mark.parametrize("way", ["ddp", "ddp, tensors", "fsdp", "zero"])
def test_all_processes_use_the_same_values(way: str, tmp_path: Path) -> None:
    """Before and after a restart from a distributed checkpoint."""
    before = launched(tmp_path, way, 5, "begin")
    after = launched(tmp_path, way, UPDATES, "resume")
    is_tensor = way == "ddp, tensors"
    for first, second in zip(before, after, strict=True):
        rates, momenta = np.array(first + second).T
        wanted = PLAN(range(UPDATES))
        rate = wanted["learning_rate"]
        assert rates.tolist() == (np.float32(rate) if is_tensor else rate).tolist()
        assert momenta.tolist() == wanted["momentum"].tolist()
