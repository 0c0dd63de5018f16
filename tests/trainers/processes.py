"""Programs that run in two processes, as `torchrun` starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def launched(program: str, folder: Path, *arguments: object, **environment: str) -> list[Any]:
    """What each of two processes has written to the folder, which is its first argument."""
    path = Path(__file__).with_name(program)
    launch = ["torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run(
        [sys.executable, "-m", *launch, str(path), str(folder), *map(str, arguments)],
        cwd=path.parent,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in (0, 1)]
