"""The values that updates use, in the logs of Keras."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import keras

from lrcore import ExportError
from lrcore import Schedule as Definition
from lrcore.backend import Blocks, Precision

from ._groups import ScheduledGroups
from ._native import Schedule
from ._optimizer import Scheduled
from ._updates import count


class ScheduleLogger(keras.callbacks.Callback):
    """A callback that adds the values of schedules to the logs of `fit`, for all callbacks after it.

    The logs of a batch have the values that its update used, which `keras.callbacks.TensorBoard` writes with
    `update_freq="batch"`. The logs of an epoch have those of its last update, which are written to `History` and by
    `keras.callbacks.CSVLogger`. A value is logged under its name in the plan, such as "learning_rate", and that of a
    group with the name of the group behind it, as in "learning_rate_.*head/.*".

    The values are computed from the number of updates, for which the device is asked at the beginning and at the end
    of an epoch only. Within an epoch, every batch counts, so the logs of batches do not show that a
    `LossScaleOptimizer` skips updates, or that a `train_step` of your own makes several. Those of epochs do.

    Raises:
        lrcore.ExportError: when the training begins, if its optimizer follows no schedule of lrcore, or if the
            schedule has another `gradient_accumulation_steps` than the optimizer.

    Example:
        >>> import keras, lrcore as lrc, lrcore_keras, numpy as np
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        >>> model.compile(keras.optimizers.SGD(lrc.export(lrc.Linear(0.5, 0.0, 4), "keras")), "mse")
        >>> data = np.ones((2, 1), "float32")
        >>> logger = lrcore_keras.ScheduleLogger()
        >>> history = model.fit(data, data, batch_size=1, epochs=2, verbose=0, callbacks=[logger])
        >>> history.history["learning_rate"]
        [0.375, 0.125]
    """

    def __init__(self) -> None:
        super().__init__()
        self.async_safe = True  # so Keras may call this for several batches at a time, in any order
        self._sources: list[_Source] = []
        self._before, self._has_batches = 0, False

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Find the schedules of the optimizer."""
        self._sources = list(_sources(_inner(self.model.optimizer)))

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Read how many batches there have been."""
        self._before, self._has_batches = self._count(), False

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Log the values of the last update."""
        steps = self.params.get("steps")
        if steps is not None:  # with steps_per_execution, Keras may name a batch after the last one
            batch = min(batch, steps - 1)
        self._has_batches = True
        if logs is not None:
            logs.update(self._values(self._before + batch))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Log the values of the last update."""
        if logs is not None and self._has_batches:
            logs.update(self._values(self._count() - 1))

    def _count(self) -> int:
        """How many batches there have been, as the optimizer counts them."""
        return count(_inner(self.model.optimizer)._iterations)

    def _values(self, batch: int) -> dict[str, float]:
        found: dict[str, float] = {}
        for names, rows, batches in self._sources:
            found.update(zip(names, rows(batch // batches), strict=True))
        return found


class _Source(NamedTuple):
    """Schedules: their names in the logs, their values, and the number of batches for an update."""

    names: list[str]
    rows: Blocks
    batches: int


def _inner(optimizer: Any) -> Any:
    """The optimizer that a `LossScaleOptimizer` wraps."""
    wrapped = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    return optimizer.inner_optimizer if wrapped else optimizer


def _sources(optimizer: Any) -> Iterator[_Source]:
    if isinstance(optimizer, ScheduledGroups):
        yield from _sources(optimizer.default)
        for group, own in optimizer.groups.items():
            for names, rows, batches in _sources(own):
                yield _Source([f"{name}_{group}" for name in names], rows, batches)
        return
    batches = optimizer.gradient_accumulation_steps
    native = getattr(optimizer, "_learning_rate", None)
    if isinstance(optimizer, Scheduled):
        yield _source(optimizer.plan.schedules(), optimizer.dtype, batches)
        if "learning_rate" in optimizer.plan.schedules() or not isinstance(native, Schedule):
            return
    if not isinstance(native, Schedule):
        raise ExportError(
            f"the {type(optimizer).__name__} of the model follows no schedule of lrcore; give it "
            'lrcore.export(schedule, "keras")'
        )
    steps = native.gradient_accumulation_steps
    if (steps or 1) != (batches or 1):
        raise ExportError(
            f"the optimizer makes an update after every {batches or 1} batches, and its schedule takes a step after "
            f"every {steps or 1}; give both the same gradient_accumulation_steps"
        )
    yield _source({"learning_rate": native.schedule}, native.dtype, batches)


def _source(schedules: Mapping[str, Definition], dtype: Precision, batches: int | None) -> _Source:
    ready = [schedule.ready() for schedule in schedules.values()]
    return _Source(list(schedules), Blocks(ready, dtype), batches or 1)
