"""Schedules, optimizers and configurations of Keras as schedules, with their progress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import keras
from keras.optimizers.schedules import LearningRateSchedule

import lrcore as lrc
from lrcore import ExportError, InvalidScheduleError, Plan
from lrcore import Schedule as Definition
from lrcore.backend import shown

from ._groups import ScheduledGroups
from ._native import Schedule
from ._optimizer import Scheduled
from ._read_classes import CLASSES, read_class
from ._read_configs import for_updates, read_config
from ._updates import updates


class Reading(NamedTuple):
    """A definition that was read, and the step of the next update."""

    definition: Definition | Plan
    step: int


def read(given: LearningRateSchedule | keras.Optimizer | Mapping[str, object]) -> Reading:
    """The definition and the step of a schedule, an optimizer or a configuration of Keras.

    The classes of `keras.optimizers.schedules` are read, and `lrcore_keras.Schedule`. Of an optimizer the
    learning rate is read, or the plan that it follows, and its number of updates is the step. A constant
    learning rate is the one that it holds now. Schedules and configurations have no progress, and the step is 0.

    A configuration is what `keras.optimizers.schedules.serialize` or `keras.optimizers.serialize` returns, in
    Keras 3 and Keras 2. Nothing in it is imported or executed.

    With `gradient_accumulation_steps=k`, Keras asks a schedule for the value of the last of the `k` batches
    of an update. The definition that is read has this value at each update.

    Args:
        given: the schedule, the optimizer or the configuration; it is not changed.

    Raises:
        lrcore.ExportError: the learning rate is a class or function of your own, or follows a metric; or the
            schedule has numbers with which Keras computes something else, or that no schedule has.

    Example:
        >>> import keras, lrcore_keras
        >>> schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1000, 0.96)
        >>> lrcore_keras.read(schedule)
        Reading(definition=Exponential(start=0.1, factor=0.96, steps=1000), step=0)
        >>> lrcore_keras.read(keras.optimizers.SGD(schedule)).definition(0)
        0.1
    """
    if isinstance(given, keras.Optimizer):
        return _of_optimizer(given)
    if isinstance(given, LearningRateSchedule):
        return Reading(_of_schedule(given), 0)
    if isinstance(given, Mapping):
        return Reading(read_config(given), 0)
    raise ExportError(_reason(given))


def _of_optimizer(optimizer: keras.Optimizer) -> Reading:
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return _of_optimizer(optimizer.inner_optimizer)
    if isinstance(optimizer, (Scheduled, ScheduledGroups)):
        return Reading(optimizer.plan, updates(optimizer))
    if isinstance(optimizer, _SEVERAL):
        raise ExportError(
            f"{type(optimizer).__name__} has several learning rates; read each of its optimizers"
        )
    held = optimizer._learning_rate
    known = held.gradient_accumulation_steps if isinstance(held, Schedule) else None
    definition = for_updates(_rate(held), known, optimizer.gradient_accumulation_steps)
    return Reading(definition, updates(optimizer))


_SEVERAL: Final = getattr(keras.optimizers, "MultiOptimizer", ())
"""Keras has it since version 3.15."""


def _rate(held: object) -> Definition:
    """What an optimizer holds as its learning rate."""
    if isinstance(held, LearningRateSchedule):
        return _of_schedule(held)
    if not isinstance(held, keras.Variable):
        raise ExportError(_reason(held))
    value = float(held)
    try:
        return lrc.Constant(value)
    except InvalidScheduleError as error:
        raise ExportError(f"the optimizer has the learning rate {value!r}: {error}") from error


def _of_schedule(schedule: LearningRateSchedule) -> Definition:
    if isinstance(schedule, Schedule):
        return schedule.schedule
    name = type(schedule).__name__
    if name not in CLASSES or type(schedule) is not getattr(keras.optimizers.schedules, name):
        raise ExportError(
            f"{name} cannot be read, as it is not a class of keras.optimizers.schedules; write a schedule with "
            "the same values"
        )
    return read_class(name, schedule.get_config(), name)


def _reason(given: object) -> str:
    match given:
        case keras.callbacks.LearningRateScheduler():
            return (
                "LearningRateScheduler has a function of your own, which cannot be read; write a schedule with the "
                "same values"
            )
        case keras.callbacks.ReduceLROnPlateau():
            return "ReduceLROnPlateau cannot be read, as it follows a metric"
        case Definition():
            return "a schedule of lrcore that was not exported needs no reading"
        case type():
            return f"a class cannot be read; give an object, as {given.__name__}(...) makes it"
        case keras.Model():
            return "a model cannot be read; give its optimizer"
        case _ if type(given).__module__.startswith("tf_keras."):
            return (
                "an object of Keras 2 is read from its configuration, which tf_keras.optimizers.serialize or "
                "tf_keras.optimizers.schedules.serialize makes"
            )
        case _ if callable(given):
            name = getattr(given, "__name__", type(given).__name__)
            return f"the function {name!r} cannot be read; write a schedule with the same values"
    return (
        "a schedule or an optimizer of Keras is needed, or a dictionary that keras.optimizers.serialize or "
        f"keras.optimizers.schedules.serialize has made; got {shown(given)}"
    )
