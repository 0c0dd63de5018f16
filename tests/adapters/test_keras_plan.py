"""Plans in Keras: optimizers that follow them, their groups, and the arguments of others."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import pytest

import lrcore as lrc
import lrcore_keras
from lrcore.backend import to_float32
from lrcore_keras import Schedule, scheduled

# Keras reads its variables by way of what NumPy 2 has deprecated.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"
)

UPDATES: Final = 24
RATE: Final = lrc.WarmupCosine(0.1, 4, 18, end=0.01)
ADAM: Final = lrc.Plan(
    learning_rate=RATE,
    weight_decay=lrc.Linear(0.1, 0.0, 20),
    beta1=lrc.Linear(0.9, 0.5, 20),
    beta2=lrc.Linear(0.99, 0.9, 20),
    epsilon=lrc.Geometric(1e-3, 1e-7, 20),
)
SGD: Final = lrc.Plan(learning_rate=RATE, momentum=lrc.Linear(0.0, 0.9, 20), weight_decay=0.01)
GROUPS: Final = lrc.Plan(
    learning_rate=RATE,
    weight_decay=lrc.Linear(0.1, 0.0, 20),
    groups={
        ".*head/.*": lrc.Factor(0.5),
        ".*body/bias": {"weight_decay": 0.0, "learning_rate": 0.125},
    },
)


def without_decay() -> keras.Optimizer:
    """An optimizer that leaves some variables without weight decay."""
    optimizer = keras.optimizers.AdamW()
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


class Plain(keras.optimizers.AdamW):  # type: ignore[misc]
    """AdamW as every backend computes it; Keras on PyTorch has another for `AdamW` itself."""


class Still(keras.optimizers.SGD):  # type: ignore[misc]
    """Updates nothing, in a module whose name has the word by which Keras names its own."""

    __module__ = "tests.backend.optimizers"

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One variable."""


@keras.saving.register_keras_serializable(package="tests")
class Kept(keras.optimizers.Optimizer):  # type: ignore[misc]
    """Moves variables by its beta and not by its rate, so that a ledger keeps the betas."""

    def __init__(self, learning_rate: Any = 1.0, beta_1: float = 0.5, **options: Any) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One variable."""
        self.assign_sub(variable, gradient * self.beta_1)

    def get_config(self) -> dict[str, Any]:
        """The arguments."""
        return {**super().get_config(), "beta_1": self.beta_1}


def model(seed: int = 0) -> keras.Model:
    """A network with two layers."""
    keras.utils.set_random_seed(seed)
    layers = [
        keras.layers.Dense(3, activation="tanh", name="body"),
        keras.layers.Dense(1, name="head"),
    ]
    return keras.Sequential([keras.Input((2,)), *layers])


def data() -> tuple[np.ndarray, np.ndarray]:
    """A sample for each update."""
    rng = np.random.default_rng(1)
    return rng.normal(size=(UPDATES, 2)).astype("float32"), rng.normal(size=(UPDATES, 1)).astype(
        "float32"
    )


def train(trained: keras.Model, first: int = 0, end: int = UPDATES) -> list[np.ndarray]:
    """The weights after the updates from `first` to `end`."""
    inputs, targets = data()
    trained.fit(inputs[first:end], targets[first:end], batch_size=1, shuffle=False, verbose=0)
    weights: list[np.ndarray] = trained.get_weights()
    return weights


def equal(ones: list[np.ndarray], others: list[np.ndarray]) -> bool:
    """Whether weights have the same bits."""
    return all(np.array_equal(one, other) for one, other in zip(ones, others, strict=True))


def test_an_update_computes_with_the_values() -> None:
    """As if a person had written the float32 of each value into the optimizer before each update."""
    names = {"beta1": "beta_1", "beta2": "beta_2"}
    follows, by_hand = model(), model()
    follows.compile(scheduled(Plain(), ADAM), "mse", run_eagerly=True)
    optimizer = Plain()
    by_hand.compile(optimizer, "mse", run_eagerly=True)
    for t in range(UPDATES):
        for name, value in ADAM(t).items():
            setattr(optimizer, names.get(name, name), float(np.float32(value)))
        assert equal(train(follows, t, t + 1), train(by_hand, t, t + 1))


@pytest.mark.parametrize("nesterov", [False, True])
def test_a_momentum_that_begins_at_0(nesterov: bool) -> None:
    """`SGD` of Keras has no velocity where its momentum is 0; here it has, from the first update on."""
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    line = keras.Sequential([keras.Input((1,)), dense])
    plan = lrc.Plan(learning_rate=lrc.Linear(0.5, 0.25, 8), momentum=lrc.Linear(0.0, 0.5, 8))
    line.compile(scheduled(keras.optimizers.SGD(nesterov=nesterov), plan), "mean_absolute_error")
    weight = velocity = 0.0
    for t in range(10):
        line.fit(np.ones((1, 1)), np.full((1, 1), -99.0), verbose=0)
        rate, momentum = plan(t)["learning_rate"], plan(t)["momentum"]
        velocity = momentum * velocity - rate
        weight += momentum * velocity - rate if nesterov else velocity
        assert line.get_weights()[0].item() == pytest.approx(weight, rel=1e-6)


@pytest.mark.parametrize("batches", [None, 2])
def test_a_compiled_update_reads_the_values(batches: int | None) -> None:
    """The optimizer may be of a class of your own; with accumulated gradients it counts updates."""
    plan = lrc.Plan(learning_rate=0.5, beta1=lrc.Linear(1.0, 0.1, 20))
    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    ledger = keras.Sequential([keras.Input((30,)), dense])
    optimizer = scheduled(Kept(gradient_accumulation_steps=batches), plan)
    ledger.compile(optimizer, "mean_absolute_error")
    ledger.fit(np.eye(30), np.full((30, 1), -99.0), batch_size=1, shuffle=False, verbose=0)
    each = batches or 1
    used = to_float32(plan(range(30 // each))["beta1"])
    assert (-ledger.get_weights()[0][:, 0]).tolist() == np.repeat(used / each, each).tolist()
    assert optimizer.current() == plan(30 // each)
    assert float(optimizer.beta_1) == np.float32(plan(30 // each)["beta1"])


MADE: Final[dict[str, Callable[[], keras.Optimizer]]] = {
    "adam": lambda: scheduled(keras.optimizers.AdamW(), ADAM),
    "sgd": lambda: scheduled(keras.optimizers.SGD(nesterov=True), SGD),
    "groups": lambda: scheduled(keras.optimizers.AdamW(clipnorm=1.0), GROUPS),
    "own": lambda: scheduled(Kept(), lrc.Plan(beta1=lrc.Linear(1.0, 0.1, 20))),
    "accumulated": lambda: scheduled(keras.optimizers.AdamW(gradient_accumulation_steps=2), ADAM),
}


@pytest.mark.parametrize("name", MADE)
def test_a_saved_model_goes_on(name: str, tmp_path: Path) -> None:
    """The weights are those of a run that was not interrupted."""
    whole = model()
    whole.compile(MADE[name](), "mse")
    train(whole, 0, 11)
    whole.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert type(loaded.optimizer) is type(whole.optimizer)
    assert loaded.optimizer.get_config() == whole.optimizer.get_config()
    assert loaded.optimizer.current() == whole.optimizer.current()
    assert equal(train(loaded, 11), train(whole, 11))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_follow_the_plan(copied: Callable[[Any], Any]) -> None:
    """A copy is an optimizer of its own."""
    again = copied(MADE["adam"]())
    trained, other = model(), model()
    trained.compile(again, "mse")
    other.compile(MADE["adam"](), "mse")
    assert equal(train(trained), train(other))


def test_groups_are_paths_of_variables() -> None:
    """Each variable follows the plan of its group; one that is no group follows the plan itself."""
    plan = lrc.Plan(learning_rate=RATE, groups={".*head/.*": lrc.Factor(0.0)})
    trained = model()
    optimizer = scheduled(keras.optimizers.SGD(), plan)
    trained.compile(optimizer, "mse")
    before = trained.get_weights()
    after = train(trained)
    assert [np.array_equal(one, other) for one, other in zip(before, after, strict=True)] == [
        *(False, False, True, True),
    ]
    assert optimizer.current() == plan(UPDATES)
    assert optimizer.current(".*head/.*") == {"learning_rate": 0.0}
    alone = model()
    alone.compile(scheduled(keras.optimizers.SGD(), plan, group=".*head/.*"), "mse")
    assert equal(train(alone), before)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ["head"],
            r"a group 'head', which is no variable's path, .* for a whole path, .*head/kernel'",
        ),
        (
            [".*head/.*", ".*kernel"],
            r"groups '\.\*head/\.\*' and '\.\*kernel' of the plan both .*head/kernel'",
        ),
    ],
)
def test_groups_that_fit_no_variables(names: list[str], message: str) -> None:
    """A group without variables, and a variable with two groups."""
    lost = model()
    plan = lrc.Plan(learning_rate=RATE, groups=dict.fromkeys(names, 0.1))
    lost.compile(scheduled(keras.optimizers.SGD(), plan), "mse")
    with pytest.raises(lrc.ExportError, match=message):
        train(lost)


def test_a_group_of_a_single_path() -> None:
    """It comes before the regular expressions."""
    trained = model()
    kernel, *_ = [variable.path for variable in trained.trainable_variables]
    plan = lrc.Plan(learning_rate=0.0, groups={".*": 0.0, kernel: RATE})
    trained.compile(scheduled(keras.optimizers.SGD(), plan), "mse")
    before, after = trained.get_weights(), train(trained)
    same = [np.array_equal(one, other) for one, other in zip(before, after, strict=True)]
    assert same == [False, True, True, True]


def test_the_options_of_an_optimizer_with_groups() -> None:
    """The factor of losses is kept, and one norm for all gradients is refused."""
    plan = lrc.Plan(learning_rate=RATE, groups={".*head/.*": lrc.Factor(0.5)})
    optimizer = scheduled(keras.optimizers.SGD(loss_scale_factor=128.0), plan)
    assert float(optimizer.scale_loss(1.0)) == 128.0
    assert (
        float(keras.optimizers.deserialize(keras.optimizers.serialize(optimizer)).scale_loss(1.0))
        == 128.0
    )
    with pytest.raises(lrc.ExportError, match="a norm for each group; take clipnorm"):
        scheduled(keras.optimizers.SGD(global_clipnorm=1.0), plan)


def test_the_class_of_an_optimizer_stays() -> None:
    """Keras's classes for its backends alone are replaced by what they derive from."""
    trained = model()
    trained.compile(scheduled(Still(), lrc.Plan(learning_rate=RATE)), "mse")
    before = trained.get_weights()
    assert equal(before, train(trained))


def test_groups_count_updates() -> None:
    """As all optimizers do, and Keras's own class for several does not."""
    plan = lrc.Plan(learning_rate=RATE, groups={".*head/.*": lrc.Factor(0.5)})
    trained = model()
    optimizer = scheduled(keras.optimizers.SGD(gradient_accumulation_steps=4), plan)
    trained.compile(optimizer, "mse")
    train(trained)
    assert int(optimizer.iterations) == UPDATES // 4
    assert optimizer.current() == plan(UPDATES // 4)
    assert lrcore_keras.read(optimizer) == (plan, UPDATES // 4)


@pytest.mark.parametrize("groups", [{}, {".*head/.*": lrc.Factor(1.0)}], ids=["one", "groups"])
def test_variables_without_weight_decay(groups: dict[str | int, Any]) -> None:
    """They are excluded in the optimizer that follows the plan, for all of its groups."""
    values = {"learning_rate": 0.1, "weight_decay": 0.5}
    found = []
    for optimizer in (scheduled(Plain(), lrc.Plan(**values, groups=groups)), Plain(**values)):
        optimizer.exclude_from_weight_decay(var_names=["bias"])
        trained = model()
        trained.compile(optimizer, "mse")
        found.append(train(trained))
    assert equal(*found)


def test_inside_of_a_loss_scale_optimizer() -> None:
    """As mixed precision wraps optimizers."""
    plain, wrapped = model(), model()
    plain.compile(MADE["adam"](), "mse")
    scaling = keras.optimizers.LossScaleOptimizer(MADE["adam"](), initial_scale=1.0)
    wrapped.compile(scaling, "mse")
    for one, other in zip(train(wrapped), train(plain), strict=True):
        assert one == pytest.approx(other, rel=1e-4)
    assert scaling.inner_optimizer.current() == ADAM(UPDATES)


def test_the_arguments_of_an_optimizer() -> None:
    """Without an optimizer a plan gives numbers, and a schedule of the learning rate."""
    plan = lrc.Plan(learning_rate=RATE, weight_decay=0.1, groups={"bias": {"weight_decay": 0.0}})
    native = lrc.export(plan, "keras", gradient_accumulation_steps=4)
    assert native == {
        "learning_rate": Schedule(RATE, gradient_accumulation_steps=4),
        "weight_decay": 0.1,
    }
    assert lrc.export(plan, "keras", group="bias", dtype="float64") == {
        "learning_rate": Schedule(RATE, dtype="float64"),
        "weight_decay": 0.0,
    }
    betas = lrc.export(lrc.Plan(learning_rate=RATE, beta1=0.8, beta2=0.9), "keras")
    trained = model()
    trained.compile(keras.optimizers.AdamW(**betas), "mse")
    train(trained)
    with pytest.raises(lrc.ExportError, match="gradient_accumulation_steps is an integer above 0"):
        lrc.export(lrc.Plan(learning_rate=0.1), "keras", gradient_accumulation_steps=-3)
    message = r"Plan\.weight_decay changes, .* with optimizer=keras\.optimizers\.AdamW\("
    with pytest.raises(lrc.ExportError, match=message):
        lrc.export(ADAM, "keras")
    optimizer = lrc.export(ADAM, "keras", optimizer=keras.optimizers.AdamW(clipnorm=0.5))
    assert (optimizer.current(), optimizer.clipnorm) == (ADAM(0), 0.5)
    assert lrc.export(
        plan, "keras", optimizer=keras.optimizers.AdamW(), group="bias"
    ).current() == plan(0, "bias")


def test_what_a_plan_does_not_have() -> None:
    """A group that is not there, and a schedule that is not bound, are named."""
    with pytest.raises(lrc.InvalidScheduleError, match=r"no group 'tail'; it has '\.\*head"):
        lrc.export(GROUPS, "keras", group="tail")
    unbound = lrc.Plan(learning_rate=0.1, weight_decay=lrc.Linear(0.1, 0.0, "1 run"))
    with pytest.raises(lrc.UnboundError, match=r"Plan\.weight_decay: Linear\.steps is '1 run'"):
        lrc.export(unbound, "keras")
    with pytest.raises(lrc.UnboundError, match=r"Linear\.steps is '1 run'"):
        lrc.export(unbound, "keras", optimizer=keras.optimizers.AdamW())


def test_the_rate_of_the_optimizer_stays() -> None:
    """Where the plan has none: a number, or a schedule."""
    plan = lrc.Plan(weight_decay=lrc.Linear(0.1, 0.0, 20))
    for rate in (0.25, Schedule(lrc.Constant(0.25))):
        optimizer = scheduled(keras.optimizers.AdamW(rate), plan)
        assert float(optimizer.learning_rate) == 0.25
        again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
        assert float(again.learning_rate) == 0.25


LINE: Final = lrc.Linear(0.5, 0.0, 9)


@pytest.mark.parametrize(
    ("optimizer", "plan", "message"),
    [
        (keras.optimizers.SGD, lrc.Plan(beta1=0.5), "SGD has no value 'beta1'"),
        (keras.optimizers.SGD, lrc.Plan(name=0.5), "SGD has no value 'name'"),
        (
            keras.optimizers.Adam,
            lrc.Plan(beta1=0.5, momentum=0.5),
            "'beta1' and 'momentum' are the same value of Adam",
        ),
        (
            keras.optimizers.Adam,
            lrc.Plan(clipnorm=LINE),
            r"Adam takes a number as its clipnorm, .* so 'clipnorm' cannot follow a schedule",
        ),
        (
            keras.optimizers.RMSprop,
            lrc.Plan(momentum=LINE),
            "RMSprop takes a number as its momentum",
        ),
        (
            keras.optimizers.SGD,
            lrc.Plan(learning_rate=LINE, groups={0: 0.1}),
            "a group 0; in Keras",
        ),
        (
            keras.optimizers.SGD,
            lrc.Plan(learning_rate=LINE, gradient_accumulation_steps=4),
            "'gradient_accumulation_steps' is no value of a plan; give it to SGD",
        ),
        (
            keras.optimizers.SGD,
            lrc.Plan(learning_rate=LINE, nesterov=1),
            "'nesterov' is no value of a plan",
        ),
        (keras.optimizers.SGD, LINE, r"a plan is needed; got Linear\("),
        (
            keras.optimizers.SGD,
            lrc.Plan(learning_rate=LINE, groups={"*head": 0.1}),
            r"a group '\*head'; in Keras .*: nothing to repeat",
        ),
        (lambda: 3, lrc.Plan(learning_rate=LINE), "an optimizer of Keras is needed; got 3"),
        (
            lambda: keras.optimizers.SGD,
            lrc.Plan(learning_rate=LINE),
            "an optimizer of Keras is needed; .*; write a pair of brackets behind the class",
        ),
        (
            without_decay,
            lrc.Plan(learning_rate=LINE),
            "exclude_from_weight_decay was called .*; call it on the result",
        ),
        (
            lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD()),
            lrc.Plan(learning_rate=LINE),
            "a LossScaleOptimizer has values of its own; give the optimizer inside of it",
        ),
        (MADE["adam"], ADAM, "a ScheduledAdamW has values of its own"),
    ],
)
def test_what_an_optimizer_cannot_do(optimizer: Callable[[], Any], plan: Any, message: str) -> None:
    """The error says what, and why."""
    with pytest.raises(lrc.ExportError, match=message):
        scheduled(optimizer(), plan)


def test_optimizers_in_use() -> None:
    """A value that follows a schedule cannot be set, and an optimizer with a state is not copied."""
    optimizer = MADE["adam"]()
    constant = scheduled(keras.optimizers.AdamW(), lrc.Plan(learning_rate=0.1, weight_decay=0.1))
    for name in ("weight_decay", "learning_rate"):
        for follower in (optimizer, constant):
            with pytest.raises(lrc.ExportError, match=f"{name} follows the plan of the optimizer"):
                setattr(follower, name, 0.5)
    constant.epsilon = 1e-3
    assert constant.epsilon == 1e-3
    assert constant.current() == {"learning_rate": 0.1, "weight_decay": 0.1}
    with pytest.raises(lrc.InvalidScheduleError, match="no group 'head'"):
        constant.current("head")
    with pytest.raises(AttributeError, match="'ScheduledAdamW' object has no attribute 'decay'"):
        optimizer.decay  # noqa: B018
    with pytest.raises(lrc.ExportError, match="give gradient_accumulation_steps to the optimizer"):
        lrc.export(ADAM, "keras", optimizer=Plain(), gradient_accumulation_steps=2)  # type: ignore[call-overload]
    used = keras.optimizers.AdamW()
    used.build(model().trainable_variables)
    with pytest.raises(lrc.ExportError, match="the optimizer is in use already; give a new one"):
        scheduled(used, ADAM)
