"""What the scripts in `tools` wrote to the documentation is what they write now."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = ROOT / "docs"

ULPS: Final = 0.5
"""How far two measurements of the worst error may be apart: processors differ in the last digit."""

POINTS: Final = 2.0
"""How far two measurements of the share of other libraries may be apart, in percentage points."""


def test_the_reference(tmp_path: Path) -> None:
    """The page is made of the docstrings as they are."""
    made = _make("reference.py", tmp_path / "schedules.md")
    assert made.read_text(encoding="utf-8") == _committed("schedules.md")


def test_the_pictures(tmp_path: Path) -> None:
    """One for each example, and the same bytes with the version of matplotlib that drew them."""
    made = _make("pictures.py", tmp_path / "pictures")
    names = {path.name for path in made.iterdir()}
    assert names == {path.name for path in (DOCS / "pictures").iterdir()}
    if version("matplotlib") == _pinned("matplotlib"):
        for name in names:
            assert (made / name).read_bytes() == (DOCS / "pictures" / name).read_bytes(), name


def test_every_picture_is_shown() -> None:
    """In the reference, and once."""
    shown = re.findall(r"\(pictures/(\w+\.svg)\)", _committed("schedules.md"))
    assert sorted(shown) == sorted(path.name for path in (DOCS / "pictures").iterdir())


def test_the_accuracy(requested: list[str], tmp_path: Path) -> None:
    """Measured again, in all frameworks, the page has the same text and nearly the same numbers."""
    assert set(requested) == {"numpy", "torch", "tensorflow", "keras", "jax"}
    made = _make("accuracy.py", tmp_path / "accuracy.md")
    lines = made.read_text(encoding="utf-8").splitlines()
    own = others = 0
    for new, old in zip(lines, _committed("accuracy.md").splitlines(), strict=True):
        if old.startswith("| `"):
            own += 1
            _compare_own(_cells(new), _cells(old))
        elif old.startswith("|") and " ulp" in old:
            others += 1
            _compare_others(_cells(new), _cells(old))
        else:
            assert new == old
    assert own > 30
    assert others == 8


def _compare_own(new: list[str], old: list[str]) -> None:
    """Name, points, mismatches, worst error, bound."""
    assert (*new[:3], new[4]) == (*old[:3], old[4])
    assert int(new[1]) >= 2000
    assert new[2] == "0"
    assert abs(float(new[3]) - float(old[3])) <= ULPS, new[0]
    assert float(new[3]) <= float(new[4])


def _compare_others(new: list[str], old: list[str]) -> None:
    """Title, lrcore, and the others: the share of correctly rounded steps, and the worst error."""
    assert new[:2] == old[:2]
    assert new[1].startswith("100.0 %, 0.")
    for measured, before in zip(new[2:], old[2:], strict=True):
        assert abs(_share(measured) - _share(before)) <= POINTS, new[0]


def _share(cell: str) -> float:
    """The percentage in a cell; that of an empty one is below all others."""
    return float(cell.partition(" %")[0]) if cell else -100.0


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _committed(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def _make(tool: str, target: Path) -> Path:
    """Run a script in a process of its own."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / tool, target],
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target


def _pinned(package: str) -> str:
    found = re.search(
        rf"^{package}==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE
    )
    assert found is not None
    return found[1]
