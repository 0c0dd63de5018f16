"""What `tools/speed.py` measures of JAX beside Optax."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import optax
from jax.extend.core import Jaxpr

import lrcore as lrc
import lrcore_jax

COSINE = lrc.Cosine(0.1, 0.0, 1000)
WARMUP = lrc.WarmupCosine(0.1, 100, 900)
GROUPS = [f"g{i}" for i in range(10)]


def their_cosine() -> optax.Schedule:
    """Optax's own `COSINE`."""
    return optax.cosine_decay_schedule(0.1, 1000)


def their_warmup() -> optax.Schedule:
    """Optax's own `WARMUP`."""
    return optax.warmup_cosine_decay_schedule(0.0, 0.1, 100, 1000)


def pairs() -> Iterator[tuple[str, Callable[[], object], Callable[[], object], str]]:
    """From a definition to a compiled function, its calls, and the compilation of whole updates."""
    for name, schedule, theirs in (
        ("`Cosine`", COSINE, their_cosine),
        ("`WarmupCosine`", WARMUP, their_warmup),
    ):
        mine = lrcore_jax.function(schedule)
        yield f"{name}, operations in JAX", _counting(mine), _counting(theirs()), "Optax"
        yield f"{name}, compiled by JAX", _compiling(mine), _compiling(theirs()), "Optax"
        yield (
            f"{name}, called under `jit`",
            _calling(jax.jit(mine)),
            _calling(jax.jit(theirs())),
            "Optax",
        )
        yield f"{name}, called outside of `jit`", _calling(mine), _calling(theirs()), "Optax"
    yield (
        "AdamW with ten groups of two schedules, compiled",
        _updating(_my_groups()),
        _updating(_their_groups()),
        "Optax",
    )
    pieces = lrc.Sequence(tuple(lrc.Linear(i * 1e-3, 0.5, 1000) for i in range(1000)))
    joined = optax.join_schedules(
        [optax.linear_schedule(i * 1e-3, 0.5, 1000) for i in range(1000)],
        [1000 * i for i in range(1, 1000)],
    )
    name = "1,000 pieces, compiled by JAX"
    yield name, _compiling(lrcore_jax.function(pieces)), _compiling(joined), "Optax"


def _compiling(rate: Callable[[Any], Any]) -> Callable[[], object]:
    # A function that is new each time: JAX remembers what it has compiled, also for functions that are equal.
    return lambda: jax.jit(lambda t: rate(t)).lower(3).compile()


def _counting(rate: Callable[[Any], Any]) -> Callable[[], object]:
    return lambda: len(list(_equations(jax.make_jaxpr(lambda t: rate(t))(3).jaxpr)))


def _equations(program: Jaxpr) -> Iterator[object]:
    """The operations of a program and of the programs in it."""
    for equation in program.eqns:
        inner = [getattr(v, "jaxpr", v) for v in equation.params.values() if hasattr(v, "eqns")]
        for part in inner:
            yield from _equations(part)
        if not inner:
            yield equation


def _calling(rate: Callable[[Any], Any]) -> Callable[[], object]:
    step = jnp.asarray(3)
    rate(step)

    def run() -> None:
        for _ in range(300):
            rate(step).block_until_ready()

    return run


def _my_groups() -> optax.GradientTransformation:
    groups: dict[str | int, Any] = {name: lrc.Factor(0.5 + i / 20) for i, name in enumerate(GROUPS)}
    plan = lrc.Plan(learning_rate=WARMUP, weight_decay=COSINE, groups=groups)
    return lrcore_jax.inject(optax.adamw, plan, param_labels={name: name for name in GROUPS})


def _their_groups() -> optax.GradientTransformation:
    made = {}
    for i, name in enumerate(GROUPS):
        rate = optax.warmup_cosine_decay_schedule(0.0, 0.1 * (0.5 + i / 20), 100, 1000)
        made[name] = optax.inject_hyperparams(optax.adamw)(
            learning_rate=rate, weight_decay=their_cosine()
        )
    return optax.partition(made, {name: name for name in GROUPS})


def _updating(optimizer: optax.GradientTransformation) -> Callable[[], object]:
    params = {name: jnp.ones((4, 4)) for name in GROUPS}
    state = optimizer.init(params)
    return lambda: (
        jax.jit(lambda *given: optimizer.update(*given)).lower(params, state, params).compile()
    )
