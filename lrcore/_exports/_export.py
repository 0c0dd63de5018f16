"""Exporting a schedule to a framework."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, cast, overload

from .._definition._schedule import Schedule
from .._errors import ExportError, shown
from .._evaluation._rounding import Precision
from .._plans import Plan
from ._adapter import adapter

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import keras
    import optax
    from jax.typing import ArrayLike
    from keras.optimizers.schedules import LearningRateSchedule
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler

    import lrcore_jax
    import lrcore_keras
    import lrcore_tensorflow
    import lrcore_torch

    from . import _numpy


@overload
def export(
    schedule: Schedule, to: Literal["numpy"], *, dtype: Literal["float64"] = ...
) -> _numpy.Function64: ...
@overload
def export(
    schedule: Schedule, to: Literal["numpy"], *, dtype: Literal["float32"]
) -> _numpy.Function32: ...
@overload
def export(
    schedule: Schedule | Plan,
    to: Literal["torch"],
    *,
    optimizer: Optimizer,
    step: int = ...,
    dtype: Precision = ...,
    relative: bool = ...,
    extra: Collection[str] = ...,
    later: Collection[str | int] = ...,
    on_mismatch: Literal["refuse", "adopt", "restore"] = ...,
    native: Literal[False] = ...,
) -> lrcore_torch.Scheduler: ...
@overload
def export(
    schedule: Schedule, to: Literal["torch"], *, optimizer: Optimizer, native: Literal[True]
) -> LRScheduler: ...
@overload
def export(
    schedule: Schedule,
    to: Literal["keras"],
    *,
    dtype: Precision = ...,
    gradient_accumulation_steps: int | None = ...,
    native: Literal[False] = ...,
) -> lrcore_keras.Schedule: ...
@overload
def export(
    schedule: Schedule,
    to: Literal["keras"],
    *,
    dtype: Literal["float32"] = ...,
    native: Literal[True],
) -> LearningRateSchedule: ...
@overload
def export(
    schedule: Schedule, to: Literal["tensorflow"], *, dtype: Precision = ...
) -> lrcore_tensorflow.Function: ...
@overload
def export(
    schedule: Schedule,
    to: Literal["jax"],
    *,
    dtype: Precision = ...,
    traced: Mapping[str, ArrayLike] | None = ...,
    native: Literal[False] = ...,
) -> lrcore_jax.Function: ...
@overload
def export(schedule: Schedule, to: Literal["jax"], *, native: Literal[True]) -> optax.Schedule: ...
@overload
def export(
    schedule: Plan,
    to: Literal["numpy"],
    *,
    group: str | int | None = ...,
    dtype: Literal["float64"] = ...,
) -> dict[str, _numpy.Function64]: ...
@overload
def export(
    schedule: Plan,
    to: Literal["numpy"],
    *,
    group: str | int | None = ...,
    dtype: Literal["float32"],
) -> dict[str, _numpy.Function32]: ...
@overload
def export(
    schedule: Plan,
    to: Literal["keras"],
    *,
    optimizer: keras.Optimizer,
    group: str | int | None = ...,
    dtype: Precision = ...,
) -> keras.Optimizer: ...
@overload
def export(
    schedule: Plan,
    to: Literal["keras"],
    *,
    group: str | int | None = ...,
    dtype: Precision = ...,
    gradient_accumulation_steps: int | None = ...,
) -> dict[str, lrcore_keras.Schedule | float]: ...
@overload
def export(
    schedule: Plan,
    to: Literal["tensorflow"],
    *,
    group: str | int | None = ...,
    dtype: Precision = ...,
) -> dict[str, lrcore_tensorflow.Function]: ...
@overload
def export(
    schedule: Plan,
    to: Literal["jax"],
    *,
    group: str | int | None = ...,
    dtype: Precision = ...,
    traced: Mapping[str, ArrayLike] | None = ...,
    native: Literal[False] = ...,
) -> dict[str, lrcore_jax.Function]: ...
@overload
def export(
    schedule: Plan,
    to: Literal["jax"],
    *,
    group: str | int | None = ...,
    native: Literal[True],
) -> dict[str, optax.Schedule]: ...
@overload
def export(schedule: Schedule, to: str, *, dtype: Precision = ...) -> object: ...
@overload
def export(
    schedule: Plan, to: str, *, group: str | int | None = ..., dtype: Precision = ...
) -> object: ...
def export(schedule: Schedule | Plan, to: str, **options: object) -> object:
    """Makes the native object of a framework that follows a schedule or plan.

    A plan becomes a single object where the framework's own covers all hyper-parameters, as in PyTorch,
    and elsewhere a dictionary with an object for each hyper-parameter. In Keras it is an optimizer, if one is
    given.

    Args:
        schedule: the schedule or plan to follow.
        to: the name of the adapter: "numpy", "torch", "keras", "tensorflow", "jax", or that of another
            adapter that is installed.
        options: the options of the adapter. All of them take `dtype`; "torch" needs `optimizer`, which
            "keras" takes for a plan, and the others take the `group` of a plan. With `native=True`, "torch",
            "keras" and "jax" make an object of their framework, for programs without lrcore.

    Returns:
        A `lrcore_torch.Scheduler`, a `lrcore_keras.Schedule`, a function of TensorFlow tensors, an Optax
        schedule, or a function of NumPy arrays.

    Raises:
        ExportError: there is no such adapter, it does not take these options, or `schedule` is not a
            schedule or plan.
        MissingFrameworkError: the framework of the adapter is not installed.
        UnboundError: the schedule has durations that `bind` has to resolve.

    Example:
        >>> import lrcore as lrc
        >>> function = lrc.export(lrc.Linear(0.0, 1.0, 4), "numpy")
        >>> function(1)
        0.25
    """
    if isinstance(to, (Schedule, Plan)):
        raise ExportError(
            'the schedule or plan comes first, as in lrcore.export(schedule, "torch", ...)'
        )
    native = adapter(to)
    if isinstance(schedule, Schedule):
        schedule.ready()
        return _call(native.export, schedule, to, options)
    if not isinstance(schedule, Plan):
        raise ExportError(
            f"this is not a schedule or plan: {shown(schedule)}; for a number, write lrcore.Constant(...); "
            "schedules of Keras and PyTorch are read by lrcore_keras.read and lrcore_torch.read"
        )
    whole = getattr(native, "export_plan", None)
    if whole is not None:
        return _call(whole, schedule, to, options)
    group = cast("str | int | None", options.pop("group", None))
    chosen = schedule.schedules(group)
    schedule(0, group)  # an error of a schedule names its hyper-parameter
    return {name: _call(native.export, own, to, options) for name, own in chosen.items()}


def _call(
    native: Callable[..., object], schedule: Schedule | Plan, to: str, options: dict[str, object]
) -> object:
    try:
        return native(schedule, **options)
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:
            _, *names = inspect.signature(native).parameters
            known = ", ".join(names)
            hint = f"the options for a schedule are {known}; lrcore.Plan(learning_rate=...) may have others"
            if isinstance(schedule, Plan):
                hint = f"the options for a plan are {known}"
            raise ExportError(f'export to "{to}": {error}; {hint}') from None
        raise
