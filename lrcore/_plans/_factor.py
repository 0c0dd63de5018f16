"""A factor for the schedule of a plan."""

from __future__ import annotations

from dataclasses import dataclass

from .._algebra import constant


@dataclass(frozen=True)
class Factor:
    """Multiplies the schedule of a plan, in a group of the plan.

    Args:
        factor: the factor for the schedule of the plan.

    Raises:
        InvalidScheduleError: `factor` is not a finite number in the range of float32.

    Example:
        >>> import lrcore as lrc
        >>> plan = lrc.Plan(learning_rate=0.1, groups={"backbone": lrc.Factor(0.5)})
        >>> plan(0, group="backbone")
        {'learning_rate': 0.05}
    """

    factor: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "factor", constant(self.factor, "Factor.factor").value)

    def __repr__(self) -> str:
        return f"Factor({self.factor!r})"
