"""Which backends a run is about: `LRCORE_TEST_BACKENDS` says it, and what it names must be there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

FRAMEWORKS: Final = ("torch", "tensorflow", "keras", "tf_keras", "jax")


def _requested() -> list[str]:
    named = os.environ.get("LRCORE_TEST_BACKENDS")
    if named is None:
        raise pytest.UsageError(
            "set LRCORE_TEST_BACKENDS to the backends to test, such as numpy,torch; tox does it"
        )
    requested = named.split(",")
    if unknown := set(requested) - {"numpy", *FRAMEWORKS}:
        raise pytest.UsageError(f"LRCORE_TEST_BACKENDS names unknown backends: {sorted(unknown)}")
    return requested


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out the tests of adapters that this run is not about."""
    if collection_path.parent.name != "adapters":
        return None
    about = [name for name in FRAMEWORKS if collection_path.stem.startswith(f"test_{name}")]
    return None if not about or about[0] in _requested() else True


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of `backend` for each requested one, and one of `backend_and_mode` in all its modes."""
    if "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", _requested())
    if "backend_and_mode" in metafunc.fixturenames:
        from lrcore.testing import evaluators

        modes = [(name, mode) for name in _requested() for mode in evaluators(name)]
        metafunc.parametrize("backend_and_mode", modes, ids="-".join)


@pytest.fixture
def requested() -> list[str]:
    """The backends that this run is about."""
    return _requested()
