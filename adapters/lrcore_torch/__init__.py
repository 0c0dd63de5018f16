"""The adapter of lrcore to PyTorch."""

from ._evaluators import evaluators
from ._export import export, export_plan
from ._function import Function, function
from ._native import Scheduler
from ._read import Reading, read
from ._trainers import TransformersMixin, lightning_optimizers, prepare_for_accelerate

__all__ = [
    "Function",
    "Reading",
    "Scheduler",
    "TransformersMixin",
    "evaluators",
    "export",
    "export_plan",
    "function",
    "lightning_optimizers",
    "prepare_for_accelerate",
    "read",
]
