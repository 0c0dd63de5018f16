"""A factor for the schedule of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from .._definition._plain import plain
from .._errors import InvalidScheduleError
from .._schedules import Constant


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
        number = plain(self.factor)
        try:
            object.__setattr__(self, "factor", Constant(cast(float, number)).value)
        except InvalidScheduleError as error:
            raise InvalidScheduleError(
                str(error).replace("Constant.value", "Factor.factor")
            ) from None

    def __repr__(self) -> str:
        return f"Factor({self.factor!r})"
