"""Schedules for all hyper-parameters of a training, and for groups of its parameters."""

from ._plan import Factor, Plan

__all__ = ["Factor", "Plan"]
