"""A schedule as a function of JAX arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core.primitives import convert_element_type_p

from lrcore import Array, ExportError, Ops, Schedule, StepError
from lrcore.backend import (
    LAST_STEP,
    Blocks,
    Evaluable,
    Precision,
    settled,
    shown,
    step_or_tensor,
    value_at,
    with_traced,
)

from ._ops import JaxOps
from ._traced import Numbers, by_place, real_numbers, smoothly_settled


@dataclass(frozen=True, eq=False)
class Function:
    """A schedule as a function from steps to values, in JAX arrays: an Optax schedule.

    It is made by `function`. Functions of equal schedules are equal, so they can be static arguments of `jax.jit`,
    and a function can be pickled. A function with traced numbers is equal to itself alone.
    """

    schedule: Schedule
    dtype: Precision
    traced: tuple[tuple[str, jax.typing.ArrayLike], ...] = ()
    _ready: Evaluable = field(init=False, repr=False)
    _rows: Blocks = field(init=False, repr=False)

    # The name of compiled programs.
    __name__ = "schedule"

    def __post_init__(self) -> None:
        if not isinstance(self.schedule, Schedule):
            raise ExportError(f"a function is made of one schedule; got {shown(self.schedule)}")
        rows = Blocks([self.schedule.ready()], self.dtype)
        with jax.enable_x64(True):
            ready = self._with(real_numbers(dict(self.traced)).values())
        vars(self).update(_ready=ready, _rows=rows)

    def __call__(self, step: jax.typing.ArrayLike | None = None) -> jax.Array:
        """The values at `step`, in the shape of `step`."""
        given = step_or_tensor(step)
        with jax.enable_x64(True):
            if not self.traced and (index := _known(given)) is not None:
                (number,) = self._rows(index)
                place = given.sharding if isinstance(given, jax.Array) and given.committed else None
                value = jax.device_put(np.asarray(number, self.dtype), place)
                return weakly_typed(value, self.dtype)
            t = jnp.asarray(given)
            if not jnp.issubdtype(t.dtype, jnp.integer):
                raise StepError(f"steps are integers; got an array of {t.dtype}")
            if t.dtype == jnp.uint64:
                t = jnp.minimum(t, jnp.uint64(LAST_STEP))
            sharding = jax.typeof(t).sharding
            if sharding.mesh.explicit_axes:
                # Tables are read at sharded steps, for which JAX asks for a sharding each time.
                axes = sharding.mesh.explicit_axes
                values = jax.sharding.auto_axes(self._values, axes=axes, out_sharding=sharding)
                return cast(jax.Array, values(t, *real_numbers(dict(self.traced)).values()))
            return self._values(t)

    def _values(self, steps: jax.Array, *numbers: jax.Array) -> jax.Array:
        t = steps.astype(jnp.int64)
        ready = self._with(numbers) if numbers else self._ready
        settle = smoothly_settled if self.traced else settled
        rate = cast(jax.Array, value_at(ready, cast(Array, t), cast(Ops, JaxOps(t)), settle))
        return weakly_typed(jnp.broadcast_to(rate, t.shape), self.dtype)

    def _with(self, numbers: Iterable[jax.Array]) -> Evaluable:
        """The schedule with these numbers in the places of the traced ones."""
        places = (place for place, _ in self.traced)
        return with_traced(self.schedule, dict(zip(places, numbers, strict=True))).ready()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Function):
            return NotImplemented
        if self.traced or other.traced:
            return self is other
        return (self.schedule, self.dtype) == (other.schedule, other.dtype)

    def __hash__(self) -> int:
        return id(self) if self.traced else hash((self.schedule, self.dtype))

    def __reduce__(self) -> tuple[Callable[..., Function], tuple[object, ...]]:
        return Function, (self.schedule, self.dtype, self.traced)


def weakly_typed(value: jax.Array, dtype: Precision) -> jax.Array:
    """The value rounded, and with a weak type, like a Python number."""
    kind = np.dtype(dtype)
    made = convert_element_type_p.bind(value, new_dtype=kind, weak_type=True, sharding=None)
    return cast(jax.Array, made)


def function(
    schedule: Schedule,
    *,
    dtype: Precision = "float32",
    traced: Numbers | None = None,
) -> Function:
    """`schedule` as a pure function from steps to values: an Optax schedule.

    The function computes in float64, whatever `jax_enable_x64` says, and rounds once. It works under
    `jit`, `vmap`, `scan` and the other transformations. The value of a single step outside of them is
    computed by the host.

    The values have a weak type, as Python numbers do: what is computed with them and an array has the dtype of the
    array. So an update of bfloat16 parameters stays in bfloat16.

    Args:
        schedule: the schedule.
        dtype: the dtype to which the values are rounded, "float32" or "float64". Outside of `jax.enable_x64`, JAX
            turns float64 values into float32 as soon as something is computed with them.
        traced: numbers of JAX in the place of numbers of the schedule, by the names of their fields, such as "peak".
            Below another schedule, the place is written as in "parts[0].end". They have no axes, and may be traced
            by `grad`, `vmap` and `jit`. Nothing checks whether the schedule may have these numbers.

    Raises:
        lrcore.ExportError: `schedule` is not a schedule, `dtype` is neither "float32" nor "float64", or a place of
            `traced` is not that of a real number that can be traced.
        lrcore.UnboundError: the schedule holds durations.
        lrcore.StepError: the function was called with steps that are not integers.

    Example:
        >>> import jax, lrcore as lrc, lrcore_jax
        >>> rate = lrcore_jax.function(lrc.Linear(0.0, 1.0, 4))
        >>> jax.jit(rate)(3)
        Array(0.75, dtype=float32, weak_type=True)
        >>> def after_one_update(peak):
        ...     rate = lrcore_jax.function(lrc.WarmupCosine(0.1, 10, 90), traced={"peak": peak})
        ...     return 1.0 - rate(5) * 2.0
        >>> jax.vmap(after_one_update)(jax.numpy.array([0.5, 1.0])).tolist()
        [0.5, 0.0]
    """
    return Function(schedule, dtype, tuple(by_place(traced).items()))


def _known(step: object) -> int | None:
    """A single step that has a value already, outside of transformations."""
    if isinstance(step, int):
        return step
    if not isinstance(step, jax.Array) or isinstance(step, jax.core.Tracer):
        return None
    is_integer = jnp.issubdtype(step.dtype, jnp.integer)
    return int(step) if step.ndim == 0 and is_integer and step.is_fully_addressable else None
