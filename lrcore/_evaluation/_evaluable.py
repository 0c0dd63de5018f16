"""What an evaluation needs to know of a schedule."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ._ops import Array, Operand, Ops

if TYPE_CHECKING:
    from typing import Self


class Evaluable:
    """Numbers in fields, and one formula that computes with them."""

    fields: ClassVar[tuple[str, ...]]
    traits: ClassVar[tuple[str, ...]] = ()
    """Cached properties with truth values that follow from the fields: a formula may branch on them."""

    @property
    def evaluated(self) -> Evaluable:
        """What is evaluated in its place: itself, unless it stands for something else."""
        return self

    @abstractmethod
    def formula(self, t: Array, op: Ops) -> Operand:
        """The value at step `t >= 0`."""

    def evaluate(self, t: Array, op: Ops) -> Array:
        """The value at `t >= 0` as a part of another formula."""
        return op.with_operands(self.evaluated).formula(t, op)  # type: ignore[return-value]

    def beside_fields(self) -> dict[str, object]:
        """What formulas read beside the fields, by name: the duration and the traits."""
        return {name: getattr(self, name, None) for name in ("duration", *self.traits)}

    @classmethod
    def unchecked(cls, **values: object) -> Self:
        """An instance with these attributes, which are known to be right, or are operands.

        It stands for itself: its numbers of steps are integers.
        """
        made = object.__new__(cls)
        for name, value in {**values, "_expansion": None}.items():
            object.__setattr__(made, name, value)
        return made
