"""The adapter of lrcore to PyTorch."""

from ._evaluators import EVALUATORS
from ._function import function
from ._native import Scheduler, export

__all__ = ["EVALUATORS", "Scheduler", "export", "function"]
