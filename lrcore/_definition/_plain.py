"""Plain, immutable data from whatever people hand over."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from .._evaluation._evaluable import Evaluable

if TYPE_CHECKING:
    from ._schedule import Schedule


def plain(value: object) -> object:
    """Lists as tuples, and numbers and texts of other libraries as Python's own.

    Lists are those of NumPy, TOML and OmegaConf, too. Equal schedules must have one document, and
    `-0.0 == 0.0`, so zero has no sign.
    """
    kind = type(value)
    if kind is int or kind is str or value is None or isinstance(value, Evaluable):
        return value
    if kind is float:
        return cast(float, value) + 0.0
    value = unwrapped(value, Evaluable)
    if isinstance(value, (np.generic, np.ndarray)):
        return plain(cast(object, value.tolist()))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return value
    if isinstance(value, Sequence):
        return tuple(map(plain, value))
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    return float(value) + 0.0 if isinstance(value, float) else value


def unwrapped(value: object, *kept: type) -> object:
    """The `kept` instance that OmegaConf holds as a configuration of its class, else `value` itself.

    Hydra makes such configurations of the dataclasses in a list or mapping, unless `_convert_` is given.
    """
    omegaconf = sys.modules.get("omegaconf")  # where there is such a configuration, it is imported
    if omegaconf is None or not isinstance(value, omegaconf.DictConfig):
        return value
    held = cast(object, omegaconf.OmegaConf.get_type(value))
    if isinstance(held, type) and issubclass(held, kept):
        return cast(object, omegaconf.OmegaConf.to_object(value))
    return value


def entries(schedule: Schedule) -> Iterator[tuple[str, object]]:
    """The values of the fields, tuples entry by entry, each with its place below the schedule."""
    for name in schedule.fields:
        yield from _entries(getattr(schedule, name), f".{name}")


def _entries(value: object, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, tuple):
        for i, entry in enumerate(value):
            yield from _entries(entry, f"{place}[{i}]")
    else:
        yield place, value
