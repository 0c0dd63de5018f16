"""Arguments that define nothing: whatever they are, the error is lrcore's, and shows what was given."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from pydantic import AliasChoices, Field

import lrcore as lrc

LINE: Final = lrc.Linear(0.0, 1.0, 4)
PLAN: Final = lrc.Plan(learning_rate=0.1)
ENDLESS: Final[list[object]] = []
"""A list that holds itself."""
ENDLESS.append(ENDLESS)

make: Final[Any] = lrc
"""The names of lrcore without their types: a type checker refuses most of what is given here."""


class Counted(lrc.Schedule, kind="tests.arguments.counted"):
    """Fields that take integers as well as reals."""

    value: int | float
    many: tuple[int | lrc.Value | None, ...] = ()
    pairs: tuple[tuple[int, lrc.Value | int], ...] = ()

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
        """The number."""
        return op.real(t) * 0.0 + self.value


class Renamed(lrc.Schedule, kind="tests.arguments.renamed"):
    """Fields with other names beside their own."""

    values: lrc.Value = Field(alias="levels")
    end: lrc.Value = Field(default=0.0, validation_alias=AliasChoices("last", "end"))

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
        """The value."""
        return self.values


class Itself(lrc.Schedule, kind="tests.arguments.itself"):
    """Stands for a schedule of its own class."""

    value: lrc.Value

    def expand(self) -> lrc.Schedule:
        """Never comes to an end."""
        return Itself(self.value / 2)


class There(lrc.Schedule, kind="tests.arguments.there"):
    """Stands for a schedule that stands for a schedule of this class."""

    value: lrc.Value

    def expand(self) -> lrc.Schedule:
        """Never comes to an end."""
        return lrc.Hold(self.value, 3) >> Back(self.value)


class Back(lrc.Schedule, kind="tests.arguments.back"):
    """The other half of it."""

    value: lrc.Value

    def expand(self) -> lrc.Schedule:
        """Never comes to an end."""
        return There(self.value)


class Halves(lrc.Schedule, kind="tests.arguments.halves"):
    """Stands for schedules of its own class, and comes to an end."""

    steps: lrc.PositiveSteps

    def expand(self) -> lrc.Schedule:
        """One half after the other, down to a single step."""
        if self.steps == 1:
            return lrc.Hold(1.0, 1)
        return Halves(self.steps // 2) >> Halves(self.steps - self.steps // 2)


def refused(error: type[lrc.LrcoreError], message: str, call: Callable[[], object]) -> None:
    """Whether a call raises this error, with a message that begins like this."""
    with pytest.raises(error, match="^" + re.escape(message)):
        call()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (np.longdouble(1), "numbers here are not of the type longdouble; write int or float"),
        (np.clongdouble(1), "numbers here are not of the type clongdouble"),
        (np.datetime64(1, "ns"), "numbers here are not of the type datetime64"),
        (np.timedelta64(1, "ns"), "numbers here are not of the type timedelta64"),
        (np.array([1, 2], "m8[ns]"), "numbers here are not of the type timedelta64"),
        (np.array([1.0, 2.0], np.longdouble), "numbers here are not of the type longdouble"),
        (
            np.ma.array([1.0, 2.0], mask=[False, True]),
            "a masked array is not a list of numbers; write",
        ),
        (np.ma.masked, "a masked array is not a list of numbers"),
        (range(10**9), "a list has at most 1048576 entries; got range(0, 1000000000)"),
        (np.broadcast_to(1.0, 10**9), "a list has at most 1048576 entries; got array("),
        (ENDLESS, "lists are nested at most 32 deep; got [[[[[[[...]]]]]]]"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_is_neither_a_number_nor_a_list(given: object, reason: str) -> None:
    """In a field of a number, of steps, of a list, of schedules, and in a document."""
    for place, call in {
        "Constant.value": lambda: make.Constant(given),
        "Linear.steps": lambda: make.Linear(0.0, 1.0, given),
        "Table.values": lambda: make.Table(values=given),
        "MultiStep.milestones": lambda: make.MultiStep(0.1, 0.1, milestones=given),
        "Stretch.factor": lambda: make.Stretch(LINE, given),
        "Sequence.parts": lambda: make.Sequence(given),
        "Factor.factor": lambda: make.Factor(given),
    }.items():
        refused(lrc.InvalidScheduleError, f"{place}: {reason}", call)
    message = "Plan.learning_rate: this is neither a schedule nor a number; got "
    refused(lrc.InvalidScheduleError, message, lambda: make.Plan(learning_rate=given))


def test_a_place_in_a_document_of_what_is_no_number() -> None:
    """The error tells the entry."""
    entry = {"kind": "sequence", "parts": [{"kind": "table", "values": [1, np.longdouble(2)]}]}
    refused(
        lrc.DocumentError,
        "schedule.parts[0].values: numbers here are not of the type longdouble; write int or float; "
        f"got {np.longdouble(2)!r}",
        lambda: lrc.from_dict({"lrcore": 1, "schedule": entry}),
    )


INVALID: Final = {
    "product": (lambda: np.longdouble(2) * make.Linear(0, 1, 4), "a number as a factor: numbers"),
    "large-factor": (lambda: LINE * 1e300, "a number as a factor: Input should be less than"),
    "large-term": (lambda: LINE + 1e300, "a number as a term: Input should be less than"),
    "time": (
        lambda: make.Linear(0, 1, 4) - np.timedelta64(5),
        "a number as a term: numbers here are not of",
    ),
    "time-divisor": (
        lambda: make.Linear(0, 1, 4) / np.timedelta64(5),
        "a number as a factor: numbers here are not of",
    ),
    "splice-old": (lambda: make.splice(5, 2, LINE), "splice: old is a schedule; got 5"),
    "splice-new": (lambda: make.splice(LINE, 2, 5), "splice: new is a schedule; got 5"),
    "splice-at": (lambda: make.splice(LINE, None, LINE), "splice: at: a number of steps is an"),
    "base": (lambda: lrc.Schedule(), "Schedule is the base of all schedules; make one of a class"),
    "self": (
        lambda: make.Constant(self=1, value=1.0),
        "Constant.self: there is no such field; the fields are value; got 1",
    ),
    "plan": (lambda: make.Plan(5), "Plan: hyper-parameters are given by name, as in Plan(learn"),
    "plan-of": (lambda: make.Plan({"x": 1}), "Plan: hyper-parameters are given by name, as in"),
    "groups": (lambda: make.Plan(x=1, groups=0), "Plan.groups: groups are a mapping by their n"),
    "group": (lambda: make.Plan(x=1)(5, group=[]), "the plan has no group []; it has none"),
    "name": (lambda: make.Plan(x=1)[[]], "the plan has no []; it has 'x'"),
    "unit": (
        lambda: make.Duration(5, "unknown"),
        "a number with a unit is one text, such as Duration(\"5 epochs\"); got 5, 'unknown'",
    ),
    "duration": (lambda: make.Duration(None), "a duration is a text or a number; got None"),
    "duration-list": (lambda: make.Duration(ENDLESS), "a duration is a text or a number; got [[["),
}


@pytest.mark.parametrize("name", INVALID)
def test_what_makes_no_schedule_duration_or_plan(name: str) -> None:
    """The message is about what was called."""
    call, message = INVALID[name]
    refused(lrc.InvalidScheduleError, message, call)


def test_times_are_no_numbers_of_a_run() -> None:
    """NumPy's nanoseconds are integers, and steps are not nanoseconds."""
    recipe = lrc.Linear(0.0, 1.0, "1 run")
    refused(
        lrc.UnboundError,
        "bind: total_steps is an integer above 0; got np.timedelta64(5,'ns')",
        lambda: recipe.bind(total_steps=np.timedelta64(5, "ns")),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("kind", [5, [], None])
def test_a_kind_is_a_text(kind: object) -> None:
    """The message says what such a name looks like."""
    with pytest.raises(lrc.InvalidScheduleError, match=r"is not a name .* such as \"acme\.wrong\""):

        class Wrong(lrc.Schedule, kind=kind):  # type: ignore[arg-type]
            pass


def test_faults_show_what_was_given() -> None:
    """Not what it has been turned into."""
    with pytest.raises(lrc.InvalidScheduleError, match=r"^WarmupCosine\.peak: .*; got \[0\.1\]$"):
        make.WarmupCosine([0.1], 5, 10)
    with pytest.raises(lrc.InvalidScheduleError, match=r"^Hold\.value: .*; got array\(\[0\.1\]\)$"):
        make.Hold(value=np.array([0.1]), steps=3)
    with pytest.raises(lrc.InvalidScheduleError, match=r"^Table\.values\[1\]: .*; got \[2\]$"):
        make.Table([1, [2]])
    with pytest.raises(lrc.DocumentError, match=r"^schedule\.parts\[0\]\.value: .*; got \[0\.1\]$"):
        lrc.from_json(
            '{"lrcore":1,"schedule":{"kind":"sequence","parts":[{"kind":"constant","value":[0.1]}]}}'
        )


RECIPES: Final[dict[str, Callable[[], object]]] = {
    "MultiStep": lambda: lrc.MultiStep(0.1, 10.0, range(1, 330)),
    "WarmupStableDecay": lambda: lrc.WarmupStableDecay(1.0, 2, 3, 4, shape="geometric"),
    "Mirror": lambda: lrc.Mirror(lrc.Hold(1.0, 0)),
    "Restarts": lambda: lrc.Restarts(lrc.Cosine(1.0, 0.0, 2), start_decay=1e9, cycles=9),
    "Cyclic": lambda: lrc.Cyclic(-3e38, 3e38, 5, mode="triangular2"),
}


@pytest.mark.parametrize("name", RECIPES)
def test_faults_name_the_recipe_that_was_called(name: str) -> None:
    """And no class of the schedule that it stands for."""
    with pytest.raises(lrc.InvalidScheduleError, match=rf"^{name}[:.]") as caught:
        RECIPES[name]()
    others = {cls.__name__ for cls in vars(lrc).values() if isinstance(cls, type)} - {name}
    assert not others & set(re.findall(r"\w+", str(caught.value)))
    assert "\n" not in str(caught.value)


def test_an_expansion_without_an_end() -> None:
    """A class that stands for its own class, by itself or by way of another."""
    for cls in (Itself, There, Back):
        with pytest.raises(
            lrc.InvalidScheduleError,
            match=rf"^{cls.__name__}: in .*, expand\(\) of \w+ leads to another \w+ again and again; return",
        ):
            cls(1.0)
    assert Halves(9)(range(10)).tolist() == [1.0] * 10


def test_equal_schedules_have_one_document() -> None:
    """Where a field takes integers and reals, which are equal in Python."""
    whole = Counted(1, (2, None, 2**53 + 1), ((3, 4),))
    real = Counted(1.0, (2.0, None, 2**53 + 1), ((3, 4.0),))
    assert whole == real
    assert whole.fingerprint == real.fingerprint
    assert whole.to_dict() == lrc.from_json(whole.to_json()).to_dict()
    written = {"kind": "tests.arguments.counted", "value": 1, "many": [2, None], "pairs": [[3, 4]]}
    read = lrc.from_dict({"lrcore": 1, "schedule": written})
    assert read.fingerprint == Counted(1.0, (2.0, None), ((3, 4.0),)).fingerprint
    assert [type(number) for number in (whole.value, *whole.pairs[0])] == [float, int, float]
    assert whole.many[2] == 2**53 + 1, "no real is equal to it"
    assert Counted(10**400).value == 10**400
    assert whole(3) == 1.0


def test_fields_with_aliases() -> None:
    """Either name is read, the field's own is written; both are one too many."""
    renamed_class: Any = Renamed
    for renamed in (renamed_class(levels=1.0), renamed_class(values=1.0, last=0.0)):
        assert renamed == renamed_class(1.0)
        assert lrc.from_dict(renamed.to_dict()) == renamed
        assert eval(repr(renamed)) == renamed
    definitions = lrc.json_schema()["$defs"]
    assert isinstance(definitions, dict)
    assert set(definitions["tests.arguments.renamed"]["properties"]) == {"kind", "values", "end"}
    for own, alias in (("values", "levels"), ("end", "last")):
        with pytest.raises(
            lrc.InvalidScheduleError,
            match=rf"^Renamed\.{own}: this field is given by its alias as well; got 2\.0$",
        ):
            renamed_class(**{"values": 1.0, own: 2.0, alias: 1.0})


@pytest.mark.parametrize("path", [None, 5, True, b"schedule.json", LINE, {}])
def test_what_is_not_a_path(path: object, tmp_path: Path) -> None:
    """Not the number of an open file, either; and what cannot be saved leaves no file."""
    message = f"a path is a text or a pathlib.Path; got {path!r}"
    refused(lrc.DocumentError, f"load: {message}", lambda: make.load(path))
    refused(lrc.DocumentError, f"save: {message}", lambda: make.save(LINE, path))
    target = tmp_path / "schedule.json"
    refused(
        lrc.DocumentError,
        "a document holds a schedule or plan; got 'text'",
        lambda: make.save("text", target),
    )
    assert not list(tmp_path.iterdir())


def test_schedules_in_the_data_of_a_program() -> None:
    """As inside of a schedule, a schedule may stand in place of its entry."""
    for entry in ({"schedule": LINE}, {"schedule": {"kind": "repeat", "schedule": LINE}}):
        read = lrc.from_dict({"lrcore": 1, **entry})
        assert read in (LINE, lrc.Repeat(LINE))
    plan = lrc.from_dict({"lrcore": 1, "plan": {"learning_rate": LINE, "groups": {"a": LINE}}})
    assert plan == lrc.Plan(learning_rate=LINE, groups={"a": LINE})
