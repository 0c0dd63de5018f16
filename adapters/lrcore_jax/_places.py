"""Which argument of an optimizer of Optax each value of a plan is."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Final

from lrcore import ExportError, Schedule
from lrcore.backend import shown

_ALIASES: Final = {"beta1": "b1", "beta2": "b2", "epsilon": "eps"}


def keys(
    names: Collection[str], factory: Callable[..., object], fixed: Mapping[str, object]
) -> dict[str, str]:
    """The name in the plan for each argument of an optimizer that the plan has.

    Args:
        names: the names in the plan.
        factory: what makes the optimizer, such as `optax.adamw`.
        fixed: its other arguments.

    Raises:
        ExportError: there is no such argument, it is there twice, or another is missing.
    """
    if not callable(factory):
        raise ExportError(
            f"a function that makes an optimizer is needed, such as optax.adamw; got {shown(factory)}"
        )
    try:
        every = inspect.signature(factory).parameters
    except ValueError as error:
        raise ExportError(f"the arguments of {shown(factory)} are not known: {error}") from None
    parameters = {
        name: each
        for name, each in every.items()
        if each.kind not in (each.VAR_KEYWORD, each.VAR_POSITIONAL)
    }
    is_open = any(each.kind is each.VAR_KEYWORD for each in every.values())
    function = factory.func if isinstance(factory, functools.partial) else factory
    whose = getattr(function, "__name__", type(function).__name__)
    found: dict[str, str] = {}
    for name in names:
        key = name if name in parameters else _ALIASES.get(name, name)
        if key not in parameters and not is_open:
            raise ExportError(
                f"{whose} has no argument {name!r}; its arguments are {', '.join(parameters)}"
            )
        if key in found or key in fixed:
            raise ExportError(f"{name!r} is given twice to {whose}; leave one of them out")
        found[key] = name
    if unknown := [name for name in fixed if name not in parameters and not is_open]:
        raise ExportError(
            f"{whose} has no argument {unknown[0]!r}; its arguments are {', '.join(parameters)}"
        )
    for name, value in fixed.items():
        if isinstance(value, Schedule):
            raise ExportError(f"{name} is a schedule, {shown(value)}; give it to the plan")
    given = {*found, *fixed}
    missing = [
        name
        for name, each in parameters.items()
        if each.default is each.empty and name not in given
    ]
    if missing:
        raise ExportError(
            f"{whose} needs {missing[0]!r}; give it to the plan, or as an argument of inject"
        )
    return found
