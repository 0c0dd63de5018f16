"""The examples that need trainers: of docstrings, and of the page about them."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from test_documentation import ROOT, printed

import lrcore_torch._trainers


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_docstrings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example runs."""
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(lrcore_torch._trainers)
    assert result.failed == 0
    assert result.attempted > 5


def test_the_page_about_trainers(tmp_path: Path) -> None:
    """What it prints is what the comments say, beside the logs of the trainers."""
    found, wanted = printed(ROOT / "docs" / "trainers.md", tmp_path)
    assert [line for line in found if not line.startswith("{'")] == wanted
