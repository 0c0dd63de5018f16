"""Schedules made of schedules."""

from ._arithmetic import Product, Sum, add, constant, longest, multiply
from ._clip import Clip
from ._clock import From, Pause, Shift, Staircase, Until
from ._repeat import Repeat, Reverse
from ._sequence import Sequence, follow
from ._stretch import Stretch, on_whole_steps

__all__ = [
    "Clip",
    "From",
    "Pause",
    "Product",
    "Repeat",
    "Reverse",
    "Sequence",
    "Shift",
    "Staircase",
    "Stretch",
    "Sum",
    "Until",
    "add",
    "constant",
    "follow",
    "longest",
    "multiply",
    "on_whole_steps",
]
