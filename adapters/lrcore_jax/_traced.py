"""Numbers that JAX traces, in the places of numbers of a schedule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

import jax
import jax.numpy as jnp

from lrcore import Array, ExportError, Ops
from lrcore.backend import settled, shown

Numbers: TypeAlias = Mapping[str, jax.typing.ArrayLike]
"""Numbers by their places, such as "peak"."""


Settle: TypeAlias = Callable[[Array, Ops], Array]
"""`settled`, or the same with derivatives."""


def by_place(given: Numbers | None) -> dict[str, jax.typing.ArrayLike]:
    """What a person has given as traced numbers.

    Raises:
        ExportError: these are no numbers by their places.
    """
    if not isinstance(given, (Mapping, type(None))):
        raise ExportError(
            f'traced has numbers by their places, as in {{"peak": x}}; got {shown(given)}'
        )
    return dict(given or {})


def real_numbers(given: Numbers) -> dict[str, jax.Array]:
    """The numbers in float64, where 64-bit types are enabled.

    Raises:
        ExportError: one of them is not a real number without axes.
    """
    return {place: _real(value, place) for place, value in given.items()}


def _real(value: jax.typing.ArrayLike, place: str) -> jax.Array:
    if not hasattr(value, "dtype") and not isinstance(value, (int, float, complex)):
        raise ExportError(f"{place}: a traced number is a real number; got {shown(value)}")
    try:
        number = jnp.asarray(value)
    except (TypeError, OverflowError) as error:
        raise ExportError(f"{place}: JAX takes no {shown(value)}: {error}") from error
    is_real = any(jnp.issubdtype(number.dtype, kind) for kind in (jnp.integer, jnp.floating))
    if number.ndim or not is_real:
        raise ExportError(
            f"{place}: a traced number is a real number without axes; got {number.dtype} of the shape "
            f"{number.shape}; for several numbers, use jax.vmap"
        )
    return number.astype(jnp.float64)


def smoothly_settled(value: Array, op: Ops) -> Array:
    """`settled`, whose derivative is that of the value, also where a value is 0."""
    smooth = cast(jax.Array, value)
    change = cast(jax.Array, settled(value, op)) - smooth
    return cast(Array, smooth + jax.lax.stop_gradient(change))
