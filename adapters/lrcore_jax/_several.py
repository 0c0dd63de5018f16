"""Several schedules as one function of JAX arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import jax
import jax.numpy as jnp

from lrcore import Array, Ops, Schedule
from lrcore.backend import Evaluable, Precision, value_at

from ._function import weakly_typed
from ._ops import JaxOps


def values_at(schedules: Sequence[Schedule], steps: jax.Array, dtype: Precision) -> jax.Array:
    """The values of schedules at steps: a row for each step, with an entry for each schedule.

    Schedules of one shape share one formula, whose numbers are read from tables. So the program does not grow with
    their number.
    """
    members = [schedule.ready() for schedule in schedules]

    def row(step: jax.Array) -> jax.Array:
        t = jnp.broadcast_to(step.astype(jnp.int64), len(members))
        op = JaxOps(t)
        chosen = _Rows(members, op.hidden_index(len(members)))
        rates = cast(jax.Array, value_at(chosen, cast(Array, t), cast(Ops, op)))
        return weakly_typed(jnp.broadcast_to(rates, t.shape), dtype)

    with jax.enable_x64(True):
        # XLA would put what is not in a loop into each part of a program that uses a value, again and again.
        rows: jax.Array = jax.lax.map(row, steps)
        return rows


class _Rows(Evaluable):
    """At each entry of an array of steps, the value of another schedule."""

    def __init__(self, schedules: Sequence[Evaluable], index: jax.Array) -> None:
        self._schedules, self._index = schedules, index

    def formula(self, t: Array, op: Ops) -> Array:
        """The values at `t >= 0`."""
        return op.choose(self._schedules, cast(Array, self._index), t)

    def evaluate(self, t: Array, op: Ops) -> Array:
        """The same: it has no numbers of its own."""
        return self.formula(t, op)
