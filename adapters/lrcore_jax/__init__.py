"""The adapter of lrcore to JAX and Optax."""

from ._evaluators import evaluators
from ._function import Function, function
from ._native import export

__all__ = ["Function", "evaluators", "export", "function"]
