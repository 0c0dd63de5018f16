"""How a class becomes a kind of schedule: checked fields, a name in documents, clear errors."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar, cast, get_args

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass, rebuild_dataclass
from pydantic_core import ArgsKwargs, ErrorDetails, InitErrorDetails, PydanticCustomError

from .._durations import Duration
from .._errors import InvalidScheduleError, UnboundError, printable, shown
from .._evaluation._traced import holds_traced, likened, restored
from . import _extent
from ._expanding import expanding
from ._fields import STEPS
from ._plain import as_real, entries, given_at, plain_values

if TYPE_CHECKING:
    from pydantic._internal._dataclasses import PydanticDataclass

    from ._schedule import Schedule

S = TypeVar("S", bound="Schedule")

KINDS: Final[dict[str, type[Schedule]]] = {}
"""Every known class by its name in documents."""

_OWN: Final[set[type[Schedule]]] = set()

_STRICT: Final = ConfigDict(
    strict=True, extra="forbid", allow_inf_nan=False, validate_default=True, validate_by_name=True
)
_OWN_KIND: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_EXPONENT: Final = re.compile(r"[+-]?[0-9][0-9_]*(\.[0-9_]*)?[eE][+-]?[0-9]+")
_TEXTS: Final = {
    "missing": "this field is missing",
    "unexpected_keyword_argument": "there is no such field",
    "unexpected_positional_argument": "there is no such field",
    "tuple_type": "a list is needed here",
}


def define(cls: type[Schedule], kind: str, root: type[Schedule]) -> None:
    """Make `cls` a frozen dataclass with checked fields, and enter it under `kind`.

    `root` is the base of all schedules, whose attributes cannot be names of fields.
    """
    _check_class(cls, kind, root)
    dataclass(cls, frozen=True, repr=False, config=_STRICT)
    if not cast("type[PydanticDataclass]", cls).__pydantic_complete__:
        # Annotations may be texts with the local names of the function that holds the class statement.
        frame = sys._getframe(2)
        names = {**frame.f_globals, **frame.f_locals}
        rebuild_dataclass(
            cast("type[PydanticDataclass]", cls), raise_errors=True, _types_namespace=names
        )
    cls.kind = kind
    cls.fields = tuple(cls.__pydantic_fields__)
    cls._expands = cls.expand is not root.expand
    types = {
        name: [*field.metadata, *_types(field.annotation)]
        for name, field in cls.__pydantic_fields__.items()
    }
    cls.step_fields = tuple(name for name in types if STEPS in types[name])
    cls._mixed_fields = {
        name: cls.__pydantic_fields__[name].annotation
        for name, found in types.items()
        if int in found and float in found
    }
    _check_phases(cls)
    validated_init = cls.__init__

    def init(self: Schedule, /, *args: object, **kwargs: object) -> None:
        given: dict[int | str, object] = dict(enumerate(args))
        given.update(kwargs)
        try:
            values = plain_values(given)
            validated_init(
                self,
                *(likened(values[place]) for place in range(len(args))),
                **{name: likened(values[name]) for name in kwargs},
            )
        except ValidationError as error:
            raise InvalidScheduleError(describe(error, cls.__name__, given, cls.fields)) from None
        _keep_traced(self, values)
        _check_instance(self)

    cls.__init__ = init  # type: ignore[assignment, method-assign]
    KINDS[kind] = cls
    if not _is_lrcores(cls):
        _OWN.add(cls)


def _keep_traced(schedule: Schedule, given: Mapping[int | str, object]) -> None:
    """Put traced numbers into the fields that were checked with others in their place."""
    traced = {place: value for place, value in given.items() if holds_traced(value)}
    for place, value in traced.items():
        name = schedule.fields[place] if isinstance(place, int) else place
        object.__setattr__(schedule, name, restored(value, getattr(schedule, name)))
    if traced:
        for name in {*vars(schedule)} - {*schedule.fields}:  # what was computed for the check
            del vars(schedule)[name]


def own_classes() -> Set[type[Schedule]]:
    """The classes that are not lrcore's own."""
    return _OWN


def _is_lrcores(cls: type) -> bool:
    return cls.__module__.partition(".")[0] == "lrcore"


def _types(annotation: object) -> Iterator[object]:
    """What a type such as `Steps | None` or `tuple[int | Value, ...]` is made of."""
    yield annotation
    for inner in get_args(annotation):
        yield from _types(inner)


def _check_class(cls: type[Schedule], kind: str, root: type[Schedule]) -> None:
    """Refuse what would take the place of something, or be left out in silence."""
    own_name = isinstance(kind, str) and _OWN_KIND.fullmatch(kind)
    if not _is_lrcores(cls) and not own_name:
        raise InvalidScheduleError(
            f"{cls.__qualname__}: kind={shown(kind)} is not a name for a schedule of your own; give it two or "
            f'more lower-case words joined by dots, such as "acme.{cls.__name__.lower()}" '
            "(single words are lrcore's)"
        )
    known = KINDS.get(kind)
    if known is not None and _origin(known) != _origin(cls):
        raise InvalidScheduleError(
            f"{cls.__qualname__}: kind={shown(kind)} already names {'.'.join(_origin(known))}; choose another"
        )
    own = vars(cls)
    reserved = {*dir(root), *root.__annotations__}
    if taken := [name for name in own.get("__annotations__", ()) if name in reserved]:
        raise InvalidScheduleError(
            f"{cls.__qualname__}: a field cannot be called {taken[0]!r}, every schedule has that attribute"
        )
    if "__init__" in own:
        raise InvalidScheduleError(
            f"{cls.__qualname__}: a schedule is made by its fields; check them in __post_init__, and compute "
            "them in a function that returns the schedule"
        )
    stands_for_another = root not in cls.__bases__ and _is_expansion(cls.__mro__[1], root)
    if "formula" in own and stands_for_another and "expand" not in own:
        raise InvalidScheduleError(
            f"{cls.__qualname__}: its base has expand() in place of a formula; override expand(), or hold a "
            "schedule in a field"
        )


def _check_phases(cls: type[Schedule]) -> None:
    phases = vars(cls).get("phases", ())
    if isinstance(phases, str):
        raise InvalidScheduleError(
            f'{cls.__qualname__}: phases holds names of fields; write phases = ("{phases}",)'
        )
    if isinstance(phases, tuple) and (unknown := set(phases) - {*cls.fields}):
        raise InvalidScheduleError(
            f"{cls.__qualname__}: phases names {unknown.pop()!r}, which is not a field; the fields are "
            f"{', '.join(cls.fields)}"
        )


def _is_expansion(base: type, root: type[Schedule]) -> bool:
    """Whether a class has `expand` in place of a formula."""
    formula: object = getattr(base, "formula", root.formula)
    return formula is root.formula and getattr(base, "expand", root.expand) is not root.expand


def _check_instance(schedule: Schedule) -> None:
    """Refuse what no evaluation could use, and build what is stood for."""
    own = type(schedule).__name__
    for name, types in schedule._mixed_fields.items():
        object.__setattr__(schedule, name, as_real(getattr(schedule, name), types))
    _extent.check(own, schedule._written)
    if not schedule.scales:
        for place, length in _between_steps(schedule):
            raise InvalidScheduleError(
                f"{own}{place}: a whole number of steps is needed here; got '{length}'"
            )
    if schedule.unbound:
        _check_rest(schedule)
        return
    with expanding(own):
        extent = schedule._extent
        _ = schedule.duration  # of which the digits are limited, too
    _extent.check(own, extent)


def _check_rest(schedule: Schedule) -> None:
    """Refuse several phases that would have to share the rest of the run."""
    try:
        lengths = schedule.phase_lengths()
    except UnboundError:  # which of several durations a phase lasts is not known
        return
    resting = [
        place
        for place, length in lengths
        if isinstance(length, Duration) and "rest" in length.amounts
    ]
    if len(resting) > 1:
        raise InvalidScheduleError(
            f"{type(schedule).__name__}: {resting[0]} and {resting[1]} both have 'rest' as a length; "
            "only one part can"
        )


def _between_steps(schedule: Schedule) -> Iterator[tuple[str, Duration]]:
    """The lengths of a schedule that lie between two numbers of steps, with their places."""
    for place, entry in entries(schedule):
        if isinstance(entry, Duration) and entry.is_bound:
            yield place, entry


def from_fields(cls: type[S], values: Mapping[str, object]) -> S:
    """An instance of `cls` from plain data; pydantic's own error tells the place of a fault."""
    made = object.__new__(cls)
    arguments = ArgsKwargs((), plain_values(values))
    made.__pydantic_validator__.validate_python(arguments, self_instance=made)
    _check_instance(made)
    return made


MOST_FAULTS: Final = 20
"""How many faults a message lists."""


def details(
    error: ValidationError,
    names: Sequence[str],
    place: tuple[int | str, ...],
    *known: type,
    given: object = None,
) -> list[InitErrorDetails]:
    """The first faults of a class with these fields at `place`, without those in a value of a `known` type.

    `given` is what was given before it became plain data, if that is known.
    """
    faults = error.errors(include_url=False)
    # A part that is at fault makes its whole look too short; the part is what to mend.
    wholes = {entry["loc"][:i] for entry in faults for i in range(len(entry["loc"]))}
    found = (
        fault(
            _text(entry, names),
            (*place, *entry["loc"]),
            _given(entry, given),
            entry["type"],
        )
        for entry in faults
        if entry["loc"] not in wholes and not isinstance(entry["input"], known)
    )
    return [*islice(found, MOST_FAULTS + 1)]


def _given(entry: ErrorDetails, whole: object) -> object:
    is_all = whole is None or not entry["loc"] or isinstance(entry["input"], ArgsKwargs)
    return cast(object, entry["input"]) if is_all else given_at(whole, entry)


def fault(
    text: str, place: tuple[int | str, ...], given: object, name: str = "schedule"
) -> InitErrorDetails:
    """A fault, in the form in which pydantic takes faults of parts."""
    return InitErrorDetails(type=_CUSTOM(name, text), loc=place, input=given)


_CUSTOM: Final = cast("Callable[[str, str], PydanticCustomError]", PydanticCustomError)
"""Takes texts that are not written in the code, too: without a context, nothing is put into them."""


def describe(error: ValidationError, root: str, given: object, names: Sequence[str] = ()) -> str:
    """The faults of `error`, each with its place below `root` and what was given there.

    `given` is what was given as a whole, and `names` are the fields, in the order of positional arguments.
    """
    faults = details(error, names, (), given=given)
    lines = [_line(entry, root, names) for entry in faults[:MOST_FAULTS]]
    more = [f"and more; these are the first {MOST_FAULTS}"] if len(faults) > MOST_FAULTS else []
    return "\n".join(lines + more)


def _text(entry: ErrorDetails, names: Sequence[str]) -> str:
    known = _TEXTS.get(entry["type"])
    if known is None or entry["msg"].startswith(known):  # of an entry inside
        return entry["msg"].removeprefix("Value error, ")
    if entry["type"] == "unexpected_keyword_argument" and names and len(entry["loc"]) == 1:
        if entry["loc"][0] in names:
            return "this field is given by its alias as well"
        return f"{known}; the fields are {', '.join(names)}"
    return known


def place_in(root: str, loc: Sequence[int | str]) -> str:
    """The place `loc` below `root`, as one writes it in Python."""
    steps = (
        f"[{step}]" if isinstance(step, int) else f".{printable(step)}"
        for step in loc
        if not str(step).startswith("function-")  # pydantic's name for a choice of a union
    )
    return "".join((root, *steps)).removeprefix("." if not root else "")


def _line(entry: InitErrorDetails, root: str, names: Sequence[str]) -> str:
    loc = entry.get("loc", ())
    if loc and isinstance(loc[0], int) and loc[0] < len(names):
        loc = (names[loc[0]], *loc[1:])
    kind = cast("PydanticCustomError", entry["type"])
    text, given = kind.message(), cast(object, entry["input"])
    if kind.type not in ("missing", "limit") and not isinstance(given, ArgsKwargs):
        got = f"got {shown(given)}"
        text = text if got in text else f"{text}; {got}"
    # YAML 1.1 knows a number with an exponent by its point and the sign of its exponent.
    if isinstance(given, str) and len(given) < 80 and _EXPONENT.fullmatch(given):
        text += (
            "; this is a text: in YAML, write such a number with a point and a sign: 3.0e-4, 1.0e+3"
        )
    if type(given).__module__.partition(".")[0] in ("jax", "jaxlib"):
        text += (
            '; numbers of JAX are given as in lrcore.export(schedule, "jax", traced={"peak": x})'
        )
    return f"{place_in(root, loc)}: {text}"


def _origin(cls: type) -> tuple[str, str]:
    return cls.__module__, cls.__qualname__
