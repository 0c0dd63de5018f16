"""placeholder until the check is written."""

from __future__ import annotations


def check_formulas(schedule: object) -> None:
    return None
