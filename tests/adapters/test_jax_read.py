"""Schedules of Optax by name: the definitions have the values of Optax's own functions."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import lrcore as lrc
from lrcore_jax import read

STEPS: Final = np.arange(0, 160)
BEGIN: Final[tuple[dict[str, int], ...]] = ({}, {"transition_begin": 12}, {"transition_begin": -3})


def configs(name: str, rng: Random) -> list[dict[str, Any]]:
    """Arguments of a function, by chance."""

    def value() -> float:
        return round(rng.uniform(0.0, 0.2), 6)

    def steps() -> int:
        return rng.randrange(1, 90)

    def scales() -> dict[int, float]:
        return {rng.randrange(1, 150): rng.choice([0.1, 0.5, 2.0, 0.0]) for _ in range(3)}

    def one() -> dict[str, Any]:
        match name:
            case "constant_schedule":
                return {"value": value()}
            case "polynomial_schedule":
                power = rng.choice([0, 0.5, 1, 1.0, 2.0, 3])
                return {
                    "init_value": value(),
                    "end_value": value(),
                    "power": power,
                    "transition_steps": rng.choice([steps(), 0]),
                    **rng.choice(BEGIN),
                }
            case "linear_schedule":
                return {
                    "init_value": value(),
                    "end_value": value(),
                    "transition_steps": steps(),
                    **rng.choice(BEGIN),
                }
            case "piecewise_constant_schedule":
                return {
                    "init_value": value(),
                    "boundaries_and_scales": rng.choice([scales(), None]),
                }
            case "exponential_decay":
                return {
                    "init_value": value(),
                    "transition_steps": 10 + steps(),
                    **rng.choice(BEGIN),
                    "decay_rate": rng.choice([0.5, 0.96, 1.02, 0.0]),
                    "end_value": rng.choice([None, value()]),
                }
            case "cosine_decay_schedule":
                return {
                    "init_value": value(),
                    "decay_steps": steps(),
                    "alpha": rng.random(),
                    **rng.choice([{}, {"exponent": 1.5}]),
                }
            case "piecewise_interpolate_schedule":
                return {
                    "interpolate_type": rng.choice(["linear", "cosine"]),
                    "init_value": value(),
                    "boundaries_and_scales": scales(),
                }
            case "linear_onecycle_schedule" | "cosine_onecycle_schedule":
                return {"transition_steps": 20 + steps(), "peak_value": value()}
            case "warmup_constant_schedule":
                return {"init_value": value(), "peak_value": value(), "warmup_steps": steps()}
            case "warmup_cosine_decay_schedule":
                warmup = steps()
                return {
                    "init_value": value(),
                    "peak_value": value() + 0.01,
                    "warmup_steps": warmup,
                    "decay_steps": warmup + steps(),
                    "end_value": value(),
                    **rng.choice([{}, {"exponent": 2.0}]),
                }
            case "warmup_exponential_decay_schedule":
                return {
                    "init_value": value(),
                    "peak_value": value(),
                    "warmup_steps": steps(),
                    "transition_steps": steps(),
                    "decay_rate": 0.7,
                    "end_value": rng.choice([None, value()]),
                }
            case "sgdr_schedule":
                return {"cosine_kwargs": configs("warmup_cosine_decay_schedule", rng)[:3]}
        kinds = rng.choices(["linear_schedule", "cosine_decay_schedule", "exponential_decay"], k=3)
        parts = [{"name": kind, **configs(kind, rng)[0]} for kind in kinds]
        return {"schedules": parts, "boundaries": sorted(rng.sample(range(1, 150), 2))}

    return [one() for _ in range(6)]


def theirs(name: str, arguments: dict[str, Any]) -> optax.Schedule:
    """Optax's own schedule."""
    if name == "join_schedules":
        parts = [
            theirs(one["name"], {k: v for k, v in one.items() if k != "name"})
            for one in arguments["schedules"]
        ]
        return optax.join_schedules(parts, arguments["boundaries"])
    made: optax.Schedule = getattr(optax.schedules, name)(**arguments)
    return made


FACTORIES: Final = sorted(
    name
    for name in vars(optax.schedules)
    if name.endswith(("_schedule", "_schedules", "_decay")) and not name.startswith("_")
)


@pytest.mark.parametrize("name", FACTORIES)
def test_a_definition_has_the_values_of_optax(name: str) -> None:
    """Within the errors of float32 arithmetic, at every step; a jump is at the same step. The way back is there."""
    rng = Random(name)
    for arguments in configs(name, rng):
        definition = read({"name": name, **arguments})
        assert_alike(theirs(name, arguments), definition)
        assert_alike(lrc.export(definition, "jax", native=True), definition)


EDGES: Final = [
    ("cosine_decay_schedule", {"init_value": 0.1, "decay_steps": 10, "exponent": 0}),
    *(
        (
            "warmup_cosine_decay_schedule",
            {"init_value": 0.2, "peak_value": 0.1, "warmup_steps": 3, "decay_steps": 10, **other},
        )
        for other in ({"exponent": 0}, {"peak_value": 0.0, "end_value": 0.1}, {"warmup_steps": 0})
    ),
    *(
        ("linear_onecycle_schedule", {"transition_steps": 20, "peak_value": 0.1, **other})
        for other in (
            {"pct_final": 1.0},
            {"pct_start": 0.85},
            {"pct_start": 0.9},
            {"div_factor": 3.0},
        )
    ),
    ("cosine_onecycle_schedule", {"transition_steps": 20, "peak_value": 0.1, "pct_start": 1.0}),
]
"""Arguments for which functions of Optax have a rule of their own."""


@pytest.mark.parametrize(("name", "arguments"), EDGES)
def test_arguments_at_the_edge(name: str, arguments: dict[str, Any]) -> None:
    """The definition does what Optax does with them, and there is a way back."""
    definition = read({"name": name, **arguments})
    assert_alike(theirs(name, arguments), definition)
    assert_alike(lrc.export(definition, "jax", native=True), definition)


NESTED: dict[str, object] = {"name": "constant_schedule", "value": 1.0}
for _ in range(3000):
    NESTED = {"name": "join_schedules", "schedules": [NESTED], "boundaries": []}


def assert_alike(native: optax.Schedule, definition: lrc.Schedule) -> None:
    """Both have one value at every step, within the errors of float32 arithmetic."""

    def value(step: jax.Array) -> jax.Array:
        return jnp.asarray(native(step), jnp.float32)

    wanted = np.asarray(jax.vmap(value)(jnp.asarray(STEPS)), np.float64)
    bound = 16 * 2.0**-24 * np.abs(wanted).max()
    assert np.abs(definition(STEPS) - wanted).max() <= bound, definition


@pytest.mark.parametrize(
    "definition",
    [
        lrc.Constant(0.1),
        lrc.Linear(0.1, 0.2, 90),
        lrc.Polynomial(0.1, 0.001, 90, 2.0),
        lrc.Cosine(0.1, 0.001, 90),
        lrc.Cosine(0.1, 0.0, 90, power=2.0),
        lrc.Exponential(0.1, 0.9, 20),
        lrc.Exponential(0.1, 0.9, 20, staircase=True),
        lrc.MultiStep(0.1, 0.1, [30, 60]),
        lrc.WarmupCosine(0.1, 20, 70, end=0.01),
        lrc.WarmupLinear(0.1, 20, 70),
        lrc.WarmupStableDecay(0.1, 10, 50, 30),
        lrc.OneCycle(0.01, 0.1, 0.001, 100, convention="keras"),
        lrc.Shift(lrc.Cosine(0.1, 0.01, 60), -20),
        lrc.Hold(0.1, 30) >> lrc.Cosine(0.1, 0.0, 60) >> lrc.Constant(0.05),
        lrc.Restarts(lrc.Cosine(0.1, 0.01, 30), cycles=3),
        lrc.splice(lrc.Cosine(0.1, 0.0, 90), 40, lrc.Constant(0.01)),
        lrc.Cooldown(lrc.Cosine(0.1, 0.0, 90), 40, 20),
        lrc.Until(lrc.Cosine(0.1, 0.0, 90), 40),
        lrc.Interpolation((0, 30, 90), (0.1, 0.2, 0.01), "cosine"),
        lrc.Clip(lrc.Shift(lrc.Exponential(0.1, 1.5, 20), -7), high=0.3),
    ],
    ids=lambda definition: type(definition).__name__,
)
def test_native(definition: lrc.Schedule) -> None:
    """Optax's own functions have the values of a definition."""
    assert_alike(lrc.export(definition, "jax", native=True), definition)


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        (lrc.InverseTime(0.1, 0.5, 100), "Optax has nothing like InverseTime"),
        (lrc.Linear(0.1, 0.0, 10) * lrc.Constant(0.5), "Optax has nothing like Product"),
        (lrc.Clip(lrc.Exponential(0.1, 0.5, 10), high=0.01), "has a bound, at the side of its end"),
        (lrc.Clip(lrc.Linear(0.1, 0.0, 10), low=0.01), "exponential_decay alone has a bound"),
        (lrc.Linear(0.1, 0.0, 10, extrapolate=True), "linear_schedule stays at its end"),
        (lrc.Polynomial(0.1, 0.0, 10, 2.0, cycle=True), "has neither k_decay nor cycle"),
        (lrc.Cosine(0.1, 0.0, 10, cycles=2), "has half a wave, without k_decay"),
        (lrc.Cosine(0.0, 0.1, 10), "is a share of its start"),
        (lrc.Shift(lrc.Linear(0.1, 0.0, 10), 5), "no schedules that begin after their start"),
        (
            lrc.Cosine(0.1, 0.0, 10, power=0.0),
            "has half a wave, without k_decay, and no power of 0",
        ),
        (lrc.Cosine(1e-40, 0.0, 10), "Optax computes with 1e-40, which is no float32"),
        (lrc.Linear(0.1, 0.0, 3_000_000_000), r"steps above 0 and below 2\*\*31"),
        (lrc.Linear(0.1, 0.0, 0), "whole numbers of steps above 0"),
        (
            lrc.Sequence((lrc.Linear(0.1, 0.0, 10), lrc.Constant(0.1)), clock="global"),
            "join_schedules has local clocks",
        ),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_optax_does_not_have(definition: lrc.Schedule, message: str) -> None:
    """The message says why."""
    with pytest.raises(lrc.ExportError, match=message):
        lrc.export(definition, "jax", native=True)


def test_native_functions_of_a_plan() -> None:
    """One for each hyper-parameter, of the plan or of a group."""
    rate, decay = lrc.Cosine(0.1, 0.01, 90), lrc.Linear(0.1, 0.0, 90)
    plan = lrc.Plan(learning_rate=rate, weight_decay=decay, groups={"head": lrc.Constant(0.5)})
    natives = lrc.export(plan, "jax", native=True)
    assert list(natives) == ["learning_rate", "weight_decay"]
    assert_alike(natives["learning_rate"], rate)
    assert_alike(natives["weight_decay"], decay)
    of_head = lrc.export(plan, "jax", group="head", native=True)
    assert_alike(of_head["learning_rate"], lrc.Constant(0.5))


def test_options_of_native() -> None:
    """Optax's functions have no options."""
    options: Any = {"dtype": "float64"}
    with pytest.raises(lrc.ExportError, match=r"Optax have float32 values; leave out dtype="):
        lrc.export(lrc.Constant(0.1), "jax", native=True, **options)
    with pytest.raises(lrc.ExportError, match="give traced numbers to Optax's own functions"):
        lrc.export(lrc.Constant(0.1), "jax", native=True, traced={"value": 0.1})  # type: ignore[call-overload]


def test_every_function_of_optax_is_read() -> None:
    """None is forgotten."""
    assert len(FACTORIES) == 14
    with pytest.raises(lrc.ExportError, match=", ".join(FACTORIES[:4])):
        read({"name": "cosine"})


@pytest.mark.parametrize(
    ("given", "definition"),
    [
        (
            {"name": "cosine_decay_schedule", "init_value": 0.1, "decay_steps": 90, "alpha": 0.1},
            lrc.Cosine(0.1, 0.01, 90),
        ),
        (
            {
                "name": "warmup_cosine_decay_schedule",
                "init_value": 0.0,
                "peak_value": 0.3,
                "warmup_steps": 10,
                "decay_steps": 100,
                "end_value": 0.03,
            },
            lrc.WarmupCosine(0.3, 10, 90, end=0.03),
        ),
        (
            {
                "name": "piecewise_constant_schedule",
                "init_value": 0.1,
                "boundaries_and_scales": {"20": 0.1, "5": 0.7},
            },
            lrc.PiecewiseConstant((5, 20), (0.1, 0.07, 0.007)),
        ),
        (
            {"name": "cosine_decay_schedule", "init_value": np.float64(0.1), "decay_steps": 9},
            lrc.Cosine(0.1, 0.0, 9),
        ),
        (lrc.export(lrc.Linear(0.1, 0.0, 5), "jax"), lrc.Linear(0.1, 0.0, 5)),
    ],
    ids=["cosine", "warm-up", "texts of a file", "NumPy", "exported"],
)
def test_the_definition_is_what_a_person_would_write(given: Any, definition: lrc.Schedule) -> None:
    """Products are those of the numbers as they are written."""
    assert read(given) == definition


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            optax.cosine_decay_schedule(0.1, 90),
            "a function has no definition that can be read; give",
        ),
        (3, 'the configuration: the "name" of a function of optax.schedules is needed, .* got 3'),
        (
            {
                "name": "piecewise_constant_schedule",
                "init_value": 0.1,
                "boundaries_and_scales": {2.5: 0.5},
            },
            "piecewise_constant_schedule: 'float' object cannot be interpreted as an integer",
        ),
        ({"name": "constant_schedule"}, "missing .* 'value'; its arguments are value"),
        (
            {"name": "constant_schedule", "value": 0.1, "x": 1},
            "argument 'x'; its arguments are value",
        ),
        (
            {"name": "constant_schedule", "value": "1e-3"},
            "value is the text '1e-3'; in YAML, write",
        ),
        (NESTED, "schedules are nested too deeply"),
        (
            {"name": "join_schedules", "schedules": [{"name": "x"}], "boundaries": []},
            r"the configuration\.schedules\[0\]: 'x' is none of the schedules",
        ),
        (
            {"name": "sgdr_schedule", "cosine_kwargs": [3]},
            r"configuration\.cosine_kwargs\[0\]: arguments by name are needed; got 3",
        ),
        (
            {
                "name": "piecewise_constant_schedule",
                "init_value": 0.1,
                "boundaries_and_scales": {5: -1.0},
            },
            "piecewise_constant_schedule: scales are at least 0; got",
        ),
        (
            {
                "name": "linear_onecycle_schedule",
                "transition_steps": 9,
                "peak_value": 0.1,
                "div_factor": 0,
            },
            "linear_onecycle_schedule: float division by zero; got .*'div_factor': 0",
        ),
        ({"name": "constant_schedule", "value": None}, r"Constant\.value: .*; got None"),
        (
            {"name": "optax.cosine_decay_schedule"},
            "none of the schedules of Optax, .*; is 'cosine_decay_schedule' meant?",
        ),
        (
            {
                "name": "piecewise_constant_schedule",
                "init_value": 0.1,
                "boundaries_and_scales": [0.5],
            },
            r"boundaries_and_scales has a scale for each boundary; got .*\[0.5\]",
        ),
        (
            {"name": "cosine_decay_schedule", "init_value": 0.1, "decay_steps": -5},
            r"cosine_decay_schedule: decay_steps is above 0; got .*-5",
        ),
        (
            {"name": "join_schedules", "schedules": [{"name": "x"}], "boundaries": []},
            r"schedules\[0\]: 'x' is none of the schedules of Optax",
        ),
        (
            {"name": "join_schedules", "schedules": [], "boundaries": [3]},
            "a boundary between each two schedules; got .*3",
        ),
        (
            {"name": "piecewise_interpolate_schedule", "interpolate_type": "x", "init_value": 0.1},
            'interpolate_type is "linear" or "cosine"; got .*x',
        ),
    ],
)
def test_what_cannot_be_read(given: Any, message: str) -> None:
    """The message names the place, and says what is needed."""
    with pytest.raises(lrc.ExportError, match=message):
        read(given)
