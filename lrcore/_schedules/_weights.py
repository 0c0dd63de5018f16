"""Between the ends of a transition: the shapes that several classes share.

A transition measures from its nearer end, by the weight of the farther end, which is at most 1/2. It is
then exact at both ends, constant between equal ends, and subtracts at most half of the way.
"""

from __future__ import annotations

from typing import NamedTuple

from .._evaluation._ops import Array, Operand, Ops


class Weights(NamedTuple):
    """The weights of the start and of the end; their sum is one, and the smaller is without its rounding."""

    start: Array
    end: Array


def between(start: Operand, end: Operand, at_start: Array, far_weight: Array, op: Ops) -> Array:
    """The value whose nearer end is the start or not, and which has a weight of the other end."""
    near, far = near_and_far(at_start, start, end, op)
    return near + (far - near) * far_weight


def blend(start: Operand, end: Operand, weights: Weights, op: Ops) -> Array:
    """`start * weights.start + end * weights.end`."""
    at_start = weights.end < weights.start
    # In the middle, a minimum would have the mean of two derivatives.
    return between(start, end, at_start, op.where(at_start, weights.end, weights.start), op)


def line(start: Operand, end: Operand, done: Array, left: Array, steps: Operand, op: Ops) -> Array:
    """`(start * left + end * done) / steps`, for integers of at least 0; with 0 steps it is `end`.

    It multiplies before it divides, and so is exact wherever the value itself is a float64.
    """
    near, far = near_and_far(done < left, start, end, op)
    share = (far - near) * op.real(op.minimum(done, left))
    return near + share / op.real(op.maximum(steps, 1))


def line_through_zero(
    start: Operand, end: Operand, done: Array, left: Array, steps: Operand, op: Ops
) -> Array:
    """`line` between ends of opposite signs: also exact where they cancel, for up to 2**26 steps."""
    (start_high, start_low), (end_high, end_low) = _halves(start, op), _halves(end, op)
    before, after = op.real(left), op.real(done)
    high = start_high * before + end_high * after
    low = start_low * before + end_low * after
    exact = (high + low) / op.real(op.maximum(steps, 1))
    value = line(start, end, done, left, steps, op)
    size = abs(op.where(done < left, start, end))
    return op.where(abs(value) < size * 0.5, exact, value)


def _halves(x: Operand, op: Ops) -> tuple[Array, Array]:
    """A real as a sum of two with half as many bits (Veltkamp)."""
    shifted = op.real(x) * (2.0**27 + 1.0)
    high = shifted - (shifted - x)
    return high, x - high


def near_and_far(at_start: Array, start: Operand, end: Operand, op: Ops) -> tuple[Array, Array]:
    """The two ends of a transition: first the nearer end, then the other."""
    return op.where(at_start, start, end), op.where(at_start, end, start)


def far_share(done: Array, left: Array, steps: Operand, op: Ops) -> Array:
    """The share of the steps between the nearer end and here: at most 1/2."""
    return op.real(op.minimum(done, left)) / op.real(op.maximum(steps, 1))


def weights_of(at_start: Array, far_weight: Array, op: Ops) -> Weights:
    """Both weights, of that of the farther end."""
    near_weight = 1.0 - far_weight
    return Weights(
        op.where(at_start, near_weight, far_weight), op.where(at_start, far_weight, near_weight)
    )


def linear_weights(done: Array, left: Array, steps: Operand, op: Ops) -> Weights:
    """`left / steps` and `done / steps`."""
    return weights_of(done < left, far_share(done, left, steps, op), op)


def raised(weights: Weights, power: Operand, op: Ops) -> Weights:
    """`weights.start**power` and its complement."""
    start = op.power(weights.start, power)
    # With s**power = u, 1 - u is power * (1 - s), times a quotient in which the roundings of s and u cancel.
    slope = _mean_with_one(start, op) / _mean_with_one(weights.start, op)
    end = op.minimum(power * weights.end * slope, 1.0)
    is_over = op.equal(weights.start, 0.0)  # also where the power is 0, and 0**0 is 1
    return Weights(op.where(is_over, 0.0, start), op.where(is_over, 1.0, end))


def _mean_with_one(x: Array, op: Ops) -> Array:
    """`(1 - x) / -log(x)`, the logarithmic mean of `x` and 1; it changes slowly near 1 (Kahan)."""
    x = op.minimum(op.maximum(x, 2.0**-1000), 1.0 - 2.0**-53)
    return (x - 1.0) / op.log(x)


def swapped(weights: Weights) -> Weights:
    """The weights of the ends exchanged."""
    return Weights(weights.end, weights.start)


def half_cosine(far_share: Array, op: Ops) -> Array:
    """`(1 - cos(pi * far_share)) / 2`, which is 1/2 in the middle of the wave."""
    sine = op.sin(far_share * (op.pi / 2.0))
    # No float64 has the square 1/2.
    return op.where(op.equal(far_share, 0.5), 0.5, sine * sine)
