"""The adapter to JAX and Optax: transformations, 64-bit modes, real training, the size of programs."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from jax.extend.core import ClosedJaxpr, Jaxpr
from many_pieces import FAR, FAR_STEPS, MANY, ORDINARY

import lrcore as lrc
import lrcore_jax
from lrcore.backend import to_float32
from lrcore_jax import function

_Carry: TypeAlias = tuple[jax.Array, optax.OptState]

SCHEDULE: Final = lrc.Linear(0.0, 0.1, 50) >> lrc.Cosine(0.1, 0.001, 200) * lrc.Exponential(
    1.0, 0.9
)


@pytest.fixture(params=[False, True], ids=["x32", "x64"])
def x64(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Both settings of `jax_enable_x64`, as the user has made them."""
    enabled: bool = request.param
    enable: Callable[[bool], AbstractContextManager[None]] = jax.enable_x64
    with enable(enabled):
        yield enabled
        assert jnp.arange(1).dtype == (jnp.int64 if enabled else jnp.int32)


def rates(schedule: lrc.Schedule, steps: range) -> list[float]:
    """The float32 values of `schedule`."""
    numbers: list[float] = to_float32(schedule(np.array(steps, np.int64))).tolist()
    return numbers


def is_right(values: jax.Array, steps: range) -> bool:
    """Whether these are the float32 values of `SCHEDULE`, as float32."""
    return values.dtype == jnp.float32 and values.tolist() == rates(SCHEDULE, steps)


def equations(jaxpr: Jaxpr) -> Iterator[str]:
    """The names of the primitives of a program; an equation that holds a program counts as that program."""
    for equation in jaxpr.eqns:
        values = equation.params.values()
        entries = [entry for v in values for entry in (v if isinstance(v, (tuple, list)) else (v,))]
        inner = [entry for entry in entries if isinstance(entry, (Jaxpr, ClosedJaxpr))]
        for program in inner:
            yield from equations(program.jaxpr if isinstance(program, ClosedJaxpr) else program)
        if not inner:
            yield equation.primitive.name


def test_steps_of_every_integer_type_and_shape(x64: bool) -> None:
    """Values come in the shape of the steps, in float32; a Python integer is a scalar."""
    rate = lrc.export(SCHEDULE, "jax")
    assert callable(rate)
    for run in (rate, jax.jit(rate)):
        for dtype in (jnp.int8, jnp.int16, jnp.int32, jnp.uint8, jnp.uint32):
            assert is_right(run(jnp.arange(120, dtype=dtype)), range(120))
        assert is_right(run(np.arange(300)), range(300))
        assert run(jnp.arange(120).reshape(2, 3, 20)).shape == (2, 3, 20)
        assert run(jnp.zeros((0, 7), jnp.int32)).shape == (0, 7)
        for step in (np.int64(20), jnp.int32(20), 20):
            assert is_right(run(step)[None], range(20, 21))


def test_large_steps(x64: bool) -> None:
    """An int32 count, which is what Optax has, reaches as far as it can; int64 goes on."""
    slow = lrc.Linear(0.1, 0.0, 3_000_000_000)
    steps = [2**31 - 1, 2**31 - 2] + [2**31, 2_999_999_999] * x64
    assert function(slow)(jnp.array(steps)).tolist() == to_float32(slow(np.array(steps))).tolist()


def test_steps_beyond_the_last_answer_as_the_last() -> None:
    """The clock stops at 2**53: nothing wraps around in 64 bits."""
    with jax.enable_x64(True):
        for schedule in FAR:
            rate = jax.jit(function(schedule, dtype="float64"))
            for steps in (jnp.array(FAR_STEPS), jnp.array([2**63, 2**64 - 1], jnp.uint64)):
                assert set(rate(steps).tolist()) == {schedule(2**53)}


def test_steps_that_are_not_integers(x64: bool) -> None:
    """A float step is an error, also while it is traced: it may have been rounded already."""
    for step, name in (
        (jnp.array(3.0), "float"),
        (jnp.float32(3), "float32"),
        (jnp.bool(1), "bool"),
    ):
        for rate in (function(SCHEDULE), jax.jit(function(SCHEDULE))):
            with pytest.raises(lrc.StepError, match=f"integers; got an array of {name}"):
                rate(step)


def test_transformations(x64: bool) -> None:
    """`vmap`, `scan`, `cond`, `while_loop` and `shard_map` keep the bits and the dtype."""
    rate = function(SCHEDULE)
    steps = jnp.arange(300)
    assert is_right(jax.vmap(rate)(steps), range(300))
    assert is_right(jax.jit(jax.vmap(jax.vmap(rate)))(steps.reshape(3, 100)).ravel(), range(300))
    assert is_right(jax.lax.scan(lambda t, _: (t + 1, rate(t)), 0, None, 300)[1], range(300))
    assert is_right(jax.lax.map(rate, steps), range(300))

    chosen = jax.jit(lambda t: jax.lax.cond(t < 20, rate, lambda t: rate(t - 20), t))
    assert chosen(3) == chosen(23) == jnp.float32(rates(SCHEDULE, range(3, 4))[0])

    ends = jax.jit(lambda: jax.lax.while_loop(lambda t: rate(t) < 0.05, lambda t: t + 1, 0))
    assert ends() == 25

    mesh = jax.make_mesh((1,), ("x",), axis_types=(jax.sharding.AxisType.Auto,))
    spec = jax.P("x")  # type: ignore[no-untyped-call]
    sharded = jax.shard_map(rate, mesh=mesh, in_specs=spec, out_specs=spec)
    assert is_right(jax.jit(sharded)(steps), range(300))


def test_a_rate_inside_of_gradients(x64: bool) -> None:
    """A value is a constant for `grad`: it scales gradients, and has none itself."""
    rate = function(SCHEDULE)
    wanted = rates(SCHEDULE, range(20, 21))

    def loss(weights: jax.Array, step: jax.Array) -> jax.Array:
        return rate(step) * weights.sum()

    for grad in (jax.grad(loss), jax.jit(jax.grad(loss)), jax.jacfwd(loss)):
        assert grad(jnp.ones(3, jnp.float32), jnp.int32(20)).tolist() == wanted * 3
    ones = jnp.ones((4, 3), jnp.float32)
    of_many = jax.vmap(jax.grad(loss), (0, 0))(ones, jnp.arange(4))
    assert of_many[:, 0].tolist() == rates(SCHEDULE, range(4))


def test_float64_where_it_is_enabled() -> None:
    """The unrounded value; in `jax.enable_x64` it stays one."""
    with jax.enable_x64(True):
        values = jax.jit(function(SCHEDULE, dtype="float64"))(jnp.arange(300))
        assert values.dtype == jnp.float64
        np.testing.assert_array_max_ulp(np.asarray(values), SCHEDULE(range(300)), 8)


def trained(optimizer: optax.GradientTransformation, updates: int, batches: int = 1) -> jax.Array:
    """Weights that keep the rates of the updates: the gradient of update t is 1 for weight t."""

    @jax.jit
    def train(weights: jax.Array, state: optax.OptState, t: jax.Array) -> _Carry:
        changes, state = optimizer.update(jax.grad(lambda w: w[t])(weights), state, weights)
        return optax.apply_updates(weights, changes), state

    weights = jnp.zeros(updates, jnp.float32)
    state = optimizer.init(weights)
    for batch in range(updates * batches):
        weights, state = train(weights, state, batch // batches)
    return weights


def test_every_update_uses_its_value(x64: bool) -> None:
    """Update t of `optax.sgd` changes the weights by the value of step t, three hundred times."""
    weights = trained(optax.sgd(lrc.export(SCHEDULE, "jax")), 300)
    assert is_right(-weights, range(300))


@pytest.mark.parametrize("kind", [optax.sgd, optax.adamw], ids=["sgd", "adamw"])
def test_injected_rates(kind: Callable[..., optax.GradientTransformation], x64: bool) -> None:
    """`inject_hyperparams` shows the rate of every update: the value of its step."""
    optimizer = optax.inject_hyperparams(kind)(learning_rate=function(SCHEDULE))

    @jax.jit
    def train(weights: jax.Array, state: optax.OptState) -> _Carry:
        gradients = jax.grad(lambda w: (w**2).sum())(weights)
        changes, state = optimizer.update(gradients, state, weights)
        return optax.apply_updates(weights, changes), state

    weights = jnp.ones(4, jnp.float32)
    state = optimizer.init(weights)
    used = []
    for _ in range(300):
        weights, state = train(weights, state)
        used.append(state.hyperparams["learning_rate"])
    assert is_right(jnp.stack(used), range(300))


def test_accumulated_gradients() -> None:
    """With `optax.MultiSteps` a step is an update of the weights, not a batch."""
    optimizer = optax.MultiSteps(optax.sgd(function(SCHEDULE)), every_k_schedule=4)
    weights = trained(optimizer.gradient_transformation(), 100, batches=4)
    assert is_right(-weights, range(100))


def test_a_state_that_was_saved_goes_on() -> None:
    """All that an Optax state holds of a schedule is the count, an int32."""
    optimizer = optax.sgd(function(SCHEDULE))
    weights = jnp.zeros(1)
    state = optimizer.init(weights)
    for _ in range(20):
        _, state = optimizer.update(jnp.ones(1), state, weights)
    (count,) = jax.tree.leaves(state)
    assert (count.dtype, int(count)) == (jnp.int32, 20)
    restored = jax.tree.unflatten(jax.tree.structure(state), [jnp.asarray(np.asarray(count))])
    changes, _ = optimizer.update(jnp.ones(1), restored, weights)
    assert is_right(-changes, range(20, 21))


@pytest.mark.parametrize("name", MANY)
def test_programs_do_not_grow_with_the_number_of_pieces(name: str, x64: bool) -> None:
    """A thousand pieces need the equations of ten, and none of them calls back to Python."""
    few, many = (
        Counter(equations(jax.make_jaxpr(function(MANY[name](k)))(jnp.arange(5)).jaxpr))
        for k in (10, 1000)
    )
    assert few == many
    assert 0 < sum(many.values()) < 1500
    assert not {primitive for primitive in many if "callback" in primitive}


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("linear", 35),
        ("cosine", 50),
        ("polynomial", 80),
        ("warmup cosine", 80),
        ("pieces", 130),
        ("recipes", 150),
    ],
)
def test_programs_are_small(name: str, most: int) -> None:
    """A compiler has little to do: these are primitive operations, of which Optax's cosine has eleven."""
    program = jax.make_jaxpr(function(ORDINARY[name]))(3)
    assert 10 < len(list(equations(program.jaxpr))) <= most


def test_programs_have_the_right_values_at_a_thousand_pieces() -> None:
    """Tables of fields give what the pieces give."""
    for name, make in MANY.items():
        schedule = make(1000)
        end = schedule.duration if isinstance(schedule.duration, int) else 3000
        steps = np.random.default_rng(0).integers(0, 2 * end, 3000)
        values = jax.jit(function(schedule))(steps)
        assert values.tolist() == to_float32(schedule(steps)).tolist(), name


@pytest.mark.parametrize(
    ("mine", "peer"),
    [
        (lrc.Linear(0.02, 0.1, 300), optax.linear_schedule(0.02, 0.1, 300)),
        (lrc.Cosine(0.1, 0.01, 300), optax.cosine_decay_schedule(0.1, 300, alpha=0.1)),
        (lrc.Polynomial(0.1, 0.01, 300, 2.0), optax.polynomial_schedule(0.1, 0.01, 2.0, 300)),
        (lrc.Exponential(0.1, 0.9, 30), optax.exponential_decay(0.1, 30, 0.9)),
        (
            lrc.Exponential(0.1, 0.9, 30, staircase=True),
            optax.exponential_decay(0.1, 30, 0.9, staircase=True),
        ),
        (
            lrc.PiecewiseConstant((100, 200), (0.1, 0.05, 0.01)),
            optax.piecewise_constant_schedule(0.1, {100: 0.5, 200: 0.2}),
        ),
        (
            lrc.Linear(0.0, 0.1, 50) >> lrc.Cosine(0.1, 0.0, 250),
            optax.warmup_cosine_decay_schedule(0.0, 0.1, 50, 300),
        ),
    ],
    ids=["linear", "cosine", "polynomial", "exponential", "staircase", "piecewise", "warmup"],
)
def test_optax_own_schedules_agree(mine: lrc.Schedule, peer: optax.Schedule) -> None:
    """On equal definitions, as far as float32 arithmetic holds: four roundings of the peak."""
    steps = jnp.arange(400)
    values = np.asarray(function(mine)(steps), np.float64)
    theirs = np.array([peer(t) for t in steps], np.float64)
    assert np.abs(values - theirs).max() <= 4 * np.finfo(np.float32).eps * values.max()


def test_importing_it_imports_no_other_framework() -> None:
    """Whoever trains in JAX need not have the others, nor wait for them."""
    code = (
        "import sys, lrcore_jax\n"
        "print(sorted({'torch', 'tensorflow', 'keras', 'jax', 'optax'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['jax']"


def test_a_schedule_that_was_not_exported() -> None:
    """Where Optax calls it with a tracer, the error says what to do."""
    with pytest.raises(
        lrc.StepError, match=r'a step is an integer.*write lrcore\.export\(schedule, "jax"\)'
    ):
        jax.jit(lrc.Linear(0.0, 1.0, 4))(3)


def test_functions_are_values() -> None:
    """Functions of equal schedules are equal, survive a pickle, and share one compiled program."""
    rate, others = function(SCHEDULE), (function(SCHEDULE * 2), function(SCHEDULE, dtype="float64"))
    assert pickle.loads(pickle.dumps(rate)) == rate
    assert hash(function(SCHEDULE)) == hash(rate)
    assert len({rate, function(SCHEDULE), *others}) == 3
    traces = []

    def update(rate: optax.Schedule, step: jax.Array) -> jax.Array:
        traces.append(rate)
        return jnp.asarray(rate(step))

    compiled = jax.jit(update, static_argnums=0)
    for step in range(5):  # with a function that is made again, and gone after each call
        assert compiled(function(SCHEDULE), jnp.asarray(step)) == np.float32(SCHEDULE(step))
    assert len(traces) == 1
    copied = pickle.loads(pickle.dumps(function(SCHEDULE, traced={"parts[0].end": 0.1})))
    assert float(copied(25)) == np.float32(SCHEDULE(25))


def test_programs_for_any_number_of_steps() -> None:
    """`jax.export` makes one, which has the name of what it is."""
    (count,) = jax.export.symbolic_shape("n")
    shape: Callable[..., jax.ShapeDtypeStruct] = jax.ShapeDtypeStruct
    program: Any = jax.export.export(jax.jit(function(SCHEDULE)))(shape((count,), jnp.int32))
    assert program.fun_name == "schedule"
    assert is_right(program.call(jnp.arange(300, dtype=jnp.int32)), range(300))


@pytest.mark.parametrize("name", ["inject", "current", "Current", "InjectState", "function"])
def test_public_names_are_found_by_completion(name: str) -> None:
    """Those which are imported with Optax as well."""
    assert name in dir(lrcore_jax)


def test_without_optax() -> None:
    """Schedules need no Optax; what does says so."""
    code = (
        "import sys\n"
        "sys.modules['optax'] = None\n"
        "import lrcore as lrc, lrcore_jax\n"
        "print(lrc.export(lrc.Constant(0.5), 'jax')(3))\n"
        "try:\n"
        "    lrcore_jax.inject\n"
        "except lrc.MissingFrameworkError as error:\n"
        "    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "0.5",
        'inject needs optax, which is not installed: pip install "lrcore[jax]"',
    ]


def test_a_jax_that_is_too_old() -> None:
    """The error names the version that is needed."""
    code = (
        "import jax\n"
        "jax.__version__, jax.__version_info__ = '0.7.2', (0, 7, 2)\n"
        "import lrcore as lrc\n"
        "try:\n"
        "    lrc.export(lrc.Constant(0.1), 'jax')\n"
        "except lrc.MissingFrameworkError as error:\n"
        "    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '"jax" needs jax 0.8.1 or later; jax 0.7.2 is installed'


def test_a_function_that_is_called_without_a_step() -> None:
    """As optimizers of Keras call what they do not know."""
    with pytest.raises(lrc.StepError, match=r"a step is needed, as in schedule\(step\)"):
        function(SCHEDULE)()
