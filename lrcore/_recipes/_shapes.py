"""The shapes of warm-ups and decays."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .._algebra import Reverse
from .._definition._schedule import Schedule
from .._schedules import BoundedExponential, Cosine, Geometric, InverseLinear, Linear, Polynomial

Shape: TypeAlias = Literal[
    "linear",
    "cosine",
    "1-sqrt",
    "exponential",
    "geometric",
    "inverse_linear",
    "polynomial",
    "power",
]


def decay(shape: Shape, start: float, end: float, steps: int, power: float) -> Schedule:
    """The transition from `start` to `end`, in one of the shapes that decays have."""
    match shape:
        case "linear":
            return Linear(start, end, steps)
        case "cosine":
            return Cosine(start, end, steps)
        case "1-sqrt":
            return Reverse(Polynomial(end, start, steps, power=0.5))
        case "exponential":
            return BoundedExponential(start, end, steps, ratio=0.5)
        case "geometric":
            return Geometric(start, end, steps)
        case "inverse_linear":
            return InverseLinear(start, end, steps)
        case "polynomial":
            return Polynomial(start, end, steps, power)
        case "power":
            return Reverse(Polynomial(end, start, steps, power))


def ramp(shape: Shape, start: float, end: float, steps: int, power: float) -> Schedule:
    """The decay of this shape from `end` to `start`, backwards."""
    if shape in ("linear", "cosine", "geometric", "inverse_linear"):
        return decay(shape, start, end, steps, power)  # the same in both directions
    down = decay(shape, end, start, steps, power)
    return down.schedule if isinstance(down, Reverse) else Reverse(down)


def check_power(shape: Shape, power: float) -> None:
    """Refuse a power that the shape would ignore."""
    if power != 1.0 and shape not in ("polynomial", "power"):
        raise ValueError(
            f'power={power} has no effect in the shape {shape!r}; use "polynomial" or "power"'
        )
