"""Optimizers of Optax that follow a plan: their values, their state, groups and steps from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import lrcore as lrc
import lrcore_jax
from lrcore.backend import to_float32
from lrcore_jax import Current, current, function, inject

RATE: Final = lrc.WarmupCosine(0.1, 4, 18, end=0.01)
ADAM: Final = lrc.Plan(
    learning_rate=RATE,
    weight_decay=lrc.Linear(0.1, 0.0, 20),
    beta1=lrc.Linear(0.9, 0.5, 20),
    beta2=lrc.Linear(0.99, 0.9, 20),
    epsilon=lrc.Geometric(1e-3, 1e-7, 20),
)
CONSTANT: Final = lrc.Plan(
    learning_rate=0.1, weight_decay=0.01, beta1=0.9, beta2=0.99, epsilon=1e-8
)
CONSTANT_SGD: Final = lrc.Plan(learning_rate=RATE, momentum=0.5)
ANY: Final[Any] = lrcore_jax
"""The adapter to those who do not check types."""
UPDATES: Final = 24
PARAMETERS: Final = {"w": np.array([1.0, -2.0, 0.5], np.float32), "b": np.array([0.25], np.float32)}


def gradients(parameters: Any) -> Any:
    """Those of a loss that no update makes 0."""
    return jax.tree.map(lambda w: 2.0 * (w - 3.0), parameters)


def train(
    optimizer: optax.GradientTransformation,
    state: Any = None,
    parameters: Any = None,
    n: int = UPDATES,
) -> tuple[Any, Any]:
    """Parameters and state after `n` compiled updates."""
    parameters = jax.tree.map(jnp.asarray, PARAMETERS) if parameters is None else parameters
    state = optimizer.init(parameters) if state is None else state

    @jax.jit
    def update(parameters: Any, state: Any) -> tuple[Any, Any]:
        changes, state = optimizer.update(gradients(parameters), state, parameters)
        return optax.apply_updates(parameters, changes), state

    for _ in range(n):
        parameters, state = update(parameters, state)
    return parameters, state


def numbers(values: dict[str, jax.Array]) -> dict[str, float]:
    """Values as Python numbers."""
    return {name: float(value) for name, value in values.items()}


def rounded(plan: lrc.Plan, step: int, group: str | int | None = None) -> dict[str, float]:
    """The float32 values of a plan."""
    return {name: float(to_float32(np.array(x))) for name, x in plan(step, group).items()}


def equal(one: Any, other: Any) -> bool:
    """Whether two trees have one structure, the same types and the same bits."""
    same = jax.tree.map(
        lambda a, b: a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True), one, other
    )
    structures: list[object] = [jax.tree.structure(one), jax.tree.structure(other)]
    return structures[0] == structures[1] and all(jax.tree.leaves(same))


def test_each_update_uses_its_values() -> None:
    """The weights are those of a loop that makes a new optimizer with numbers for each update."""
    optimizer = inject(optax.adamw, ADAM)
    parameters = by_hand = jax.tree.map(jnp.asarray, PARAMETERS)
    state = optimizer.init(parameters)
    inner = optax.adamw(0.1).init(by_hand)
    update = jax.jit(optimizer.update)

    @jax.jit
    def apply(values: Any, inner: Any, by_hand: Any) -> Any:
        rate, decay, b1, b2, eps = values
        own = optax.adamw(rate, b1, b2, eps, weight_decay=decay)
        changes, inner = own.update(gradients(by_hand), inner, by_hand)
        return optax.apply_updates(by_hand, changes), inner

    for step in range(UPDATES):
        assert numbers(current(state).next) == rounded(ADAM, step)
        changes, state = update(gradients(parameters), state, parameters)
        parameters = optax.apply_updates(parameters, changes)
        by_hand, inner = apply(list(rounded(ADAM, step).values()), inner, by_hand)
        assert numbers(current(state).last) == rounded(ADAM, step)
    for one, other in zip(jax.tree.leaves(parameters), jax.tree.leaves(by_hand), strict=True):
        np.testing.assert_array_max_ulp(np.asarray(one), np.asarray(other), 4)


def wrapped(plan: lrc.Plan) -> optax.GradientTransformationExtraArgs:
    """An optimizer whose updates are scaled by the loss."""
    return optax.chain(inject(optax.adamw, plan), optax.contrib.reduce_on_plateau())


@pytest.mark.parametrize(
    "made",
    [
        lambda plan: inject(optax.adamw, plan),
        lambda plan: optax.chain(optax.clip(1.0), inject(optax.adamw, plan)),
        lambda plan: optax.MultiSteps(inject(optax.adamw, plan), 2).gradient_transformation(),
    ],
    ids=["alone", "chain", "accumulation"],
)
def test_a_state_fits_every_plan(
    made: Callable[[lrc.Plan], optax.GradientTransformationExtraArgs],
) -> None:
    """The state of a constant optimizer goes on in a scheduled one, and the other way round."""
    for before, after in ((CONSTANT, ADAM), (ADAM, CONSTANT)):
        parameters, state = train(made(before), n=8)
        restored = jax.tree.unflatten(
            jax.tree.structure(made(after).init(parameters)),
            [jnp.asarray(np.asarray(leaf)) for leaf in jax.tree.leaves(state)],
        )
        assert equal(restored, state)
        _, resumed = train(made(after), restored, parameters, n=2)
        assert equal(jax.tree.map(jnp.zeros_like, resumed), jax.tree.map(jnp.zeros_like, state))
        found = current(resumed)
        updates = 5 if "MultiSteps" in type(state).__name__ else 10
        assert numbers(found.last) == rounded(after, updates - 1)
        assert numbers(found.next) == rounded(after, updates)


def test_scaled_by_a_plateau() -> None:
    """Optax's own reduction of updates goes around it, and the structure is the same for all plans."""
    parameters = jax.tree.map(jnp.asarray, PARAMETERS)
    structures = {jax.tree.structure(wrapped(plan).init(parameters)) for plan in (CONSTANT, ADAM)}
    assert len(structures) == 1
    optimizer = wrapped(ADAM)
    state = optimizer.init(parameters)
    for _ in range(3):
        _, state = optimizer.update(gradients(parameters), state, parameters, value=1.0)
    assert numbers(current(state).last) == rounded(ADAM, 2)


def test_groups_of_parameters() -> None:
    """Each parameter follows the values of its label."""
    plan = lrc.Plan(
        learning_rate=RATE,
        weight_decay=lrc.Linear(0.1, 0.0, 20),
        groups={"bias": {"learning_rate": lrc.Factor(0.5), "weight_decay": 0.0}},
    )
    labels = {"w": "default", "b": "bias"}
    for given in (labels, lambda params: labels):
        parameters, state = train(inject(optax.adamw, plan, param_labels=given))
        assert numbers(current(state).last) == rounded(plan, UPDATES - 1)
        assert numbers(current(state, "bias").next) == rounded(plan, UPDATES, "bias")
        for name, group in (("w", None), ("b", "bias")):
            own: dict[str, Any] = plan.schedules(group)
            alone = lrc.Plan(**own)
            wanted, _ = train(
                inject(optax.adamw, alone), parameters={name: jnp.asarray(PARAMETERS[name])}
            )
            assert equal(parameters[name], wanted[name])
    with pytest.raises(lrc.ExportError, match="no group 'head'; it has 'bias', 'default'"):
        current(state, "head")


def test_groups_by_number_with_values_of_their_own() -> None:
    """A group may have a value that the plan has not, and which no other group has."""
    plan = lrc.Plan(learning_rate=RATE, groups={0: {"weight_decay": 0.5}, 1: 0.25})
    optimizer = inject(optax.adamw, plan, param_labels={"w": 0, "b": 1})
    parameters, state = train(optimizer)
    for name, group in (("w", 0), ("b", 1)):
        own: dict[str, Any] = plan.schedules(group)
        alone = inject(optax.adamw, lrc.Plan(**own))
        wanted, _ = train(alone, parameters={name: jnp.asarray(PARAMETERS[name])})
        assert equal(parameters[name], wanted[name])
    assert float(current(state, 0).last["weight_decay"]) == 0.5
    assert np.isnan(current(state, 1).last["weight_decay"])


def test_accumulated_gradients() -> None:
    """A step is an update; how many batches an update takes may follow a schedule, too."""
    batches = function(lrc.PiecewiseConstant((2,), (1.0, 3.0)))
    optimizer = optax.MultiSteps(
        inject(optax.sgd, lrc.Plan(learning_rate=RATE)),
        every_k_schedule=lambda update: batches(update).astype(jnp.int32),
    )
    weights = jnp.zeros(1)
    state = optimizer.init(weights)
    used = []
    for _ in range(2 + 3 * 5):
        changes, state = jax.jit(optimizer.update)(jnp.ones(1), state, weights)
        used.append(-float(changes[0]))
    assert [rate for rate in used[2:] if rate] == to_float32(RATE(range(2, 7))).tolist()
    assert numbers(current(state).next) == {"learning_rate": float(np.float32(RATE(7)))}


def test_a_step_from_outside() -> None:
    """The loop says the step, and afterwards the optimizer counts on from there."""
    optimizer = optax.chain(optax.clip(9.0), inject(optax.sgd, lrc.Plan(learning_rate=RATE)))
    weights = jnp.zeros(1)
    state = optimizer.init(weights)
    update = jax.jit(optimizer.update)
    for step in (7, 7, 0, 15):
        changes, state = update(jnp.ones(1), state, weights, step=step)
        assert -float(changes[0]) == np.float32(RATE(step))
    changes, state = update(jnp.ones(1), state, weights)
    assert -float(changes[0]) == np.float32(RATE(16))


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32"])
def test_types_of_parameters(dtype: str) -> None:
    """Parameters and moments keep their types, in a scan as well; and so does a loop that is written out."""
    weights = jnp.ones(3, dtype)
    for optimizer in (inject(optax.adamw, ADAM), inject(optax.sgd, CONSTANT_SGD, nesterov=True)):

        def update(carry: Any, _: None, optimizer: Any = optimizer) -> tuple[Any, None]:
            weights, state = carry
            changes, state = optimizer.update(weights * 0.5, state, weights)
            return (optax.apply_updates(weights, changes), state), None

        (after, _), _ = jax.lax.scan(update, (weights, optimizer.init(weights)), length=5)
        assert after.dtype == dtype
        assert not np.array_equal(after, weights)
    rate, peer = function(RATE), optax.cosine_decay_schedule(0.1, 20)
    for value in (rate, peer):

        def by_hand(w: Any, t: Any, value: optax.Schedule = value) -> tuple[Any, None]:
            return w - value(t) * w, None

        after, _ = jax.lax.scan(by_hand, weights, jnp.arange(9))
        assert after.dtype == dtype


def test_inside_of_transformations() -> None:
    """The values can be read where an update is compiled; before the first update there is no last one."""
    optimizer = inject(optax.sgd, lrc.Plan(learning_rate=RATE))
    weights = jnp.zeros(2)

    def update(state: Any, _: None) -> tuple[Any, Current]:
        _, state = optimizer.update(jnp.ones(2), state, weights)
        return state, current(state)

    begin = optimizer.init(weights)
    assert np.isnan(current(begin).last["learning_rate"])
    _, found = jax.lax.scan(update, begin, length=10)
    assert found.last["learning_rate"].tolist() == to_float32(RATE(range(10))).tolist()
    assert found.next["learning_rate"].tolist() == to_float32(RATE(range(1, 11))).tolist()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: ANY.inject(optax.adamw, RATE),
            r"a plan is needed; got Warmup.*; write lrcore\.Plan\(",
        ),
        (lambda: ANY.inject(3, ADAM), "a function that makes an optimizer is needed, .* got 3"),
        (
            lambda: inject(optax.sgd, ADAM),
            "sgd has no argument 'weight_decay'; its arguments are learning_rate, momentum",
        ),
        (lambda: inject(optax.adamw, ADAM, b1=0.9), "'beta1' is given twice to adamw"),
        (
            lambda: inject(optax.sgd, lrc.Plan(learning_rate=0.1), param_labels={}),
            "the plan has no groups; leave out param_labels",
        ),
        (
            lambda: inject(optax.sgd, lrc.Plan(learning_rate=0.1, groups={"default": 0.2})),
            "'default' is the label of parameters in no group",
        ),
        (
            lambda: inject(optax.sgd, lrc.Plan(learning_rate=0.1, groups={"head": 0.2})),
            "the plan has the groups 'head'; give param_labels",
        ),
        (lambda: labelled({"w": "tail", "b": "head"}), "has the label 'tail'; the labels are"),
        (lambda: labelled({"w": "default", "b": "default"}), "a group 'head', and no parameter"),
        (lambda: current(optax.sgd(0.1).init(PARAMETERS)), "is needed; there are 0"),
        (lambda: current([inject(optax.adamw, ADAM).init(PARAMETERS)] * 2), "there are 2"),
    ],
)
def test_wrong_use(make: Callable[[], object], message: str) -> None:
    """The message says what was given, and what to do."""
    with pytest.raises(lrc.ExportError, match=message):
        make()


def labelled(labels: dict[str, str]) -> object:
    """The state of an optimizer with one group."""
    plan = lrc.Plan(learning_rate=0.1, groups={"head": 0.2})
    return inject(optax.sgd, plan, param_labels=labels).init(PARAMETERS)


def test_durations_are_bound_before() -> None:
    """The error names the hyper-parameter."""
    plan = lrc.Plan(learning_rate=lrc.Linear(0.1, 0.0, "1 run"))
    with pytest.raises(lrc.UnboundError, match=r"Plan\.learning_rate: Linear\.steps is '1 run'"):
        inject(optax.sgd, plan)
