"""Several schedules as one function of JAX arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import jax
import jax.numpy as jnp
import numpy as np

from lrcore import Array, Constant, Ops, Product, Schedule
from lrcore.backend import Evaluable, Precision, settled, value_at

from ._function import weakly_typed
from ._ops import JaxOps
from ._traced import Settle


def values_at(
    schedules: Sequence[Schedule], steps: jax.Array, dtype: Precision, settle: Settle = settled
) -> jax.Array:
    """The values of schedules at steps: a row for each step, with an entry for each schedule.

    Schedules of one shape share one formula, whose numbers are read from tables. So the program does not grow with
    their number.
    """
    distinct = {id(schedule): schedule for schedule in schedules}
    numbers = {key: number for number, key in enumerate(distinct)}

    def row(step: jax.Array) -> jax.Array:
        t = jnp.broadcast_to(step.astype(jnp.int64), len(members))
        op = JaxOps(t)
        chosen = _Rows(members, op.entries)
        rates = cast(jax.Array, value_at(chosen, cast(Array, t), cast(Ops, op), settle))
        return weakly_typed(jnp.broadcast_to(rates, t.shape), dtype)

    with jax.enable_x64(True):
        members = [schedule.ready() for schedule in _alike(list(distinct.values()))]
        # XLA would put what is not in a loop into each part of a program that uses a value, again and again.
        rows: jax.Array = jax.lax.map(row, steps)
        return rows[:, np.array([numbers[id(schedule)] for schedule in schedules])]


def _alike(schedules: Sequence[Schedule]) -> list[Schedule]:
    """Each schedule that others multiply by a factor as its product with 1, so that it shares their formula."""
    multiplied = {
        id(part)
        for schedule in schedules
        if type(schedule) is Product and len(schedule.factors) == 2
        for part in schedule.factors
    }
    return [
        Product((Constant(1.0), schedule)) if id(schedule) in multiplied else schedule
        for schedule in schedules
    ]


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
