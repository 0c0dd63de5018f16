"""Exporting a schedule to a framework, by the adapters that are installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from ._binding import bound
from ._errors import ExportError
from ._plugins import ADAPTERS, load
from ._rounding import Precision
from ._schedule import Schedule

Values: TypeAlias = NDArray[np.float32] | NDArray[np.float64]

Evaluator: TypeAlias = Callable[[Schedule, NDArray[np.int64], Precision], Values]
"""The values of a schedule at an array of steps, computed by a framework in one of its modes."""


class Adapter(Protocol):
    """What a module offers that the entry point of an adapter names."""

    @property
    def evaluators(self) -> Mapping[str, Evaluator]:
        """How the framework can run a schedule, by name: what the equality harness compares."""
        ...

    @property
    def export(self) -> Callable[..., object]:
        """`export(schedule, **options)`: the framework's native object."""
        ...


def export(schedule: Schedule, to: str, **options: object) -> object:
    """The native object of a framework that follows `schedule`.

    Args:
        schedule: what to follow.
        to: the adapter: "numpy", "torch", "keras", "tensorflow", "jax", or another that is installed.
        options: what the adapter needs or offers: `optimizer=` for "torch", `dtype=` for all.

    Raises:
        ExportError: there is no such adapter, or it does not take these options.
        MissingFrameworkError: the framework of the adapter is not installed.
        UnboundError: the schedule holds durations.

    Example:
        >>> import lrcore as lr
        >>> function = lr.export(lr.Linear(0.0, 1.0, 4), "numpy")
        >>> function(1)
        0.25
    """
    bound(schedule)
    native = adapter(to).export
    try:
        return native(schedule, **options)
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:
            raise ExportError(f'export to "{to}": {error}') from None
        raise


def adapter(name: str) -> Adapter:
    """The adapter of this name."""
    return cast(Adapter, load(ADAPTERS, name))
