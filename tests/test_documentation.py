"""Every command and code block of the README and the documentation is run."""

from __future__ import annotations

import ast
import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import lrcore as lrc

ROOT: Final = Path(__file__).resolve().parents[1]
PAGES: Final = [
    page
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if page.name != "trainers.md"  # tests/trainers runs it, where the trainers are installed
]
BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    """The blocks of a page in a language, in their order."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [text for name, text in found if name == language]


def commands() -> list[str]:
    """All commands of all pages."""
    return [command.strip() for page in PAGES for command in blocks(page, "sh")]


def printed(page: Path, folder: Path) -> tuple[list[str], list[str]]:
    """What the code of a page prints as one program, in a process of its own, and what its comments say."""
    code = "".join(blocks(page, "python"))
    program = folder / "page.py"
    program.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = code.splitlines()
    prints = [
        lines[(node.end_lineno or 0) - 1].partition("  # ")[2]
        for node in ast.parse(code).body
        if isinstance(node, ast.Expr) and ast.unparse(node).startswith("print(")
    ]
    assert prints
    return done.stdout.splitlines(), prints


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, "python")], ids=lambda page: page.name
)
def test_the_code_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    """What it prints is what the comments say."""
    found, wanted = printed(page, tmp_path)
    assert found == wanted


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, "pycon")], ids=lambda page: page.name
)
def test_the_examples_of_a_page(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by itself, in an empty folder, gives what it says."""
    monkeypatch.chdir(tmp_path)
    for text in blocks(page, "pycon"):
        example = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
        result = doctest.DocTestRunner().run(example)
        assert result.failed == 0, text
        assert result.attempted > 0, text


def test_documents_of_the_pages_are_read() -> None:
    """A block of JSON is a document."""
    found = [text for page in PAGES for text in blocks(page, "json")]
    assert found
    for text in found:
        lrc.from_json(text)


def test_only_known_languages_are_used() -> None:
    """A block in another language would be one that no test runs."""
    languages = {
        name for page in PAGES for name, _ in BLOCK.findall(page.read_text(encoding="utf-8"))
    }
    assert languages <= {"json", "pycon", "python", "sh", "text", "toml"}


def test_there_are_two_commands() -> None:
    """One that shows it, which the next test runs, and one that tests it, which CI runs."""
    _, test = commands()
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1] == test


def test_the_first_command(tmp_path: Path) -> None:
    """In a fresh copy it installs everything, and the demo ends as the README says."""
    show, _ = commands()
    clone = tmp_path / "lrcore"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PIP_CONSTRAINT", "VIRTUAL_ENV", "PYTHONPATH"}
    }
    done = subprocess.run(
        ["bash", "-c", show],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    promised = [line for text in blocks(ROOT / "README.md", "text") for line in text.splitlines()]
    assert promised
    output = " ".join(done.stdout.split())
    for line in promised:
        assert line in output
    for name in ("schedule.json", "schedule.png", "losses.png"):
        assert (clone / "lrcore-demo" / name).stat().st_size > 100
