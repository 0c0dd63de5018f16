"""What a training knows about itself, and the steps that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from math import ceil
from typing import cast

import numpy as np

from .._errors import MOST_DIGITS, UnboundError, has_too_many_digits, shown
from ._duration import exact, nearest


@dataclass(frozen=True, kw_only=True)
class Run:
    """The arguments of `bind`. A step is an update of the optimizer.

    Attributes:
        total_steps: the updates of the run.
        epochs: the epochs of the run.
        steps_per_epoch: the updates of an epoch.
        dataset_size: the samples of an epoch.
        drop_last: leave out the last batch of an epoch if it is not full.
        batch_size: the samples of a batch on one device.
        gradient_accumulation: how many batches make an update.
        world_size: the number of devices.
        tokens_per_step: the tokens of an update on all devices.
        sequence_length: the tokens of a sample.
    """

    total_steps: int | None = None
    epochs: float | None = None
    steps_per_epoch: int | None = None
    dataset_size: int | None = None
    drop_last: bool = False
    batch_size: int | None = None
    gradient_accumulation: int | None = None
    world_size: int | None = None
    tokens_per_step: int | None = None
    sequence_length: int | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value: object = getattr(self, field.name)
            if isinstance(value, np.generic) and not isinstance(value, np.timedelta64):
                value = value.item()
            if isinstance(value, float) and value.is_integer():
                value = int(value)  # as configuration files hold it
            object.__setattr__(self, field.name, value)
            if value is not None:
                _check(field.name, value)

    @property
    def steps_per_unit(self) -> dict[str, Fraction]:
        """The steps that one of each unit takes, as far as they follow.

        Raises:
            UnboundError: two arguments contradict each other.
        """
        samples = self._samples_per_step()
        per_epoch = self._steps_per_epoch(samples)
        total = None if self.total_steps is None else Fraction(self.total_steps)
        if self.epochs is not None and per_epoch is not None:
            run = Fraction(nearest(per_epoch * exact(self.epochs)))
            total = self._agreed(
                ("total_steps", total), (f"epochs={self.epochs} of {per_epoch} steps", run)
            )
        elif self.epochs is not None and total is not None:
            per_epoch = total / exact(self.epochs)
        tokens = self._tokens_per_step(samples)
        found = {
            "run": total,
            "epochs": per_epoch,
            "samples": samples and 1 / samples,
            "tokens": tokens and 1 / tokens,
        }
        return {unit: steps for unit, steps in found.items() if steps is not None}

    def _samples_per_step(self) -> Fraction | None:
        if self.batch_size is None:
            return None
        batches = (self.gradient_accumulation or 1) * (self.world_size or 1)
        return Fraction(self.batch_size * batches)

    def _steps_per_epoch(self, samples_per_step: Fraction | None) -> Fraction | None:
        given = None if self.steps_per_epoch is None else Fraction(self.steps_per_epoch)
        if self.dataset_size is None or self.batch_size is None:
            if self.dataset_size is not None and given is None:
                raise UnboundError("bind: dataset_size needs batch_size; give both")
            return given
        each = -(-self.dataset_size // (self.world_size or 1))
        batches = each // self.batch_size if self.drop_last else -(-each // self.batch_size)
        steps = ceil(Fraction(batches, self.gradient_accumulation or 1))
        if steps == 0:
            raise UnboundError(
                f"bind: dataset_size={self.dataset_size} with drop_last leaves no batch of "
                f"batch_size={self.batch_size}"
            )
        source = f"dataset_size={self.dataset_size} with batch_size={self.batch_size}"
        return self._agreed(("steps_per_epoch", given), (source, Fraction(steps)))

    def _tokens_per_step(self, samples_per_step: Fraction | None) -> Fraction | None:
        given = None if self.tokens_per_step is None else Fraction(self.tokens_per_step)
        if self.sequence_length is None:
            return given
        if samples_per_step is None:
            if given is None:
                raise UnboundError("bind: sequence_length needs batch_size; give both")
            return given
        source = f"sequence_length={self.sequence_length} with batch_size={self.batch_size}"
        return self._agreed(
            ("tokens_per_step", given), (source, samples_per_step * self.sequence_length)
        )

    @staticmethod
    def _agreed(stated: tuple[str, Fraction | None], derived: tuple[str, Fraction]) -> Fraction:
        (name, given), (source, found) = stated, derived
        if given is not None and given != found:
            raise UnboundError(
                f"bind: {name}={given} contradicts {source}, which makes {found}; leave one of them out"
            )
        return found


def _check(name: str, value: object) -> None:
    if name == "drop_last":
        if not isinstance(value, bool):
            raise UnboundError(f"bind: drop_last is True or False; got {shown(value)}")
        return
    fractional = name == "epochs"
    number = isinstance(value, (int, float, Fraction) if fractional else int)
    if isinstance(value, bool) or not number or not 0 < cast(float, value) < float("inf"):
        kind = "a number above 0" if fractional else "an integer above 0"
        raise UnboundError(f"bind: {name} is {kind}; got {shown(value)}")
    if not isinstance(value, float):
        exactly = Fraction(cast("int | Fraction", value))
        if has_too_many_digits(exactly.numerator, exactly.denominator):
            raise UnboundError(f"bind: {name} has more than {MOST_DIGITS} digits")
