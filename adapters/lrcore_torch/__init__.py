"""The adapter of lrcore to PyTorch."""

from ._evaluators import evaluators
from ._function import Function, function
from ._native import Scheduler, export, export_plan

__all__ = ["Function", "Scheduler", "evaluators", "export", "export_plan", "function"]
