"""Schedules that stand alone, by family."""

from ._constant import Constant
from ._curve import Geometric, Harmonic, Logarithmic, Relaxation
from ._decay import Exponential, InverseTime, Sigmoid
from ._piecewise import Interpolation, PiecewiseConstant
from ._special import BiasCorrection, Noise, NormalNoise
from ._transition import Cosine, Linear, Polynomial

__all__ = [
    "BiasCorrection",
    "Constant",
    "Cosine",
    "Exponential",
    "Geometric",
    "Harmonic",
    "Interpolation",
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
