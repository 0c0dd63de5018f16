"""Numbers of a schedule that JAX traces: populations, gradients, and which fields take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, cast

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore.testing import cases, exact
from lrcore_jax import function

SCHEDULE: Final = lrc.WarmupCosine(0.1, 10, 30, end=0.001)
PEAKS: Final = np.array([0.0, 0.01, 0.02, 0.05, 0.1, 0.25, 0.7, 1.5], np.float32)

REFUSED: Final = {
    "cooled down: schedule.peak",
    "cyclic triangular: gamma",
    "natural exponential: rate",
    "warmed up, global clock: schedule.end",
    "warmed up, global clock: schedule.start",
    "warmed up: schedule.cycle.end",
    "warmed up: schedule.cycle.start",
    "warmed up: schedule.start_decay",
}
"""The fields of the cases by which a schedule decides how it is computed, or which have no effect in it."""


def places(value: object, place: str = "") -> Iterator[tuple[str, float]]:
    """The real numbers in a schedule, with their places."""
    if isinstance(value, lrc.Schedule):
        for name in value.fields:
            yield from places(getattr(value, name), f"{place}.{name}".removeprefix("."))
    elif isinstance(value, tuple):
        for i, entry in enumerate(value):
            yield from places(entry, f"{place}[{i}]")
    elif isinstance(value, float):
        yield place, value


def subjects() -> list[tuple[str, lrc.Schedule, str, float]]:
    """Each field of each class once, in the first case that has it; of tables the first entries."""
    found: dict[tuple[str, ...], tuple[str, lrc.Schedule, str, float]] = {}
    for name, case in cases().items():
        for i, (place, number) in enumerate(places(case.schedule)):
            if i < 3:
                found.setdefault(
                    (type(case.schedule).__name__, place), (name, case.schedule, place, number)
                )
    return list(found.values())


def test_every_field_has_the_bits_of_the_definition() -> None:
    """A traced number that is the number of the definition gives the values of the definition."""
    refused = set()
    with jax.enable_x64(True):
        for name, schedule, place, number in subjects():
            end = schedule.duration if isinstance(schedule.duration, int) else 100
            steps = np.unique(np.concatenate([range(20), np.linspace(0, end + 5, 30).astype(int)]))
            wanted = to_float32(schedule(steps)).tolist()

            def values(
                x: float, schedule: lrc.Schedule = schedule, place: str = place, t: object = steps
            ) -> jax.Array:
                return function(schedule, traced={place: x})(cast(jax.Array, t))

            try:
                found = jax.jit(values)(number)
            except lrc.ExportError as error:
                assert re.search("decides how the schedule is comp|cannot be traced", str(error))  # noqa: PT017
                refused.add(f"{name}: {place}")
                continue
            assert found.tolist() == wanted, (name, place)
    assert refused == REFUSED


def trained(
    kind: Callable[[optax.Schedule], optax.GradientTransformation], rate: optax.Schedule
) -> jax.Array:
    """The weights after forty updates; all gradients of the absolute error are 1 or -1."""
    optimizer = kind(rate)
    weights = jnp.array([1.0, -2.0, 0.5])

    def update(_: int, carry: tuple[jax.Array, optax.OptState]) -> tuple[jax.Array, optax.OptState]:
        weights, state = carry
        gradients = jax.grad(lambda w: jnp.sum(jnp.abs(w - 3.0)))(weights)
        changes, state = optimizer.update(gradients, state, weights)
        return cast(jax.Array, optax.apply_updates(weights, changes)), state

    after = jax.lax.fori_loop(0, 40, update, (weights, optimizer.init(weights)))
    return cast(jax.Array, after[0])


@pytest.mark.parametrize(("kind", "ulps"), [(optax.sgd, 0), (optax.adam, 4)], ids=["sgd", "adam"])
def test_a_population_has_the_weights_of_its_runs(
    kind: Callable[[optax.Schedule], optax.GradientTransformation], ulps: int
) -> None:
    """Eight peaks in one compiled program, and in eight programs with the peak in the definition.

    XLA computes the quotients of Adam for a batch in another order than for one run.
    """
    together = jax.jit(
        jax.vmap(lambda peak: trained(kind, function(SCHEDULE, traced={"peak": peak})))
    )(PEAKS)
    for peak, weights in zip(PEAKS.tolist(), together, strict=True):
        alone = function(lrc.WarmupCosine(peak, 10, 30, end=0.001))
        wanted = jax.jit(trained, static_argnums=(0, 1))(kind, alone)
        np.testing.assert_array_max_ulp(np.asarray(weights), np.asarray(wanted), ulps)


@pytest.mark.parametrize("step", [0, 5, 10, 25, 40, 50])
def test_derivatives_by_a_number(step: int) -> None:
    """They are those of the formula, within a rounding of float32."""
    for place in ("peak", "end"):

        def rate(x: jax.Array, place: str = place) -> jax.Array:
            return function(SCHEDULE, traced={place: x})(jnp.asarray(step))

        found = float(jax.jit(jax.grad(rate))(jnp.float32(0.25)))
        # The schedule is linear in both numbers.
        low, high = (
            float(
                exact(
                    lrc.WarmupCosine(
                        **{"peak": 0.0, "end": 0.0, place: x}, warmup_steps=10, decay_steps=30
                    ),
                    step,
                )
            )
            for x in (0.0, 1.0)
        )
        assert found == pytest.approx(high - low, rel=2**-22, abs=0.0)


def slope(schedule: lrc.Schedule, place: str, number: float, step: int) -> float:
    """The derivative of the value at a step by a number."""

    def value(x: float) -> jax.Array:
        return function(schedule, traced={place: x})(jnp.asarray(step))

    return float(jax.jit(jax.grad(value))(number))


@pytest.mark.parametrize(
    ("schedule", "place", "number", "step", "wanted"),
    [
        (SCHEDULE, "peak", 0.0, 10, 1.0),
        (SCHEDULE, "peak", 1e-40, 10, 1.0),
        (SCHEDULE, "start", 0.0, 0, 1.0),
        (lrc.WarmupCosine(0.1, 10, 30), "end", 0.0, 40, 1.0),
        (lrc.Constant(0.1), "value", 0.0, 3, 1.0),
        # In the middle, the value is 2**-power.
        (lrc.Polynomial(1.0, 0.0, 10), "power", 1.0, 5, -np.log(2.0) / 2),
        (lrc.Cosine(1.0, 0.0, 10, power=1.0), "power", 1.0, 5, -np.log(2.0) / 2),
    ],
)
def test_derivatives_where_a_formula_has_cases(
    schedule: lrc.Schedule, place: str, number: float, step: int, wanted: float
) -> None:
    """At a value of 0, and where two halves of a curve meet."""
    assert slope(schedule, place, number, step) == pytest.approx(wanted, rel=2**-22, abs=0.0)


def test_a_training_that_learns_its_rate() -> None:
    """A gradient through a whole training, by the peak, is that of finite differences."""

    def loss_after_training(peak: jax.Array) -> jax.Array:
        rate = function(SCHEDULE, traced={"peak": peak})
        weight = jax.lax.fori_loop(0, 40, lambda t, w: w - rate(t) * 0.3 * (w - 2.0), 0.0)
        return cast(jax.Array, (weight - 2.0) ** 2)

    with jax.enable_x64(True):
        slope = float(jax.grad(loss_after_training)(0.1))
        high, low = (float(loss_after_training(jnp.float64(0.1 + h))) for h in (1e-3, -1e-3))
    assert slope < 0
    assert slope == pytest.approx((high - low) / 2e-3, rel=1e-3, abs=0.0)


def test_outside_of_compiled_code() -> None:
    """A number that is known already gives the values of a definition with this number."""
    rate = function(SCHEDULE, traced={"peak": np.float32(0.25)})
    wanted = to_float32(lrc.WarmupCosine(0.25, 10, 30, end=0.001)(range(50))).tolist()
    assert [float(rate(t)) for t in range(50)] == wanted
    assert lrc.export(SCHEDULE, "jax", traced={"peak": 0.25})(jnp.arange(50)).tolist() == wanted


@pytest.mark.parametrize(
    ("schedule", "traced", "message"),
    [
        (SCHEDULE, {"warmup_steps": 3.0}, "warmup_steps is 10; only real numbers can be traced"),
        (SCHEDULE, {"top": 3.0}, "WarmupCosine has no field 'top'; the fields are peak, warmup"),
        (SCHEDULE, {"peak[0]": 3.0}, r"peak\[0\]: there is no such place in 0\.1"),
        (SCHEDULE, {"peak.x": 3.0}, r"peak\.x: there is no such place in 0\.1"),
        (SCHEDULE, {"peak ": 3.0}, 'is written like "peak" or'),
        (SCHEDULE, {0: 3.0}, 'is written like "peak" or'),
        (
            SCHEDULE >> lrc.Constant(0.1),
            {"parts[2].value": 3.0},
            r"parts\[2\].value: the list has 2 entries, counted from 0",
        ),
        (SCHEDULE, {"peak": np.ones(8)}, r"peak: a traced number .* use jax\.vmap"),
        (SCHEDULE, {"peak": 0.1 + 1j}, "a real number without axes; got complex"),
        (SCHEDULE, {"peak": True}, "peak: a traced number is a real number without axes; got bool"),
        (
            lrc.Restarts(lrc.Cosine(1.0, 0.0, 4), start_decay=0.5),
            {"amplitude_decay": 1.0},
            "amplitude_decay cannot be traced: Restarts: .* excludes start_decay",
        ),
        (
            lrc.Restarts(lrc.Cosine(1.0, 0.0, 4)),
            {"amplitude_decay": 1.0, "end_decay": 1.0},
            "end_decay cannot be traced: Restarts: .* excludes start_decay and end_decay",
        ),
        (
            lrc.Cyclic(0.1, 0.2, 10),
            {"gamma": 1.0},
            "gamma cannot be traced: Cyclic: .* no effect in",
        ),
        (SCHEDULE, {"peak": "a"}, "peak: a traced number is a real number; got 'a'"),
        (SCHEDULE, {"peak": 2**70}, "peak: JAX takes no 1180"),
        (SCHEDULE, {"peak": None}, "peak: a traced number is a real number"),
        (
            lrc.NaturalExponential(0.1, 0.5, 10),
            {"rate": 0.5},
            "rate decides how the schedule is computed",
        ),
    ],
)
def test_what_cannot_be_traced(
    schedule: lrc.Schedule, traced: dict[str, complex], message: str
) -> None:
    """The message names the place, and says why."""
    with pytest.raises(lrc.ExportError, match=message):
        function(schedule, traced=traced)


def test_functions_with_numbers_of_jax() -> None:
    """They are equal to themselves alone, and a program of each can be compiled."""
    rate, other = (function(SCHEDULE, traced={"peak": jnp.float32(0.25)}) for _ in range(2))
    assert rate == rate
    assert rate != other
    assert len({rate, other}) == 2
    wanted = float(np.float32(lrc.WarmupCosine(0.25, 10, 30, end=0.001)(25)))
    assert float(jax.jit(rate)(25)) == wanted
    assert float(jax.checkpoint(rate)(25)) == wanted
    assert float(jax.lax.cond(True, rate, other, 25)) == wanted


def test_a_traced_number_in_a_constructor() -> None:
    """The message says where such numbers are given, as it does for what is not a mapping."""
    with pytest.raises(lrc.InvalidScheduleError, match=r'"jax", traced=\{"peak": x\}'):
        jax.jit(lambda peak: lrc.WarmupCosine(peak, 10, 30)(3))(0.1)
    with pytest.raises(lrc.ExportError, match=r"by their places, .*; got \[0\.1\]"):
        lrc.export(SCHEDULE, "jax", traced=[0.1])  # type: ignore[call-overload]


def test_numbers_and_steps_on_a_mesh() -> None:
    """Where axes are explicit, numbers and steps may have any sharding."""
    axes = (jax.sharding.AxisType.Explicit,)
    mesh = jax.make_mesh((1,), ("d",), axis_types=axes)
    spec: Callable[..., jax.P] = jax.P
    along, whole = (jax.NamedSharding(mesh, spec(*names)) for names in (("d",), ()))
    wanted = to_float32(lrc.WarmupCosine(0.25, 10, 30, end=0.001)(range(50))).tolist()
    steps = jnp.arange(50)

    def rates(peak: jax.Array, t: jax.Array) -> jax.Array:
        return function(SCHEDULE, traced={"peak": peak})(t)

    with jax.set_mesh(mesh):
        for t in (steps, jax.device_put(steps, along)):
            for peak in (jnp.float32(0.25), jax.device_put(jnp.float32(0.25), whole)):
                assert rates(peak, t).tolist() == wanted
                assert jax.jit(rates)(peak, t).tolist() == wanted
                assert float(rates(peak, t[7])) == wanted[7]
        peaks = jax.device_put(jnp.array([0.25, 0.5]), along)
        of_peaks = jax.jit(jax.vmap(rates, (0, None)))(peaks, steps)
        assert of_peaks[0].tolist() == wanted
