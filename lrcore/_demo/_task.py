"""What every backend trains, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .._definition._schedule import Schedule
from .._recipes import Cyclic
from .._schedules import Constant

Tick: TypeAlias = Callable[[], None]
"""To be called after every update."""

_BATCH: Final = 64
_UNITS: Final = 32
_WHITE: Final = 16
_SEED: Final = 2017

CONSTANT: Final = Constant(2e-3)
"""What the cycle is compared with: about its mean in the epochs that the demo trains by default."""


@dataclass(frozen=True)
class Task:
    """A classifier of images: one hidden layer of rectified linear units, and a softmax.

    Args:
        images: one row for each, float32.
        labels: the class of each image.
        weights: the initial ones: kernel and bias of the hidden layer, kernel and bias of the output.
            A kernel has a row for each input and a column for each unit.
        batch: how many images make an update. They follow each other in every epoch as they are.
        epochs: how often all images are seen.
        momentum: of the gradient descent.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    weights: tuple[NDArray[np.float32], ...]
    batch: int
    epochs: int
    momentum: float = 0.9

    @property
    def updates_per_epoch(self) -> int:
        return len(self.images) // self.batch

    @property
    def updates(self) -> int:
        return self.epochs * self.updates_per_epoch

    def batches(self) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int64]]]:
        """The images and labels of every update."""
        for update in range(self.updates):
            first = update % self.updates_per_epoch * self.batch
            chosen = slice(first, first + self.batch)
            yield self.images[chosen], self.labels[chosen]


@dataclass(frozen=True)
class Run:
    """What happened in one training.

    Args:
        rates: the learning rate that each update used, as the framework reports it.
        losses: the mean loss of each batch, before the update.
        note: what to know when comparing the losses with those of other backends.
    """

    rates: NDArray[np.float32]
    losses: NDArray[np.float32]
    note: str = ""


def digits(epochs: int) -> Task:
    """The task of the demo, with the same numbers in every process."""
    with as_file(files("lrcore._demo") / "digits.npz") as path, np.load(path) as data:
        images, labels = data["images"], data["labels"]
    generator = np.random.default_rng(_SEED)
    order = generator.permutation(len(images) // _BATCH * _BATCH)
    inputs, classes = images.shape[1], int(labels.max()) + 1
    return Task(
        images=images[order].astype(np.float32) / _WHITE,
        labels=labels[order].astype(np.int64),
        weights=(
            _kernel(generator, inputs, _UNITS),
            np.zeros(_UNITS, dtype=np.float32),
            _kernel(generator, _UNITS, classes),
            np.zeros(classes, dtype=np.float32),
        ),
        batch=_BATCH,
        epochs=epochs,
    )


def cycle(task: Task) -> Schedule:
    """The schedule of the demo: cycles of four epochs, each half as high as the one before."""
    return Cyclic(1e-4, 1e-2, steps=2 * task.updates_per_epoch, mode="triangular2")


def _kernel(generator: np.random.Generator, inputs: int, units: int) -> NDArray[np.float32]:
    spread = (2.0 / inputs) ** 0.5
    return generator.normal(0.0, spread, (inputs, units)).astype(np.float32)
