"""Schedules for all hyper-parameters of a training, and for groups of its parameters."""

from ._factor import Factor
from ._plan import Plan

__all__ = ["Factor", "Plan"]
