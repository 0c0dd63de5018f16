"""The adapter of lrcore to JAX and Optax."""

from importlib import import_module
from typing import TYPE_CHECKING

from lrcore import MissingFrameworkError

from ._evaluators import evaluators
from ._function import Function, function
from ._native import export, export_plan
from ._read import read
from ._version import check_version

if TYPE_CHECKING:
    from ._inject import inject
    from ._state import Current, InjectState, current

__all__ = [
    "Current",
    "Function",
    "InjectState",
    "current",
    "evaluators",
    "export",
    "export_plan",
    "function",
    "inject",
    "read",
]

check_version()


def __getattr__(name: str) -> object:
    """What needs Optax: Keras on JAX uses this adapter, and has no need of it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = "._inject" if name == "inject" else "._state"
        return getattr(import_module(module, __name__), name)
    except ModuleNotFoundError as error:
        raise MissingFrameworkError(
            f'{name} needs {error.name}, which is not installed: pip install "lrcore[jax]"'
        ) from error


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
