"""A schedule class of a person's own: ten lines, and everything works."""

from __future__ import annotations

import json
from functools import cached_property

import numpy as np
import pytest

import lrcore as lrc
from lrcore.backend import Evaluator
from lrcore.testing import assert_exact, evaluators, probe_steps


class InverseSquareRoot(lrc.Schedule, kind="tests.inverse_square_root"):
    """Flat for a while, then falling like one over a square root."""

    peak: float
    flat: int

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Array:
        """`peak / sqrt(max(t, flat) - flat + 1)`."""
        return self.peak / op.sqrt(op.real(op.maximum(t, self.flat) - self.flat + 1))


class Halves(lrc.Schedule, kind="tests.halves"):
    """A schedule around another one, with a field that is neither number nor schedule."""

    inner: lrc.Schedule
    upside_down: bool = False
    name: str = "half"

    @cached_property
    def duration(self) -> int | lrc.Duration | None:
        """As long as the inner schedule."""
        return self.inner.duration

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Array:
        """Half of the inner schedule, or one minus that."""
        half = 0.5 * self.inner.evaluate(t, op)
        return 1.0 - half if self.upside_down else half


class Quotients(lrc.Schedule, kind="tests.quotients"):
    """Numbers in a tuple, read by index, by iteration and as a table."""

    divisors: tuple[float, ...]
    starts: lrc.PositiveSteps = lrc.PositiveSteps(7)

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
        """`t / divisors[0]`, and what the others make of zero."""
        value = op.real(t) / self.divisors[0]
        for divisor in self.divisors:
            value = value + 0.0 / divisor
        return value + 0.0 * op.take(self.divisors, t % self.starts * 0)


class Table(lrc.Schedule, kind="tests.table"):
    """A value for each step, and how many marks are over."""

    levels: tuple[int | lrc.Value, ...]
    marks: tuple[int, ...] = ()

    @cached_property
    def duration(self) -> int:
        """One step for each value."""
        return len(self.levels)

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
        """The value of the step, plus one for each mark up to it."""
        value = op.real(op.take(self.levels, op.minimum(t, len(self.levels) - 1)))
        return value + op.real(op.searchsorted(self.marks, t)) if self.marks else value


class Between(lrc.Schedule, kind="tests.between"):
    """Fields for schedules of some classes only."""

    first: lrc.Linear
    others: tuple[lrc.Linear | lrc.Cosine, ...] = ()
    scale: float = 0.0

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
        """The first one."""
        return self.first.evaluate(t, op)


OWN = InverseSquareRoot(0.1, 100)


def _evaluator(backend_and_mode: tuple[str, str]) -> Evaluator:
    backend, mode = backend_and_mode
    return evaluators(backend)[mode]


def test_it_is_exact_in_every_backend(backend_and_mode: tuple[str, str]) -> None:
    """Alone, inside of the library's combinators, around its leaves, and stacked in a sequence."""
    evaluate = _evaluator(backend_and_mode)
    many = lrc.Sequence(
        tuple(lrc.Repeat(Halves(lrc.Linear(0, i, 5)), times=2) for i in range(1, 30))
    )
    for schedule in (
        OWN,
        lrc.Linear(0.0, 0.1, 50) >> OWN,
        0.5 * OWN,
        Halves(lrc.Cosine(1.0, 0.0, 100)),
        lrc.Repeat(lrc.Linear(0.0, 1.0, 9) >> lrc.Linear(1.0, 0.5, 5))
        * Halves(OWN, upside_down=True),
        many,
    ):
        for dtype in ("float32", "float64"):
            steps = probe_steps(schedule, 200, last=2**31 - 1)
            assert_exact(schedule, evaluate, steps, dtype=dtype, within=12)


def test_numbers_in_a_tuple_are_exact_as_well(backend_and_mode: tuple[str, str]) -> None:
    """A compiler that multiplies by the inverse of 49 misses ties, such as 2**25 - 1."""
    steps = 49 * (2**25 - np.arange(40))
    assert_exact(Quotients((49.0, 3.0)), _evaluator(backend_and_mode), steps)


def test_tables_of_stacked_schedules(backend_and_mode: tuple[str, str]) -> None:
    """Each step reads the table of its own schedule, whose numbers need not be of one type."""
    first, second = Table((1, 2.5, 3), (1, 2)), Table((0.1, 0.2, 0.3), (0, 2))
    for schedule in (first, second, first >> second, lrc.Repeat(first, times=2) >> second >> first):
        assert_exact(schedule, _evaluator(backend_and_mode), np.arange(14))


def test_fields_of_single_classes() -> None:
    """They are read back, and refuse schedules of another kind, in Python and in documents."""
    both = Between(lrc.Linear(0.0, 1.0, 2), (lrc.Cosine(0.0, 1.0, 2),))
    assert lrc.from_json(both.to_json()) == both
    with pytest.raises(
        lrc.InvalidScheduleError,
        match=r"Between\.first: .* kind 'linear' is needed here; got Const",
    ):
        Between(lrc.Constant(1.0))  # type: ignore[arg-type]
    document = json.loads(both.to_json())
    document["schedule"]["others"] = [{"kind": "constant", "value": 1.0}]
    with pytest.raises(
        lrc.DocumentError, match=r"schedule\.others\[0\]: .* kind 'cosine' is needed here; got"
    ):
        lrc.from_json(json.dumps(document))


def test_zero_has_no_sign() -> None:
    """Equal schedules have one document, whatever the type of the field."""
    first = lrc.Linear(0.0, 1.0, 2)
    assert Between(first, scale=-0.0).fingerprint == Between(first).fingerprint


def test_bases_besides_schedule() -> None:
    """On either side, and the names of every schedule stay taken."""

    class Mixin:
        def doubled(self, x: float) -> float:
            """Twice as much."""
            return 2 * x

    class Before(Mixin, lrc.Schedule, kind="tests.before"):
        x: float

        def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
            return self.doubled(self.x)

    assert Before(0.25)(3) == 0.5
    with pytest.raises(lrc.InvalidScheduleError, match="a field cannot be called 'duration'"):

        class After(lrc.Schedule, Mixin, kind="tests.after"):
            duration: int


def test_it_is_a_value_and_a_document() -> None:
    """Validation, equality, JSON and fingerprint come with the class."""
    nested = lrc.Linear(0.0, 0.1, 50) >> Halves(OWN, name="x")
    assert lrc.from_json(nested.to_json()) == nested
    assert json.loads(nested.to_json())["schedule"]["parts"][1] == {
        "kind": "tests.halves",
        "inner": {"kind": "tests.inverse_square_root", "peak": 0.1, "flat": 100},
        "name": "x",
    }
    assert lrc.from_json(nested.to_json()).fingerprint == nested.fingerprint
    assert "tests.halves" in str(lrc.json_schema())
    with pytest.raises(lrc.InvalidScheduleError, match=r"InverseSquareRoot\.flat: .*valid integer"):
        InverseSquareRoot(0.1, "100")  # type: ignore[arg-type]
    with pytest.raises(lrc.InvalidScheduleError, match=r"InverseSquareRoot\.peak: .*finite number"):
        InverseSquareRoot(float("nan"), 100)
    with pytest.raises(
        lrc.DocumentError, match=r"schedule\.parts\[1\]\.inner: this is not a schedule"
    ):
        lrc.from_json(nested.to_json().replace('"inner": {', '"inner": 5, "x": {'))


def test_its_kind_must_be_its_own() -> None:
    """Single words are the library's; a name in use is refused; the message says what to do."""
    with pytest.raises(
        lrc.InvalidScheduleError, match=r"kind='mine' is not .* such as \"acme\.mine\""
    ):

        class Mine(lrc.Schedule, kind="mine"):
            pass

    with pytest.raises(
        lrc.InvalidScheduleError, match=r"already names .*\.InverseSquareRoot; choose"
    ):

        class Other(lrc.Schedule, kind="tests.inverse_square_root"):
            pass


def test_fields_cannot_hide_what_every_schedule_has() -> None:
    """A field called `evaluate` would take the place of the method."""
    with pytest.raises(lrc.InvalidScheduleError, match="a field cannot be called 'evaluate'"):

        class Hiding(lrc.Schedule, kind="tests.hiding"):
            evaluate: float  # type: ignore[assignment]


@pytest.mark.parametrize("name", ["kind", "fields", "bind", "formula", "phases", "expand"])
def test_every_attribute_of_schedules_is_taken(name: str) -> None:
    """A field would hide it, or take its place in documents."""
    with pytest.raises(lrc.InvalidScheduleError, match=f"a field cannot be called '{name}'"):
        type("Taken", (lrc.Schedule,), {"__annotations__": {name: float}}, kind="tests.taken")


def test_what_a_class_cannot_define() -> None:
    """Whatever would be left out in silence."""
    with pytest.raises(lrc.InvalidScheduleError, match="Made: a schedule is made by its fields"):

        class Made(lrc.Schedule, kind="tests.made"):
            def __init__(self, x: float) -> None:
                """Do what nobody would call."""

    with pytest.raises(lrc.InvalidScheduleError, match=r"Doubled: its base has expand\(\)"):

        class Doubled(lrc.PiecewiseConstant, kind="tests.doubled"):
            def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
                """Twice the value."""
                return 2.0


def test_subclasses_keep_their_meaning() -> None:
    """Products and sequences lay open what is one of theirs, and nothing that is more."""

    class Doubled(lrc.Product, kind="tests.doubled_product"):
        def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Array:
            """Twice the product."""
            return 2.0 * super().formula(t, op)

    class Ending(lrc.Constant, kind="tests.ending"):
        @cached_property
        def duration(self) -> int:
            """Five steps."""
            return 5

    assert (Doubled((lrc.Constant(1.0),)) * 0.5)(0) == 1.0
    assert (Ending(0.1) * 2.0).duration == 5


def test_defaults_are_fields_like_any_other() -> None:
    """Checked, read as durations, and left out of documents."""

    class Epochs(lrc.Schedule, kind="tests.epochs"):
        steps: lrc.Steps = "5 epochs"  # type: ignore[assignment]

        def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
            """The share of the steps."""
            return op.real(t) / op.real(self.steps)

    class Wrong(lrc.Schedule, kind="tests.wrong_default"):
        steps: lrc.PositiveSteps = lrc.PositiveSteps(0)

    assert Epochs().bind(steps_per_epoch=2).steps == 10
    assert json.loads(Epochs().to_json())["schedule"] == {"kind": "tests.epochs"}
    with pytest.raises(lrc.InvalidScheduleError, match=r"Wrong\.steps: .*equal to 1; got 0"):
        Wrong()


def test_a_class_can_be_defined_again() -> None:
    """As happens when a notebook cell runs twice: the newer definition counts."""

    def define() -> type[lrc.Schedule]:
        class Again(lrc.Schedule, kind="tests.again"):
            value: float

            def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
                return self.value

        return Again

    first, second = define(), define()
    assert first is not second
    text = '{"lrcore": 1, "schedule": {"kind": "tests.again", "value": 0.5}}'
    assert type(lrc.from_json(text)) is second


def test_a_class_without_formula() -> None:
    """The error names the class, and what it lacks."""

    class Empty(lrc.Schedule, kind="tests.empty"):
        pass

    with pytest.raises(lrc.InvalidScheduleError, match="Empty defines neither a formula nor"):
        Empty()(3)


def test_single_and_many_steps_agree() -> None:
    """The formula sees Python numbers or arrays, and does not care."""
    steps = np.arange(300)
    assert OWN(steps).tolist() == [OWN(t) for t in steps.tolist()]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("steps", r'phases holds names of fields; write phases = \("steps",\)'),
        (("step",), "phases names 'step', which is not a field; the fields are peak, steps"),
    ],
)
def test_phases_are_names_of_fields(names: object, message: str) -> None:
    """A misspelled name is an error of the class, not of its first use."""
    with pytest.raises(lrc.InvalidScheduleError, match=message):

        class Misspelled(lrc.Schedule, kind="tests.misspelled"):
            peak: lrc.Value
            steps: lrc.Steps

            phases = names  # type: ignore[assignment]


class Half(lrc.Schedule, kind="tests.half"):
    """An expansion that computes with its number of steps, and has no phases."""

    steps: lrc.Steps

    def expand(self) -> lrc.Schedule:
        """A line of half of the steps."""
        return lrc.Linear(0.0, 1.0, self.steps // 2)


def test_an_expansion_computes_with_integers() -> None:
    """It is not made before `bind`, so its duration is not known before, either."""
    half = Half("5 epochs")
    with pytest.raises(lrc.UnboundError, match="the duration of Half needs bind first"):
        _ = half.duration
    bound = half.bind(steps_per_epoch=4)
    assert (bound, bound.duration) == (Half(20), 10)


def test_division_by_zero() -> None:
    """It is an error of lrcore."""
    with pytest.raises(lrc.InvalidScheduleError, match="a schedule cannot be divided by 0"):
        _ = lrc.Constant(1.0) / 0
