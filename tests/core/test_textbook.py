"""The formulas say what the textbooks say: compared in sixty digits with their usual form."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import mpmath
import numpy as np
import pytest
from formulas import truth
from mpmath import mpf

from lrcore.testing import cases, exact, probe_steps

CLOSE: Final = mpf(10) ** -50
"""Of the largest end; ten digits are left for rounding."""

ROUNDED: Final = {"restarts, fractional", "restarts, other shapes"}
"""Cases whose lengths need a clock that is finer than 53 bits."""


@pytest.mark.parametrize("name", cases())
def test_the_formula_is_the_textbook_one(name: str) -> None:
    """Same value to fifty digits, wherever the harness looks."""
    schedule = cases()[name].schedule
    scale = max(1e-30, np.abs(schedule(range(2000))).max())
    close = mpf(2) ** -50 if name in ROUNDED else CLOSE
    with mpmath.workdps(60):
        for step in probe_steps(schedule, 60, last=2**40).tolist():
            wanted = truth(schedule, Fraction(step))
            if abs(wanted) < 2.0**-126:
                wanted = mpf(0)
            assert abs(exact(schedule, step) - wanted) <= close * max(scale, abs(wanted)), step
