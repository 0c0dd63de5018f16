"""Writes the table of `docs/keras.md`: how far Keras's own schedules are from their exact values.

`python tools/keras_errors.py` measures and writes it; an argument is another file to write the page to.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

import lrcore as lrc
from lrcore.testing import exact
from lrcore_keras import read

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "keras.md"

CALLS: Final = (
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

_STEPS: Final = 10_000
_EVERY: Final = 20

_SECTION: Final = re.compile(r"(<!-- tools/keras_errors\.py -->\n).*?(?=<!-- end -->)", re.DOTALL)

Floats: TypeAlias = NDArray[np.float64]


def page() -> str:
    """The page with a new table."""
    text, count = _SECTION.subn(lambda found: found[1] + section(), PAGE.read_text("utf-8"))
    assert count == 1
    return text


def section() -> str:
    """The text that is generated."""
    head = ("Schedule", "Eager", "`tf.function`", "XLA")
    lines = [head, ("---",) * len(head), *map(_row, CALLS)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return (
        f"Keras {keras.__version__} on TensorFlow {tf.__version__}, steps from 0 to {_STEPS - 1:,}:\n\n"
        f"{table}\n\n"
    )


def _row(call: str) -> tuple[str, ...]:
    native = eval(call, vars(keras.optimizers.schedules))
    definition = read(native).definition
    assert isinstance(definition, lrc.Schedule)
    jumps = _jumps(definition)
    steps = np.unique(np.concatenate([jumps - 1, jumps, np.arange(0, _STEPS, _EVERY)]))
    truth = np.array([float(exact(definition, step)) for step in steps.tolist()])
    modes: Iterable[Callable[[Any, NDArray[np.int64]], Floats]] = (
        _eager,
        lambda native, steps: _compiled(native, steps, jit_compile=False),
        lambda native, steps: _compiled(native, steps, jit_compile=True),
    )
    after = np.searchsorted(steps, jumps)
    return f"`{call}`", *(_cell(evaluate(native, steps), truth, after) for evaluate in modes)


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
    error = f"{worst:.0e}".replace("e-0", "e-")
    return error if not wrong.any() else f"{error}; {wrong.sum()} of {len(after)} jumps"


def _eager(native: Any, steps: NDArray[np.int64]) -> Floats:
    return np.array([float(native(tf.constant(step))) for step in steps])


def _compiled(native: Any, steps: NDArray[np.int64], *, jit_compile: bool) -> Floats:
    """One step at a time, as in `fit`."""
    tf.get_logger().setLevel("ERROR")  # it warns of graphs that are made in a loop, as here

    @tf.function(jit_compile=jit_compile)  # type: ignore[untyped-decorator]
    def play(steps: Any) -> Any:
        return tf.map_fn(native, steps, fn_output_signature=tf.float32)

    return np.asarray(play(tf.constant(steps)), np.float64)


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8")
