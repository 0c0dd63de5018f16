"""The adapter of lrcore to PyTorch."""

from ._evaluators import evaluators
from ._function import Function, function
from ._native import Scheduler, export, export_plan
from ._trainers import TransformersMixin, lightning_optimizers, prepare_for_accelerate

__all__ = [
    "Function",
    "Scheduler",
    "TransformersMixin",
    "evaluators",
    "export",
    "export_plan",
    "function",
    "lightning_optimizers",
    "prepare_for_accelerate",
]
