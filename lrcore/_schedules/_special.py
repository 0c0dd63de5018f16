"""Adam's bias correction, and noise."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from .._definition._fields import Share, Value
from .._definition._schedule import Schedule
from .._evaluation._ops import Array, Ops
from ._weights import line

_PRIME: Final = 2**31 - 1
_ROUNDS: Final = (0x243F6A88, 0x05A308D3, 0x13198A2E, 0x03707344, 0x24093822, 0x299F31D0)
_OTHER_ROUNDS: Final = (0x082EFA98, 0x6C4E6C89, 0x452821E6, 0x38D01377, 0x3E5466CF, 0x34E90C6C)
"""The digits of pi behind the point, in words of 32 bits without the first: nobody chose them."""

_Seed = Annotated[int, Field(ge=0, lt=_PRIME)]


class BiasCorrection(Schedule, kind="bias_correction"):
    """The factor by which Adam corrects its step size for averages that begin at zero.

    With `n = t + 1` the value is `sqrt(1 - beta2**n) / (1 - beta1**n)`. The schedule is endless, and
    tends to 1.

    Args:
        beta1: the decay of the average of the gradients, from 0 to below 1.
        beta2: the decay of the average of their squares, from 0 to below 1.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> round((0.001 * lrc.BiasCorrection(0.9, 0.999))(0), 9)
        0.000316228

    Source:
        Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015,
        https://arxiv.org/abs/1412.6980, section 2.
    """

    beta1: Share
    beta2: Share

    def formula(self, t: Array, op: Ops) -> Array:
        n = op.real(t + 1)
        second = -op.expm1(n * op.log(op.maximum(self.beta2, 2.0**-1000)))
        return op.sqrt(second) / -op.expm1(n * op.log(op.maximum(self.beta1, 2.0**-1000)))


class Noise(Schedule, kind="noise"):
    """A pseudo-random number for each step, evenly distributed, and the same in every framework.

    The value is `low + (high - low) * h / (2**31 - 1)`, where the integer `h` is a hash of the step and
    the seed. The values are spread evenly over `low <= value < high`, without any relation between
    steps. The schedule is endless.

    Args:
        low: the smallest value.
        high: the upper bound, which no value reaches.
        seed: an integer from 0 to 2**31 - 2; another seed gives other numbers.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> jittered = lrc.Cosine(0.1, 0.0, 1000) * lrc.Noise(0.9, 1.1, seed=7)
        >>> 0.09 < jittered(0) < 0.11
        True

    Source:
        Albrecht et al., "MiMC", 2016, https://eprint.iacr.org/2016/492. The hash has six rounds. Each round
        adds a constant and takes the fifth power, which permutes the integers below the prime 2**31 - 1.
    """

    low: Value
    high: Value
    seed: _Seed = 0

    def formula(self, t: Array, op: Ops) -> Array:
        done = _hash(t, self.seed, _ROUNDS)
        return line(self.low, self.high, done, _PRIME - done, _PRIME, op)


class NormalNoise(Schedule, kind="normal_noise"):
    """A pseudo-random number for each step, normally distributed, and the same in every framework.

    The value is `mean + deviation * sqrt(-2 * log(u)) * sin(2 * pi * v)`, where `u` and `v` are two hashes
    of the step and the seed, as in `Noise` but with different constants, spread evenly over the numbers
    from 0 to 1. The schedule is endless.

    Args:
        mean: the mean of the distribution.
        deviation: its standard deviation.
        seed: an integer from 0 to 2**31 - 2; another seed gives other numbers.

    Raises:
        InvalidScheduleError: a number is out of range.

    Example:
        >>> import lrcore as lrc
        >>> noise = lrc.NormalNoise(0.0, 1.0, seed=7)(range(10_000))
        >>> bool(abs(noise.mean()) < 0.05 and abs(noise.std() - 1.0) < 0.05)
        True

    Source:
        Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
    """

    mean: Value
    deviation: Value
    seed: _Seed = 0

    def formula(self, t: Array, op: Ops) -> Array:
        u, v = _hash(t, self.seed, _ROUNDS) + 1, _hash(t, self.seed, _OTHER_ROUNDS)
        share, rest = op.real(u) / float(_PRIME), op.real(_PRIME - u) / float(_PRIME)
        log = op.where(share < 0.5, op.log(share), op.log1p(-op.minimum(rest, 0.5)))
        radius = op.sqrt(-2.0 * log)
        # The sine of a whole turn, from that of a quarter.
        turns = 4 * v
        part = turns % _PRIME
        quarter = turns // _PRIME
        falls = op.equal(quarter % 2, 1)
        angle = op.real(op.where(falls, _PRIME - part, part)) / float(_PRIME) * (op.pi / 2.0)
        size = radius * op.sin(angle)
        return self.mean + self.deviation * op.where(quarter < 2, size, -size)


def _hash(t: Array, seed: int, constants: tuple[int, ...]) -> Array:
    """An integer from 0 to 2**31 - 2; no intermediate one needs more than 62 bits."""
    state = (t % _PRIME + seed) % _PRIME
    for constant in constants:
        state = _fifth_power((state + constant) % _PRIME)
        state = (state + t // _PRIME + seed) % _PRIME
    return state


def _fifth_power(x: Array) -> Array:
    square = x * x % _PRIME
    return square * square % _PRIME * x % _PRIME
