"""The adapter of lrcore to PyTorch."""

from ._evaluators import evaluators
from ._function import function
from ._native import Scheduler, export

__all__ = ["Scheduler", "evaluators", "export", "function"]
