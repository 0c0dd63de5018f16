"""Functions that frameworks offer without the precision that formulas need, made of ones that have it."""

from __future__ import annotations

from ._ops import Array, Ops


def log1p(x: Array, op: Ops) -> Array:
    """`log(1 + x)`: the rounding of `1 + x` cancels in the quotient (Kahan)."""
    whole = x + 1.0
    exact = op.equal(whole, 1.0)
    change = op.where(exact, 1.0, whole - 1.0)
    return op.where(exact, x, op.log(whole) * (x / change))


def expm1(x: Array, op: Ops) -> Array:
    """`exp(x) - 1` for `x <= 0`: the rounding of `exp(x)` cancels in the quotient (Kahan)."""
    grown = op.exp(x)
    flat = op.equal(grown, 1.0)
    tiny = grown < 2.0**-60  # nothing of it is left beside 1
    log = op.where(flat, 1.0, op.log(op.maximum(grown, 2.0**-60)))
    return op.where(flat, x, op.where(tiny, -1.0, (grown - 1.0) * (x / log)))
