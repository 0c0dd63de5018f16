"""Formulas are checked before they run: what no framework can compute is an error with its line."""

from __future__ import annotations

import re
import runpy
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Final, cast

import numpy as np
import pytest

import lrcore as lrc
from lrcore._definition._formula import check_formula
from lrcore._definition._kinds import Symbol
from lrcore._definition._plain import entries
from lrcore.testing import assert_exact, cases, evaluators

HEAD: Final = """\
import math
import numpy as np
import lrcore as lrc

class Own(lrc.Schedule, kind="tests.formula.own"):
    start: lrc.Value = 0.1
    steps: lrc.PositiveSteps = lrc.PositiveSteps(10)
    table: tuple[lrc.Value, ...] = (0.5, 0.25)
    limit: lrc.Value | None = None
    inner: lrc.Schedule = lrc.Linear(0.0, 1.0, 4)

    def formula(self, t, op):
"""
"""A class whose formula follows, line by line."""

MISUSES: Final = {
    "if": (["if t < self.steps:", "    return 0.0", "return 1.0"], 0, "write op.where.condition"),
    "if with a field": (["return 1.0 if self.start else 0.0"], 0, "write op.where.condition"),
    "and": (["return op.where(t > 1 and t < 3, 1.0, 0.0)"], 0, "write op.where.condition"),
    "not": (["return op.where(not t > 1, 1.0, 0.0)"], 0, "write op.where.condition"),
    "comparisons in a chain": (["return op.where(1 < t < 3, 1.0, 0.0)"], 0, "a < b < c"),
    "assert": (["assert t >= 0", "return self.start"], 0, "no truth value"),
    "min": (["return op.real(min(t, self.steps))"], 0, "write .* op.minimum"),
    "max of a tuple": (["return max(self.table)"], 0, "op.maximum"),
    "an integer and a real": (["return self.start * t"], 0, r"write op\.real\(\.\.\.\) around"),
    "an integer and a number": (["return t + 0.5"], 0, r"write op\.real\(\.\.\.\) around"),
    "a quotient of integers": (["share = t / self.steps", "return 1.0"], 0, "write op.real.a. /"),
    "a rest of reals": (["return op.real(t) % 2.0"], 0, "they are for integers"),
    "a whole quotient of reals": (["return op.real(t) // 2.0"], 0, "they are for integers"),
    "math": (["return math.cos(self.start)"], 0, "use the functions of op, such as op.sin"),
    "NumPy": (["return np.cos(op.real(t))"], 0, "use the functions of op, such as op.sin"),
    "an array": (["return np.ones(3) * op.real(t)"], 0, "arithmetic with array"),
    "float": (["return float(t)"], 0, "float.., .* cannot take it; .* op.real"),
    "round": (["return op.real(round(op.real(t)))"], 0, "round.. .* cannot take it"),
    "range": (["for _ in range(self.steps):", "    pass"], 0, "not a Python number"),
    "a power": (["return self.start ** op.real(t)"], 0, "write op.power"),
    "a power of a number": (["return 2.0 ** op.real(t)"], 0, "write op.power"),
    "equal": (["return op.where(t == 0, 1.0, 0.0)"], 0, "write op.equal"),
    "not equal": (["return op.where(t != 0, 1.0, 0.0)"], 0, "write op.equal"),
    "in": (["return 1.0 if t in (1, 2) else 0.0"], 0, "write op.equal"),
    "&": (["return op.where((t > 1) & (t < 3), 1.0, 0.0)"], 0, "nest op.where"),
    "~": (["return op.where(~(t > 1), 1.0, 0.0)"], 0, "nest op.where"),
    "arithmetic with a truth value": (["return self.start * (t < 3)"], 0, "write op.where"),
    "an index": (["last = self.table[-1]", "return self.table[t]"], 1, "such as .* op.take"),
    "where of two kinds": (["return op.where(t < 3, 0, self.start)"], 0, "numbers such as 1.0"),
    "where without a condition": (["return op.where(t, 1.0, 0.0)"], 0, "is a truth value such as"),
    "minimum of two kinds": (["return op.minimum(op.real(t), 1)"], 0, "numbers such as 1.0"),
    "minimum of None": (["return op.minimum(self.start, self.limit)"], 0, "it was given None"),
    "a sine of an integer": (["return op.sin(t)"], 0, "op.sin takes reals; .* an integer"),
    "a power of integers": (["return op.power(t, 2)"], 0, "op.power takes reals; .* an integer"),
    "real of a truth value": (["return op.real(t < 3)"], 0, "it was given a truth value"),
    "take at a real": (["return op.take(self.table, op.real(t))"], 0, "index of op.take is an int"),
    "search in reals": (["return op.real(op.searchsorted(self.table, t))"], 0, "of plain integers"),
    "minimum of truth values": (["return op.minimum(t < 3, t > 1)"], 0, "write op.where"),
    "take of a built table": (["return op.take((self.start, 1.0), t)"], 0, "its table is a field"),
    "the formula of another": (["return self.inner.formula(t, op)"], 0, "self.inner.evaluate"),
    "a call of another": (["return self.inner(t)"], 0, "self.inner.evaluate"),
    "an unknown function": (["return op.tanh(op.real(t))"], 0, "no function 'tanh'; it has .*cos"),
    "a method of arrays": (["return t.astype(float)"], 0, "no attribute 'astype'; use the func"),
    "an unknown field": (["return self.rate"], 0, "has no attribute 'rate'"),
    "evaluation at a real": (["return self.inner.evaluate(op.real(t), op)"], 0, "at an integer"),
    "an integer as the result": (["return t"], -1, r"write `return op\.real\(\.\.\.\)`"),
    "a truth value as the result": (["return t < 3"], -1, r"op\.where\(\.\.\., 1\.0, 0\.0\)"),
    "no result": (["value = op.real(t)"], -1, "returns nothing; end it with `return"),
}
"""The lines of a formula, which of them is at fault (-1: the first line of the formula), and the advice."""


@pytest.mark.parametrize("name", MISUSES)
def test_a_misuse_is_named_with_its_line_and_what_to_write(name: str, tmp_path: Path) -> None:
    """When the schedule is called, and when it is exported."""
    lines, fault, advice = MISUSES[name]
    path = tmp_path / "own.py"
    body = "".join(f"        {line}\n" for line in lines)
    path.write_text(HEAD + body, encoding="utf-8")
    schedule = runpy.run_path(str(path))["Own"]()
    number = HEAD.count("\n") + fault + 1
    source = "def formula(self, t, op):" if fault < 0 else lines[fault].strip()
    place = re.escape(f'Own.formula, {path}, line {number} ("{source}"): ')
    with pytest.raises(lrc.FormulaError, match=f"^{place}.*{advice}"):
        schedule(0)
    with pytest.raises(lrc.FormulaError, match=f"^{place}.*{advice}"):
        lrc.export(0.5 * schedule, "numpy")


class Wrong(lrc.Schedule, kind="tests.formula.wrong"):
    """A formula with a misuse."""

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Array:
        """An integer."""
        return t


class Stands(lrc.Schedule, kind="tests.formula.stands"):
    """A schedule that stands for the field."""

    inner: lrc.Schedule

    def expand(self) -> lrc.Schedule:
        """The field."""
        return self.inner


@pytest.mark.parametrize(
    "schedule",
    [
        lrc.Linear(0.0, 1.0, 4) >> Wrong(),
        lrc.Clip(lrc.Repeat(lrc.Until(Wrong(), 3)), high=1.0),
        lrc.Warmup(lrc.Constant(1.0), 3) * Wrong(),
        Stands(Wrong()),
        Stands(Stands(lrc.Constant(0.5) + Wrong())),
    ],
    ids=lambda schedule: type(schedule).__name__,
)
def test_parts_are_checked_wherever_they_are(schedule: lrc.Schedule) -> None:
    """A part that would play later only is checked at the first call."""
    with pytest.raises(lrc.FormulaError, match=r"^Wrong\.formula, .*returns an integer"):
        schedule(0)


class Counted(lrc.Schedule, kind="tests.formula.counted"):
    """A formula that counts how often it is checked."""

    checks: ClassVar[list[str]] = []

    start: lrc.Value
    limit: lrc.Value | None = None
    is_double: bool = False
    name: str = "a"
    marks: tuple[lrc.Value, ...] = ()
    inner: lrc.Schedule | None = None

    traits = ("is_large",)

    @cached_property
    def is_large(self) -> bool:
        """A number may decide by a trait."""
        return self.start > 1.0

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
        """A number that depends on the plain fields."""
        if isinstance(t, Symbol):
            self.checks.append(self.name)
        if self.is_large:
            return op.maximum(self.start, 2.0)
        value = 2.0 * self.start if self.is_double else self.start
        if self.inner is not None:
            value = self.inner.evaluate(t, op)  # type: ignore[assignment]
        return value if self.limit is None else op.minimum(value, self.limit)


def test_a_class_is_checked_once_for_each_way_of_its_formula() -> None:
    """A field that is None, a truth value or a text may decide an `if`, and so may a trait; a number may not."""
    ways = [
        Counted(0.1),
        Counted(0.1, limit=0.05),
        Counted(0.1, is_double=True),
        Counted(0.1, name="b"),
        Counted(0.1, marks=(1.0,)),
        Counted(0.1, inner=lrc.Constant(0.5)),
        Counted(1.5),
    ]
    same = [
        Counted(0.2),
        Counted(0.2, limit=0.01),
        Counted(0.3, is_double=True),
        Counted(0.3, name="b"),
        Counted(0.3, marks=(2.0,)),
        Counted(0.3, inner=lrc.Linear(0.0, 1.0, 5)),
        Counted(2.5),
    ]
    Counted.checks.clear()
    for i, way in enumerate(ways):
        way(0)
        assert len(Counted.checks) == i + 1, way
    for schedule in (*same, *ways):
        schedule(1)
        schedule(range(3))
        lrc.export(schedule, "numpy")
    assert len(Counted.checks) == len(ways)


class Halved(lrc.Schedule, kind="tests.formula.halved"):
    """A formula with a misuse in one of its ways."""

    limit: lrc.Value | None = None

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
        """The step up to the limit."""
        return op.real(t) if self.limit is None else op.minimum(t, self.limit)


def test_the_other_way_of_a_right_formula_is_checked_as_well() -> None:
    """The way without a limit is right, and the way with a limit is not."""
    assert Halved()(3) == 3.0
    with pytest.raises(lrc.FormulaError, match=r"op\.minimum was given an integer and a real"):
        Halved(2.0)(3)


def test_the_formulas_of_lrcore_pass() -> None:
    """Those of every schedule of the harness, and of all of its parts."""
    checked = set()

    def check(schedule: lrc.Schedule) -> None:
        evaluated = schedule.evaluated
        check_formula(evaluated)
        checked.add(type(evaluated))
        for _, entry in entries(evaluated):
            if isinstance(entry, lrc.Schedule):
                check(entry)

    for case in cases().values():
        check(case.schedule)
    public = [getattr(lrc, name) for name in lrc.__all__]
    own = {cls for cls in public if isinstance(cls, type) and issubclass(cls, lrc.Schedule)}
    with_formula = {cls for cls in own if cls.formula is not lrc.Schedule.formula}
    assert with_formula <= checked, with_formula - checked


class EveryFunction(lrc.Schedule, kind="tests.formula.every_function"):
    """Every function of `Ops`, and every operator of operands."""

    start: lrc.Value
    steps: lrc.PositiveSteps
    levels: tuple[lrc.Value, ...]
    marks: tuple[int, ...]
    parts: tuple[lrc.Schedule, ...]

    phases = ("steps",)

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Array:
        """A sum of all kinds of terms."""
        done = op.minimum(t, self.steps)
        left = op.maximum(self.steps - done, 0)
        share = op.real(done) / op.real(self.steps)
        curve = op.cos(share * (op.pi * 0.5)) + abs(op.sin(op.pi * share))
        curve = curve * op.exp(-share) + op.log(1.0 + share) - op.log1p(share)
        curve = curve + op.expm1(-share) * op.sqrt(self.start) + op.power(0.5, share)
        place = op.searchsorted(self.marks, t)
        curve = curve + op.take(self.levels, op.minimum(place, len(self.levels) - 1))
        curve = curve + op.where(op.equal(left % 3, 0), self.start, -0.5)
        curve = curve + op.real(op.take(self.marks, left // self.steps)) / 1024.0
        return curve + op.choose(self.parts, t % len(self.parts), t)


class Nested(lrc.Schedule, kind="tests.formula.nested"):
    """Conditions within conditions, loops over tuples, and plain decisions."""

    first: lrc.Value
    others: tuple[tuple[int, lrc.Value], ...]
    mode: str = "step"
    inner: lrc.Schedule | None = None

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
        """The last value whose step is over."""
        value: lrc.Operand = self.first
        for step, other in self.others:
            value = op.where(t < step, value, op.where(t < 2 * step, other, 2.0 * other))
        if self.mode == "line":
            value = value * (op.real(t) / 64.0)
        if self.inner is not None:
            length = cast(int, self.inner.duration)
            value = value + self.inner.evaluate(op.minimum(t, length), op)
        return value


class Expanded(lrc.Schedule, kind="tests.formula.expanded"):
    """A schedule that stands for a composition, with lengths that may lie between steps."""

    peak: lrc.Positive
    steps: lrc.Steps

    phases = ("steps",)
    scales = True

    def expand(self) -> lrc.Schedule:
        """A warm-up, and a formula of its own."""
        return lrc.Linear(0.0, self.peak, self.steps) >> Nested(self.peak, ((3, 0.5), (9, 0.25)))


class Bare(lrc.Schedule, kind="tests.formula.bare"):
    """Conditions that no operand decides."""

    start: lrc.Value
    is_halved: bool = False

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
        """A field, compared with a number, and a field that is a truth value."""
        value = op.where(self.start < 3.0, self.start, 3.0)
        return op.where(self.is_halved, 0.5 * value, value)


class Plain(lrc.Schedule, kind="tests.formula.plain"):
    """A formula without an operand."""

    def formula(self, t: lrc.Array, op: lrc.Ops) -> float:
        """A number."""
        return 0.25


LINE: Final = lrc.Linear(0.1, 1.0, 20)
RIGHT: Final = (
    EveryFunction(0.3, 20, (0.5, 0.25, 0.1), (3, 9), (LINE, lrc.Constant(0.5), Plain())),
    Nested(0.1, ()),
    Nested(0.1, ((3, 0.5), (9, 0.25)), "line"),
    Nested(0.1, ((3, 0.5), (9, 0.25)), inner=LINE),
    Expanded(0.1, 7),
    Expanded(0.1, "7.3 steps"),
    Bare(0.1),
    Bare(7.0, is_halved=True),
    Plain(),
)


@pytest.mark.parametrize("schedule", RIGHT, ids=lambda schedule: type(schedule).__name__)
def test_a_formula_that_passes_gives_equal_bits(
    schedule: lrc.Schedule, backend_and_mode: tuple[str, str]
) -> None:
    """In every backend, alone and stacked in a sequence, and the float32 is correctly rounded."""
    backend, mode = backend_and_mode
    evaluate = evaluators(backend)[mode]
    steps = np.arange(40)
    stacked = lrc.Sequence(tuple(lrc.Until(schedule, n) for n in (11, 5, 24)))
    for each in (schedule, stacked):
        wanted = lrc.export(each, "numpy", dtype="float32")(steps)
        assert np.array_equal(evaluate(each, steps, "float32"), wanted)
        assert_exact(each, evaluate, steps)


class Nothing(lrc.Schedule, kind="tests.formula.nothing"):
    """A class with neither a formula nor an expansion."""


class ToNothing(lrc.Schedule, kind="tests.formula.to_nothing"):
    """An expansion that is no schedule."""

    def expand(self) -> lrc.Schedule:
        """A number."""
        return 0.1  # type: ignore[return-value]


class Refusing(lrc.Schedule, kind="tests.formula.refusing"):
    """An expansion that refuses its fields."""

    steps: lrc.Steps

    def expand(self) -> lrc.Schedule:
        """An error of its own, or of the schedule that it makes."""
        if self.steps == 1:
            raise ValueError("one step is not enough")
        return lrc.Repeat(lrc.Linear(0.0, 1.0, self.steps))


def test_expansions_that_fail_name_the_class() -> None:
    """The error is raised on construction, or when durations are bound."""
    with pytest.raises(lrc.InvalidScheduleError, match=r"^Nothing defines neither a formula nor"):
        Nothing()(0)
    with pytest.raises(lrc.InvalidScheduleError, match=r"^ToNothing.*returns 0\.1; return a sched"):
        ToNothing()
    with pytest.raises(lrc.InvalidScheduleError, match=r"^Refusing: one step is not enough"):
        Refusing(1)
    with pytest.raises(
        lrc.InvalidScheduleError, match=r"^Refusing: in the .*, a schedule of duration 0 cannot be"
    ):
        Refusing(0)
    later = Refusing("1 epoch")
    with pytest.raises(lrc.InvalidScheduleError, match=r"^Refusing: one step is not enough"):
        later.bind(steps_per_epoch=1)
    assert later.bind(steps_per_epoch=4)(5) == 0.25
