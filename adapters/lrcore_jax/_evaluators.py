"""The ways in which JAX can run a schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from lrcore import Schedule
from lrcore.backend import Evaluator, Precision, Values

from ._function import function

_Function: TypeAlias = Callable[[jax.Array], jax.Array]


def _scan(value: _Function) -> _Function:
    def values(steps: jax.Array) -> jax.Array:
        return jax.lax.scan(lambda carry, step: (carry, value(step)), None, steps)[1]

    return jax.jit(values)


def _evaluator(run: Callable[[_Function], _Function]) -> Evaluator:
    def evaluate(schedule: Schedule, steps: NDArray[np.int64], dtype: Precision) -> Values:
        # Outside of enable_x64, as in training, a count is an int32; larger ones need int64.
        wide = bool(steps.size) and int(steps.max()) >= 2**31
        with jax.enable_x64(wide):
            given = jnp.asarray(steps, dtype=jnp.int64 if wide else jnp.int32)
            return np.asarray(run(function(schedule, dtype=dtype))(given))

    return evaluate


evaluators: Final[Mapping[str, Evaluator]] = {
    "eager": _evaluator(lambda value: value),
    "jit": _evaluator(jax.jit),
    "vmap": _evaluator(lambda value: jax.jit(jax.vmap(value))),
    "scan": _evaluator(_scan),
}
