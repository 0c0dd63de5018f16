"""Schedules in the sessions of TensorFlow 1.

Most graphs need nothing of this: `lrcore_tensorflow.function(schedule)(global_step)` is the value as a tensor.
`ScheduleHook` is for graphs that take the value from a placeholder or from a variable.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Final

import tensorflow as tf

from lrcore import ExportError, Schedule
from lrcore.backend import Blocks, checked_step, shown

__all__ = ["ScheduleHook"]

_READING: Final = {"Identity", "IsVariableInitialized", "ReadVariableOp", "VarIsInitializedOp"}
"""Operations that take a variable and never change it."""


class ScheduleHook(tf.compat.v1.train.SessionRunHook):
    """A session hook that gives placeholders and variables the values of schedules.

    Before each run it reads the global step from the session. It feeds placeholders and other tensors with
    their values at this step, and assigns variables. So a run has the values of the update that it makes, also
    after a checkpoint was restored, in every worker, and with several runs for one update. A run that makes
    several updates has the values of the first.

    Values are rounded to the dtype of the tensor or variable. In float32 they are those of every other
    framework.

    Args:
        schedules: the schedule of each tensor or variable, like a `feed_dict` that has schedules as values.
        global_step: the number of updates before a run, as an integer variable or tensor; None is the global
            step of the graph.

    Raises:
        lrcore.ExportError: a tensor or variable cannot have the values of a schedule, or there is no global
            step.
        lrcore.UnboundError: a schedule has durations that `bind` has to resolve.

    Example:
        >>> import lrcore as lrc, lrcore_tensorflow.v1, tensorflow as tf
        >>> with tf.Graph().as_default():
        ...     step = tf.compat.v1.train.get_or_create_global_step()
        ...     rate = tf.compat.v1.placeholder(tf.float32, [])
        ...     weight = tf.compat.v1.get_variable("weight", initializer=0.0)
        ...     optimizer = tf.compat.v1.train.GradientDescentOptimizer(rate)
        ...     train = optimizer.minimize(-weight, global_step=step)
        ...     hook = lrcore_tensorflow.v1.ScheduleHook({rate: lrc.Linear(1.0, 0.0, 4)})
        ...     with tf.compat.v1.train.MonitoredSession(hooks=[hook]) as session:
        ...         [float(session.run([rate, train])[0]) for _ in range(3)]
        [1.0, 0.75, 0.5]
    """

    def __init__(
        self,
        schedules: Mapping[tf.Tensor | tf.Variable, Schedule],
        *,
        global_step: tf.Variable | tf.Tensor | None = None,
    ) -> None:
        if not isinstance(schedules, Mapping) or not schedules:
            raise ExportError(
                "a hook is given a dictionary with the schedule of each tensor or variable, as in "
                f"ScheduleHook({{learning_rate: schedule}}); got {shown(schedules)}"
            )
        for target, schedule in schedules.items():
            _check(target, schedule)
        self._blocks = Blocks([schedule.ready() for schedule in schedules.values()], "float64")
        self._step = _step(next(iter(schedules)).graph, global_step)
        self._fed: list[tf.Tensor] = []
        self._assignments: list[tf.Operation] = []
        for target in schedules:
            # A variable that is fed keeps its own value for those who read it in another place. What assigns
            # it is added to the graph now, since the graph may be finalized when a session begins.
            if isinstance(target, tf.Variable):
                fed, assignment = _assignable(target)
                self._fed.append(fed)
                self._assignments.append(assignment)
            else:
                self._fed.append(target)

    def begin(self) -> None:
        """Warns of a global step that nothing in the graph changes."""
        if isinstance(self._step, tf.Variable) and not _is_changed(self._step):
            warnings.warn(
                f"nothing changes {self._step.name}, so schedules stay at their first values; give it to the "
                "optimizer, as in minimize(loss, global_step=global_step)",
                UserWarning,
                stacklevel=2,
            )

    def before_run(
        self, run_context: tf.compat.v1.train.SessionRunContext
    ) -> tf.compat.v1.train.SessionRunArgs:
        """Reads the global step, assigns the variables and feeds the tensors."""
        session = run_context.session
        values = self._blocks(checked_step(session.run(self._step)))
        feed_dict = dict(zip(self._fed, values, strict=True))
        if self._assignments:
            session.run(self._assignments, feed_dict)
        return tf.compat.v1.train.SessionRunArgs(None, feed_dict)


def _check(target: object, schedule: object) -> None:
    if not isinstance(target, (tf.Tensor, tf.Variable)):
        raise ExportError(f"a schedule is given to a tensor or a variable; got {shown(target)}")
    if not (target.dtype.is_floating and target.shape.is_compatible_with([])):
        raise ExportError(
            f"the values of a schedule are real scalars, and cannot be given to {shown(target)}"
        )
    if not isinstance(schedule, Schedule):
        raise ExportError(
            f"{target.name} is given a schedule, such as plan['learning_rate'] or "
            f"lrcore.Constant(0.1); got {shown(schedule)}"
        )


def _step(graph: tf.Graph, given: tf.Variable | tf.Tensor | None) -> tf.Variable | tf.Tensor:
    step = tf.compat.v1.train.get_global_step(graph) if given is None else given
    if step is None:
        raise ExportError(
            "the graph has no global step; call tf.compat.v1.train.get_or_create_global_step() before, "
            "and give it to the optimizer, as in minimize(loss, global_step=global_step)"
        )
    is_known = isinstance(step, (tf.Tensor, tf.Variable))
    if not (is_known and step.dtype.is_integer and step.shape.is_compatible_with([])):
        raise ExportError(f"a global step is an integer variable or tensor; got {shown(step)}")
    return step


def _assignable(variable: tf.Variable) -> tuple[tf.Tensor, tf.Operation]:
    """A placeholder, and the operation that assigns its value to the variable."""
    with variable.graph.as_default():
        value = tf.compat.v1.placeholder(variable.dtype.base_dtype, [])
        return value, variable.assign(value, read_value=False)


def _is_changed(variable: tf.Variable) -> bool:
    """Whether something beside its initializer may change a variable."""
    users = [op for place in variable.op.outputs for op in place.consumers()]
    return any(op.type not in _READING and op is not variable.initializer for op in users)
