"""What an adapter offers, and how it is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from .._definition._schedule import Schedule
from .._evaluation._rounding import Precision
from ._plugins import ADAPTERS, load

Values: TypeAlias = NDArray[np.float32] | NDArray[np.float64]

Evaluator: TypeAlias = Callable[[Schedule, NDArray[np.int64], Precision], Values]
"""The values of a schedule at an array of steps, computed by a framework in one of its modes."""


class Adapter(Protocol):
    """The members of a module that the entry point of an adapter names.

    A module whose native object covers several hyper-parameters also offers
    `export_plan(plan, **options)`.
    """

    @property
    def evaluators(self) -> Mapping[str, Evaluator]:
        """The ways in which the framework can run a schedule, by name, for the tests."""
        ...

    @property
    def export(self) -> Callable[..., object]:
        """`export(schedule, **options)`: the native object of the framework."""
        ...


def adapter(name: str) -> Adapter:
    """The adapter of this name.

    Raises:
        ExportError: there is no such adapter.
        MissingFrameworkError: the framework of the adapter is not installed.
    """
    return cast(Adapter, load(ADAPTERS, name))
