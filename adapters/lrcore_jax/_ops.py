"""Formulas interpreted on JAX arrays and tracers, in 64 bits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final, TypeAlias, cast

import jax
import jax.numpy as jnp
import numpy as np

from lrcore import Array, Ops
from lrcore.backend import (
    PI,
    Evaluable,
    Rows,
    Traced,
    choose,
    expm1,
    flat_table,
    is_traced,
    log1p,
    with_numbers,
)

_Operand: TypeAlias = jax.Array | float

_FEW: Final = 8
"""In so many entries a search is longer than a comparison with each."""


class JaxOps:
    """The functions of `lrcore.Ops` for one clock `t`, where 64-bit types are enabled.

    XLA computes a division by a constant as a product with its rounded inverse. So every number takes
    in a zero that XLA cannot know to be one, and no real is a constant.
    """

    pi = PI

    def __init__(self, t: jax.Array) -> None:
        self._zero = t.astype(jnp.float64) * 0.0
        self._size = t.size

    @cached_property
    def entries(self) -> jax.Array:
        """The numbers of the entries of a clock with one axis: a table is read at each of its own entries."""
        return jnp.arange(self._size, dtype=jnp.int64)

    def real(self, x: _Operand) -> jax.Array:
        if isinstance(x, Traced):
            return self._zero + cast(jax.Array, x.value)
        # What is an array already comes from the clock.
        return x.astype(jnp.float64) if isinstance(x, jax.Array) else self._zero + float(x)

    def where(self, condition: _Operand, chosen: _Operand, other: _Operand) -> jax.Array:
        # Unlike `jnp.where`, this needs no function of its own in the compiled program.
        shape = jnp.broadcast_shapes(*map(jnp.shape, (condition, chosen, other)))
        return jax.lax.select(
            *(jnp.broadcast_to(_typed(x), shape) for x in (condition, chosen, other))
        )

    def equal(self, a: _Operand, b: _Operand) -> jax.Array:
        return jnp.equal(a, b)

    def minimum(self, a: _Operand, b: _Operand) -> _Operand:
        if isinstance(a, int) and isinstance(b, int):
            return min(a, b)
        return jnp.minimum(a, b)

    def maximum(self, a: _Operand, b: _Operand) -> _Operand:
        if isinstance(a, int) and isinstance(b, int):
            return max(a, b)
        return jnp.maximum(a, b)

    def sin(self, x: _Operand) -> jax.Array:
        return jnp.sin(x)

    def cos(self, x: _Operand) -> jax.Array:
        return jnp.cos(x)

    def exp(self, x: _Operand) -> jax.Array:
        return jnp.exp(x)

    def log(self, x: _Operand) -> jax.Array:
        return jnp.log(x)

    def log1p(self, x: Array) -> Array:
        return log1p(x, cast(Ops, self))

    def expm1(self, x: Array) -> Array:
        return expm1(x, cast(Ops, self))

    def sqrt(self, x: _Operand) -> jax.Array:
        return jnp.sqrt(x)

    def power(self, base: _Operand, exponent: _Operand) -> jax.Array:
        return jnp.power(base, exponent)

    def take(self, table: Sequence[float], index: jax.Array) -> jax.Array:
        plain, at = flat_table(table, cast(Array, index))
        entries = self._entries(plain)
        if cast(object, at) is vars(self).get("entries"):
            is_real = entries.dtype == jnp.float64
            return entries + (self._zero if is_real else (self._zero != 0.0).astype(jnp.int64))
        return entries.at[cast(jax.Array, at)].get(
            mode="promise_in_bounds", wrap_negative_indices=False
        )

    def _entries(self, table: Sequence[float]) -> jax.Array:
        if not is_traced(*table):
            return jnp.asarray(np.asarray(table))
        numbers = (entry.value if isinstance(entry, Traced) else entry for entry in table)
        return jnp.stack([jnp.asarray(number, jnp.float64) for number in numbers])

    def searchsorted(self, table: Sequence[int], t: jax.Array) -> jax.Array:
        if isinstance(table, Rows):
            return cast(jax.Array, table.searchsorted(cast(Array, t)))
        if len(table) <= _FEW:
            first, *others = [(t >= entry).astype(jnp.int64) for entry in table]
            return sum(others, first)
        return jnp.searchsorted(jnp.asarray(np.asarray(table)), t, side="right")

    def choose(self, schedules: Sequence[Evaluable], index: Array, t: Array) -> Array:
        return choose(schedules, index, t, cast(Ops, self))

    def with_operands(self, schedule: Evaluable) -> Evaluable:
        return with_numbers(schedule, cast(Ops, self).real)


def _typed(x: _Operand) -> jax.Array | np.ndarray:
    """`x`; a plain number with the type of its kind, to which JAX would have to convert it."""
    return x if isinstance(x, jax.Array) else np.asarray(x)
