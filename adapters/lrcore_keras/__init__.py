"""The adapter of lrcore to Keras 3, on any of its backends."""

from ._evaluators import evaluators
from ._function import function
from ._native import Schedule, export

__all__ = ["Schedule", "evaluators", "export", "function"]
