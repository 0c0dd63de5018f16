"""The base of every schedule: definition, evaluation, composition, documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self, cast, dataclass_transform, overload

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from .._durations import Duration, Length, Run, shortest
from .._errors import InvalidScheduleError, UnboundError, shown
from .._evaluation._arrays import evaluate_many
from .._evaluation._cached import cached_property
from .._evaluation._evaluable import Evaluable
from .._evaluation._ops import Array, Operand, Ops
from .._evaluation._scalars import evaluate_one
from .._evaluation._traced import Traced
from . import _derived, _entries
from ._bind import bind, unbound_lengths
from ._define import define
from ._extent import Extent, whole, written
from ._formula import check_formulas
from ._plain import entries
from ._steps import checked_step, checked_steps


@dataclass(frozen=True, eq=False, repr=False)  # Hydra and OmegaConf know a base by that
@dataclass_transform(frozen_default=True, field_specifiers=(Field,))
class Schedule(Evaluable):
    """A value for every step: a frozen dataclass of numbers, with one formula.

    The step `t` is the 0-based index of the optimizer update that uses the value: an integer, up to
    2**53. Below 0 a schedule has its value at 0. A finite schedule holds its last value after its end.

    A subclass names its kind and declares its fields. It defines either `formula`, the value at a step,
    or `expand`, the schedule that it stands for. It is a frozen dataclass with checked fields, without a
    decorator.

    Attributes:
        phases: the names of the fields of steps, or of schedules, that follow one another in time. Their
            sum is the `duration`, and `bind` rounds the boundaries between them.
        scales: whether the formula depends on the clock by its ratio to the fields of steps only. Such a
            class also takes lengths between steps, such as `"15.625 steps"`.

    Example:
        >>> import lrcore as lrc
        >>> class SquareRootRamp(lrc.Schedule, kind="acme.square_root_ramp"):
        ...     peak: lrc.Value
        ...     steps: lrc.PositiveSteps
        ...     phases = ("steps",)
        ...
        ...     def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Array:
        ...         done = op.minimum(t, self.steps)
        ...         return self.peak * op.sqrt(op.real(done) / op.real(self.steps))
        >>> SquareRootRamp(peak=0.1, steps=100)(25)
        0.05
    """

    __array_ufunc__ = None  # a NumPy array does not multiply a schedule entry by entry

    kind: ClassVar[str]
    fields: ClassVar[tuple[str, ...]]
    step_fields: ClassVar[tuple[str, ...]]
    _mixed_fields: ClassVar[dict[str, object]]
    phases: ClassVar[tuple[str, ...]] = ()
    scales: ClassVar[bool] = False
    _expands: ClassVar[bool] = False
    __pydantic_fields__: ClassVar[dict[str, FieldInfo]]
    __pydantic_validator__: ClassVar[SchemaValidator]

    def __init__(self, *_: object, **__: object) -> None:
        raise InvalidScheduleError(
            "Schedule is the base of all schedules; make one of a class such as Constant or Linear"
        )

    def __init_subclass__(cls, *, kind: str) -> None:
        super().__init_subclass__()
        define(cls, kind, Schedule)

    def formula(self, t: Array, op: Ops) -> Operand:
        """The value at step `t >= 0`, by the functions of `op` and the operators of its operands."""
        raise self._without_formula()

    def _without_formula(self) -> InvalidScheduleError:
        return InvalidScheduleError(
            f"{type(self).__name__} defines neither a formula nor an expansion; give it "
            "formula(self, t, op) or expand(self)"
        )

    def expand(self) -> Schedule:
        """The schedule that this one stands for; a schedule with a formula stands for itself.

        The expansion of a schedule with lengths between steps is the same schedule on a finer clock.
        """
        return _derived.on_whole_steps(self)

    @cached_property
    def _expansion(self) -> Schedule | None:
        """What `expand` returns; None for the schedule itself."""
        expansion: object = self.expand()
        if not isinstance(expansion, Schedule):
            raise InvalidScheduleError(
                f"{type(self).__name__}.expand returns {shown(expansion)}; return a schedule"
            )
        return None if expansion is self else expansion

    @cached_property
    def _scales_throughout(self) -> bool:
        """Whether this schedule and all schedules in its fields scale, in what they stand for."""
        evaluated = self
        while type(evaluated).formula is Schedule.formula and evaluated._expansion is not None:
            evaluated = evaluated._expansion
        below = (entry for _, entry in entries(evaluated) if isinstance(entry, Schedule))
        return evaluated.scales and all(part._scales_throughout for part in below)

    @property
    def evaluated(self) -> Schedule:
        """The schedule with a formula that evaluates this schedule: its expansion, expanded to the end."""
        if "_expansion" not in self.__dict__ and self.unbound:
            place, duration = self.unbound[0]
            raise UnboundError(
                f"{place} is {str(duration)!r}, not a number of steps: {duration.need} first"
            )
        evaluated = self
        while (expansion := evaluated._expansion) is not None:
            evaluated = expansion
        return evaluated

    @cached_property
    def _written(self) -> Extent:
        return written(self)

    @cached_property
    def _extent(self) -> Extent:
        return whole(self)

    @cached_property
    def duration(self) -> int | Duration | None:
        """The number of steps after which the value no longer changes; None for an endless schedule.

        It is an integer, or a `Duration` before `bind` is called and for lengths between steps.

        Raises:
            UnboundError: the duration depends on which of several durations is longer.
        """
        if self.phases:
            lengths = [length for _, length in self.phase_lengths()]
            if any(length is None for length in lengths):
                return None
            if all(type(length) is int for length in lengths):
                return sum(cast("list[int]", lengths))
            return shortest(
                sum((Duration(length) for length in lengths if length), start=Duration(0))
            )
        if self._expands:
            if self.unbound:
                raise UnboundError(f"the duration of {type(self).__name__} needs bind first")
            expansion = self._expansion
            return None if expansion is None else expansion.duration
        return None

    def phase_lengths(self) -> list[tuple[str, Length | None]]:
        """The lengths of the phases, each with its place; None for an endless phase."""
        found: list[tuple[str, Length | None]] = []
        for name in self.phases:
            value: object = getattr(self, name)
            parts = value if isinstance(value, tuple) else (value,)
            for i, part in enumerate(parts):
                place = f"{name}[{i}]" if isinstance(value, tuple) else name
                length = part.duration if isinstance(part, Schedule) else part
                found.append((place, cast("Length | None", length)))
        return found

    @cached_property
    def _ready(self) -> Schedule:
        evaluated = self.evaluated
        if type(evaluated).formula is Schedule.formula:
            raise evaluated._without_formula()
        check_formulas(evaluated)
        return evaluated

    def ready(self) -> Schedule:
        """The schedule that is evaluated in place of this one, its formulas checked.

        Raises:
            UnboundError: the schedule has durations that `bind` has to resolve.
            FormulaError: a formula does something that not every framework can compute.
        """
        return self._ready

    @overload
    def __call__(self, step: int | np.integer) -> float: ...
    @overload
    def __call__(self, step: range | NDArray[np.integer]) -> NDArray[np.float64]: ...
    def __call__(
        self, step: int | np.integer | range | NDArray[np.integer] | None = None
    ) -> float | NDArray[np.float64]:
        """The value at `step`, in float64.

        Args:
            step: an integer, which gives a float; or a range or a NumPy array of integers, which gives an
                array of the same shape.

        Raises:
            StepError: `step` is not an integer, or is above 2**53.
            UnboundError: the schedule has durations that `bind` has to resolve.
        """
        ready = self.ready()
        if isinstance(step, (range, np.ndarray)):
            return evaluate_many(ready, checked_steps(step))
        return evaluate_one(ready, checked_step(step))

    def __repr__(self) -> str:
        given = (
            f"{name}={_shown(getattr(self, name))}"
            for name in self.fields
            if not _entries.is_default(self, name)
        )
        return f"{type(self).__qualname__}({', '.join(given)})"

    def __getstate__(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.fields}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __rshift__(self, after: Schedule) -> Schedule:
        """This schedule, followed by `after` on a clock of its own."""
        return _derived.follow(self, after) if isinstance(after, Schedule) else NotImplemented

    def __mul__(self, other: Schedule | float) -> Schedule:
        """The product at every step, with a schedule or a number."""
        return _derived.multiply(self, other) if _is_operand(other) else NotImplemented

    def __rmul__(self, other: float) -> Schedule:
        return _derived.multiply(other, self) if _is_operand(other) else NotImplemented

    def __truediv__(self, divisor: float) -> Schedule:
        """The product with `1 / divisor`."""
        if not _is_operand(divisor) or isinstance(divisor, Schedule):
            return NotImplemented
        if divisor == 0:
            raise InvalidScheduleError("a schedule cannot be divided by 0")
        is_time = isinstance(divisor, np.timedelta64)  # which NumPy calls an integer
        return _derived.multiply(self, divisor if is_time else 1 / divisor)

    def __neg__(self) -> Schedule:
        return _derived.multiply(-1.0, self)

    def __add__(self, other: Schedule | float) -> Schedule:
        """The sum at every step, with a schedule or a number."""
        return _derived.add(self, other) if _is_operand(other) else NotImplemented

    def __radd__(self, other: float) -> Schedule:
        return _derived.add(other, self) if _is_operand(other) else NotImplemented

    def __sub__(self, other: Schedule | float) -> Schedule:
        """The difference at every step, with a schedule or a number."""
        # The negative of an unsigned integer of NumPy is a large number.
        number = int(other) if isinstance(other, np.unsignedinteger) else other
        return _derived.add(self, -number) if _is_operand(other) else NotImplemented

    def __rsub__(self, other: float) -> Schedule:
        return _derived.add(other, -self) if _is_operand(other) else NotImplemented

    def bind(
        self,
        *,
        total_steps: int | None = None,
        epochs: float | None = None,
        steps_per_epoch: int | None = None,
        dataset_size: int | None = None,
        drop_last: bool = False,
        batch_size: int | None = None,
        gradient_accumulation: int | None = None,
        world_size: int | None = None,
        tokens_per_step: int | None = None,
        sequence_length: int | None = None,
    ) -> Self:
        """This schedule with numbers of steps in place of durations.

        A step is an update of the optimizer. In a sequence every part ends at the step nearest to its
        exact end, halves up; a duration elsewhere becomes the nearest number of steps. `"rest"` becomes
        what the other parts leave of the run. A schedule without durations is returned as it is, and
        arguments that no duration needs are not used.

        Args:
            total_steps: the updates of the run.
            epochs: the epochs of the run; the updates of an epoch or of the run follow from it and the
                other.
            steps_per_epoch: the updates of an epoch.
            dataset_size: the samples of an epoch. With `batch_size`, each of `world_size` devices sees
                `ceil(dataset_size / world_size)` samples, and the last update of an epoch may have
                fewer batches than `gradient_accumulation`.
            drop_last: whether the last batch of an epoch is left out if it is not full.
            batch_size: the samples of a batch on one device.
            gradient_accumulation: the number of batches of an update; 1 if it is not given.
            world_size: the number of devices; 1 if it is not given.
            tokens_per_step: the tokens of an update on all devices.
            sequence_length: the tokens of a sample.

        Raises:
            UnboundError: an argument is missing, is not above 0, or contradicts others.
            InvalidScheduleError: the resulting numbers of steps do not make a schedule.

        Warns:
            RunLengthWarning: the schedule has parts of the run as lengths, and together its parts last
                longer or shorter than the run.

        Example:
            >>> import lrcore as lrc
            >>> lrc.WarmupCosine(0.1, 500, "rest").bind(epochs=30, steps_per_epoch=225)
            WarmupCosine(peak=0.1, warmup_steps=500, decay_steps=6250)
        """
        run = Run(
            total_steps=total_steps,
            epochs=epochs,
            steps_per_epoch=steps_per_epoch,
            dataset_size=dataset_size,
            drop_last=drop_last,
            batch_size=batch_size,
            gradient_accumulation=gradient_accumulation,
            world_size=world_size,
            tokens_per_step=tokens_per_step,
            sequence_length=sequence_length,
        )
        return bind(self, run)

    @cached_property
    def unbound(self) -> tuple[tuple[str, Duration], ...]:
        """The durations that `bind` resolves, with their places; empty if there are none."""
        return tuple(unbound_lengths(self, type(self).__name__))

    def to_dict(self) -> dict[str, object]:
        """The document of this schedule as plain data; `from_dict` gives back an equal schedule."""
        return _derived.to_dict(self)

    def to_json(self) -> str:
        """The document of this schedule as text; `from_json` gives back an equal schedule."""
        return _derived.to_json(self)

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical document: equal for two schedules exactly if they are equal."""
        return _derived.fingerprint(self)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        if cls is not Schedule and "kind" not in vars(cls):
            return handler(source)  # the class itself, while it is being defined
        return core_schema.no_info_plain_validator_function(
            cls._read,
            serialization=core_schema.plain_serializer_function_ser_schema(_entries.write),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        if schema["type"] == "dataclass":
            return handler(schema)
        return _entries.placeholder("schedule" if cls is Schedule else cls.kind)

    @classmethod
    def _read(cls, value: object) -> Self:
        """The value of a field of this type: a schedule, or its entry in a document."""
        schedule = _entries.read(value)
        if not isinstance(schedule, cls):
            raise ValueError(f"a schedule of the kind {cls.kind!r} is needed here")
        return schedule


def _shown(value: object) -> str:
    """The representation of a field, from which an equal schedule can be made."""
    if isinstance(value, Duration):
        return repr(str(value))
    if isinstance(value, tuple):
        return f"({', '.join(map(_shown, value))}{',' if len(value) == 1 else ''})"
    written = _entries.write_number(value)
    return repr(value if written is None else written)


def _is_operand(value: object) -> bool:
    numbers = (int, float, np.integer, np.floating, Traced)
    return isinstance(value, (Schedule, *numbers)) and not isinstance(value, bool)
