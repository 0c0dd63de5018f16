"""Accelerate with two processes, in all of its modes: one step of the schedule for each update."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from accelerated import SCHEDULE, UPDATES

from lrcore.backend import to_float32

RATES: Final[list[float]] = to_float32(SCHEDULE(range(UPDATES))).tolist()
PROGRAM: Final = Path(__file__).with_name("accelerated.py")


def launched(folder: Path, mode: dict[str, bool], accumulation: int, stop: int, how: str) -> object:
    """What each of two processes has found."""
    launch = ["torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", *launch, str(PROGRAM)),
            *(str(folder), json.dumps(mode), str(accumulation), str(stop), how),
        ],
        cwd=PROGRAM.parent,
        env={**os.environ, "ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in (0, 1)]


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("with_optimizer", [False, True])
def test_two_processes_make_one_step_for_each_update(
    split: bool, with_optimizer: bool, tmp_path: Path
) -> None:
    """With accumulated gradients, and interrupted by a checkpoint, in both processes."""
    mode = {"split_batches": split, "step_scheduler_with_optimizer": with_optimizer}
    launched(tmp_path / "state", mode, 2, 5, "begin")
    found = launched(tmp_path / "state", mode, 2, UPDATES, "resume")
    assert found == [[rank, UPDATES, pytest.approx(RATES, rel=1e-6)] for rank in (0, 1)]
