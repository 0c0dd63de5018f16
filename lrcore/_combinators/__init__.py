"""Schedules made of schedules."""

from ._arithmetic import Product, Sum, add, multiply
from ._clip import Clip
from ._clock import Pause, Reverse, Shift, Staircase, Stretch, Truncate
from ._repeat import Repeat
from ._sequence import Sequence, follow

__all__ = [
    "Clip",
    "Pause",
    "Product",
    "Repeat",
    "Reverse",
    "Sequence",
    "Shift",
    "Staircase",
    "Stretch",
    "Sum",
    "Truncate",
    "add",
    "follow",
    "multiply",
]
