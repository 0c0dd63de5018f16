"""Definitions of the schedules of Optax."""

from __future__ import annotations

from collections.abc import Mapping

from lrcore import ExportError, Schedule

from ._function import Function
from ._read_factories import read_factory


def read(given: Mapping[str, object] | Function) -> Schedule:
    """The definition of a schedule of Optax, which is given by the name of its function and the arguments.

    The functions of `optax.schedules` are read, and `join_schedules` with its schedules in the same form. A schedule
    that Optax has made is a function of Python, of which nothing can be read.

    Args:
        given: a dictionary with the name as "name" and the arguments, or a function that lrcore has made.

    Raises:
        lrcore.ExportError: there is no such function or argument, or no schedule has these numbers.

    Example:
        >>> import lrcore_jax
        >>> lrcore_jax.read({"name": "cosine_decay_schedule", "init_value": 0.1, "decay_steps": 90, "alpha": 0.1})
        Cosine(start=0.1, end=0.01, steps=90)
    """
    if isinstance(given, Function):
        return given.schedule
    if callable(given):
        raise ExportError(
            "a function has no definition that can be read; give the name and the arguments with which it was made, "
            'as in {"name": "cosine_decay_schedule", "init_value": 0.1, "decay_steps": 90}'
        )
    try:
        return read_factory(given, "the configuration")
    except RecursionError:
        raise ExportError("the configuration: schedules are nested too deeply") from None
