"""Exporting a schedule to a framework, by the adapters that are installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from ._binding import bound
from ._errors import ExportError
from ._plan import Plan
from ._plugins import ADAPTERS, load
from ._rounding import Precision
from ._schedule import Schedule

Values: TypeAlias = NDArray[np.float32] | NDArray[np.float64]

Evaluator: TypeAlias = Callable[[Schedule, NDArray[np.int64], Precision], Values]
"""The values of a schedule at an array of steps, computed by a framework in one of its modes."""


class Adapter(Protocol):
    """What a module offers that the entry point of an adapter names.

    A module whose native object covers several hyper-parameters also offers
    `export_plan(plan, **options)`.
    """

    @property
    def evaluators(self) -> Mapping[str, Evaluator]:
        """How the framework can run a schedule, by name: what the equality harness compares."""
        ...

    @property
    def export(self) -> Callable[..., object]:
        """`export(schedule, **options)`: the framework's native object."""
        ...


def export(schedule: Schedule | Plan, to: str, **options: object) -> object:
    """The native object of a framework that follows `schedule`.

    A plan becomes one object where the framework's own covers all hyper-parameters, as in PyTorch, and
    elsewhere a dictionary with an object for each hyper-parameter; there the option `group` chooses a
    group of the plan.

    Args:
        schedule: what to follow, a schedule or a plan.
        to: the adapter: "numpy", "torch", "keras", "tensorflow", "jax", or another that is installed.
        options: what the adapter needs or offers: `optimizer=` for "torch", `dtype=` for all.

    Raises:
        ExportError: there is no such adapter, it does not take these options, or `schedule` is none.
        MissingFrameworkError: the framework of the adapter is not installed.
        UnboundError: the schedule holds durations.

    Example:
        >>> import lrcore as lr
        >>> function = lr.export(lr.Linear(0.0, 1.0, 4), "numpy")
        >>> function(1)
        0.25
    """
    if isinstance(schedule, Plan):
        return _export_plan(schedule, to, options)
    return _call(adapter(to).export, bound(schedule), to, options)


def _export_plan(plan: Plan, to: str, options: dict[str, object]) -> object:
    native = adapter(to)
    whole = getattr(native, "export_plan", None)
    if whole is not None:
        return _call(whole, plan, to, options)
    group = options.pop("group", None)
    chosen = plan.schedules(None if group is None else str(group))
    return {
        name: _call(native.export, bound(schedule), to, options)
        for name, schedule in chosen.items()
    }


def _call(
    native: Callable[..., object], schedule: Schedule | Plan, to: str, options: dict[str, object]
) -> object:
    try:
        return native(schedule, **options)
    except TypeError as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is None:
            raise ExportError(f'export to "{to}": {error}') from None
        raise


def adapter(name: str) -> Adapter:
    """The adapter of this name."""
    return cast(Adapter, load(ADAPTERS, name))
