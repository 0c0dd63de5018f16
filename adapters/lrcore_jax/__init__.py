"""The adapter of lrcore to JAX and Optax."""

from importlib import import_module
from typing import TYPE_CHECKING

from ._evaluators import evaluators
from ._function import Function, function
from ._native import export, export_plan
from ._read import read
from ._version import check_version

if TYPE_CHECKING:
    from ._inject import Current, InjectState, current, inject

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
    if name in __all__:
        return getattr(import_module("._inject", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
