"""How many updates an optimizer of Keras has made."""

from __future__ import annotations

import keras


def updates(optimizer: keras.Optimizer) -> int:
    """The number, of a counter that may have a copy on each device."""
    return int(keras.ops.convert_to_numpy(optimizer.iterations))
