"""What an adapter needs to take part in `lrcore demo`.

Its distribution names a function in the entry points `lrcore.demos`: `train(schedule, task, tick)`
trains by the framework's own means, calls `tick()` after every update, and returns a `Run`.
"""

from ._demo._task import Run, Task, Tick

__all__ = ["Run", "Task", "Tick"]
