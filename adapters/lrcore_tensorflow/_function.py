"""A schedule as a function of TensorFlow tensors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, cast

import numpy as np
import tensorflow as tf

from lrcore import Array, ExportError, Ops, Schedule, StepError
from lrcore.backend import LAST_STEP, Blocks, Evaluable, Precision, shown, step_or_tensor, value_at

from ._ops import TensorflowOps
from ._tracing import Same


@dataclass(frozen=True)
class Function:
    """A schedule as a function from steps to values, in TensorFlow tensors.

    It is made by `function`. Functions of equal schedules are equal, and a `tf.function` that takes such a
    function as an argument is traced once for all equal functions.
    """

    schedule: Schedule
    dtype: Precision
    _ready: Evaluable = field(init=False, repr=False, compare=False)
    _rows: Blocks = field(init=False, repr=False, compare=False)

    # AutoGraph has nothing to convert here, and would hide a StepError in an error of its own. This is the
    # mark that `do_not_convert` leaves on functions.
    autograph_info__: ClassVar[object] = None

    def __post_init__(self) -> None:
        ready = self.schedule.ready()
        vars(self).update(_ready=ready, _rows=Blocks([ready], self.dtype))

    def __call__(self, step: tf.Tensor | int | None = None) -> tf.Tensor:
        """The values at `step`, in the shape of `step`."""
        if isinstance(step, (tf.RaggedTensor, tf.SparseTensor)):
            raise StepError(
                f"steps are integers in a dense tensor; got a {type(step).__name__}; for ragged steps, write "
                "tf.ragged.map_flat_values(function, steps)"
            )
        given = step_or_tensor(step)
        if not isinstance(given, int):
            given = tf.convert_to_tensor(given)
            if not given.dtype.is_integer:
                raise StepError(f"steps are integers; got a tensor of {given.dtype.name}")
            if given.shape.rank == 0 and hasattr(given, "numpy"):
                given = int(given.numpy())
        if isinstance(given, int):
            (number,) = self._rows(given)
            return tf.constant(number, self.dtype)
        if given.dtype == tf.uint64:
            given = tf.minimum(given, tf.constant(np.uint64(LAST_STEP)))
        t = tf.cast(given, tf.int64)
        rate = value_at(self._ready, cast(Array, t), cast(Ops, TensorflowOps()))
        rounded = tf.cast(rate, self.dtype)
        same = t.shape.is_fully_defined() and rounded.shape == t.shape
        return rounded if same else tf.broadcast_to(rounded, tf.shape(t))

    def __reduce__(self) -> tuple[Callable[..., Function], tuple[object, ...]]:
        return Function, (self.schedule, self.dtype)

    def __tf_tracing_type__(self, context: object) -> Same:
        return Same(self)


def function(schedule: Schedule, *, dtype: Precision = "float32") -> Function:
    """`schedule` as a pure function from steps to values, for eager code, `tf.function` and XLA.

    The function computes in float64 and rounds once. The value of a single step outside of a graph is
    computed by the host.

    Args:
        schedule: the schedule.
        dtype: the dtype of the values, "float32" or "float64".

    Raises:
        lrcore.ExportError: `schedule` is not a schedule, or `dtype` is neither "float32" nor "float64".
        lrcore.UnboundError: the schedule holds durations.
        lrcore.StepError: the function was called with steps that are not integers.

    Example:
        >>> import lrcore as lrc, lrcore_tensorflow, tensorflow as tf
        >>> rate = lrcore_tensorflow.function(lrc.Linear(0.0, 1.0, 4))
        >>> tf.function(rate)(tf.constant([0, 1, 4])).numpy().tolist()
        [0.0, 0.25, 1.0]
    """
    if not isinstance(schedule, Schedule):
        raise ExportError(f"a function is made of one schedule; got {shown(schedule)}")
    return Function(schedule, dtype)
