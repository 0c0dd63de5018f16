"""How `tf.function` tells its arguments apart."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf


class Same(tf.types.experimental.TraceType):  # type: ignore[misc]
    """The type of all objects that equal one, for which one graph is traced.

    TensorFlow by itself compares with the object of the first trace, and traces anew when it is gone.

    Args:
        value: the object.
    """

    def __init__(self, value: object) -> None:
        self._value = value

    def is_subtype_of(self, other: tf.types.experimental.TraceType) -> bool:
        """Whether the graph of `other` serves."""
        return bool(self == other)

    def most_specific_common_supertype(
        self, others: Sequence[tf.types.experimental.TraceType]
    ) -> Same | None:
        """This type, if the others are the same."""
        return self if all(self == other for other in others) else None

    def placeholder_value(self, placeholder_context: object) -> object:
        """What the graph is traced with."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and bool(self._value == other._value)

    def __hash__(self) -> int:
        return hash(self._value)
