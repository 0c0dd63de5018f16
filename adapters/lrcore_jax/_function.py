"""A schedule as a function of JAX arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

import jax
import jax.numpy as jnp
import numpy as np

from lrcore import Array, Ops, Schedule, StepError
from lrcore.backend import LAST_STEP, Blocks, Precision, step_or_tensor, value_at

from ._ops import JaxOps

Function: TypeAlias = Callable[[jax.Array | int], jax.Array]
"""A function from steps to values, in JAX arrays."""


def function(schedule: Schedule, *, dtype: Precision = "float32") -> Function:
    """`schedule` as a pure function from steps to values: an Optax schedule.

    The function computes in float64, whatever `jax_enable_x64` says, and rounds once. It works under
    `jit`, `vmap`, `scan` and the other transformations. The value of a single step outside of them is
    computed by the host.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64". Outside of `jax.enable_x64`, JAX turns float64
            values into float32 as soon as something is computed with them.

    Raises:
        lrcore.ExportError: `dtype` is neither "float32" nor "float64".
        lrcore.UnboundError: the schedule holds durations.
        lrcore.StepError: the function was called with steps that are not integers.

    Example:
        >>> import jax, lrcore as lrc, lrcore_jax
        >>> rate = lrcore_jax.function(lrc.Linear(0.0, 1.0, 4))
        >>> jax.jit(rate)(3)
        Array(0.75, dtype=float32)
    """
    ready = schedule.ready()
    rows = Blocks([ready], dtype)

    def value(step: jax.Array | int) -> jax.Array:
        given = step_or_tensor(step)
        with jax.enable_x64(True):
            if (index := _known(given)) is not None:
                (number,) = rows(index)
                place = step.sharding if isinstance(step, jax.Array) and step.committed else None
                return cast(jax.Array, jax.device_put(np.asarray(number, dtype), place))
            given = jnp.asarray(given)
            if not jnp.issubdtype(given.dtype, jnp.integer):
                raise StepError(f"steps are integers; got an array of {given.dtype}")
            if given.dtype == jnp.uint64:
                given = jnp.minimum(given, jnp.uint64(LAST_STEP))
            t = given.astype(jnp.int64)
            op = cast(Ops, JaxOps(t))
            rate = cast(jax.Array, value_at(ready, cast(Array, t), op))
            return jnp.broadcast_to(rate, t.shape).astype(dtype)

    return value


def _known(step: object) -> int | None:
    """A single step that has a value already, outside of transformations."""
    if isinstance(step, int):
        return step
    if not isinstance(step, jax.Array) or isinstance(step, jax.core.Tracer):
        return None
    is_integer = jnp.issubdtype(step.dtype, jnp.integer)
    return int(step) if step.ndim == 0 and is_integer and step.is_fully_addressable else None
