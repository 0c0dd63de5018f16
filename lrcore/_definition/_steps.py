"""What a schedule can be asked for: integers, and arrays of them."""

from __future__ import annotations

import operator
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from .._errors import StepError, shown
from .._evaluation._arrays import array_of
from .._evaluation._value import LAST_STEP

_EXPORTED: Final = {
    "jax": 'write lrcore.export(schedule, "jax")',
    "jaxlib": 'write lrcore.export(schedule, "jax")',
    "tensorflow": 'write lrcore.export(schedule, "tensorflow")',
    "torch": "write lrcore_torch.function(schedule)",
}
"""What takes the tensors of a framework, by its module."""


def step_or_tensor(step: object) -> object:
    """`step`, checked unless it is a tensor of a framework, which checks it by its dtype.

    Raises:
        StepError: it is neither a tensor nor a step of a schedule.
    """
    if isinstance(step, (range, np.ndarray)):
        steps = checked_steps(step)
        return array_of(steps) if isinstance(steps, range) else steps
    if isinstance(step, (int, np.generic)) or not hasattr(step, "dtype"):
        return checked_step(step)
    return step


def checked_step(step: object) -> int:
    """`step` as a Python integer.

    Raises:
        StepError: it is not an integer, or is above 2**53.
    """
    # An integer of Python alone is known to be one where torch.compile traces this.
    index = step if type(step) is int else _index(step)
    if step is None:  # optimizers of Keras call what they do not know
        raise StepError(
            "a step is needed, as in schedule(step); an optimizer that counts steps itself is given "
            'lrcore.export(schedule, "keras"), or "tf_keras" in Keras 2, and lrcore.export(plan, "keras", '
            "optimizer=...) makes an optimizer that follows a plan"
        )
    if index is None:
        foreign = hasattr(step, "dtype") and not isinstance(step, np.generic)
        framework = type(step).__module__.partition(".")[0]
        exported = _EXPORTED.get(framework, "export the schedule to the framework")
        hint = f"; for the tensors of a framework, {exported}" if foreign else ""
        raise StepError(
            "a step is an integer, a range, or an array of integers; "
            f"got {shown(step)}, a {type(step).__name__}{hint}"
        )
    if index > LAST_STEP:
        raise StepError(f"a step is at most 2**53; got {shown(index)}")
    return max(index, -LAST_STEP)  # below 0 all values are that at 0; frameworks have 64 bits


def _index(step: object) -> int | None:
    if isinstance(step, bool) or "bool" in str(getattr(step, "dtype", "")):
        return None
    try:
        return operator.index(cast(int, step))
    except TypeError:  # of tensors and tracers, too
        return None


def checked_steps(steps: range | NDArray[np.integer]) -> range | NDArray[np.integer]:
    """`steps`, which are integers in range.

    Raises:
        StepError: they are not integers, or some are above 2**53.
    """
    if isinstance(steps, range):
        if steps and min(steps[0], steps[-1]) < -LAST_STEP:
            raise StepError(f"the steps of a range are at least -2**53; got {steps!r}")
        last = max(steps[0], steps[-1]) if steps else 0
    elif isinstance(steps, np.ma.MaskedArray):
        raise StepError("steps are integers; got a masked array; write steps.compressed()")
    elif steps.dtype.kind in "iu":
        last = int(steps.max(initial=0))
    else:
        raise StepError(f"steps are integers; got an array of {steps.dtype}")
    if last > LAST_STEP:
        raise StepError(f"a step is at most 2**53; got {last}")
    return steps
