"""Functions that some frameworks lack, or offer without the precision that formulas need.

The number 1 is made by `Ops.real`, which compilers cannot see through: they know identities such as
`log(1 + x) = log1p(x)`, and would undo the work.
"""

from __future__ import annotations

from ._ops import Array, Operand, Ops


def times(a: Operand, b: Operand, op: Ops) -> Array:
    """`a * b`, and 0 where one of them is 0, though the other be infinite."""
    return op.where(op.equal(b, 0.0), 0.0, a) * op.where(op.equal(a, 0.0), 0.0, b)


def log1p(x: Array, op: Ops) -> Array:
    """`log(1 + x)`: the rounding of `1 + x` cancels in the quotient (Kahan)."""
    one = op.real(1.0)
    whole = one + x
    exact = op.equal(whole, one)
    change = op.where(exact, one, whole - one)
    return op.where(exact, x, op.log(whole) * (x / change))


def expm1(x: Array, op: Ops) -> Array:
    """`exp(x) - 1` for `x <= 0`: the rounding of `exp(x)` cancels in the quotient (Kahan)."""
    one = op.real(1.0)
    grown = op.exp(x)
    flat = op.equal(grown, one)
    tiny = grown < 2.0**-60  # nothing of it is left beside 1
    log = op.where(flat, one, op.log(op.maximum(grown, op.real(2.0**-60))))
    return op.where(flat, x, op.where(tiny, -one, (grown - one) * (x / log)))
