"""The adapter of lrcore to Keras 3, on any of its backends."""

from ._evaluators import evaluators
from ._function import Function, function
from ._native import Schedule, export

__all__ = ["Function", "Schedule", "evaluators", "export", "function"]
