"""How much of its start a transition has kept: the shapes that several leaves share.

A weight comes with its complement, each computed without the loss of a subtraction from one. A
transition then measures from its nearer end: it is exact at both ends, constant between equal ones,
and subtracts at most half of the way.
"""

from __future__ import annotations

from typing import NamedTuple

from .._evaluation._double import product, ratio
from .._evaluation._ops import Array, Operand, Ops

_PARTS = 512


class Weights(NamedTuple):
    """The share of the start, and that of the end; their sum is one."""

    start: Array
    end: Array


def blend(start: Operand, end: Operand, weights: Weights, op: Ops) -> Array:
    """`start * weights.start + end * weights.end`."""
    near, far = near_and_far(weights.end < weights.start, start, end, op)
    return near + (far - near) * op.minimum(weights.start, weights.end)


def line(start: Operand, end: Operand, done: Array, left: Array, op: Ops) -> Array:
    """`(start * left + end * done) / (left + done)`, for integers of at least 0.

    It multiplies before it divides, and so is exact wherever the value itself is a float64.
    """
    near, far = near_and_far(done < left, start, end, op)
    share = (far - near) * op.real(op.minimum(done, left))
    return near + share / op.real(op.maximum(done + left, 1))


def near_and_far(at_start: Array, start: Operand, end: Operand, op: Ops) -> tuple[Array, Array]:
    """The two ends of a transition: first the nearer end, then the other."""
    return op.where(at_start, start, end), op.where(at_start, end, start)


def power_of_rest(done: Array, left: Array, power: Operand, op: Ops) -> Weights:
    """`(left / n)**power` and its complement, where `done + left = n`."""
    n = op.maximum(done + left, 1)
    share, share_low = ratio(left, n, op)
    kept = op.power(share, power) * (1.0 + power * share_low / op.maximum(share, 2.0**-60))
    lost = -op.expm1(power * log_of_rest(done, left, op))
    is_over = op.equal(left, 0)  # also where the power is 0, and 0**0 is 1
    return Weights(op.where(is_over, 0.0, kept), op.where(is_over, 1.0, lost))


def raised(weights: Weights, power: Operand, op: Ops) -> Weights:
    """`weights.start**power` and its complement."""
    near_start = weights.end < weights.start
    lost = op.log1p(-op.where(near_start, weights.end, 0.0))
    kept = op.log(op.where(near_start, 1.0, op.maximum(weights.start, 2.0**-1000)))
    start, end = op.power(weights.start, power), -op.expm1(power * (lost + kept))
    is_over = op.equal(weights.start, 0.0)  # also where the power is 0, and 0**0 is 1
    return Weights(op.where(is_over, 0.0, start), op.where(is_over, 1.0, end))


def swapped(weights: Weights) -> Weights:
    """The weights of the ends exchanged."""
    return Weights(weights.end, weights.start)


def log_of_rest(done: Array, left: Array, op: Ops) -> Array:
    """`log(left / n)` where `done + left = n`; for `left = 0` that of one step left."""
    n = op.maximum(done + left, 1)
    near_start = done < left
    lost, lost_low = ratio(op.where(near_start, done, 0), n, op)
    kept, kept_low = ratio(op.where(near_start, n, op.maximum(left, 1)), n, op)
    return op.log1p(-lost) + op.log(kept) + (kept_low / kept - lost_low / (1.0 - lost))


def half_cosine(done: Array, left: Array, op: Ops) -> Weights:
    """`(1 + cos(pi * done/n)) / 2` and its complement, where `done + left = n`.

    They are rational at the ends, at thirds and at the half alone, and exact there: only where a value
    is rational can it lie exactly between two float32 numbers.
    """
    n = op.maximum(done + left, 1)
    k = op.minimum(done, left)
    outer = 3 * k <= n
    sine, sine_low = sine_of_ratio(op.where(outer, k, n - 2 * k), n, op)
    square, square_low = product(sine, sine, op)
    rise = op.where(
        outer, square + (square_low + 2.0 * sine * sine_low), 0.5 - 0.5 * (sine + sine_low)
    )
    near = op.where(op.equal(3 * k, n), 0.25, rise)
    return _nearer(done < left, near, op)


def half_cosine_of(weights: Weights, op: Ops) -> Weights:
    """`(1 + cos(pi * weights.end)) / 2` and its complement."""
    k = op.minimum(weights.start, weights.end)
    outer = 3.0 * k < 1.0
    sine = op.sin(op.where(outer, k, 1.0 - 2.0 * k) * (op.pi_parts[0] / 2.0))
    near = op.where(outer, sine * sine, 0.5 - 0.5 * sine)
    return _nearer(weights.end < weights.start, near, op)


def _nearer(at_start: Array, near: Array, op: Ops) -> Weights:
    return Weights(op.where(at_start, 1.0 - near, near), op.where(at_start, near, 1.0 - near))


def sine_of_ratio(k: Array, n: Operand, op: Ops) -> tuple[Array, Array]:
    """`sin(pi/2 * k/n)` for `0 <= k <= n`, in two parts."""
    share, share_low = ratio(k, n, op)
    quarter, quarter_low = (op.real(part) / 2.0 for part in op.pi_parts)
    angle, angle_low = product(share, quarter, op)
    sine = op.sin(angle)
    cosine = op.sqrt(1.0 - sine * sine)
    return sine, (angle_low + share * quarter_low + share_low * quarter) * cosine


def power_to_ratio(base: Operand, k: Array, n: Operand, op: Ops) -> Array:
    """`base**(k / n)` for integers `k >= 0` and `n >= 1`.

    A rounded exponent costs as many digits as the power has. So the exponent is split: a multiple of
    1/512, which is exact, and a rest so small that its rounding is not seen.
    """
    parts = k % n * _PARTS
    rest = op.real(parts % n) / op.real(n) / float(_PARTS)
    whole = op.real(k // n) + op.real(parts // n) / float(_PARTS)
    return op.power(base, whole) * op.power(base, rest)
