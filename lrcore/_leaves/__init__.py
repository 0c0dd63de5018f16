"""Schedules that stand alone, by family."""

from ._constant import Constant, PiecewiseConstant
from ._decay import Exponential, InverseTime, Sigmoid
from ._special import BiasCorrection, Noise, NormalNoise
from ._transition import (
    Cosine,
    Geometric,
    Harmonic,
    Linear,
    Logarithmic,
    Polynomial,
    Relaxation,
)

__all__ = [
    "BiasCorrection",
    "Constant",
    "Cosine",
    "Exponential",
    "Geometric",
    "Harmonic",
    "InverseTime",
    "Linear",
    "Logarithmic",
    "Noise",
    "NormalNoise",
    "PiecewiseConstant",
    "Polynomial",
    "Relaxation",
    "Sigmoid",
]
