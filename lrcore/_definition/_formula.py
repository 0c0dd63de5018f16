"""A formula is checked before it is used: it runs once with operands that have a kind and no value.

What such operands cannot do, some framework cannot do: decide a Python `if`, mix integers and reals, or
be given to a function of `math`. The check names the line, and says what to write.
"""

from __future__ import annotations

import linecache
import traceback
from typing import TYPE_CHECKING, Final, cast

from .._errors import FormulaError
from .._evaluation._evaluable import Evaluable
from .._evaluation._ops import Array, Ops
from . import _kinds
from ._define import own_classes
from ._kinds import AS_A_NUMBER, KindOps, MisuseError, Symbol, kind_of, named, symbolic
from ._plain import entries

if TYPE_CHECKING:
    from ._schedule import Schedule

_CHECKED: Final[set[object]] = set()
_OWN_FILES: Final = (__file__, _kinds.__file__)


def check_formulas(schedule: Schedule) -> None:
    """Check the formulas of all classes in `schedule` that are not lrcore's own, each of them once.

    Raises:
        FormulaError: a formula does something that not every framework can compute.
    """
    if not own_classes():
        return
    evaluated = schedule.evaluated
    for _, entry in entries(evaluated):
        if isinstance(entry, Evaluable):
            check_formulas(cast("Schedule", entry))
    cls = type(evaluated)
    if cls not in own_classes():
        return
    names = (*evaluated.fields, *evaluated.traits)
    key = (cls, *(_signature(getattr(evaluated, name)) for name in names))
    if key not in _CHECKED:
        check_formula(evaluated)
        _CHECKED.add(key)


def check_formula(schedule: Schedule) -> None:
    """Run the formula of `schedule` with operands that have a kind and no value."""
    cls = type(schedule)
    values = {name: symbolic(getattr(schedule, name)) for name in schedule.fields}
    beside = {name: symbolic(value) for name, value in schedule.beside_fields().items()}
    twin = cls.unchecked(**values, **beside)
    try:
        value: object = twin.formula(cast(Array, Symbol("integer")), cast(Ops, KindOps()))
        _check_result(value)
    except Exception as error:
        text = AS_A_NUMBER if "__array_ufunc__" in str(error) else str(error)
        raise FormulaError(f"{_place(cls, error)}: {text}") from None


def _check_result(value: object) -> None:
    kind = kind_of(value)
    if value is None:
        raise MisuseError("the formula returns nothing; end it with `return ...`")
    if kind == "integer":
        raise MisuseError("the formula returns an integer; write `return op.real(...)`")
    if kind != "real":
        raise MisuseError(
            f"the formula returns {named(value)}; return a real, such as op.where(..., 1.0, 0.0)"
        )


def _place(cls: type, error: Exception) -> str:
    """The formula with the line in which the error came up."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename not in _OWN_FILES
    ]
    code = cls.formula.__code__  # type: ignore[attr-defined]
    filename = frames[-1].filename if frames else code.co_filename
    line = (frames[-1].lineno if frames else code.co_firstlineno) or 0
    source = linecache.getline(filename, line).strip()
    shown = f' ("{source}")' if source else ""
    return f"{cls.__qualname__}.formula, {filename}, line {line}{shown}"


def _signature(value: object) -> object:
    """What decides which way a formula takes: types, and the plain values that an `if` may ask for."""
    if isinstance(value, Evaluable):
        return Evaluable
    if isinstance(value, tuple):
        return tuple(map(_signature, value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return type(value)
    return value
