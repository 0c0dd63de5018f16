"""Writes the tables of `docs/keras.md` and `docs/jax.md`: how far the frameworks' own schedules are from their formulas.

`python tools/native_errors.py` measures and writes them; an argument is another folder to write the pages to.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import tensorflow as tf
from numpy.typing import NDArray

import lrcore as lrc
import lrcore_jax
import lrcore_keras
from lrcore.testing import exact, rounded

DOCS: Final = Path(__file__).resolve().parents[1] / "docs"

KERAS: Final = (
    "ExponentialDecay(0.1, 1000, 0.96)",
    "ExponentialDecay(0.1, 41, 0.9, staircase=True)",
    "InverseTimeDecay(0.1, 1000, 0.5)",
    "InverseTimeDecay(0.1, 41, 0.5, staircase=True)",
    "PiecewiseConstantDecay([3999, 7999], [0.1, 0.03, 0.009])",
    "PolynomialDecay(0.1, 10_000, 0.001)",
    "PolynomialDecay(0.1, 10_000, 0.0, power=2.0)",
    "PolynomialDecay(0.1, 41, 0.001, cycle=True)",
    "CosineDecay(0.1, 10_000, alpha=0.01)",
    "CosineDecay(0.0, 9500, warmup_target=0.1, warmup_steps=500)",
    "CosineDecayRestarts(0.1, 1000, alpha=0.01)",
    "CosineDecayRestarts(0.1, 61)",
    "CosineDecayRestarts(0.1, 100, t_mul=1.25)",
    "CosineDecayRestarts(0.1, 41, t_mul=1.0)",
)
"""Names in `keras.optimizers.schedules`."""

OPTAX: Final = (
    "constant_schedule(0.1)",
    "linear_schedule(0.1, 0.001, 10_000)",
    "polynomial_schedule(0.1, 0.0, 2.0, 10_000)",
    "cosine_decay_schedule(0.1, 10_000, 0.01)",
    "exponential_decay(0.1, 1000, 0.96)",
    "exponential_decay(0.1, 41, 0.9, staircase=True)",
    "piecewise_constant_schedule(0.1, {4000: 0.3, 8000: 0.3})",
    "piecewise_interpolate_schedule('linear', 0.1, {4000: 0.3, 8000: 0.3})",
    "linear_onecycle_schedule(10_000, 0.1)",
    "cosine_onecycle_schedule(10_000, 0.1)",
    "warmup_constant_schedule(0.0, 0.1, 500)",
    "warmup_cosine_decay_schedule(0.0, 0.1, 500, 10_000)",
    "warmup_exponential_decay_schedule(0.0, 0.1, 500, 1000, 0.96)",
    "sgdr_schedule([dict(init_value=0.0, peak_value=0.1, warmup_steps=50, decay_steps=1000 * 2**i) for i in range(3)])",
    "join_schedules([constant_schedule(0.1), cosine_decay_schedule(0.1, 5000)], [5000])",
)
"""Names in `optax`."""

_STEPS: Final = 10_000
_EVERY: Final = 20

Floats: TypeAlias = NDArray[np.float64]
Modes: TypeAlias = dict[str, Callable[[NDArray[np.int64]], Floats]]
"""The values at steps, in each way in which a framework runs a schedule."""


def pages() -> Iterator[tuple[str, str]]:
    """The names of the pages, and their texts with new tables."""
    of_keras = f"Keras {keras.__version__} on TensorFlow {tf.__version__}"
    yield "keras.md", _page("keras.md", of_keras, [_row(call, *_in_keras(call)) for call in KERAS])
    of_optax = f"Optax {optax.__version__} on JAX {jax.__version__}"
    yield "jax.md", _page("jax.md", of_optax, [_row(call, *_in_optax(call)) for call in OPTAX])


def _page(name: str, versions: str, rows: list[dict[str, str]]) -> str:
    head = tuple(rows[0])
    lines = [head, ("---",) * len(head), *(tuple(row.values()) for row in rows)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    section = f"{versions}, steps from 0 to {_STEPS - 1:,}:\n\n{table}\n\n"
    text, count = re.subn(
        r"(<!-- tools/native_errors\.py -->\n).*?(?=<!-- end -->)",
        lambda found: found[1] + section,
        (DOCS / name).read_text("utf-8"),
        flags=re.DOTALL,
    )
    assert count == 1
    return text


def _in_keras(call: str) -> tuple[lrc.Schedule, Modes]:
    native = eval(call, vars(keras.optimizers.schedules))
    definition = lrcore_keras.read(native).definition
    assert isinstance(definition, lrc.Schedule)
    tf.get_logger().setLevel("ERROR")  # it warns of graphs that are made in a loop, as here

    def compiled(*, jit_compile: bool) -> Callable[[NDArray[np.int64]], Floats]:
        @tf.function(jit_compile=jit_compile)  # type: ignore[untyped-decorator]
        def play(steps: Any) -> Any:
            # One step at a time, as in `fit`.
            return tf.map_fn(native, steps, fn_output_signature=tf.float32)

        return lambda steps: np.asarray(play(tf.constant(steps)), np.float64)

    return definition, {
        "Eager": lambda steps: np.array([float(native(tf.constant(step))) for step in steps]),
        "`tf.function`": compiled(jit_compile=False),
        "XLA": compiled(jit_compile=True),
    }


def _in_optax(call: str) -> tuple[lrc.Schedule, Modes]:
    native = eval(call, vars(optax))
    # The same call with functions that make a configuration of their arguments.
    called = re.findall(r"\b[a-z_]+(?=\()", call)
    names = {name: _Configuring(name) for name in called if hasattr(optax, name)}
    definition = lrcore_jax.read(eval(call, names))

    def one_by_one(rate: Callable[[Any], Any]) -> Callable[[NDArray[np.int64]], Floats]:
        return lambda steps: np.array([float(rate(step)) for step in jnp.asarray(steps)])

    return definition, {"Eager": one_by_one(native), "`jax.jit`": one_by_one(jax.jit(native))}


class _Configuring:
    """A function of Optax that makes a configuration."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *given: Any, **named: Any) -> dict[str, Any]:
        signature = inspect.signature(getattr(optax, self._name))
        return {"name": self._name, **signature.bind(*given, **named).arguments}


def _row(call: str, definition: lrc.Schedule, modes: Modes) -> dict[str, str]:
    jumps = _jumps(definition)
    steps = np.unique(np.concatenate([jumps - 1, jumps, np.arange(0, _STEPS, _EVERY)]))
    exactly = [exact(definition, step) for step in steps.tolist()]
    truth = np.array([float(value) for value in exactly])
    own = definition(steps).astype(np.float32)
    assert own.tolist() == [rounded(value) for value in exactly]
    after = np.searchsorted(steps, jumps)
    cells = {mode: _cell(evaluate(steps), truth, after) for mode, evaluate in modes.items()}
    return {"Schedule": f"`{call}`", **cells, "lrcore": _cell(own.astype(np.float64), truth, after)}


def _jumps(definition: lrc.Schedule) -> NDArray[np.int64]:
    """The steps at which the value changes by much more than at the steps before and after."""
    changes = np.abs(np.diff(definition(range(_STEPS))))
    padded = np.pad(changes, 1, mode="edge")
    return 1 + np.flatnonzero(changes > 10 * np.maximum(padded[:-2], padded[2:]))


def _cell(got: Floats, truth: Floats, after: NDArray[np.int64]) -> str:
    """The worst error without the values that are those of the other side of a jump, and how many these are.

    `after` has the places of the first values after a jump.
    """
    wrong = np.zeros(len(got), bool)
    for here, there in ((after, after - 1), (after - 1, after)):
        wrong[here] |= np.abs(got[here] - truth[there]) < np.abs(got[here] - truth[here])
    worst = (np.abs(got - truth) / np.abs(truth).max())[~wrong].max()
    error = f"{worst:.0e}".replace("e-0", "e-").replace("0e+00", "0")
    return error if not wrong.any() else f"{error}; {wrong.sum()} of {len(after)} jumps"


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    for name, text in pages():
        (folder / name).write_text(text, encoding="utf-8")
