"""The command `lrcore demo`, run as a user runs it."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pytest

import lrcore as lrc
from lrcore.backend import to_float32

STEPS_PER_EPOCH: Final = 1792 // 64
SHORT: Final = ("--epochs", "1") if find_spec("typer") else ()
"""Without Typer the command takes no options, and trains for all of its epochs."""

TRAIN_LATE: Final = """
import lrcore as lrc
from lrcore._demo._numpy import train as train_in_numpy

def train(schedule, task, tick):
    first = schedule(0)
    return train_in_numpy(lrc.Linear(first, first, 1) >> schedule, task, tick)
"""

TRAIN_BADLY: Final = """
def train(schedule, task, tick):
    raise RuntimeError("out of chalk")
"""

WITHOUT_TYPER: Final = """
import sys
sys.modules["typer"] = None
from lrcore.__main__ import main
sys.exit(main())
"""


class Demo(NamedTuple):
    """A demo that has ended."""

    status: int
    output: str
    errors: str
    folder: Path

    def table(self, first: str) -> list[list[str]]:
        """The cells of the table whose first heading is `first`, with the headings."""
        rows = [line.split() for line in self.output.splitlines()]
        start = next(i for i, row in enumerate(rows) if row[:1] == [first])
        end = next(i for i in range(start, len(rows)) if not rows[i])
        return [rows[start], *rows[start + 2 : end]]


def run(folder: Path, *command: str, path: Path | None = None) -> Demo:
    """The demo in `folder`, with the modules and distributions in `path`."""
    environment = {**os.environ, "COLUMNS": "200", "PYTHONUTF8": "1", "NO_COLOR": "1"}
    environment.pop("FORCE_COLOR", None)
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return Demo(done.returncode, done.stdout, done.stderr, folder)


def script() -> str:
    """The installed console script."""
    found = shutil.which("lrcore", path=str(Path(sys.executable).parent))
    assert found is not None
    return found


def plant(folder: Path, name: str, source: str) -> None:
    """A distribution in `folder` that offers the backend `name`."""
    (folder / f"planted_{name}.py").write_text(source)
    metadata = folder / f"planted_{name}-0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: planted_{name}\nVersion: 0\n")
    (metadata / "entry_points.txt").write_text(f"[lrcore.demos]\n{name} = planted_{name}:train\n")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo with no options."""
    return run(tmp_path_factory.mktemp("demo"), script(), "demo")


def test_it_succeeds(demo: Demo) -> None:
    """Frameworks that agree end the command with status 0, and nothing on the error stream."""
    assert (demo.status, demo.errors) == (0, ""), demo.output


def test_every_requested_backend_takes_part(demo: Demo, requested: list[str]) -> None:
    """What is installed is in the table; what is not is named, with the command that gets it."""
    heading = demo.table("update")[0]
    assert sorted(heading[2:-1]) == sorted({"numpy", *requested})
    for name in {"torch", "tensorflow", "jax", "keras"} - set(requested):
        extras = "keras,tensorflow" if name == "keras" else name
        reason = f'"{name}" needs {name}, which is not installed: pip install "lrcore[{extras}]"'
        assert f"{name} left out: {reason}" in " ".join(demo.output.split())


def test_the_file_is_the_schedule(demo: Demo) -> None:
    """The file that all backends load is the document of the schedule that the demo announces."""
    kept = lrc.load(demo.folder / "lrcore-demo" / "schedule.json")
    assert kept == lrc.Cyclic(1e-4, 1e-2, steps=2 * STEPS_PER_EPOCH, mode="triangular2")


def test_the_table_shows_the_bits_of_the_reference(demo: Demo) -> None:
    """Every cell of a backend is the rounded value of the definition, around the turns too."""
    schedule = lrc.load(demo.folder / "lrcore-demo" / "schedule.json")
    assert isinstance(schedule, lrc.Schedule)
    rows = demo.table("update")[1:]
    assert {"0", "1", "2", "55", "56", "57", "111", "112", "113"} < {row[0] for row in rows}
    for update, value, *cells, verdict in rows:
        rate = to_float32(schedule(np.array([int(update)])))
        assert set(cells) == {f"{rate.view(np.uint32)[0]:08x}"}
        assert (value, verdict) == (f"{rate[0]:.6f}", "equal")


def test_it_learns(demo: Demo) -> None:
    """In every backend the loss falls far, and after a cycle is below that of the constant rate."""
    heading, *rows = demo.table("backend")
    assert heading[1:] == ["epoch", "1", "epoch", "4", "epoch", "20"]
    assert [row[0] for row in rows] == demo.table("update")[0][2:-1]
    for row in rows:
        losses = [float(cell) for cell in row[1:] if cell != "|"]
        assert losses[4] < losses[0] / 3
        assert losses[2] < losses[3]


def test_it_draws(demo: Demo) -> None:
    """The pictures are PNG files large enough to read; without matplotlib the demo says so."""
    if not find_spec("matplotlib"):
        assert 'pip install "lrcore[cli]"' in demo.output
        return
    for name in ("schedule.png", "losses.png"):
        data = (demo.folder / "lrcore-demo" / name).read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        width, height = struct.unpack(">II", data[16:24])
        assert width > 1000
        assert height > 500
        assert len(data) > 20_000


def test_a_backend_that_differs_fails_it(tmp_path: Path) -> None:
    """A backend that follows the schedule one update late is named, with its first wrong update."""
    plant(tmp_path, "late", TRAIN_LATE)
    late = run(tmp_path, script(), "demo", *SHORT, path=tmp_path)
    assert late.status == 1
    assert "late differs at update 1: it used 9.99999975e-05 (38d1b717)" in late.output
    assert "bit for bit" not in late.output
    rows = {row[0]: row for row in late.table("update")[1:]}
    assert (rows["0"][-1], rows["1"][-1]) == ("equal", "DIFFERS")


def test_a_backend_that_fails_fails_it(tmp_path: Path) -> None:
    """The error of a backend's process is the error of the demo."""
    plant(tmp_path, "broken", TRAIN_BADLY)
    broken = run(tmp_path, script(), "demo", *SHORT, path=tmp_path)
    assert broken.status == 1
    assert "lrcore: the training in broken failed (exit 1):" in broken.errors
    assert "RuntimeError: out of chalk" in broken.errors


def test_without_typer_it_names_what_to_install(tmp_path: Path) -> None:
    """Anything but `lrcore demo` needs Typer."""
    for arguments in ((), ("--version",), ("demo", "--epochs", "1")):
        refused = run(tmp_path, sys.executable, "-c", WITHOUT_TYPER, *arguments)
        assert refused.status == 2
        assert 'pip install "lrcore[cli]"' in refused.errors
