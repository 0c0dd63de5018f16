"""What a schedule can be asked for: integers, and arrays of them."""

from __future__ import annotations

import operator

import numpy as np
from numpy.typing import NDArray

from .._errors import StepError, has_too_many_digits, shown
from ._fields import LAST_STEP


def checked_step(step: int | np.integer) -> int:
    """`step` as a Python integer.

    Raises:
        StepError: it is not an integer, or is above 2**53.
    """
    truth = isinstance(step, bool) or "bool" in str(getattr(step, "dtype", ""))
    try:
        index = None if truth else operator.index(step)
    except TypeError:  # of tensors and tracers, too
        index = None
    if index is None:
        raise StepError(
            "a step is an integer, a range, or a NumPy array of integers; "
            f"got {shown(step)}, a {type(step).__name__}; "
            "for the tensors of a framework, export the schedule to the framework"
        )
    if index > LAST_STEP or has_too_many_digits(index):
        raise StepError(f"a step is at most 2**53; got {shown(index)}")
    return index


def checked_steps(steps: range | NDArray[np.integer]) -> NDArray[np.int64]:
    """`steps` as an array of 64 bits.

    Raises:
        StepError: they are not integers, or some are above 2**53.
    """
    if isinstance(steps, range):
        steps = np.arange(steps.start, steps.stop, steps.step, dtype=np.int64)
    if not np.issubdtype(steps.dtype, np.integer):
        raise StepError(f"steps are integers; got an array of {steps.dtype}")
    if steps.size and steps.max() > LAST_STEP:
        raise StepError(f"a step is at most 2**53; got {steps.max()}")
    return steps.astype(np.int64)
