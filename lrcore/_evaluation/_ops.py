"""What a formula may do: the protocol that every backend implements.

A formula computes with the operands of one backend (Python numbers, NumPy arrays, tensors, tracers)
and never learns which. Arithmetic and comparisons come from the operands themselves; everything else
is a function of `Ops`.

There are three kinds of operand: integers (64 bits: the clock, lengths, indices), reals (64-bit floats)
and truth values. Kinds never mix: `Ops.real` turns an integer into a real before the two meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, Union

if TYPE_CHECKING:
    from ._evaluable import Evaluable

Operand: TypeAlias = Union["Array", float]

PI: Final = 3.141592653589793
"""`Ops.pi` in float64."""


class Array(Protocol):
    """An operand: a number, or an array of numbers, of whichever backend evaluates the formula."""

    def __add__(self, other: Operand, /) -> Array: ...
    def __radd__(self, other: Operand, /) -> Array: ...
    def __sub__(self, other: Operand, /) -> Array: ...
    def __rsub__(self, other: Operand, /) -> Array: ...
    def __mul__(self, other: Operand, /) -> Array: ...
    def __rmul__(self, other: Operand, /) -> Array: ...
    def __truediv__(self, other: Operand, /) -> Array: ...
    def __rtruediv__(self, other: Operand, /) -> Array: ...
    def __floordiv__(self, other: Operand, /) -> Array: ...
    def __rfloordiv__(self, other: Operand, /) -> Array: ...
    def __mod__(self, other: Operand, /) -> Array: ...
    def __neg__(self) -> Array: ...
    def __abs__(self) -> Array: ...
    def __lt__(self, other: Operand, /) -> Array: ...
    def __le__(self, other: Operand, /) -> Array: ...
    def __gt__(self, other: Operand, /) -> Array: ...
    def __ge__(self, other: Operand, /) -> Array: ...


class Ops(Protocol):
    """The functions of a backend, elementwise and in float64.

    The results of `sin`, `cos`, `exp`, `log`, `log1p`, `expm1`, `sqrt` and `power` are within two units in
    the last place of float64. `where` evaluates both of its sides, so both must be finite.
    """

    @property
    def pi(self) -> Operand:
        """The number pi as a real."""
        ...

    def real(self, x: Operand, /) -> Array:
        """The integer `x` as a real."""
        ...

    def where(self, condition: Operand, chosen: Operand, other: Operand, /) -> Array:
        """`chosen` where `condition` holds, `other` elsewhere."""
        ...

    def equal(self, a: Operand, b: Operand, /) -> Array:
        """Whether `a` and `b` are equal; the operands of different backends disagree on `==`."""
        ...

    def minimum(self, a: Operand, b: Operand, /) -> Array:
        """The smaller of `a` and `b`."""
        ...

    def maximum(self, a: Operand, b: Operand, /) -> Array:
        """The larger of `a` and `b`."""
        ...

    def sin(self, x: Operand, /) -> Array:
        """The sine of the real `x`, in radians."""
        ...

    def cos(self, x: Operand, /) -> Array:
        """The cosine of the real `x`, in radians."""
        ...

    def exp(self, x: Operand, /) -> Array:
        """The exponential of the real `x`."""
        ...

    def log(self, x: Operand, /) -> Array:
        """The natural logarithm of the real `x > 0`."""
        ...

    def log1p(self, x: Operand, /) -> Array:
        """The natural logarithm of `1 + x`, `x > -1`, without loss for a small `x`."""
        ...

    def expm1(self, x: Operand, /) -> Array:
        """The exponential of `x` minus one, without loss for a small `x`."""
        ...

    def sqrt(self, x: Operand, /) -> Array:
        """The square root of the real `x >= 0`."""
        ...

    def power(self, base: Operand, exponent: Operand, /) -> Array:
        """The real `base >= 0` to a real exponent, at least 0 for a base of 0; `0**0` is 1."""
        ...

    def take(self, table: Sequence[float], index: Operand, /) -> Array:
        """`table[index]`, for a plain table of integers or of reals."""
        ...

    def searchsorted(self, table: Sequence[int], t: Operand, /) -> Array:
        """How many entries of the ascending plain `table` are at most `t`."""
        ...

    def choose(self, schedules: Sequence[Evaluable], index: Operand, t: Operand, /) -> Array:
        """The value at `t` of `schedules[index]`."""
        ...

    def with_operands(self, schedule: Evaluable, /) -> Evaluable:
        """`schedule` with its numbers in the form in which this backend computes with them."""
        ...
