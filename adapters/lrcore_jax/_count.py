"""The step of an update, as Optax counts."""

from __future__ import annotations

from typing import Final

import jax
import jax.numpy as jnp
import numpy as np

from lrcore import StepError
from lrcore.backend import shown, step_or_tensor

_LEAST: Final = -(2**31)
_LAST: Final = 2**31 - 1


def counted(step: jax.typing.ArrayLike) -> jax.Array:
    """A step that the loop gives, as a count of Optax, which stops at 2**31 - 1.

    Raises:
        StepError: it is not an integer without axes, or a number above that.
    """
    given = step_or_tensor(step.item() if isinstance(step, np.ndarray) and not step.ndim else step)
    if isinstance(given, int):
        if given > _LAST:
            raise StepError(f"a step of an optimizer of Optax is at most 2**31 - 1; got {given}")
        return jnp.asarray(max(given, _LEAST), jnp.int32)
    count = jnp.asarray(given)
    if count.ndim or not jnp.issubdtype(count.dtype, jnp.integer):
        raise StepError(
            f"the step of an update is an integer without axes; got {shown(count.dtype)} of the shape {count.shape}"
        )
    held = np.iinfo(count.dtype)
    return jnp.clip(count, max(held.min, _LEAST), min(held.max, _LAST)).astype(jnp.int32)
