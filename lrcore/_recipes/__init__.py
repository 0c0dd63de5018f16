"""The schedules of the field, each of which stands for a composition of others."""

from ._cooldown import Cooldown, WarmupStableDecay
from ._curves import LinearCosine, NaturalExponential, PowerLaw, RangeTest, Tanh
from ._cycles import Cyclic, OneCycle
from ._edits import Mirror, Window, splice
from ._pieces import Hold, MultiStep, StepDecay, Table
from ._piecewise import Interpolation, PiecewiseConstant
from ._restarts import Restarts
from ._shapes import Shape as Shape
from ._warmup import InverseSquareRoot, Noam, Warmup, WarmupCosine, WarmupLinear

__all__ = [
    "Cooldown",
    "Cyclic",
    "Hold",
    "Interpolation",
    "InverseSquareRoot",
    "LinearCosine",
    "Mirror",
    "MultiStep",
    "NaturalExponential",
    "Noam",
    "OneCycle",
    "PiecewiseConstant",
    "PowerLaw",
    "RangeTest",
    "Restarts",
    "StepDecay",
    "Table",
    "Tanh",
    "Warmup",
    "WarmupCosine",
    "WarmupLinear",
    "WarmupStableDecay",
    "Window",
    "splice",
]
