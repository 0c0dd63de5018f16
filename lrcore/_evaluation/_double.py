"""Numbers in two parts, `high + low`, where one float64 would lose digits that a formula multiplies.

All of it holds in any precision: with exact operands the low parts are zero.
"""

from __future__ import annotations

from typing import Final

from ._ops import Array, Operand, Ops

_HALF: Final = 2**27
"""Numbers of 53 bits are split here, so that products of their parts are exact."""


def ratio(a: Operand, b: Operand, op: Ops) -> tuple[Array, Array]:
    """`a / b` of the integers `a >= 0` and `b >= 1`."""
    divisor = op.real(b)
    high = op.real(a) / divisor
    b_low = b % _HALF
    b_parts = op.real(b - b_low), op.real(b_low)
    rest = op.real(a)
    for part in _split(high, op):
        for b_part in b_parts:
            rest = rest - part * b_part
    return high, rest / divisor


def product(a: Array, b: Array, op: Ops) -> tuple[Array, Array]:
    """`a * b` of two reals."""
    high = a * b
    a_high, a_low = _split(a, op)
    b_high, b_low = _split(b, op)
    rest = ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low
    return high, rest


def total(a: Array, b: Array) -> tuple[Array, Array]:
    """`a + b` of two reals."""
    high = a + b
    b_kept = high - a
    return high, (a - (high - b_kept)) + (b - b_kept)


def _split(x: Array, op: Ops) -> tuple[Array, Array]:
    """`x` as two numbers of half as many bits (Veltkamp)."""
    shifted = x * op.real(_HALF + 1)
    high = shifted - (shifted - x)
    return high, x - high
