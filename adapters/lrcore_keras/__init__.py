"""The adapter of lrcore to Keras 3, on any of its backends."""

from ._evaluators import evaluators
from ._export import export
from ._function import Function, function
from ._native import Schedule
from ._read import Reading, read

__all__ = ["Function", "Reading", "Schedule", "evaluators", "export", "function", "read"]
