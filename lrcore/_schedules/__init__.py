"""The schedules with a formula of their own."""

from ._constant import Constant
from ._curve import BoundedExponential, Geometric, InverseLinear, Logarithmic
from ._decay import Exponential, InverseTime, Sigmoid
from ._special import BiasCorrection, Noise, NormalNoise
from ._transition import Cosine, Linear, Polynomial

__all__ = [
    "BiasCorrection",
    "BoundedExponential",
    "Constant",
    "Cosine",
    "Exponential",
    "Geometric",
    "InverseLinear",
    "InverseTime",
    "Linear",
    "Logarithmic",
    "Noise",
    "NormalNoise",
    "Polynomial",
    "Sigmoid",
]
