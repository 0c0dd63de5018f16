"""The adapter of lrcore to Keras 2, which is `tf_keras` today."""

from ._evaluators import evaluators
from ._native import Schedule, export

__all__ = ["Schedule", "evaluators", "export"]
