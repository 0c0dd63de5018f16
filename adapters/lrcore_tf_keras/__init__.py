"""The adapter of lrcore to Keras 2, which is `tf_keras` today."""

from lrcore_tensorflow import Function, function

from ._evaluators import evaluators
from ._export import export, export_plan
from ._native import Schedule

__all__ = ["Function", "Schedule", "evaluators", "export", "export_plan", "function"]
