"""The field's own names for compositions."""

from ._curves import linear_cosine, natural_exponential, power_law, range_test, tanh
from ._cycles import cyclic, one_cycle
from ._edits import extend, mirror, splice, window
from ._legs import Leg as Leg
from ._pieces import hold, multi_step, step_decay, table
from ._restarts import restarts
from ._warmup import (
    cooldown,
    inverse_square_root,
    noam,
    warmup,
    warmup_cosine,
    warmup_linear,
    warmup_stable_decay,
)

__all__ = [
    "cooldown",
    "cyclic",
    "extend",
    "hold",
    "inverse_square_root",
    "linear_cosine",
    "mirror",
    "multi_step",
    "natural_exponential",
    "noam",
    "one_cycle",
    "power_law",
    "range_test",
    "restarts",
    "splice",
    "step_decay",
    "table",
    "tanh",
    "warmup",
    "warmup_cosine",
    "warmup_linear",
    "warmup_stable_decay",
    "window",
]
