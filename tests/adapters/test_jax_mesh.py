"""Steps that are sharded over several devices, and one training over them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

import pytest

START: Final = """
import jax, jax.numpy as jnp, numpy as np, optax
import lrcore as lrc
from lrcore.backend import to_float32
from lrcore.testing import cases, probe_steps

axes = (getattr(jax.sharding.AxisType, KIND),)
mesh = jax.make_mesh((8,), ("d",), axis_types=axes)
sharded = jax.NamedSharding(mesh, jax.P("d"))
"""

ALL_CASES: Final = """
wrong, classes = [], set()
with jax.set_mesh(mesh):
    for i, (name, case) in enumerate(cases().items()):
        if type(case.schedule) in classes and i % 6:
            continue
        classes.add(type(case.schedule))
        steps = probe_steps(case.schedule, 40, last=2**31 - 1)
        steps = np.resize(steps, 8 * -(-len(steps) // 8))
        wanted = to_float32(case.schedule(steps))
        rate = lrc.export(case.schedule, "jax")
        t = jax.device_put(jnp.asarray(steps, jnp.int32), sharded)
        for run in (jax.jit(rate), *([jax.jit(jax.vmap(rate))] if i % 6 == 0 else [])):
            values = run(t)
            if not np.array_equal(values, wanted, equal_nan=True):
                wrong.append(name)
            assert values.sharding.is_equivalent_to(sharded, 1), name
assert len(classes) > 40 and not wrong, wrong
"""

TRAINING: Final = """
rate = lrc.WarmupCosine(0.5, 5, 15) >> lrc.Constant(0.01)
inputs, targets = np.eye(16, dtype="f4"), np.arange(16, dtype="f4")

def loss(w, x, y):
    return jnp.mean((x @ w - y) ** 2)

def trained(place):
    optimizer = optax.sgd(lrc.export(rate, "jax"))
    w = jnp.zeros(16)
    x, y = place(inputs), place(targets)

    @jax.jit
    def update(w, state):
        changes, state = optimizer.update(jax.grad(loss)(w, x, y), state)
        return optax.apply_updates(w, changes), state

    state = optimizer.init(w)
    for _ in range(25):
        w, state = update(w, state)
    return np.asarray(w)

alone = trained(jnp.asarray)
with jax.set_mesh(mesh):
    assert np.array_equal(trained(lambda a: jax.device_put(a, sharded)), alone)
    spread = jax.jit(jax.shard_map(lrc.export(rate, "jax"), in_specs=jax.P("d"), out_specs=jax.P("d")))
    assert spread(jax.device_put(jnp.arange(64), sharded)).tolist() == to_float32(rate(range(64))).tolist()
"""


SOME_AXES: Final = """
grid = jax.make_mesh((4, 2), ("x", "y"), axis_types=axes * 2)
steps = jax.device_put(jnp.arange(64), jax.NamedSharding(grid, jax.P("x")))
for schedule in (lrc.Linear(0.0, 1.0, 50), lrc.WarmupCosine(0.1, 5, 45)):
    rate = lrc.export(schedule, "jax")
    wanted = to_float32(schedule(range(64))).tolist()
    with jax.set_mesh(grid):
        along = {"out_specs": jax.P("x"), "axis_names": {"x"}}
        each = jax.jit(jax.shard_map(rate, in_specs=jax.P("x"), **along))
        assert each(steps).tolist() == wanted
        one = jax.jit(jax.shard_map(lambda t, w: rate(t) * w, in_specs=(jax.P(), jax.P("x")), **along))
        assert one(jnp.int32(30), jnp.ones_like(steps, jnp.float32)).tolist() == [wanted[30]] * 64
"""

IN_FLAX: Final = """
from flax import nnx
import lrcore_jax

plan = lrc.Plan(learning_rate=lrc.WarmupCosine(0.1, 5, 15), weight_decay=lrc.Linear(0.1, 0.0, 20))
inputs = np.random.default_rng(0).normal(size=(16, 8)).astype("f4")
targets = (inputs @ np.arange(8, dtype="f4"))[:, None]

def trained(place, weights):
    linear = nnx.Linear(8, 1, kernel_init=nnx.initializers.zeros_init(), rngs=nnx.Rngs(0))
    linear.kernel[...] = weights(linear.kernel[...])
    training = nnx.Optimizer(linear, lrcore_jax.inject(optax.adamw, plan), wrt=nnx.Param)
    x, y = place(inputs), place(targets)

    @nnx.jit
    def update(linear, training, x, y):
        def loss(linear):
            return jnp.mean((linear(x) - y) ** 2)
        training.update(linear, nnx.grad(loss)(linear))

    for _ in range(20):
        update(linear, training, x, y)
    values = lrcore_jax.current(training.opt_state).last
    assert {k: float(v) for k, v in values.items()} == {
        k: float(to_float32(np.array(v))) for k, v in plan(19).items()
    }
    return linear.kernel[...]

alone = trained(jnp.asarray, jnp.asarray)
batches = jax.NamedSharding(mesh, jax.P("d", None))
rows = jax.NamedSharding(mesh, jax.P("d", None))
with jax.set_mesh(mesh):
    weights = trained(lambda a: jax.device_put(a, batches), jnp.asarray)
    assert np.allclose(weights, alone, rtol=1e-5)
    if KIND == "Auto":
        spread = trained(jnp.asarray, lambda w: jax.device_put(w, rows))
        assert spread.sharding.is_equivalent_to(rows, 2)
        assert np.allclose(spread, alone, rtol=1e-5)
"""

PROGRAMS: Final = {
    "values": ALL_CASES,
    "training": TRAINING,
    "some axes": SOME_AXES,
    "flax": IN_FLAX,
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("kind", ["Explicit", "Auto"])
def test_eight_devices(kind: str, program: str) -> None:
    """The values are the same on meshes of both kinds, and stay where the steps are."""
    done = subprocess.run(
        [sys.executable, "-c", f"KIND = {kind!r}\n{START}{program}"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=8"},
    )
    assert done.returncode == 0, done.stderr
