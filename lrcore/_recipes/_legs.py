"""The shapes of warm-ups and decays."""

from __future__ import annotations

from typing import Literal, TypeAlias

from .._combinators import Reverse
from .._errors import InvalidScheduleError
from .._leaves import Cosine, Geometric, Harmonic, Linear, Polynomial, Relaxation
from .._schedule import Schedule
from .._types import Length

Leg: TypeAlias = Literal[
    "linear", "cosine", "1-sqrt", "exponential", "geometric", "harmonic", "polynomial", "power"
]


def leg(shape: Leg, start: float, end: float, steps: Length, power: float) -> Schedule:
    """The way from `start` to `end`, in one of the shapes that decays have."""
    match shape:
        case "linear":
            return Linear(start, end, steps)
        case "cosine":
            return Cosine(start, end, steps)
        case "1-sqrt":
            return Reverse(Polynomial(end, start, steps, power=0.5))
        case "exponential":
            return Relaxation(start, end, steps, rate=0.5)
        case "geometric":
            return Geometric(start, end, steps)
        case "harmonic":
            return Harmonic(start, end, steps)
        case "polynomial":
            return Polynomial(start, end, steps, power)
        case "power":
            return Reverse(Polynomial(end, start, steps, power))


def ramp(shape: Leg, start: float, end: float, steps: Length, power: float) -> Schedule:
    """A leg from `end` to `start`, backwards."""
    if shape in ("linear", "cosine", "geometric", "harmonic"):
        return leg(shape, start, end, steps, power)  # the same in both directions
    down = leg(shape, end, start, steps, power)
    return down.schedule if isinstance(down, Reverse) else Reverse(down)


def check_power(recipe: str, shape: Leg, power: float) -> None:
    if power != 1.0 and shape not in ("polynomial", "power"):
        raise InvalidScheduleError(
            f'{recipe}: power={power} has no effect in the shape {shape!r}; take "polynomial" or "power"'
        )


def value_at(recipe: str, schedule: Schedule, step: Length, instead: str) -> float:
    """The value at a step that has to be known."""
    if schedule.unbound or not isinstance(step, int):
        raise InvalidScheduleError(
            f"{recipe}: with durations the value of the schedule is not known yet; {instead}"
        )
    return schedule(step)
