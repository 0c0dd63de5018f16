"""What a schedule can be asked for: integers, and arrays of them."""

from __future__ import annotations

import operator

import numpy as np
from numpy.typing import NDArray

from .._errors import StepError
from .._evaluation._value import LAST_STEP


def checked_step(step: int | np.integer) -> int:
    """`step` as a Python integer.

    Raises:
        StepError: it is not an integer, or is above 2**53.
    """
    if type(step) is int and step <= LAST_STEP:
        return step
    truth = isinstance(step, bool) or "bool" in str(getattr(step, "dtype", ""))
    try:
        index = None if truth else operator.index(step)
    except TypeError:  # of tensors and tracers, too
        index = None
    if index is None:
        raise StepError(
            "a step is an integer, a range, or a NumPy array of integers; "
            f"got {step!r}, a {type(step).__name__}; "
            "for the tensors of a framework, export the schedule to the framework"
        )
    if index > LAST_STEP:
        raise StepError(f"a step is at most 2**53; got {index}")
    return index


def checked_steps(steps: range | NDArray[np.integer]) -> range | NDArray[np.integer]:
    """`steps`, which are integers in range.

    Raises:
        StepError: they are not integers, or some are above 2**53.
    """
    if isinstance(steps, range):
        last = max(steps[0], steps[-1]) if steps else 0
    elif np.issubdtype(steps.dtype, np.integer):
        last = int(steps.max(initial=0))
    else:
        raise StepError(f"steps are integers; got an array of {steps.dtype}")
    if last > LAST_STEP:
        raise StepError(f"a step is at most 2**53; got {last}")
    return steps
