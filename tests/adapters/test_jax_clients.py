"""Schedules and optimizers of lrcore in the libraries that people train with in JAX, and in their checkpoints."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import equinox as eqx
import flax.linen as nn
import haiku as hk
import jax
import jax.numpy as jnp
import numpy as np
import optax
import orbax.checkpoint as ocp
import pytest
from flax import nnx
from flax.training.train_state import TrainState

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore_jax import current, function, inject

RATE: Final = lrc.WarmupCosine(0.1, 4, 16, end=0.01)
PLAN: Final = lrc.Plan(learning_rate=RATE, weight_decay=lrc.Linear(0.1, 0.0, 20))
INPUTS: Final = np.random.default_rng(0).normal(size=(8, 4)).astype(np.float32)
TARGETS: Final = INPUTS @ np.array([[1.0], [-2.0], [0.5], [3.0]], np.float32)
UPDATES: Final = 12


def loss_of(predicted: jax.Array) -> jax.Array:
    """The mean squared error."""
    return jnp.mean((predicted - TARGETS) ** 2)


def in_plain_optax(optimizer: optax.GradientTransformationExtraArgs) -> tuple[Any, Any]:
    """A loop of one's own."""
    weights = jnp.zeros((4, 1))
    state = optimizer.init(weights)

    @jax.jit
    def update(weights: Any, state: Any) -> Any:
        grads = jax.grad(lambda w: loss_of(INPUTS @ w))(weights)
        changes, state = optimizer.update(grads, state, weights)
        return optax.apply_updates(weights, changes), state

    for _ in range(UPDATES):
        weights, state = update(weights, state)
    return weights, state


def in_flax_nnx(optimizer: optax.GradientTransformationExtraArgs) -> tuple[Any, Any]:
    """`nnx.Optimizer`, which keeps the state in variables."""
    zeros = nnx.initializers.zeros_init()
    model = nnx.Linear(4, 1, use_bias=False, kernel_init=zeros, rngs=nnx.Rngs(0))
    training = nnx.Optimizer(model, optimizer, wrt=nnx.Param)

    def update(model: Any, training: Any) -> None:
        training.update(model, nnx.grad(lambda model: loss_of(model(INPUTS)))(model))

    compiled = nnx.jit(update)
    for _ in range(UPDATES):
        compiled(model, training)
    return model.kernel[...], training.opt_state


def in_flax_linen(optimizer: optax.GradientTransformationExtraArgs) -> tuple[Any, Any]:
    """`TrainState`."""
    model = nn.Dense(1, use_bias=False, kernel_init=nn.initializers.zeros)
    params = model.init(jax.random.key(0), INPUTS)
    create: Callable[..., Any] = TrainState.create
    apply: Callable[..., Any] = model.apply
    training = create(apply_fn=apply, params=params, tx=optimizer)

    @jax.jit
    def update(training: Any) -> Any:
        grads = jax.grad(lambda params: loss_of(apply(params, INPUTS)))(training.params)
        return training.apply_gradients(grads=grads)

    for _ in range(UPDATES):
        training = update(training)
    return training.params["params"]["kernel"], training


def in_equinox(optimizer: optax.GradientTransformationExtraArgs) -> tuple[Any, Any]:
    """A module whose arrays are filtered."""
    model = eqx.nn.Linear(4, 1, use_bias=False, key=jax.random.key(0))
    model = eqx.tree_at(lambda m: m.weight, model, jnp.zeros((1, 4)))
    state = optimizer.init(eqx.filter(model, eqx.is_array))

    def update(model: Any, state: Any) -> Any:
        grads = eqx.filter_grad(lambda m: loss_of(jax.vmap(m)(INPUTS)))(model)
        changes, state = optimizer.update(grads, state, eqx.filter(model, eqx.is_array))
        return eqx.apply_updates(model, changes), state

    compiled = eqx.filter_jit(update)
    for _ in range(UPDATES):
        model, state = compiled(model, state)
    return model.weight.T, state


def in_haiku(optimizer: optax.GradientTransformationExtraArgs) -> tuple[Any, Any]:
    """A pair of pure functions."""
    linear: Any = hk.without_apply_rng(
        hk.transform(lambda x: hk.Linear(1, with_bias=False, w_init=jnp.zeros)(x))
    )
    params = linear.init(jax.random.key(0), INPUTS)
    state = optimizer.init(params)

    @jax.jit
    def update(params: Any, state: Any) -> Any:
        grads = jax.grad(lambda params: loss_of(linear.apply(params, INPUTS)))(params)
        changes, state = optimizer.update(grads, state, params)
        return optax.apply_updates(params, changes), state

    for _ in range(UPDATES):
        params, state = update(params, state)
    return params["linear"]["w"], state


CLIENTS: Final[dict[str, Callable[..., tuple[Any, Any]]]] = {
    "optax": in_plain_optax,
    "flax nnx": in_flax_nnx,
    "flax linen": in_flax_linen,
    "equinox": in_equinox,
    "haiku": in_haiku,
}


@pytest.mark.parametrize("name", CLIENTS)
def test_clients(name: str) -> None:
    """The same weights in all of them, with the plan and with the schedule alone; the state tells the values."""
    wanted, _ = in_plain_optax(inject(optax.adamw, PLAN))
    weights, state = CLIENTS[name](inject(optax.adamw, PLAN))
    np.testing.assert_allclose(np.asarray(weights), np.asarray(wanted), rtol=1e-5)
    found = current(state)
    for values, step in ((found.last, UPDATES - 1), (found.next, UPDATES)):
        assert {key: float(value) for key, value in values.items()} == {
            key: float(to_float32(np.array(value))) for key, value in PLAN(step).items()
        }
    alone, _ = CLIENTS[name](optax.adam(function(RATE)))
    plain, _ = in_plain_optax(optax.adam(function(RATE)))
    np.testing.assert_allclose(np.asarray(alone), np.asarray(plain), rtol=1e-5)


PROGRAM: Final = """
import os, signal, sys
import jax, jax.numpy as jnp, numpy as np, optax
import orbax.checkpoint as ocp
import lrcore as lrc, lrcore_jax

folder, document, updates, killed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
plan = lrc.from_json(document)
optimizer = lrcore_jax.inject(optax.sgd, plan)
weights = jnp.zeros(updates)
state = optimizer.init(weights)
with ocp.CheckpointManager(folder) as manager:
    if manager.latest_step() is not None:
        saved = manager.restore(manager.latest_step(), args=ocp.args.Composite(
            run=ocp.args.StandardRestore((weights, state)), plan=ocp.args.JsonRestore()
        ))
        weights, state = saved.run
        print(lrc.from_dict(saved.plan) == plan)
    update = jax.jit(optimizer.update)
    for step in range(int(state.step), updates):
        changes, state = update(jax.nn.one_hot(step, updates), state, weights)
        weights = optax.apply_updates(weights, changes)
        manager.save(step, args=ocp.args.Composite(
            run=ocp.args.StandardSave((weights, state)), plan=ocp.args.JsonSave(plan.to_dict())
        ))
        if step == killed:
            manager.wait_until_finished()
            os.kill(os.getpid(), signal.SIGKILL)
print(np.abs(weights).tolist())
"""


def run(folder: Path, plan: lrc.Plan, killed: int) -> subprocess.CompletedProcess[str]:
    """A process that trains, and goes on from the last checkpoint."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, folder, plan.to_json(), "20", str(killed)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "JAX_PLATFORMS": "cpu"},
    )


def test_killed_and_resumed(tmp_path: Path) -> None:
    """Orbax keeps the state and the plan; a changed plan is noticed, and its values hold from there on."""
    plan = lrc.Plan(learning_rate=RATE)
    first = run(tmp_path / "run", plan, killed=6)
    assert first.returncode == -signal.SIGKILL, first.stderr
    longer = lrc.Plan(learning_rate=lrc.splice(RATE, 7, lrc.Constant(0.5)))
    second = run(tmp_path / "run", longer, killed=-1)
    assert second.returncode == 0, second.stderr
    is_same, used = second.stdout.splitlines()
    assert is_same == "False"
    rates = to_float32(longer["learning_rate"](range(20))).tolist()
    assert used == str(rates)
    assert rates[:7] == to_float32(RATE(range(7))).tolist()


def test_a_state_in_the_standard_format(tmp_path: Path) -> None:
    """It is restored with its types, into the state of another plan as well."""
    optimizer = inject(optax.adamw, PLAN)
    _, state = in_plain_optax(optimizer)
    with ocp.StandardCheckpointer() as checkpointer:
        checkpointer.save(tmp_path / "state", state)
        checkpointer.wait_until_finished()
        other = inject(optax.adamw, lrc.Plan(learning_rate=0.5, weight_decay=0.0))
        restored = checkpointer.restore(tmp_path / "state", other.init(jnp.zeros((4, 1))))
    structures: list[object] = [jax.tree.structure(restored), jax.tree.structure(state)]
    assert structures[0] == structures[1]
    for one, another in zip(jax.tree.leaves(restored), jax.tree.leaves(state), strict=True):
        assert one.dtype == another.dtype
        assert np.array_equal(one, another)
