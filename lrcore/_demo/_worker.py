"""Every backend trains in a process of its own: in one process, frameworks disturb each other.

The process writes a line for each update to its standard output, and its runs to a file.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple, TypeAlias, cast

import numpy as np

from .._definition._schedule import Schedule
from .._documents import load
from .._errors import LrcoreError, MissingFrameworkError
from .._exports._plugins import DEMOS
from .._exports._plugins import load as load_plugin
from ._task import CONSTANT, Run, Task, Tick, digits

_MISSING: Final = 3
_UPDATE: Final = "update\n"

_Train: TypeAlias = Callable[[Schedule, Task, Tick], Run]


class DemoError(LrcoreError):
    """The demo cannot go on."""


class Runs(NamedTuple):
    """The two trainings of a backend."""

    cycle: Run
    constant: Run


def train(name: str, document: Path, epochs: int, tick: Tick) -> Runs:
    """Both trainings of the backend `name`, by the schedule in the file `document`.

    Raises:
        MissingFrameworkError: the backend needs a package that is not installed.
        DemoError: the training failed; the message holds what its process wrote.
    """
    with TemporaryDirectory() as folder:
        result, log = Path(folder, "runs.npz"), Path(folder, "log.txt")
        arguments = [name, os.fspath(document), str(epochs), os.fspath(result)]
        # The matrices are so small that several threads would only wait for each other.
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        missing = ""
        with (
            log.open("w") as errors,
            subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, *arguments],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment,
            ) as process,
        ):
            for line in process.stdout or ():
                if line == _UPDATE:
                    tick()
                else:
                    missing = line.strip()
        if process.returncode == _MISSING:
            raise MissingFrameworkError(missing)
        if process.returncode:
            text = log.read_text(errors="replace").strip()
            raise DemoError(f"the training in {name} failed (exit {process.returncode}):\n{text}")
        return _read(result)


def _main(name: str, document: str, epochs: str, result: str) -> int:
    output = sys.stdout
    with redirect_stdout(sys.stderr):
        try:
            native = cast(_Train, load_plugin(DEMOS, name))
        except MissingFrameworkError as error:
            print(error, file=output)
            return _MISSING
        task = digits(int(epochs))
        trained = [
            native(schedule, task, lambda: print(_UPDATE, end="", file=output, flush=True))
            for schedule in (cast(Schedule, load(document)), CONSTANT)
        ]
    _write(Path(result), Runs(*trained), task.updates)
    return 0


def _write(path: Path, runs: Runs, updates: int) -> None:
    for values in (values for run in runs for values in (run.rates, run.losses)):
        if values.dtype != np.float32 or values.shape != (updates,):
            raise DemoError(
                f"rates and losses are float32 arrays with an entry for each of {updates} updates; "
                f"train() returned an array of {values.dtype} with the shape {values.shape}"
            )
    np.savez(
        path,
        rates=np.stack([run.rates for run in runs]),
        losses=np.stack([run.losses for run in runs]),
        notes=np.array([run.note for run in runs]),
    )


def _read(path: Path) -> Runs:
    with np.load(path) as data:
        parts = zip(data["rates"], data["losses"], data["notes"].tolist(), strict=True)
        return Runs(*(Run(rates, losses, note) for rates, losses, note in parts))


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
