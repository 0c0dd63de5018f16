"""Lengths of time in steps, epochs, parts of the run, samples and tokens."""

from ._duration import Duration, Length, exact, in_steps, nearest, shortest
from ._run import Run

__all__ = ["Duration", "Length", "Run", "exact", "in_steps", "nearest", "shortest"]
