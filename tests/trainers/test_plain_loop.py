"""A loop without any trainer, killed at random updates and resumed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import lrcore as lrc

UPDATES: Final = 40
PLAN: Final = lrc.Plan(
    learning_rate=lrc.Restarts(lrc.Cosine(0.5, 0.0, 5), growth=1.5) * lrc.Noise(0.5, 1.0),
    weight_decay=lrc.Linear(0.25, 0.0, 30),
)

PROGRAM: Final = """
import json, os, signal, sys
from pathlib import Path
import torch
import lrcore as lrc
from lrcore_torch import Scheduler

file, updates, end = Path(sys.argv[1]), int(sys.argv[3]), int(sys.argv[4])
optimizer = torch.optim.AdamW([torch.ones(1, requires_grad=True)])
scheduler = Scheduler(optimizer, lrc.from_json(sys.argv[2]))
used = []
if file.exists():
    saved = torch.load(file, weights_only=True)
    optimizer.load_state_dict(saved["optimizer"])
    scheduler.load_state_dict(saved["scheduler"])
    used = saved["used"]
for t in range(scheduler.last_epoch, updates):
    (group,) = optimizer.param_groups
    used.append([group["lr"], group["weight_decay"]])
    group["params"][0].grad = torch.ones(1)
    optimizer.step()
    scheduler.step()
    if t == end:
        os.kill(os.getpid(), signal.SIGKILL)
    states = {"optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(), "used": used}
    torch.save(states, file.with_suffix(".new"))
    os.replace(file.with_suffix(".new"), file)
print(json.dumps(used))
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_and_resumed(seed: int, tmp_path: Path) -> None:
    """SIGKILL after an update that was not saved yet: its value is used again, as it was."""
    rng = random.Random(seed)
    ends = [rng.randrange(3, 12), rng.randrange(15, 25), rng.randrange(26, UPDATES), -1]
    output = ""
    for end in ends:
        done = subprocess.run(
            [
                *(sys.executable, "-c", PROGRAM, str(tmp_path / "run.pt")),
                *(PLAN.to_json(), str(UPDATES), str(end)),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == (0 if end < 0 else -9), done.stderr
        output = done.stdout
    values = PLAN(range(UPDATES))
    wanted = zip(values["learning_rate"].tolist(), values["weight_decay"].tolist(), strict=True)
    assert json.loads(output) == [list(pair) for pair in wanted]
