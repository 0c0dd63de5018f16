"""Every example in a docstring runs and gives what it says."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import lrcore as lrc


def _modules(package: str) -> Iterator[ModuleType]:
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        # The command line and the demo need extras, and have no examples; tests/trainers runs the trainers.
        elsewhere = ("lrcore._cli", "lrcore._demo", "lrcore.__main__", "lrcore_torch._trainers")
        if not found.name.startswith(elsewhere):
            yield importlib.import_module(found.name)


def test_examples(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, with nothing imported but what the example imports."""
    monkeypatch.chdir(tmp_path)
    package = "lrcore" if backend == "numpy" else f"lrcore_{backend}"
    attempted = 0
    for module in _modules(package):
        result = doctest.testmod(module, extraglobs={})
        assert result.failed == 0, module.__name__
        attempted += result.attempted
    assert attempted > 0


def test_public_docstrings_have_one_shape(backend: str) -> None:
    """A sentence, then sections in one order; every field is described, every class has an example."""
    if backend != "numpy":
        return
    for name in lrc.__all__:
        public = getattr(lrc, name)
        if not (inspect.isclass(public) and issubclass(public, lrc.Schedule)):
            continue
        text = inspect.getdoc(public) or ""
        first = text.partition("\n")[0]
        assert first.endswith((".", "..")), name
        places = [text.find(section) for section in ("Args:", "Raises:", "Example:", "Source:")]
        present = [place for place in places if place >= 0]
        assert present == sorted(present), name
        assert "Example:" in text, name
        if public is not lrc.Schedule:
            for field in public.fields:
                assert f"    {field}:" in text, (name, field)
