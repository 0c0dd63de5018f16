"""Formulas interpreted on TensorFlow tensors: eager, in graphs and compiled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

import numpy as np
import tensorflow as tf

from lrcore import Array, Ops
from lrcore.backend import (
    PI,
    Evaluable,
    Rows,
    choose,
    expm1,
    flat_table,
    log1p,
    with_numbers,
)

from ._power import power

_Operand: TypeAlias = "tf.Tensor | float"


class TensorflowOps:
    """The functions of `lrcore.Ops`.

    Graph optimizers compute a division by a constant as a product with its rounded inverse. So every
    number is made outside of the graph, which then takes it as an input. In a graph of TensorFlow 1, a
    number is a placeholder with a default.
    """

    pi = PI

    def real(self, x: _Operand) -> tf.Tensor:
        return _tensor(float(x)) if isinstance(x, int) else tf.cast(_tensor(x), tf.float64)

    def where(self, condition: tf.Tensor, chosen: _Operand, other: _Operand) -> tf.Tensor:
        return tf.where(_tensor(condition), _tensor(chosen), _tensor(other))

    def equal(self, a: _Operand, b: _Operand) -> tf.Tensor:
        return tf.equal(_tensor(a), _tensor(b))

    def minimum(self, a: _Operand, b: _Operand) -> tf.Tensor:
        if isinstance(a, int) and isinstance(b, int):
            return min(a, b)
        return tf.minimum(_tensor(a), _tensor(b))

    def maximum(self, a: _Operand, b: _Operand) -> tf.Tensor:
        if isinstance(a, int) and isinstance(b, int):
            return max(a, b)
        return tf.maximum(_tensor(a), _tensor(b))

    def sin(self, x: _Operand) -> tf.Tensor:
        return tf.sin(_tensor(x))

    def cos(self, x: _Operand) -> tf.Tensor:
        return tf.cos(_tensor(x))

    def exp(self, x: _Operand) -> tf.Tensor:
        return tf.exp(_tensor(x))

    def log(self, x: _Operand) -> tf.Tensor:
        return tf.math.log(_tensor(x))

    def log1p(self, x: Array) -> Array:
        return log1p(x, cast(Ops, self))

    def expm1(self, x: Array) -> Array:
        return expm1(x, cast(Ops, self))

    def sqrt(self, x: _Operand) -> tf.Tensor:
        return tf.sqrt(_tensor(x))

    def power(self, base: _Operand, exponent: _Operand) -> tf.Tensor:
        return power(_tensor(base), _tensor(exponent))

    def take(self, table: Sequence[float], index: tf.Tensor) -> tf.Tensor:
        plain, at = flat_table(table, index)
        return tf.gather(_tensor(plain), at)

    def searchsorted(self, table: Sequence[int], t: tf.Tensor) -> tf.Tensor:
        if isinstance(table, Rows):
            return table.searchsorted(t)
        # Not tf.searchsorted, which in a graph fails for steps of a shape such as (0, 7).
        entries, flat = tf.reshape(_tensor(table), [1, -1]), tf.reshape(t, [1, -1])
        found = tf.raw_ops.UpperBound(sorted_inputs=entries, values=flat, out_type=tf.int64)
        return tf.reshape(found, tf.shape(t))

    def choose(self, schedules: Sequence[Evaluable], index: Array, t: Array) -> Array:
        return choose(schedules, index, t, cast(Ops, self))

    def with_operands(self, schedule: Evaluable) -> Evaluable:
        made = with_numbers(schedule, _tensor)
        # The strict modes of TensorFlow's NumPy take no bare number beyond 32 bits.
        fields = {name: getattr(schedule, name) for name in schedule.fields}
        large = {n: _tensor(x) for n, x in fields.items() if type(x) is int and x >= 2**31}
        vars(made).update(large)
        return made


def _tensor(x: tf.Tensor | float | Sequence[float]) -> tf.Tensor:
    if tf.is_tensor(x):
        return x
    with tf.init_scope():
        number = tf.constant(np.asarray(x))
        return number if tf.executing_eagerly() else _opaque(number)


def _opaque(number: tf.Tensor) -> tf.Tensor:
    """A constant of a graph of TensorFlow 1, which has no outside, hidden from what optimizes the graph."""
    with tf.xla.experimental.jit_scope(compile_ops=False):  # XLA would see the default
        return tf.compat.v1.placeholder_with_default(number, number.shape)
