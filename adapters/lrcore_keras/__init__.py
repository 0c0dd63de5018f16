"""The adapter of lrcore to Keras 3, on any of its backends."""

from ._evaluators import evaluators
from ._export import export, export_plan
from ._function import Function, function
from ._logger import ScheduleLogger
from ._native import Schedule
from ._read import Reading, read
from ._scheduled import scheduled

__all__ = [
    "Function",
    "Reading",
    "Schedule",
    "ScheduleLogger",
    "evaluators",
    "export",
    "export_plan",
    "function",
    "read",
    "scheduled",
]
