"""The adapter of lrcore to TensorFlow."""

from ._evaluators import evaluators
from ._function import function
from ._native import export

__all__ = ["evaluators", "export", "function"]
