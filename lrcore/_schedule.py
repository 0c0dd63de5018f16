"""The base of every schedule: definition, evaluation, composition, document."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar, Self, Unpack, dataclass_transform, overload

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from . import _document, _json_schema, _reference
from ._binding import bind, bound, durations
from ._definition import define
from ._errors import InvalidScheduleError, StepError
from ._ops import Array, Operand, Ops
from ._timeline import Timeline
from ._types import LAST_STEP
from ._units import Duration, Figures


@dataclass_transform(frozen_default=True, field_specifiers=(Field,))
class Schedule:
    """A value for every step: a frozen dataclass of numbers with one formula.

    The step `t` is the 0-based index of the optimizer update that uses the value: an integer, up to
    2**53. Below 0 a schedule answers as at 0. A finite schedule holds its last value after its end.

    A subclass names its kind, declares its fields and defines `formula`; it is a validated, frozen
    dataclass without a decorator. If it ends, it also defines `duration`.

    Example:
        >>> import lrcore as lr
        >>> class InverseSquareRoot(lr.Schedule, kind="acme.inverse_square_root"):
        ...     peak: float
        ...     flat: int
        ...
        ...     def formula(self, t: lr.Array, op: lr.Ops) -> lr.Array:
        ...         return self.peak / op.sqrt(op.real(op.maximum(t - self.flat, 0) + 1))
        >>> InverseSquareRoot(peak=0.1, flat=100)(103)
        0.05
    """

    __array_ufunc__ = None  # an array does not multiply a schedule entry by entry

    kind: ClassVar[str]
    fields: ClassVar[dict[str, str]]
    __pydantic_fields__: ClassVar[dict[str, FieldInfo]]
    __pydantic_validator__: ClassVar[SchemaValidator]

    def __init_subclass__(cls, *, kind: str) -> None:
        super().__init_subclass__()
        define(cls, kind, Schedule)

    def formula(self, t: Array, op: Ops) -> Operand:
        """The value at step `t >= 0`, by the functions of `op` and the operators of its operands."""
        raise InvalidScheduleError(
            f"{type(self).__name__} defines no formula; give it formula(self, t, op)"
        )

    @cached_property
    def duration(self) -> int | None:
        """The number of steps after which the value no longer changes; None for an endless one."""
        return None

    def pieces(self) -> Iterable[tuple[Schedule, int | None]]:
        """The schedules that this one plays one after the other, each with its length.

        A class that overrides this needs no formula: its value is that of the piece that a step falls
        into, on a clock that begins with the piece.
        """
        return ((self, self.duration),)

    @cached_property
    def _timeline(self) -> Timeline:
        return Timeline.of(self.pieces())

    def at(self, t: Array, op: Ops) -> Array:
        """The value at `t >= 0` as a part of another formula."""
        if type(self).pieces is not Schedule.pieces:
            return self._timeline.at(t, op)
        return op.adopt(self).formula(t, op)  # type: ignore[return-value]

    @overload
    def __call__(self, step: int | np.integer) -> float: ...
    @overload
    def __call__(self, step: NDArray[np.integer]) -> NDArray[np.float64]: ...
    def __call__(self, step: int | np.integer | NDArray[np.integer]) -> float | NDArray[np.float64]:
        """The value at `step`, in float64: a number for an integer, an array for an array.

        Raises:
            StepError: `step` is not an integer, or is above 2**53.
            UnboundError: the schedule holds durations.
        """
        bound(self)
        if isinstance(step, np.ndarray):
            return _reference.evaluate_many(self, _checked_steps(step))
        return _reference.evaluate_one(self, _checked_step(step))

    def values(self, n: int) -> NDArray[np.float64]:
        """The values of the first `n` steps, in float64."""
        if (count := _checked_step(n)) < 0:
            raise StepError(f"a number of steps is at least 0; got {n}")
        return self(np.arange(count, dtype=np.int64))

    def __repr__(self) -> str:
        given = (
            f"{name}={getattr(self, field)!r}"
            for field, name in self.fields.items()
            if not _document.is_default(self, field)
        )
        return f"{type(self).__qualname__}({', '.join(given)})"

    def __rshift__(self, after: Schedule) -> Schedule:
        """`self`, and `after` from its end on, on a clock of its own."""
        from ._combinators import follow  # the operators close the algebra over its own classes

        return follow(self, after) if isinstance(after, Schedule) else NotImplemented

    def __mul__(self, other: Schedule | float) -> Schedule:
        """The product at every step, with a schedule or a number."""
        from ._combinators import multiply

        return multiply(self, other) if _is_operand(other) else NotImplemented

    def __rmul__(self, other: float) -> Schedule:
        from ._combinators import multiply

        return multiply(other, self) if _is_operand(other) else NotImplemented

    def __add__(self, other: Schedule | float) -> Schedule:
        """The sum at every step, with a schedule or a number."""
        from ._combinators import add

        return add(self, other) if _is_operand(other) else NotImplemented

    def __radd__(self, other: float) -> Schedule:
        from ._combinators import add

        return add(other, self) if _is_operand(other) else NotImplemented

    def bind(self, **given: Unpack[Figures]) -> Self:
        """This schedule with numbers of steps in the place of durations.

        A step is an update of the optimizer. A duration becomes the nearest number of steps, halves up;
        each one by itself. Figures that nothing needs are not used, and a schedule without durations is
        returned as it is.

        Args:
            given: `steps_per_epoch` and `total_steps`, in updates; `epochs` of the run, which with one of
                these gives the other; `batch_size`, the samples of a batch on one device;
                `gradient_accumulation` and `world_size`, how many batches and devices make an update;
                `tokens_per_step`, the tokens of an update on all devices.

        Raises:
            UnboundError: a figure is missing, is not above 0, or contradicts the others.

        Example:
            >>> import lrcore as lr
            >>> lr.Linear(0.0, 0.1, "0.1 run").bind(epochs=30, steps_per_epoch=225)
            Linear(start=0.0, end=0.1, steps=675)
        """
        return bind(self, given)

    @cached_property
    def unbound(self) -> tuple[tuple[str, Duration], ...]:
        """The durations that `bind` would resolve, with their places; empty if there are none."""
        return tuple(durations(self, type(self).__name__))

    def to_json(self) -> str:
        """The document of this schedule; `from_json` gives back an equal one."""
        return _document.to_json(self)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical document: equal for two runs exactly if their schedules are."""
        return _document.fingerprint(self)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        if cls is not Schedule and "kind" not in vars(cls):
            return handler(source)  # the class itself, while it is being defined
        return core_schema.no_info_plain_validator_function(cls._read)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        if schema["type"] == "dataclass":
            return handler(schema)
        return _json_schema.placeholder("schedule" if cls is Schedule else cls.kind)

    @classmethod
    def _read(cls, value: object) -> Self:
        """The value of a field of this type: a schedule, or its entry in a document."""
        schedule = value if isinstance(value, Schedule) else _document.read(value)
        if not isinstance(schedule, cls):
            raise ValueError(f"this is a schedule of the kind {cls.kind!r}")
        return schedule


def _is_operand(value: object) -> bool:
    numbers = (int, float, np.integer, np.floating)
    return isinstance(value, (Schedule, *numbers)) and not isinstance(value, bool)


def _checked_step(step: int | np.integer) -> int:
    truth = isinstance(step, bool) or "bool" in str(getattr(step, "dtype", ""))
    try:
        index = None if truth else operator.index(step)
    except TypeError:  # of tensors and tracers, too
        index = None
    if index is None:
        raise StepError(
            f"a step is an integer, or a NumPy array of integers; got {step!r}, a {type(step).__name__}; "
            "for the tensors of a framework, export the schedule to it"
        )
    if index > LAST_STEP:
        raise StepError(f"a step is at most 2**53; got {index}")
    return index


def _checked_steps(steps: NDArray[np.integer]) -> NDArray[np.int64]:
    if not np.issubdtype(steps.dtype, np.integer):
        raise StepError(f"steps are integers; got an array of {steps.dtype}")
    if steps.size and steps.max() > LAST_STEP:
        raise StepError(f"a step is at most 2**53; got {steps.max()}")
    return steps.astype(np.int64)
