"""Exporting schedules to frameworks, by the adapters that are installed."""

from ._export import export

__all__ = ["export"]
