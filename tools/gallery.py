"""What the reference describes, in its order, and the example that each picture shows."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

import lrcore as lr

Entry: TypeAlias = type[lr.Schedule] | Callable[..., lr.Schedule]
"""A class of schedules, or a recipe."""

FAMILIES: Final = {
    "Constants and points": ("lrcore._leaves._constant", "lrcore._leaves._piecewise"),
    "Transitions": ("lrcore._leaves._transition", "lrcore._leaves._curve"),
    "Decays": ("lrcore._leaves._decay",),
    "Corrections and noise": ("lrcore._leaves._special",),
    "Combinations": (
        "lrcore._combinators._sequence",
        "lrcore._combinators._arithmetic",
        "lrcore._combinators._clip",
        "lrcore._combinators._clock",
        "lrcore._combinators._repeat",
    ),
    "Recipes: warm-ups": ("lrcore._recipes._warmup",),
    "Recipes: cycles": ("lrcore._recipes._cycles", "lrcore._recipes._restarts"),
    "Recipes: curves": ("lrcore._recipes._curves",),
    "Recipes: points and lists": ("lrcore._recipes._pieces",),
    "Recipes: changes of plan": ("lrcore._recipes._edits",),
}
"""The modules of every family, by its title."""


@dataclass(frozen=True)
class Example:
    """What a picture shows.

    Attributes:
        code: the schedule that is drawn.
        other: one that is dashed, for comparison.
        jumps: steps before which the line is level, and then goes straight up or down.
        steps: how many steps are shown.
        mark: the value on the axis; None for the largest one.
    """

    code: str
    other: str | None = None
    jumps: Iterable[int] = ()
    steps: int = 120
    mark: float | None = None


EXAMPLES: Final = {
    "Constant": Example("lr.Constant(0.1)"),
    "PiecewiseConstant": Example(
        "lr.PiecewiseConstant((40, 80), (0.1, 0.05, 0.01))", jumps=(40, 80)
    ),
    "Linear": Example("lr.Linear(0.0, 0.1, 100)"),
    "Polynomial": Example("lr.Polynomial(0.1, 0.01, 100, power=2.0)"),
    "Cosine": Example("lr.Cosine(0.1, 0.01, 100)"),
    "Geometric": Example("lr.Geometric(0.1, 0.001, 100)"),
    "Harmonic": Example("lr.Harmonic(0.1, 0.005, 100)"),
    "Logarithmic": Example("lr.Logarithmic(0.0, 0.1, 100)"),
    "Relaxation": Example("lr.Relaxation(0.1, 0.01, 100, rate=0.05)"),
    "Exponential": Example("lr.Exponential(0.1, 0.5, 30)"),
    "InverseTime": Example("lr.InverseTime(0.1, steps=20)"),
    "Sigmoid": Example("lr.Sigmoid(0.1, 0.01, centre=60, rate=0.1)", mark=0.1),
    "BiasCorrection": Example("lr.BiasCorrection(0.9, 0.99)"),
    "Noise": Example("lr.Noise(0.06, 0.1)", jumps=range(1, 121), mark=0.1),
    "NormalNoise": Example("lr.NormalNoise(0.1, 0.01)", jumps=range(1, 121), mark=0.1),
    "Sequence": Example("lr.Linear(0.0, 0.1, 20) >> lr.Cosine(0.1, 0.01, 80)"),
    "Product": Example(
        "lr.Cosine(0.1, 0.0, 120) * lr.Repeat(lr.Linear(1.0, 0.4, 20))",
        other="lr.Cosine(0.1, 0.0, 120)",
        jumps=range(20, 101, 20),
    ),
    "Sum": Example(
        "lr.Linear(0.08, 0.0, 120) + lr.cyclic(0.0, 0.02, 10)",
        other="lr.Linear(0.08, 0.0, 120)",
        mark=0.08,
    ),
    "Clip": Example(
        "lr.Clip(lr.Cosine(0.1, 0.0, 100), low=0.02, high=0.08)", other="lr.Cosine(0.1, 0.0, 100)"
    ),
    "Shift": Example("lr.Shift(lr.Cosine(0.1, 0.0, 60), -40)", other="lr.Cosine(0.1, 0.0, 60)"),
    "Stretch": Example("lr.Stretch(lr.Cosine(0.1, 0.0, 50), 2)", other="lr.Cosine(0.1, 0.0, 50)"),
    "Pause": Example(
        "lr.Pause(lr.Cosine(0.1, 0.0, 90), begin=30, steps=20)", other="lr.Cosine(0.1, 0.0, 90)"
    ),
    "Staircase": Example(
        "lr.Staircase(lr.Cosine(0.1, 0.0, 100), 10)",
        other="lr.Cosine(0.1, 0.0, 100)",
        jumps=range(10, 101, 10),
    ),
    "Reverse": Example(
        "lr.Reverse(lr.Polynomial(0.1, 0.0, 100, power=2.0))",
        other="lr.Polynomial(0.1, 0.0, 100, power=2.0)",
    ),
    "Truncate": Example(
        "lr.Truncate(lr.Cosine(0.1, 0.0, 100), 60)", other="lr.Cosine(0.1, 0.0, 100)"
    ),
    "Repeat": Example("lr.Repeat(lr.Cosine(0.1, 0.0, 50))", jumps=(50, 100)),
    "warmup": Example("lr.warmup(lr.multi_step(0.1, 0.5, [40, 80]), 20)", jumps=(60, 100)),
    "cooldown": Example(
        "lr.cooldown(lr.inverse_square_root(0.1, 20), 70, 30)",
        other="lr.inverse_square_root(0.1, 20)",
    ),
    "warmup_cosine": Example("lr.warmup_cosine(0.1, 20, 80)"),
    "warmup_linear": Example("lr.warmup_linear(0.1, 20, 80)"),
    "warmup_stable_decay": Example('lr.warmup_stable_decay(0.1, 20, 50, 30, "1-sqrt")'),
    "inverse_square_root": Example("lr.inverse_square_root(0.1, 20)"),
    "noam": Example("lr.noam(64, 25)"),
    "cyclic": Example('lr.cyclic(0.01, 0.1, 20, mode="triangular2")'),
    "restarts": Example("lr.restarts(0.1, 0.0, 20, growth=2.0, decay=0.8)", jumps=(20, 60)),
    "one_cycle": Example("lr.one_cycle(0.02, 0.1, 0.0, 30, 70)"),
    "linear_cosine": Example("lr.linear_cosine(0.1, 100, half_waves=5)"),
    "natural_exponential": Example("lr.natural_exponential(0.1, 1.0, 40)"),
    "power_law": Example("lr.power_law(0.1, -0.5)"),
    "range_test": Example("lr.range_test(0.001, 1.0, 100)"),
    "tanh": Example("lr.tanh(0.1, 0.0, 100)"),
    "hold": Example("lr.hold(0.1, 40) >> lr.Linear(0.1, 0.0, 60)"),
    "Interpolation": Example("lr.Interpolation([0, 20, 60, 100], [0.02, 0.1, 0.06, 0.0])"),
    "multi_step": Example("lr.multi_step(0.1, 0.5, [30, 60, 90])", jumps=(30, 60, 90)),
    "step_decay": Example("lr.step_decay(0.1, 0.5, 25)", jumps=(25, 50, 75, 100)),
    "table": Example("lr.table([0.02, 0.06, 0.1, 0.08, 0.03])", jumps=(1, 2, 3, 4), steps=8),
    "splice": Example(
        "lr.splice(lr.Cosine(0.1, 0.0, 100), 40, lr.Linear(0.04, 0.0, 60))",
        jumps=(40,),
        other="lr.Cosine(0.1, 0.0, 100)",
    ),
    "extend": Example(
        "lr.extend(lr.warmup_stable_decay(0.1, 10, 30, 40), at=40, by=30)",
        other="lr.warmup_stable_decay(0.1, 10, 30, 40)",
    ),
    "mirror": Example("lr.mirror(lr.Cosine(0.1, 0.01, 30))"),
    "window": Example("lr.window(lr.Linear(0.8, 0.2, 60), 30, 80)", jumps=(30,)),
}
"""An example for every entry, by its name."""


def entries() -> dict[str, list[Entry]]:
    """All public classes and recipes, by the titles of their families.

    Raises:
        LookupError: one belongs to no family, or has no example.
    """
    public = [getattr(lr, name) for name in lr.__all__]
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
        return issubclass(public, lr.Schedule) and public is not lr.Schedule
    return inspect.isfunction(public) and public.__module__.startswith("lrcore._recipes.")


def schedule(code: str) -> lr.Schedule:
    """The schedule that an example makes."""
    made = eval(code, {"lr": lr})
    assert isinstance(made, lr.Schedule)
    return made


def picture(name: str) -> str:
    """The file name of an entry's picture: that of the class or function in lower case."""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return f"{words.removeprefix('_')}.svg"
