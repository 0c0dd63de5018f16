"""The scripts in `tools` write the pages and pictures of the documentation again, and give the same."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, cast

import pytest

import lrcore as lrc
from lrcore._definition._kinds import Kind, KindOps, Symbol, symbolic

ROOT: Final = Path(__file__).resolve().parents[1]
DOCS: Final = ROOT / "docs"

ULPS: Final = 0.5
"""The largest difference of two measurements of a worst error: processors differ in the last digit."""

POINTS: Final = 2.0
"""The largest difference of two measurements of the share of a library, in percentage points."""


def test_the_reference(tmp_path: Path) -> None:
    """The page has the docstrings as they are."""
    made = _make("reference.py", tmp_path / "schedules.md")
    assert made.read_text(encoding="utf-8") == _committed("schedules.md")


def test_the_pictures(tmp_path: Path) -> None:
    """There is a picture of each example, with the same bytes where matplotlib has the same version."""
    made = _make("pictures.py", tmp_path / "pictures")
    names = {path.name for path in made.iterdir()}
    assert names == {path.name for path in (DOCS / "pictures").iterdir()}
    if version("matplotlib") == _pinned("matplotlib"):
        for name in names:
            assert (made / name).read_bytes() == (DOCS / "pictures" / name).read_bytes(), name


def test_every_picture_is_shown() -> None:
    """The pages show each picture once, and the README shows the overview."""
    pages = _committed("schedules.md") + _committed("keras.md")
    shown = re.findall(r"\(pictures/(\w+\.svg)\)", pages)
    shown += re.findall(r"docs/pictures/(\w+\.svg)", (ROOT / "README.md").read_text("utf-8"))
    assert sorted(shown) == sorted(path.name for path in (DOCS / "pictures").iterdir())


def test_the_data_of_the_overview(requested: list[str], tmp_path: Path) -> None:
    """Measured again, the picture of the README has nearly the same shares of correct values.

    The bytes of the picture are compared above. They depend on the file of measured errors alone, because the
    errors of other libraries depend on the processor.
    """
    assert set(requested) == {"numpy", "torch", "tensorflow", "keras", "jax"}
    new = json.loads(_make("elsewhere.py", tmp_path / "overview.json").read_text("utf-8"))
    old = json.loads((ROOT / "tools" / "overview.json").read_text("utf-8"))
    libraries, before = new.pop("libraries"), old.pop("libraries")
    assert new == old
    assert libraries.keys() == before.keys() == {"lrcore", "Keras", "Optax"}
    assert libraries["lrcore"] == before["lrcore"]
    assert libraries["lrcore"]["share"] == 1.0
    assert not any(libraries["lrcore"]["ulps"])
    for name in libraries:
        assert len(libraries[name]["ulps"]) == len(before[name]["ulps"])
        assert abs(libraries[name]["share"] - before[name]["share"]) <= POINTS / 100, name


def test_the_trainings(requested: list[str], tmp_path: Path) -> None:
    """Trained again, the losses begin as in the pictures, and end in the order that the page names."""
    assert "keras" in requested
    new = json.loads(_make("trainings.py", tmp_path / "trainings.json").read_text("utf-8"))
    old = json.loads((ROOT / "tools" / "trainings.json").read_text("utf-8"))
    assert new.keys() == old.keys()
    for found, before in zip(_curves(new), _curves(old), strict=True):
        assert found[:3] == pytest.approx(before[:3], rel=0.05)
        assert found[-1] < found[2]
    last = {
        code.partition("(")[0]: losses["schedule"][-1] / losses["constant"][-1]
        for code, losses in new["optimizers"].items()
        if "momentum" not in code
    }
    assert {name for name, ratio in last.items() if ratio < 1} == {"Adadelta", "RMSprop", "Adam"}
    assert {name for name, ratio in last.items() if ratio > 1} == {"SGD", "Adagrad"}


def _curves(trainings: dict[str, Any]) -> list[list[float]]:
    """The losses of all trainings."""
    pairs = [trainings["cycles"], trainings["momentum"], *trainings["optimizers"].values()]
    return [losses for pair in pairs for losses in pair.values()]


def test_the_accuracy(requested: list[str], tmp_path: Path) -> None:
    """Measured again in all frameworks, the page has the same text and nearly the same numbers."""
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
    assert own > 50
    assert others == 8


def test_the_errors_of_native_schedules(requested: list[str], tmp_path: Path) -> None:
    """Measured again, the pages have the same text, errors of the same size, and nearly as many late jumps."""
    assert {"keras", "jax"} <= set(requested)
    _make("native_errors.py", tmp_path)
    for page, expected in (("keras.md", 14 * 4), ("jax.md", 15 * 3)):
        lines = (tmp_path / page).read_text(encoding="utf-8").splitlines()
        old_lines = _committed(page).splitlines()
        start = lines.index("<!-- tools/native_errors.py -->")
        end = lines.index("<!-- end -->")
        assert [*lines[:start], *lines[end:]] == [*old_lines[:start], *old_lines[end:]]
        cells = 0
        for new, old in zip(lines[start:end], old_lines[start:end], strict=True):
            if not old.startswith("| `"):
                assert new == old
                continue
            assert _cells(new)[0] == _cells(old)[0]
            for measured, before in zip(_cells(new)[1:], _cells(old)[1:], strict=True):
                cells += 1
                _compare_errors(measured, before)
        assert cells == expected


def _compare_errors(new: str, old: str) -> None:
    (error, late, jumps), (old_error, old_late, old_jumps) = map(_error, (new, old))
    assert error == old_error or 1 / 3 <= error / old_error <= 3, (new, old)
    assert jumps == old_jumps, (new, old)
    assert abs(late - old_late) <= jumps / 20, (new, old)


def _error(cell: str) -> tuple[float, int, int]:
    """The error in a cell, and how many of all jumps are late; without late jumps, 0 of 0."""
    error, _, late = cell.partition("; ")
    counts = [int(count) for count in re.findall(r"\d+", late)]
    return float(error), *(counts or (0, 0))


def test_the_table_of_functions() -> None:
    """The page on extending describes each function of `Ops`, with the kinds that formulas are held to."""
    row = re.compile(r"^\| `op\.(\w+)(?:\((.*?)\))?` \| ([^|]*?) ?\| ([^|]*?) \|", re.MULTILINE)
    rows = row.findall(_committed("extending.md"))
    public = {name for name in vars(lrc.Ops) if not name.startswith("_")}
    assert sorted(name for name, *_ in rows) == sorted(public)
    for name, parameters, takes, gives in rows:
        found = getattr(KindOps(), name)
        if callable(found):
            _, *wanted = inspect.signature(vars(lrc.Ops)[name]).parameters
            assert parameters.split(", ") == wanted, name
        if "schedule" in takes:
            continue
        for kind in KINDS:
            result = found(*_operands(takes, kind)) if callable(found) else found
            results = result if isinstance(result, tuple) else (result,)
            assert [each.kind for each in results] == _kinds(gives, kind), name


KINDS: Final[tuple[Kind, ...]] = ("integer", "real")


def _kinds(text: str, kind: Kind) -> list[Kind]:
    """The kinds that a cell names; `kind` is any of several kinds."""
    if text == "two reals":
        return ["real", "real"]
    if text in ("two of one kind", "two integers or two reals"):
        return [kind, kind]
    if text in ("that kind", "kind of the numbers"):
        return [kind]
    assert text in ("integer", "real", "truth value"), text
    return [cast(Kind, text)]


def _operands(takes: str, kind: Kind) -> list[object]:
    """Operands of the kinds in a cell."""
    made: list[object] = []
    for text in filter(None, takes.split(", ")):
        if text.startswith("tuple of"):
            made.append(symbolic((1 if "integers" in text or kind == "integer" else 1.0,)))
        else:
            made.extend(map(Symbol, _kinds(text, kind)))
    return made


def _compare_own(new: list[str], old: list[str]) -> None:
    """The cells are the name, points, mismatches, worst error and bound."""
    assert (*new[:3], new[4]) == (*old[:3], old[4])
    assert int(new[1]) >= 2000
    assert new[2] == "0"
    assert abs(float(new[3]) - float(old[3])) <= ULPS, new[0]
    assert float(new[3]) <= float(new[4])


def _compare_others(new: list[str], old: list[str]) -> None:
    """The cells are the title and, for each library, the share of correct steps and the worst error."""
    assert new[:2] == old[:2]
    assert new[1].startswith("100.0 %, 0.")
    for measured, before in zip(new[2:], old[2:], strict=True):
        assert abs(_share(measured) - _share(before)) <= POINTS, new[0]


def _share(cell: str) -> float:
    """The percentage in a cell; for an empty cell, a number below all percentages."""
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
