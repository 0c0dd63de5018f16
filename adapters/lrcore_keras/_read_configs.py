"""The configurations that Keras writes for schedules and optimizers, as schedules."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, NamedTuple, cast

import keras

import lrcore as lrc
from lrcore import ExportError, LrcoreError, Plan, from_dict
from lrcore import Schedule as Definition
from lrcore.backend import shown

from ._read_classes import Fields, read_class

_OWN: Final = "lrcore>Schedule"
"""The name under which Keras knows `lrcore_keras.Schedule`."""

_PLANNED: Final = ("lrcore>Optimizer", "lrcore>MultiOptimizer")
"""The names under which Keras knows optimizers that follow plans."""


class _Entry(NamedTuple):
    """The name of a class, and its configuration with its place."""

    name: str
    config: Mapping[str, object]
    place: str


def read_config(given: Mapping[str, object]) -> Definition | Plan:
    """The schedule or plan of the configuration of a schedule or an optimizer.

    Raises:
        ExportError: it is neither, or it has a class or a function of a person's own.
    """
    entry = _entry(given, "")
    if "inner_optimizer" in entry.config:  # of a LossScaleOptimizer
        entry = _entry(entry.config["inner_optimizer"], f"{entry.place}.inner_optimizer")
    if "optimizer_map" in entry.config:
        raise ExportError(f"{entry.name} has several learning rates; read each of its optimizers")
    if entry.name in _PLANNED:
        return _document(entry, "plan")
    return _of_optimizer(entry) if _is_optimizer(entry) else _of_schedule(entry)


def for_updates(schedule: Definition, known: int | None, given: int | None) -> Definition:
    """A schedule that Keras asks at every batch, as one that counts updates.

    Keras makes an update after the last of its batches, with the value of that batch.

    Args:
        schedule: the schedule.
        known: the number of batches for an update of which the schedule knows.
        given: that of the optimizer.

    Raises:
        ExportError: the schedule knows of another number than that of the optimizer.
    """
    batches = given or 1
    if batches == (known or 1) or isinstance(schedule, lrc.Constant):
        return schedule
    if known is not None:
        raise ExportError(
            f"the optimizer has gradient_accumulation_steps={given}, and its schedule {known}"
        )
    return lrc.Stretch(lrc.Shift(schedule, batches - 1), Fraction(1, batches))


def _entry(given: object, place: str) -> _Entry:
    where = place or "the configuration"
    if not isinstance(given, Mapping) or "class_name" not in given:
        raise ExportError(
            f'{where}: an entry with "class_name" and "config" is needed; got {shown(given)}'
        )
    registered = given.get("registered_name")
    name = registered if registered in (_OWN, *_PLANNED) else given["class_name"]
    package = str(given.get("module", "keras")).partition(".")[0]
    if not isinstance(name, str) or (
        name not in (_OWN, *_PLANNED) and package not in ("keras", "tf_keras")
    ):
        raise ExportError(
            f"{where}: {shown(name)} cannot be read, as it is not a class of Keras; write a schedule with the "
            "same values"
        )
    inner, config = given.get("config"), f"{place}.config".removeprefix(".")
    if not isinstance(inner, Mapping):
        raise ExportError(f"{config}: the fields of {name} are needed; got {shown(inner)}")
    return _Entry(name, inner, config)


def _is_optimizer(entry: _Entry) -> bool:
    # Keras 2 writes "Custom>Adam", and Keras 3 changes a name to small letters where it reads it.
    name = entry.name.removeprefix("Custom>").lower()
    return any(
        isinstance(known, type) and issubclass(known, keras.Optimizer) and key.lower() == name
        for key, known in vars(keras.optimizers).items()
    )


def _of_schedule(entry: _Entry) -> Definition:
    if entry.name != _OWN:
        return read_class(*entry)
    definition = _document(entry, "schedule")
    if not isinstance(definition, Definition):
        raise ExportError(f"{entry.place}.schedule: a schedule is needed; this is a plan")
    return definition


def _document(entry: _Entry, key: str) -> Definition | Plan:
    try:
        return from_dict(cast("Mapping[str, object]", entry.config.get(key)))
    except LrcoreError as error:
        raise ExportError(f"{entry.place}.{key}: {error}") from error


def _of_optimizer(entry: _Entry) -> Definition:
    fields = Fields(entry.config, entry.place)
    rate, place = fields.get("learning_rate"), fields.place_of("learning_rate")
    known: int | None = None
    try:
        if isinstance(rate, Mapping):
            inner = _entry(rate, place)
            definition = _of_schedule(inner)
            known = _batches(Fields(inner.config, inner.place)) if inner.name == _OWN else None
        else:
            definition = lrc.Constant(fields.number("learning_rate"))
        definition = _decayed(definition, fields.number("decay", 0.0))
        return for_updates(definition, known, _batches(fields))
    except lrc.InvalidScheduleError as error:
        raise ExportError(f"{place}: no schedule has these values: {error}") from error


def _decayed(definition: Definition, decay: float) -> Definition:
    """The optimizers of Keras 2 divide the learning rate by `1 + decay * t`."""
    if not decay:
        return definition
    if isinstance(definition, lrc.Constant):
        return lrc.InverseTime(definition.value, decay)
    return definition * lrc.InverseTime(1.0, decay)


def _batches(fields: Fields) -> int | None:
    given = fields.get("gradient_accumulation_steps")
    if given is not None and (type(given) is not int or given < 1):
        place = fields.place_of("gradient_accumulation_steps")
        raise ExportError(f"{place}: an integer is needed; got {shown(given)}")
    return given
