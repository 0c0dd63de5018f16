"""The adapter of lrcore to Keras 3, on any of its backends."""

from ._evaluators import EVALUATORS
from ._function import function
from ._native import Schedule, export

__all__ = ["EVALUATORS", "Schedule", "export", "function"]
