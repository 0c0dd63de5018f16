"""How many updates an optimizer of Keras has made."""

from __future__ import annotations

import keras


def updates(optimizer: keras.Optimizer) -> int:
    """The number of updates."""
    return count(optimizer.iterations)


def count(counter: keras.KerasTensor) -> int:
    """The integer in a tensor, or in a variable that may have a copy on each device."""
    return int(counter + 0)  # a sum is a tensor, which such a variable is not
