"""Optimizers of Optax that follow a plan: their values, their state, groups and steps from outside."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
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
CONSTANT_RATE: Final = lrc.Plan(learning_rate=0.1)
CONSTANT_SGD: Final = lrc.Plan(learning_rate=RATE, momentum=0.5)
ANY: Final[Any] = lrcore_jax
"""The adapter to those who do not check types."""
STATE: Final = inject(optax.adamw, ADAM).init(jnp.zeros(1))
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
    assert numbers(current(state, 1).last) == rounded(plan, UPDATES - 1, 1)
    assert "weight_decay" not in current(state).last


def test_labels_of_an_enumeration() -> None:
    """A member of an enumeration of texts is a label."""

    class Part(StrEnum):
        head = "head"
        rest = "default"

    plan = lrc.Plan(learning_rate=RATE, groups={"head": lrc.Factor(0.5)})
    labels = {"w": Part.head, "b": Part.rest}
    _, state = train(inject(optax.sgd, plan, param_labels=labels), n=5)
    assert numbers(current(state, "head").last) == rounded(plan, 4, "head")


def test_values_in_float64() -> None:
    """They need 64-bit types."""
    plan = lrc.Plan(learning_rate=RATE)
    with jax.enable_x64(True):
        optimizer = inject(optax.sgd, plan, dtype="float64")
        _, state = jax.jit(optimizer.update)(
            PARAMETERS, optimizer.init(PARAMETERS), PARAMETERS, step=7
        )
        assert numbers(current(state).last) == {"learning_rate": RATE(7)}
    with pytest.raises(lrc.ExportError, match=r"needs 64-bit types: jax\.config\.update"):
        inject(optax.sgd, plan, dtype="float64")


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
    """The values can be read where an update is compiled; before the first update the last are the next."""
    optimizer = inject(optax.sgd, lrc.Plan(learning_rate=RATE))
    weights = jnp.zeros(2)

    def update(state: Any, _: None) -> tuple[Any, Current]:
        _, state = optimizer.update(jnp.ones(2), state, weights)
        return state, current(state)

    begin = optimizer.init(weights)
    assert current(begin).last == current(begin).next == {"learning_rate": 0.0}
    _, found = jax.lax.scan(update, begin, length=10)
    assert found.last["learning_rate"].tolist() == to_float32(RATE(range(10))).tolist()
    assert found.next["learning_rate"].tolist() == to_float32(RATE(range(1, 11))).tolist()


def grouped(labels: Any = None) -> optax.GradientTransformationExtraArgs:
    """An optimizer with a group, which has a value that the plan has not."""
    plan = lrc.Plan(
        learning_rate=RATE,
        groups={"head": {"learning_rate": lrc.Factor(0.5)}, "b": {"momentum": 0.9}},
    )
    return inject(optax.sgd, plan, param_labels=labels or {"w": "head", "b": "b"})


def test_states_of_several_runs() -> None:
    """States that `scan` has collected or `vmap` has made have the values of each run."""
    optimizer = grouped()

    def update(state: Any, step: Any = None) -> tuple[Any, Any]:
        _, state = optimizer.update(PARAMETERS, state, PARAMETERS, step=step)
        return state, state

    begin = optimizer.init(PARAMETERS)
    _, collected = jax.lax.scan(lambda state, _: update(state), begin, length=5)
    together, _ = jax.vmap(update, (None, 0))(begin, jnp.arange(5))
    for group, factor in (("head", 0.5), (None, 1.0), ("b", 1.0)):
        wanted = to_float32((RATE * factor)(range(5))).tolist()
        for states in (collected, together):
            assert current(states, group).last["learning_rate"].tolist() == wanted
    assert current(collected, "b").last["momentum"].tolist() == [np.float32(0.9)] * 5


def test_under_jax_debug_nans() -> None:
    """No part of a state is NaN, which this setting of JAX makes an error."""
    with jax.debug_nans(True):
        for optimizer in (grouped(), optax.MultiSteps(grouped(), 2).gradient_transformation()):
            state = jax.jit(optimizer.init)(PARAMETERS)
            for _ in range(4):
                _, state = jax.jit(optimizer.update)(PARAMETERS, state, PARAMETERS)
            assert current(state).last["learning_rate"] > 0


@pytest.mark.parametrize(
    "step", [7, np.int64(7), np.array(7), np.uint8(7), jnp.uint32(7), jnp.int8(7)]
)
def test_steps_of_every_integer_type(step: Any) -> None:
    """The count goes on as an int32."""
    optimizer = inject(optax.sgd, lrc.Plan(learning_rate=RATE))
    state = optimizer.init(PARAMETERS)
    for update in (optimizer.update, jax.jit(optimizer.update)):
        _, after = update(PARAMETERS, state, PARAMETERS, step=step)
        assert numbers(current(after).last) == {"learning_rate": float(np.float32(RATE(7)))}
        assert (int(after.step), after.step.dtype) == (8, jnp.int32)


def test_steps_at_the_ends_of_the_count() -> None:
    """As Optax's counts, it stops at the last int32; below 0 the values are those at 0."""
    slow = lrc.Linear(0.1, 0.0, 3_000_000_000)
    optimizer = inject(optax.sgd, lrc.Plan(learning_rate=slow))
    last = 2**31 - 1
    with jax.enable_x64(True):
        begin = optimizer.init(PARAMETERS)
        for step in (last, jnp.uint32(2**32 - 1), jnp.int64(2**40), jnp.uint64(2**64 - 1)):
            _, state = optimizer.update(PARAMETERS, begin, PARAMETERS, step=step)
            rate = {"learning_rate": float(np.float32(slow(last)))}
            assert numbers(current(state).last) == numbers(current(state).next) == rate
            assert int(state.step) == last
        for step in (-5, -(2**40), jnp.int64(-(2**40))):
            _, state = optimizer.update(PARAMETERS, begin, PARAMETERS, step=step)
            assert numbers(current(state).last) == {"learning_rate": float(np.float32(0.1))}


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (2.5, "a step is an integer, a range, or an array of integers; got 2.5"),
        (True, "got True, a bool"),
        ("7", "got '7', a str"),
        (2**31, r"at most 2\*\*31 - 1; got 2147483648"),
        (np.array(2**31), r"at most 2\*\*31 - 1; got 2147483648"),
        (jnp.float32(7), "an integer without axes; got .*float32"),
        (jnp.arange(3), r"an integer without axes; got .*int32.* of the shape \(3,\)"),
        (range(3), r"an integer without axes; got .*int.* of the shape \(3,\)"),
    ],
)
def test_what_is_no_step(step: Any, message: str) -> None:
    """It is never rounded or cut off."""
    optimizer = inject(optax.sgd, lrc.Plan(learning_rate=RATE))
    with pytest.raises(lrc.StepError, match=message):
        optimizer.update(PARAMETERS, optimizer.init(PARAMETERS), PARAMETERS, step=step)


def test_traced_numbers_of_a_plan() -> None:
    """A population with eight peaks, whose groups follow, has the weights of eight runs."""
    plan = lrc.Plan(
        learning_rate=RATE, weight_decay=lrc.Linear(0.1, 0.0, 20), groups={"head": lrc.Factor(0.5)}
    )
    labels = {"w": "default", "b": "head"}
    peaks = jnp.linspace(0.01, 0.3, 8)

    def trained(peak: Any) -> Any:
        traced = {"learning_rate.peak": peak, "weight_decay.start": 0.25}
        return train(inject(optax.adamw, plan, param_labels=labels, traced=traced))

    together, state = jax.jit(jax.vmap(trained))(peaks)
    for i, peak in enumerate(peaks.tolist()):
        alone = lrc.Plan(
            learning_rate=lrc.WarmupCosine(peak, 4, 18, end=0.01),
            weight_decay=lrc.Linear(0.25, 0.0, 20),
            groups={"head": lrc.Factor(0.5)},
        )
        wanted, state_alone = train(inject(optax.adamw, alone, param_labels=labels))
        for name in PARAMETERS:
            np.testing.assert_array_max_ulp(
                np.asarray(together[name][i]), np.asarray(wanted[name]), 8
            )
        for group in (None, "head"):
            values = {name: float(value[i]) for name, value in current(state, group).last.items()}
            assert values == numbers(current(state_alone, group).last)
    rates = lrc.export(plan, "jax", traced={"learning_rate.peak": 0.25})
    assert float(rates["learning_rate"](4)) == 0.25


def test_a_plateau_in_a_checkpoint() -> None:
    """With `min_scale=1.0` a plateau changes nothing, and its state fits in that of a plateau which does."""

    def made(plan: lrc.Plan, least: float) -> optax.GradientTransformationExtraArgs:
        plateau = optax.contrib.reduce_on_plateau(factor=0.5, patience=1, min_scale=least)
        return optax.chain(inject(optax.adamw, plan), plateau)

    optimizers = [made(plan, least) for plan in (CONSTANT, ADAM) for least in (0.0, 1.0)]
    parameters = jax.tree.map(jnp.asarray, PARAMETERS)
    saved = []
    for optimizer in optimizers:
        state, update = optimizer.init(parameters), jax.jit(optimizer.update)
        for _ in range(4):
            _, state = update(gradients(parameters), state, parameters, value=1.0)
        saved.append(state)
    assert [float(state[1].scale) for state in saved] == [0.125, 1.0, 0.125, 1.0]
    for optimizer, plan in zip(optimizers, (CONSTANT, CONSTANT, ADAM, ADAM), strict=True):
        update = jax.jit(optimizer.update)
        for state in saved:
            fitting = jax.tree.map(lambda _, leaf: leaf, optimizer.init(parameters), state)
            _, after = update(gradients(parameters), fitting, parameters, value=1.0)
            assert numbers(current(after).last) == rounded(plan, 4)
            assert equal(jax.tree.map(jnp.zeros_like, after), jax.tree.map(jnp.zeros_like, state))


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
        (
            lambda: labelled({"w": "tail", "b": "head"}),
            r"param_labels\['w'\] is 'tail'; the labels are 'def",
        ),
        (lambda: labelled({"w": "Head", "b": "head"}), "the labels are .*; is 'head' meant?"),
        (lambda: labelled({"w": "head"}), "a label for each parameter, in a tree like .* JAX says"),
        (
            lambda: labelled({"w": "head", "b": None}),
            "in no group have the label 'default'; JAX says",
        ),
        (lambda: labelled({"w": "default", "b": "default"}), "a group 'head', and no parameter"),
        (
            lambda: current(optax.sgd(0.1).init(PARAMETERS)),
            "no state of an .* got a tuple; a checkpoint",
        ),
        (lambda: current({"step": 3}), "no state of an .* got a dictionary of step; a checkpoint"),
        (lambda: current([STATE] * 2), r"there are 2 states .*, at \[0\], \[1\]; give one of them"),
        (
            lambda: inject(optax.adamw, ADAM, beta_1=0.9),
            "adamw has no argument 'beta_1'; its arguments",
        ),
        (
            lambda: inject(optax.sgd, lrc.Plan(momentum=0.9)),
            "sgd needs 'learning_rate'; give it to the plan",
        ),
        (
            lambda: ANY.inject(optax.adamw, ADAM, dtype="bfloat16"),
            'dtype is "float32" or "float64"; got',
        ),
        (
            lambda: inject(optax.adamw, CONSTANT_RATE, weight_decay=RATE),
            "weight_decay is a schedule, W",
        ),
        (
            lambda: ANY.inject(iter, CONSTANT_RATE),
            "the arguments of <built-in function iter> are not",
        ),
        (
            lambda: ANY.inject(lambda learning_rate: 3, CONSTANT_RATE).init(PARAMETERS),
            "the factory makes no optimizer; it returned 3",
        ),
        (
            lambda: ANY.inject(lambda *args: 3, lrc.Plan(args=0.1)),
            "<lambda> has no argument 'args'",
        ),
        (lambda: inject(partial(optax.sgd, 0.1), ADAM), "sgd has no argument 'learning_rate'"),
        (lambda: labelled({"w": jnp.ones(3), "b": "head"}), r"param_labels\['w'\] is Array"),
        (lambda: labelled({"w": False, "b": "head"}), r"param_labels\['w'\] is False; the labels"),
        (lambda: ANY.inject(optax.sgd, function(RATE)), "with the schedule that was exported"),
        (
            lambda: ANY.inject(optax.sgd, {"learning_rate": RATE}),
            r"write lrcore\.Plan\(\*\*dictionary\)",
        ),
        (
            lambda: ANY.inject(optax.adamw, ADAM, traced=[0.1]),
            r'by their places, as in \{"peak": x\}; got \[0.1',
        ),
        (
            lambda: inject(optax.adamw, ADAM, traced={"peak": 0.1}),
            "peak: the plan has no 'peak'; it has learning_rate, weight_decay",
        ),
        (
            lambda: inject(optax.adamw, ADAM, traced={"learning_rate": 0.1}),
            "learning_rate is WarmupCosine.* only real numbers can be traced",
        ),
        (
            lambda: lrc.export(ADAM, "jax", traced={"peak": 0.1}),
            'peak: traced numbers of a plan have places like "learning_rate.peak"',
        ),
        (
            lambda: inject(optax.sgd, CONSTANT_SGD).update(
                PARAMETERS, optax.sgd(0.1).init(PARAMETERS)
            ),
            "a state that init of an optimizer of lrcore_jax.inject has made; got a tuple",
        ),
        (
            lambda: inject(optax.sgd, CONSTANT_SGD).update(PARAMETERS, STATE),
            "the state has values of 'default': .*beta1.*; the plan has 'default': learning_rate, momentum",
        ),
    ],
)
def test_wrong_use(make: Callable[[], object], message: str) -> None:
    """The message says what was given, and what to do."""
    with pytest.raises(lrc.ExportError, match=message):
        make()


def labelled(labels: dict[str, Any]) -> object:
    """The state of an optimizer with one group."""
    plan = lrc.Plan(learning_rate=0.1, groups={"head": 0.2})
    return inject(optax.sgd, plan, param_labels=labels).init(PARAMETERS)


def test_durations_are_bound_before() -> None:
    """The error names the hyper-parameter."""
    plan = lrc.Plan(learning_rate=lrc.Linear(0.1, 0.0, "1 run"))
    with pytest.raises(lrc.UnboundError, match=r"Plan\.learning_rate: Linear\.steps is '1 run'"):
        inject(optax.sgd, plan)
