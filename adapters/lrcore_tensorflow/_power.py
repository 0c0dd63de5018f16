"""Powers within 0.6 units in the last place.

TensorFlow's own is off by hundreds of units for large exponents. This one computes the logarithm and
its product with the exponent in double-double arithmetic: `high + low`, two float64 numbers that
together hold 106 bits.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Final

import numpy as np
import tensorflow as tf

_BITS: Final = 52  # of a float64's fraction
_SQRT_HALF: Final = 0x3FE6A09E667F3BCD  # the bits of the square root of 1/2


def _split(x: Decimal, step: Decimal) -> tuple[float, float]:
    """`x` as a multiple of `step` and the rest."""
    high = (x / step).to_integral_value() * step
    return float(high), float(x - high)


with localcontext() as _context:
    _context.prec = 60
    _GRID: Final = Decimal(2) ** -42  # sums of multiples of it below 2**10 are exact
    _LN2: Final = _split(Decimal(2).ln(), _GRID)
    # log(j/64) for the j that occur, and 2**(j/64).
    _LOGS: Final = [_split((Decimal(j) / 64).ln(), _GRID) for j in range(45, 92)]
    _ROOTS_EXACT: Final = [(Decimal(2).ln() * j / 64).exp() for j in range(64)]
    _ROOTS: Final = [(float(x), float(x - Decimal(float(x)))) for x in _ROOTS_EXACT]
    _LN2_64: Final = _split(Decimal(2).ln() / 64, _GRID)
    _PER_LN2: Final = float(64 / Decimal(2).ln())


def power(base: tf.Tensor, exponent: tf.Tensor) -> tf.Tensor:
    """`base**exponent` for `base >= 0`, with an exponent of at least 0 where the base is 0."""
    positive = tf.maximum(base, _real(2.0**-1022))
    high, low = _times(exponent, *_log(positive))
    of_zero = tf.where(tf.equal(exponent, _real(0.0)), _real(1.0), _real(0.0))
    return tf.where(base < 2.0**-1022, of_zero, _exp(high, low))


def _log(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """`log(x)` from `x = 2**k * (j/64) * (1 + r)` with `-1/90 < r < 1/90`."""
    bits = tf.bitcast(x, tf.int64)
    k = tf.bitwise.right_shift(bits - _integer(_SQRT_HALF), _integer(_BITS))
    m = tf.bitcast(bits - tf.bitwise.left_shift(k, _integer(_BITS)), tf.float64)
    j = tf.cast(tf.round(m * 64.0), tf.int64)
    f = tf.cast(j, tf.float64) * 0.015625
    d = m - f
    rounded = d / f
    r = _keep(rounded, 10)
    r_low = (d - r * f) / f
    a = _keep(r, 27)
    b = r - a
    square = a * a * 0.5
    cubic = _polynomial(rounded, [1 / 3, -1 / 4, 1 / 5, -1 / 6, 1 / 7, -1 / 8, 1 / 9, -1 / 10])
    rest = r_low - (a * b + b * b * 0.5 + r * r_low) + rounded * rounded * rounded * cubic
    logs = tf.gather(_real([high for high, _ in _LOGS]), j - 45)
    logs_low = tf.gather(_real([low for _, low in _LOGS]), j - 45)
    whole = tf.cast(k, tf.float64)
    start = whole * _LN2[0] + logs
    first = start + r
    second = first - square
    lost = (r - (first - start)) + ((first - second) - square)
    return _fast_two_sum(second, lost + (whole * _LN2[1] + logs_low + rest))


def _times(y: tf.Tensor, high: tf.Tensor, low: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """`y * (high + low)`."""
    product = y * high
    y_a, h_a = _keep(y, 27), _keep(high, 27)
    y_b, h_b = y - y_a, high - h_a
    error = ((y_a * h_a - product) + y_a * h_b + y_b * h_a) + y_b * h_b
    return product, error + y * low


def _exp(high: tf.Tensor, low: tf.Tensor) -> tf.Tensor:
    """`exp(high + low)` from `high + low = (64 * k + j) * log(2)/64 + r`."""
    bounded = tf.clip_by_value(high, _real(-800.0), _real(800.0))
    n = tf.round(bounded * _PER_LN2)
    correction = tf.clip_by_value(low, _real(-1.0), _real(1.0)) - n * _LN2_64[1]
    r, r_low = _fast_two_sum(bounded - n * _LN2_64[0], correction)
    whole = tf.cast(n, tf.int64)
    j = tf.math.floormod(whole, _integer(64))
    k = tf.math.floordiv(whole, _integer(64))
    root = tf.gather(_real([high for high, _ in _ROOTS]), j)
    root_low = tf.gather(_real([low for _, low in _ROOTS]), j)
    grown = r + (r_low + r * r * _polynomial(r, [1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720]))
    # A difference: graph optimizers reorder sums, and this one must end with its largest term.
    value = root - (root * -grown - root_low)
    # Two factors: one alone would leave the range of float64 before the product does.
    half = tf.math.floordiv(k, _integer(2))
    return value * _power_of_two(half) * _power_of_two(k - half)


def _power_of_two(k: tf.Tensor) -> tf.Tensor:
    return tf.bitcast(tf.bitwise.left_shift(k + 1023, _integer(_BITS)), tf.float64)


def _keep(x: tf.Tensor, dropped: int) -> tf.Tensor:
    """`x` with its last bits cleared, so that products of the parts are exact."""
    bits = tf.bitwise.bitwise_and(tf.bitcast(x, tf.int64), _integer(-(1 << dropped)))
    return tf.bitcast(bits, tf.float64)


def _fast_two_sum(large: tf.Tensor, small: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    total = large + small
    return total, small - (total - large)


def _polynomial(x: tf.Tensor, coefficients: list[float]) -> tf.Tensor:
    value = _real(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value = value * x + coefficient
    return value


def _real(x: float | list[float]) -> tf.Tensor:
    return tf.constant(x, tf.float64)


def _integer(x: int) -> tf.Tensor:
    return tf.constant(np.int64(x))  # of a Python integer the strict modes of NumPy make an int32
