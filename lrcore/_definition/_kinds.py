"""Operands that have a kind and no value, and `Ops` on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NoReturn, TypeAlias, cast

from .._evaluation._evaluable import Evaluable
from .._evaluation._ops import Array, Operand, Ops
from .._evaluation._traced import Traced

Kind: TypeAlias = Literal["integer", "real", "truth value"]


class MisuseError(Exception):
    """Something that operands cannot do; the message says what to write."""


def _refuse(text: str) -> NoReturn:
    raise MisuseError(text)


def kind_of(value: object) -> Kind | None:
    """The kind of an operand or a plain number; None for anything else."""
    if isinstance(value, Symbol):
        return value.kind
    if isinstance(value, bool):
        return "truth value"
    if isinstance(value, int):
        return "integer"
    return "real" if isinstance(value, (float, Traced)) else None


def named(value: object) -> str:
    """An operand by its kind, or anything else as it is."""
    kind = kind_of(value)
    if kind is None:
        return repr(value)
    return f"an {kind}" if kind == "integer" else f"a {kind}"


def symbolic(value: object) -> object:
    """A field of a schedule as operands."""
    if isinstance(value, Evaluable):
        return _Part(value)
    if isinstance(value, tuple):
        return _Table(map(symbolic, value))
    kind = kind_of(value)
    return value if kind is None or kind == "truth value" else Symbol(kind)


class _Table(tuple[object, ...]):
    """A tuple in a field, from which every backend can take an entry."""


class _Part(Evaluable):
    """A schedule in a field: it can be evaluated, and it has a duration and fields."""

    def __init__(self, schedule: Evaluable) -> None:
        self._schedule = schedule

    def formula(self, t: Array, op: Ops) -> Operand:
        _refuse("the formula of another schedule; write self.inner.evaluate(t, op)")

    def __call__(self, step: object) -> NoReturn:
        _refuse("a call of another schedule; write self.inner.evaluate(t, op)")

    def evaluate(self, t: Array, op: Ops) -> Array:
        if kind_of(t) != "integer":
            _refuse(f"a schedule is evaluated at an integer, not at {named(t)}")
        return cast(Array, Symbol("real"))

    def __getattr__(self, name: str) -> object:
        return symbolic(getattr(self._schedule, name))


_IN_A_CONDITION: Final = (
    "operands have no truth value that Python could ask for in `if`, `while`, `and`, `or`, `not`, `min`, "
    "`max` or `a < b < c`; write op.where(condition, a, b), op.minimum(a, b) or op.maximum(a, b)"
)
AS_A_NUMBER: Final = (
    "an operand is not a Python number: functions of math and NumPy, int(), float(), round() and "
    "table[...] cannot take it; use the functions of op, such as op.sin, op.exp, op.real and op.take"
)


class Symbol:
    """An operand with a kind and no value."""

    __slots__ = ("kind",)
    kind: Kind
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def _arithmetic(self, other: object) -> Symbol:
        kind = kind_of(other)
        if kind is None:
            _refuse(f"arithmetic with {other!r}, which is not a number")
        if "truth value" in (self.kind, kind):
            _refuse("arithmetic with a truth value; write op.where(condition, a, b)")
        if kind == self.kind or (self.kind == "real" and isinstance(other, int)):
            return Symbol(self.kind)
        _refuse("an integer meets a real; write op.real(...) around the integer")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _arithmetic

    def __truediv__(self, other: object) -> Symbol:
        if self._arithmetic(other).kind == "integer":
            _refuse("`/` with integers; write op.real(a) / op.real(b), or a // b for whole numbers")
        return Symbol("real")

    __rtruediv__ = __truediv__

    def __floordiv__(self, other: object) -> Symbol:
        if self._arithmetic(other).kind == "real":
            _refuse("`//` and `%` with reals; they are for integers")
        return Symbol("integer")

    __rfloordiv__ = __mod__ = __rmod__ = __floordiv__

    def __neg__(self) -> Symbol:
        return self._arithmetic(self)

    __abs__ = __neg__

    def __pow__(self, other: object) -> NoReturn:
        _refuse("`**` of operands; write op.power(base, exponent) with reals, or x * x")

    __rpow__ = __pow__

    def _comparison(self, other: object) -> Symbol:
        self._arithmetic(other)
        return Symbol("truth value")

    __lt__ = __le__ = __gt__ = __ge__ = _comparison

    def _equality(self, other: object) -> NoReturn:
        _refuse("`==` or `!=` of operands; write op.equal(a, b)")

    __eq__ = __ne__ = _equality

    def _logic(self, other: object = None) -> NoReturn:
        _refuse("`&`, `|`, `^` or `~` of operands; nest op.where(condition, a, b)")

    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __invert__ = _logic

    def __bool__(self) -> NoReturn:
        _refuse(_IN_A_CONDITION)

    def _number(self, *_: object) -> NoReturn:
        _refuse(AS_A_NUMBER)

    __int__ = __float__ = __index__ = __round__ = __trunc__ = __floor__ = __ceil__ = _number
    __iter__ = __len__ = __getitem__ = __array__ = __complex__ = _number

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        _refuse(f"operands have no attribute {name!r}; use the functions of op")

    def __repr__(self) -> str:
        return f"<{self.kind}>"


class KindOps:
    """The functions of `Ops` on kinds."""

    pi: Final = Symbol("real")

    def real(self, x: object) -> Symbol:
        if kind_of(x) not in ("integer", "real"):
            _refuse(f"op.real takes an integer; it was given {named(x)}")
        return Symbol("real")

    def where(self, condition: object, chosen: object, other: object) -> Symbol:
        if kind_of(condition) != "truth value":
            _refuse(
                "the condition of op.where is a truth value such as a < b or op.equal(a, b); it was given "
                f"{named(condition)}"
            )
        return Symbol(self._agreed("op.where", chosen, other))

    def equal(self, a: object, b: object) -> Symbol:
        self._agreed("op.equal", a, b)
        return Symbol("truth value")

    def minimum(self, a: object, b: object) -> Symbol:
        return self._extreme("op.minimum", a, b)

    def maximum(self, a: object, b: object) -> Symbol:
        return self._extreme("op.maximum", a, b)

    def _extreme(self, name: str, a: object, b: object) -> Symbol:
        kind = self._agreed(name, a, b)
        if kind == "truth value":
            _refuse(f"{name} of truth values; write op.where(condition, a, b)")
        return Symbol(kind)

    def _agreed(self, name: str, a: object, b: object) -> Kind:
        kinds = kind_of(a), kind_of(b)
        for kind, value in zip(kinds, (a, b), strict=True):
            if kind is None:
                _refuse(f"{name} takes operands and numbers; it was given {value!r}")
        if kinds[0] != kinds[1]:
            _refuse(
                f"{name} was given {named(a)} and {named(b)}; write op.real(...) around an integer, "
                "and numbers such as 1.0 beside a real"
            )
        return cast(Kind, kinds[0])

    def sin(self, x: object) -> Symbol:
        return self._reals("op.sin", x)

    def cos(self, x: object) -> Symbol:
        return self._reals("op.cos", x)

    def exp(self, x: object) -> Symbol:
        return self._reals("op.exp", x)

    def log(self, x: object) -> Symbol:
        return self._reals("op.log", x)

    def log1p(self, x: object) -> Symbol:
        return self._reals("op.log1p", x)

    def expm1(self, x: object) -> Symbol:
        return self._reals("op.expm1", x)

    def sqrt(self, x: object) -> Symbol:
        return self._reals("op.sqrt", x)

    def power(self, base: object, exponent: object) -> Symbol:
        return self._reals("op.power", base, exponent)

    def _reals(self, name: str, *operands: object) -> Symbol:
        for operand in operands:
            if kind_of(operand) != "real":
                _refuse(
                    f"{name} takes reals; it was given {named(operand)}; write "
                    "op.real(...) around an integer, and numbers such as 2.0"
                )
        return Symbol("real")

    def take(self, table: Sequence[object], index: object) -> Symbol:
        if not isinstance(table, _Table) and any(isinstance(entry, Symbol) for entry in table):
            _refuse("op.take of operands; its table is a field, or consists of plain numbers")
        if kind_of(index) != "integer":
            _refuse(f"the index of op.take is an integer, not {named(index)}")
        kinds = {kind_of(entry) for entry in table}
        return Symbol("real" if "real" in kinds else "integer")

    def searchsorted(self, table: Sequence[object], t: object) -> Symbol:
        plain = isinstance(table, _Table) or not any(isinstance(entry, Symbol) for entry in table)
        integers = {kind_of(t), *map(kind_of, table)} == {"integer"}
        if not (plain and integers and isinstance(t, Symbol)):
            _refuse(
                "op.searchsorted takes a table of plain integers or a field of them, and an integer operand"
            )
        return Symbol("integer")

    def choose(self, schedules: Sequence[Evaluable], index: Operand, t: Operand) -> Array:
        return schedules[0].evaluate(cast(Array, t), cast(Ops, self))

    def with_operands(self, schedule: Evaluable) -> Evaluable:
        return schedule

    def __getattr__(self, name: str) -> NoReturn:
        known = sorted(function for function in dir(Ops) if not function.startswith("_"))
        _refuse(f"op has no function {name!r}; it has {', '.join(known)}")
