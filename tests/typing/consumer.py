"""What type checkers make of a user's code; checked by mypy and pyright, never run."""

from __future__ import annotations

from typing import assert_type

import numpy as np
from numpy.typing import NDArray

import lrcore as lrc


class Ramp(lrc.Schedule, kind="typing.ramp"):
    """A schedule of a person's own is a dataclass to the type checker, too."""

    peak: lrc.Value
    steps: lrc.Steps
    turns: int = 1

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Array:
        """A ramp."""
        return self.peak * op.real(op.minimum(t, self.steps)) / op.real(self.steps)


ramp = Ramp(0.1, steps=5)
assert_type(ramp.peak, float)
assert_type(ramp(3), float)
assert_type(ramp(np.arange(3)), NDArray[np.float64])
assert_type(ramp(range(3)), NDArray[np.float64])
assert_type(Ramp(0.1, "5 epochs").bind(steps_per_epoch=3), Ramp)
assert_type(ramp.duration, int | None)
assert_type(ramp >> 0.5 * ramp, lrc.Schedule)
assert_type(ramp + 1.0, lrc.Schedule)
assert_type(lrc.Linear(0.0, 1.0, 5).steps, int)
assert_type(lrc.PiecewiseConstant((5, "1 epoch"), values=(1.0, 0.5, 0.1)).levels, tuple[float, ...])
assert_type(lrc.from_json(ramp.to_json()), lrc.Schedule)
assert_type(ramp.fingerprint, str)

Ramp("0.1", 5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Ramp(0.1, 5, 6, 7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
ramp.peak = 0.2  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
ramp("3")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]
