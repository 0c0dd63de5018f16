"""Schedules that stand alone, by family."""

from ._constant import Constant, PiecewiseConstant
from ._curve import Geometric, Harmonic, Logarithmic, Relaxation
from ._decay import Exponential, InverseTime, Sigmoid
from ._special import BiasCorrection, Noise, NormalNoise
from ._transition import Cosine, Linear, Polynomial

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
