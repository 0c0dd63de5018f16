"""Schedules that stand alone, by family."""

from ._constant import Constant, PiecewiseConstant
from ._decay import Exponential
from ._transition import Cosine, Linear, Polynomial

__all__ = ["Constant", "Cosine", "Exponential", "Linear", "PiecewiseConstant", "Polynomial"]
