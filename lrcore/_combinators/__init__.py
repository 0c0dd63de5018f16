"""Schedules made of schedules."""

from ._arithmetic import Product, Sum, add, multiply
from ._repeat import Repeat
from ._sequence import Sequence, follow

__all__ = ["Product", "Repeat", "Sequence", "Sum", "add", "follow", "multiply"]
