"""A schedule as a function of tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias, cast

import torch
from torch import Tensor

from lrcore import Array, Ops, Schedule, StepError
from lrcore.backend import LAST_STEP, Precision, checked, step_or_tensor, value_at

from ._ops import TorchOps

Function: TypeAlias = Callable[[Tensor | int], Tensor]
"""A function from steps to values, in tensors on the device of the steps."""

_DTYPES: Final = {"float32": torch.float32, "float64": torch.float64}
_INTEGERS: Final = {
    *(torch.int8, torch.int16, torch.int32, torch.int64),
    *(torch.uint8, torch.uint16, torch.uint32, torch.uint64),
}


def function(schedule: Schedule, *, dtype: Precision = "float32") -> Function:
    """`schedule` as a function from steps to values, in tensors on the device of the steps.

    The function computes in float64 and rounds once. It also runs under `torch.compile` and
    `torch.vmap`.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64".

    Raises:
        lrcore.ExportError: `dtype` is neither "float32" nor "float64".
        lrcore.UnboundError: the schedule holds durations.
        lrcore.StepError: the function was called with steps that are not integers.

    Example:
        >>> import lrcore as lrc, lrcore_torch, torch
        >>> rate = lrcore_torch.function(lrc.Linear(0.0, 1.0, 4))
        >>> rate(torch.tensor([0, 1, 4]))
        tensor([0.0000, 0.2500, 1.0000])
    """
    ready = schedule.ready()
    checked(dtype)

    def value(step: Tensor | int) -> Tensor:
        t = step if isinstance(step, Tensor) else torch.as_tensor(step_or_tensor(step))
        if t.dtype not in _INTEGERS:
            raise StepError(f"steps are integers; got a tensor of {t.dtype}")
        op = cast(Ops, TorchOps(t.device))
        clock = t.to(torch.int64)
        if t.dtype == torch.uint64:  # which has no minimum
            clock = torch.where(clock < 0, LAST_STEP, clock)
        rate = cast(Tensor, value_at(ready, cast(Array, clock), op))
        return rate.to(_DTYPES[dtype]).broadcast_to(t.shape)

    value(0)  # computes what schedules cache, whose lock torch.compile before 2.13 cannot trace
    return value
