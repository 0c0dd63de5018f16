"""The same schedules in Keras, Optax and PyTorch: how often their values are the nearest float32.

`python tools/elsewhere.py` writes `tools/overview.json`, the errors that the picture of the README shows; an
argument is another file to write to.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import jax
import keras
import numpy as np
import optax
import tensorflow as tf
import torch
from numpy.typing import NDArray

import lrcore as lrc
from lrcore.testing import evaluators, exact, rounded

Floats: TypeAlias = NDArray[np.float32]

STEPS: Final = 10_000
"""How many steps of every schedule are compared, from 0 on."""

LIBRARIES: Final = ("lrcore", "Keras", "Optax", "PyTorch")


@dataclass(frozen=True)
class Subject:
    """One schedule, as the call of each library; None where a library does not offer it.

    The names of Keras are names in `keras.optimizers.schedules`. The names of PyTorch are names in
    `torch.optim.lr_scheduler`, for an optimizer with the learning rate 0.1.
    """

    title: str
    lrcore: str
    keras: str
    optax: str | None
    torch: str | None


SUBJECTS: Final = (
    Subject(
        "Linear",
        "lrc.Linear(0.1, 0.001, 10_000)",
        "PolynomialDecay(0.1, 10_000, 0.001)",
        "linear_schedule(0.1, 0.001, 10_000)",
        "LinearLR(optimizer, 1.0, 0.01, 10_000)",
    ),
    Subject(
        "Polynomial",
        "lrc.Polynomial(0.1, 0.0, 10_000, 2.0)",
        "PolynomialDecay(0.1, 10_000, 0.0, 2.0)",
        "polynomial_schedule(0.1, 0.0, 2.0, 10_000)",
        "PolynomialLR(optimizer, 10_000, 2.0)",
    ),
    Subject(
        "Cosine",
        "lrc.Cosine(0.1, 0.001, 10_000)",
        "CosineDecay(0.1, 10_000, 0.01)",
        "cosine_decay_schedule(0.1, 10_000, 0.01)",
        "CosineAnnealingLR(optimizer, 10_000, 0.001)",
    ),
    Subject(
        "Exponential",
        "lrc.Exponential(0.1, 0.96, 1000)",
        "ExponentialDecay(0.1, 1000, 0.96)",
        "exponential_decay(0.1, 1000, 0.96)",
        "ExponentialLR(optimizer, 0.96 ** (1 / 1000))",
    ),
    Subject(
        "Step decay",
        "lrc.StepDecay(0.1, 0.9, 100)",
        "ExponentialDecay(0.1, 100, 0.9, staircase=True)",
        "exponential_decay(0.1, 100, 0.9, staircase=True)",
        "StepLR(optimizer, 100, 0.9)",
    ),
    Subject(
        "Inverse time",
        "lrc.InverseTime(0.1, 0.5, 1000)",
        "InverseTimeDecay(0.1, 1000, 0.5)",
        None,
        None,
    ),
    Subject(
        "Piecewise",
        "lrc.PiecewiseConstant((4000, 8000), (0.1, 0.03, 0.009))",
        "PiecewiseConstantDecay([3999, 7999], [0.1, 0.03, 0.009])",
        "piecewise_constant_schedule(0.1, {4000: 0.3, 8000: 0.3})",
        "MultiStepLR(optimizer, [4000, 8000], 0.3)",
    ),
    Subject(
        "Cosine restarts",
        "lrc.Restarts(lrc.Cosine(0.1, 0.001, 1000), growth=2)",
        "CosineDecayRestarts(0.1, 1000, 2.0, 1.0, 0.01)",
        "sgdr_schedule([dict(init_value=0.1, peak_value=0.1, warmup_steps=0, "
        "decay_steps=1000 * 2**i, end_value=0.001) for i in range(4)])",
        "CosineAnnealingWarmRestarts(optimizer, 1000, 2, 0.001)",
    ),
)

OVERVIEW: Final = Subject(
    "Warm-up and cosine",
    "lrc.WarmupCosine(3e-4, 500, 9500)",
    "CosineDecay(0.0, 9500, warmup_target=3e-4, warmup_steps=500)",
    "warmup_cosine_decay_schedule(0.0, 3e-4, 500, 10_000)",
    None,
)
"""The schedule of the picture at the top of the README."""

_DATA: Final = Path(__file__).resolve().with_name("overview.json")
_EVERY: Final = 10
"""The picture shows the error of every tenth step."""


@dataclass(frozen=True)
class Score:
    """How exact the values of a library are.

    Attributes:
        share: the share of the steps at which the value is the correctly rounded float32.
        worst: the largest error, in units in the last place of float32.
    """

    share: float
    worst: float

    def __str__(self) -> str:
        percent = math.floor(1000 * self.share) / 10  # so that only all of them are 100
        return f"{percent:.1f} %, {self.worst:.1f} ulp"


def scores(subject: Subject) -> dict[str, Score | None]:
    """The score of each library; None where it does not offer the schedule."""
    nearest, reals = _truth(subject)
    return {
        library: None if got is None else Score(float(np.mean(got == nearest)), _worst(got, reals))
        for library, got in _values(subject).items()
    }


def overview() -> dict[str, object]:
    """For each library, the share of correctly rounded steps, and how many float32 a value is away.

    The share is that of all steps, and the distances from the correctly rounded float32 are those of every
    tenth step.
    """
    nearest, _ = _truth(OVERVIEW)
    found: dict[str, object] = {}
    for library, got in _values(OVERVIEW).items():
        if got is not None:
            # Neighboring float32 numbers of one sign have neighboring bits.
            away = np.abs(got.view(np.int32).astype(np.int64) - nearest.view(np.int32))
            found[library] = {"share": float(np.mean(away == 0)), "ulps": away[::_EVERY].tolist()}
    return {"schedule": OVERVIEW.lrcore, "steps": STEPS, "every": _EVERY, "libraries": found}


def _truth(subject: Subject) -> tuple[Floats, list[float]]:
    """The correctly rounded float32 at each step, and the exact value in float64."""
    schedule: lrc.Schedule = eval(subject.lrcore, {"lrc": lrc})
    truth = [exact(schedule, step) for step in range(STEPS)]
    return np.array([rounded(value) for value in truth]), [float(value) for value in truth]


def _values(subject: Subject) -> dict[str, Floats | None]:
    schedule: lrc.Schedule = eval(subject.lrcore, {"lrc": lrc})
    own = evaluators("numpy")["array"](schedule, np.arange(STEPS), "float32")
    return {
        "lrcore": own.astype(np.float32),
        "Keras": _keras(subject.keras),
        "Optax": _optax(subject.optax) if subject.optax else None,
        "PyTorch": _torch(subject.torch) if subject.torch else None,
    }


def versions() -> str:
    """The names and versions of the libraries that are compared."""
    own = torch.__version__.partition("+")[0]
    return (
        f"Keras {keras.__version__} on TensorFlow {tf.__version__}, Optax {optax.__version__} on JAX "
        f"{jax.__version__}, and PyTorch {own}"
    )


def _worst(got: Floats, truth: list[float]) -> float:
    units = [math.ldexp(1.0, math.frexp(value)[1] - 24) for value in truth]
    return float(np.max(np.abs(got.astype(np.float64) - truth) / units))


def _keras(code: str) -> Floats:
    """The values of Keras, compiled by XLA, one step at a time, as in `fit`."""
    tf.get_logger().setLevel("ERROR")  # it warns of graphs that are made in a loop, as here
    schedule = eval(code, vars(keras.optimizers.schedules))

    @tf.function(jit_compile=True)  # type: ignore[untyped-decorator]
    def play(steps: Any) -> Any:
        return tf.map_fn(schedule, steps, fn_output_signature=tf.float32)

    return np.asarray(play(tf.range(STEPS)))


def _optax(code: str) -> Floats:
    """The values of Optax, compiled, one step at a time."""
    schedule = jax.jit(eval(code, vars(optax)))
    return np.array([schedule(step) for step in range(STEPS)], dtype=np.float32)


def _torch(code: str) -> Floats:
    """The learning rates of the optimizer in PyTorch, rounded to float32."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler = eval(code, {**vars(torch.optim.lr_scheduler), "optimizer": optimizer})
    return np.array(list(_rates(optimizer, scheduler)), dtype=np.float32)


def _rates(optimizer: torch.optim.Optimizer, scheduler: Any) -> Iterator[float]:
    for _ in range(STEPS):
        yield optimizer.param_groups[0]["lr"]
        optimizer.step()
        scheduler.step()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else _DATA
    target.write_text(json.dumps(overview()) + "\n", encoding="utf-8")
