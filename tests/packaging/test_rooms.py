"""The rooms of the core: every one imports from those below it alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

CORE: Final = Path(__file__).resolve().parents[2] / "lrcore"

ROOMS: Final = (
    "_errors",
    "_durations",
    "_evaluation",
    "_definition",
    "_schedules",
    "_algebra",
    "_recipes",
    "_plans",
    "_documents",
    "_exports",
    "__init__",
    "backend",
    "testing",
    "_demo",
    "demo",
    "_cli",
    "__main__",
)
"""From bottom to top. `__init__` is what a person imports: the names of all rooms below it."""

UPWARDS: Final = {"_definition/_derived.py"}
"""The one place in which what all schedules can do is taken from the rooms above them."""

FRAMEWORKS: Final = {"torch", "tensorflow", "keras", "tf_keras", "jax", "optax"}
TYPES_OF_FRAMEWORKS: Final = "_exports/_export.py"
"""The one file that names adapters and frameworks: for type checkers, which run nothing."""

FILES: Final = sorted(path.relative_to(CORE) for path in CORE.rglob("*.py"))


def tree(file: Path) -> ast.Module:
    """The code of a file."""
    return ast.parse((CORE / file).read_text(encoding="utf-8"))


def imported(node: ast.AST, file: Path) -> Iterator[str]:
    """The full names of what an import statement of `file` imports; of anything else, nothing."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = ("lrcore", *file.parts[:-1])
        above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
        module = ".".join(filter(None, (above, node.module)))
        yield from (f"{module}.{alias.name}" for alias in node.names)


def room(file: Path) -> str:
    """The room that a file is in."""
    return file.parts[0].removesuffix(".py")


def rooms_of_imports(code: ast.Module, file: Path) -> set[str]:
    """The rooms that the code of a file imports from, wherever in it and for whatever reason."""
    names = (name for node in ast.walk(code) for name in imported(node, file))
    parts = (name.split(".") for name in names if name.split(".")[0] == "lrcore")
    return {name[1] if name[1:2] and name[1] in ROOMS else "__init__" for name in parts}


def is_for_types(node: ast.AST) -> bool:
    """Whether this is the statement `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def run_code(node: ast.AST) -> Iterator[ast.AST]:
    """All of a tree that is run."""
    for child in ast.iter_child_nodes(node):
        if not is_for_types(child):
            yield child
            yield from run_code(child)


def test_every_file_is_in_a_room() -> None:
    """A new room is given its place in the order, and one that is gone loses it."""
    assert {room(file) for file in FILES} == set(ROOMS)


def test_imports_run_one_way() -> None:
    """No file imports from a room above its own, also not for types or within a function."""
    found = {
        file.as_posix()
        for file in FILES
        for other in rooms_of_imports(tree(file), file)
        if ROOMS.index(other) > ROOMS.index(room(file))
    }
    assert found == UPWARDS


@pytest.mark.parametrize(
    ("statement", "file", "rooms"),
    [
        ("from .._algebra import add", "_definition/_derived.py", {"_algebra"}),
        ("from .. import _schedules as leaves", "testing/_bounds.py", {"_schedules"}),
        ("from ._task import Run", "_demo/_run.py", {"_demo"}),
        ("from . import _numpy", "_exports/_export.py", {"_exports"}),
        ("from ._errors import LrcoreError", "__main__.py", {"_errors"}),
        ("from .. import Schedule", "_plans/_plan.py", {"__init__"}),
        ("from lrcore._cli._app import app", "_errors.py", {"_cli"}),
        ("import lrcore", "_errors.py", {"__init__"}),
        ("import numpy", "_errors.py", set()),
    ],
)
def test_imports_are_seen(statement: str, file: str, rooms: set[str]) -> None:
    """Every way to write an import is read as what Python imports."""
    assert rooms_of_imports(ast.parse(statement), Path(file)) == rooms


def test_no_framework_and_no_adapter_is_imported() -> None:
    """By no code that runs; one file names them for type checkers."""
    for file in FILES:
        nodes = run_code if file.as_posix() == TYPES_OF_FRAMEWORKS else ast.walk
        names = {
            name.partition(".")[0] for node in nodes(tree(file)) for name in imported(node, file)
        }
        assert not names & FRAMEWORKS, file
        assert not {name for name in names if name.startswith("lrcore_")}, file
