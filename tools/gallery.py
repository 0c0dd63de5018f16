"""What the reference describes, in its order, and the example that each picture shows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

import lrcore as lrc

Entry: TypeAlias = type[lrc.Schedule] | Callable[..., lrc.Schedule]
"""A class of schedules, or a function that makes schedules."""

FAMILIES: Final = {
    "Constants, steps and tables": (
        "lrcore._schedules._constant",
        "lrcore._recipes._pieces",
        "lrcore._recipes._piecewise",
    ),
    "Changes from a start to an end": (
        "lrcore._schedules._transition",
        "lrcore._schedules._curve",
    ),
    "Decays without an end": ("lrcore._schedules._decay",),
    "Warm-ups and cooldowns": ("lrcore._recipes._warmup", "lrcore._recipes._cooldown"),
    "Cycles and restarts": ("lrcore._recipes._cycles", "lrcore._recipes._restarts"),
    "Other curves": ("lrcore._recipes._curves",),
    "Bias correction and noise": ("lrcore._schedules._special",),
    "Combinations of schedules": (
        "lrcore._algebra._sequence",
        "lrcore._algebra._arithmetic",
        "lrcore._algebra._clip",
    ),
    "Changes of the clock": (
        "lrcore._algebra._clock",
        "lrcore._algebra._repeat",
        "lrcore._algebra._stretch",
    ),
    "Edits of a schedule": ("lrcore._recipes._edits",),
}
"""The modules of every family, by its title."""


@dataclass(frozen=True)
class Example:
    """What a picture shows.

    Attributes:
        code: the schedule that is drawn.
        other: a schedule that is drawn as a dashed line, for comparison.
        jumps: the steps at which the line jumps: it is level before each of them, and then vertical.
        steps: how many steps are shown.
        mark: the value on the axis; None for the largest value.
    """

    code: str
    other: str | None = None
    jumps: Iterable[int] = ()
    steps: int = 120
    mark: float | None = None


EXAMPLES: Final = {
    "Constant": Example("lrc.Constant(0.1)"),
    "Hold": Example("lrc.Hold(0.1, 40) >> lrc.Linear(0.1, 0.0, 60)"),
    "MultiStep": Example("lrc.MultiStep(0.1, 0.5, [30, 60, 90])", jumps=(30, 60, 90)),
    "StepDecay": Example("lrc.StepDecay(0.1, 0.5, 25)", jumps=(25, 50, 75, 100)),
    "Table": Example("lrc.Table([0.02, 0.06, 0.1, 0.08, 0.03])", jumps=(1, 2, 3, 4), steps=8),
    "PiecewiseConstant": Example(
        "lrc.PiecewiseConstant((40, 80), (0.1, 0.05, 0.01))", jumps=(40, 80)
    ),
    "Interpolation": Example("lrc.Interpolation((0, 20, 60, 100), (0.02, 0.1, 0.06, 0.0))"),
    "Linear": Example("lrc.Linear(0.0, 0.1, 100)"),
    "Polynomial": Example("lrc.Polynomial(0.1, 0.01, 100, power=2.0)"),
    "Cosine": Example("lrc.Cosine(0.1, 0.01, 100)"),
    "Geometric": Example("lrc.Geometric(0.1, 0.001, 100)"),
    "InverseLinear": Example("lrc.InverseLinear(0.1, 0.005, 100)"),
    "Logarithmic": Example("lrc.Logarithmic(0.0, 0.1, 100)"),
    "BoundedExponential": Example("lrc.BoundedExponential(0.1, 0.01, 100, ratio=0.05)"),
    "Exponential": Example("lrc.Exponential(0.1, 0.5, 30)"),
    "InverseTime": Example("lrc.InverseTime(0.1, steps=20)"),
    "Sigmoid": Example("lrc.Sigmoid(0.1, 0.01, center=60, steepness=0.1)", mark=0.1),
    "Warmup": Example("lrc.Warmup(lrc.MultiStep(0.1, 0.5, [40, 80]), 20)", jumps=(60, 100)),
    "WarmupCosine": Example("lrc.WarmupCosine(0.1, 20, 80)"),
    "WarmupLinear": Example("lrc.WarmupLinear(0.1, 20, 80)"),
    "InverseSquareRoot": Example("lrc.InverseSquareRoot(0.1, 20)"),
    "Noam": Example("lrc.Noam(64, 25)"),
    "Cooldown": Example(
        "lrc.Cooldown(lrc.InverseSquareRoot(0.1, 20), 70, 30)",
        other="lrc.InverseSquareRoot(0.1, 20)",
    ),
    "WarmupStableDecay": Example('lrc.WarmupStableDecay(0.1, 20, 50, 30, "1-sqrt")'),
    "Cyclic": Example('lrc.Cyclic(0.01, 0.1, 20, mode="triangular2")'),
    "OneCycle": Example("lrc.OneCycle(0.02, 0.1, 0.0, 100)"),
    "Restarts": Example(
        "lrc.Restarts(lrc.Cosine(0.1, 0.0, 20), growth=2, start_decay=0.8)", jumps=(20, 60)
    ),
    "NaturalExponential": Example("lrc.NaturalExponential(0.1, 1.0, 40)"),
    "PowerLaw": Example("lrc.PowerLaw(0.1, -0.5)"),
    "Tanh": Example("lrc.Tanh(0.1, 0.0, 100)"),
    "LinearCosine": Example("lrc.LinearCosine(0.1, 100, cycles=2.5)"),
    "RangeTest": Example("lrc.RangeTest(0.001, 1.0, 100)"),
    "BiasCorrection": Example("lrc.BiasCorrection(0.9, 0.99)"),
    "Noise": Example("lrc.Noise(0.06, 0.1)", jumps=range(1, 121), mark=0.1),
    "NormalNoise": Example("lrc.NormalNoise(0.1, 0.01)", jumps=range(1, 121), mark=0.1),
    "Sequence": Example("lrc.Linear(0.0, 0.1, 20) >> lrc.Cosine(0.1, 0.01, 80)"),
    "Product": Example(
        "lrc.Cosine(0.1, 0.0, 120) * lrc.Repeat(lrc.Linear(1.0, 0.4, 20))",
        other="lrc.Cosine(0.1, 0.0, 120)",
        jumps=range(20, 101, 20),
    ),
    "Sum": Example(
        "lrc.Linear(0.08, 0.0, 120) + lrc.Cyclic(0.0, 0.02, 10)",
        other="lrc.Linear(0.08, 0.0, 120)",
        mark=0.08,
    ),
    "Clip": Example(
        "lrc.Clip(lrc.Cosine(0.1, 0.0, 100), low=0.02, high=0.08)",
        other="lrc.Cosine(0.1, 0.0, 100)",
    ),
    "Repeat": Example("lrc.Repeat(lrc.Cosine(0.1, 0.0, 50))", jumps=(50, 100)),
    "Shift": Example("lrc.Shift(lrc.Cosine(0.1, 0.0, 60), -40)", other="lrc.Cosine(0.1, 0.0, 60)"),
    "From": Example("lrc.From(lrc.Cosine(0.1, 0.0, 100), 40)", other="lrc.Cosine(0.1, 0.0, 100)"),
    "Until": Example("lrc.Until(lrc.Cosine(0.1, 0.0, 100), 60)", other="lrc.Cosine(0.1, 0.0, 100)"),
    "Pause": Example(
        "lrc.Pause(lrc.Cosine(0.1, 0.0, 90), at=30, steps=20)", other="lrc.Cosine(0.1, 0.0, 90)"
    ),
    "Staircase": Example(
        "lrc.Staircase(lrc.Cosine(0.1, 0.0, 100), 10)",
        other="lrc.Cosine(0.1, 0.0, 100)",
        jumps=range(10, 101, 10),
    ),
    "Reverse": Example(
        "lrc.Reverse(lrc.Polynomial(0.1, 0.0, 100, power=2.0))",
        other="lrc.Polynomial(0.1, 0.0, 100, power=2.0)",
    ),
    "Stretch": Example(
        "lrc.Stretch(lrc.Cosine(0.1, 0.0, 50), 2)", other="lrc.Cosine(0.1, 0.0, 50)"
    ),
    "splice": Example(
        "lrc.splice(lrc.Cosine(0.1, 0.0, 100), 40, lrc.Linear(0.04, 0.0, 60))",
        jumps=(40,),
        other="lrc.Cosine(0.1, 0.0, 100)",
    ),
    "Mirror": Example("lrc.Mirror(lrc.Cosine(0.1, 0.01, 30))"),
    "Window": Example("lrc.Window(lrc.Linear(0.8, 0.2, 60), at=30, steps=50)", jumps=(30,)),
}
"""An example for every entry, by its name."""


def entries() -> dict[str, list[Entry]]:
    """All public schedules, by the titles of their families.

    Raises:
        LookupError: a schedule belongs to no family, or has no example.
    """
    public = [getattr(lrc, name) for name in lrc.__all__]
    found = [entry for entry in public if _is_entry(entry)]
    families = {
        title: sorted(
            (entry for entry in found if entry.__module__ in modules),
            key=lambda entry: (modules.index(entry.__module__), inspect.getsourcelines(entry)[1]),
        )
        for title, modules in FAMILIES.items()
    }
    placed = {entry.__name__ for family in families.values() for entry in family}
    if stray := {entry.__name__ for entry in found} - (placed & EXAMPLES.keys()):
        raise LookupError(f"without a family or an example: {sorted(stray)}")
    return families


def _is_entry(public: object) -> bool:
    if inspect.isclass(public):
        return issubclass(public, lrc.Schedule) and public is not lrc.Schedule
    return inspect.isfunction(public) and public.__module__.startswith("lrcore._recipes.")


def schedule(code: str) -> lrc.Schedule:
    """The schedule that an example makes."""
    made = eval(code, {"lrc": lrc})
    assert isinstance(made, lrc.Schedule)
    return made


def picture(name: str) -> str:
    """The file name of an entry's picture: that of the class or function in lower case."""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return f"{words.removeprefix('_')}.svg"
