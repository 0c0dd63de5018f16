"""The versions of JAX that the adapter works with."""

from __future__ import annotations

import jax

from lrcore import MissingFrameworkError


def check_version() -> None:
    """Refuse a JAX that is too old.

    Raises:
        MissingFrameworkError: 64-bit types cannot be enabled inside of transformations before jax 0.8.1.
    """
    if jax.__version_info__ < (0, 8, 1):
        raise MissingFrameworkError(
            f'"jax" needs jax 0.8.1 or later; jax {jax.__version__} is installed'
        )
