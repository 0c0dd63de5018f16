"""Definitions from strangers: whatever exists works everywhere, and all else is refused soon."""

from __future__ import annotations

import copy
import json
import pickle
import re
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lrcore as lrc

LINE: Final = {"kind": "linear", "start": 0, "end": 1, "steps": 3}
HUGE: Final = 10**5000


def text(schedule: str) -> str:
    """A document with this schedule."""
    return f'{{"lrcore": 1, "schedule": {schedule}}}'


def nested(levels: int) -> str:
    """A document of repeats inside of repeats."""
    entry = json.dumps(LINE)
    for _ in range(levels - 1):
        entry = f'{{"kind": "repeat", "times": 1, "schedule": {entry}}}'
    return text(entry)


WRAPPERS: Final[dict[str, Callable[[lrc.Schedule], lrc.Schedule]]] = {
    "clip": lambda s: lrc.Clip(s, low=0.1),
    "repeat": lambda s: lrc.Repeat(s, 1),
    "sum": lambda s: lrc.Sum((s,)),
    "sequence": lambda s: lrc.Sequence((lrc.Constant(1.0) * lrc.Hold(1.0, 1), s)),
    "cooldown": lambda s: lrc.Cooldown(s, 3, 3),
    "window": lambda s: lrc.Window(s, 1, 3),
    "between": lambda s: lrc.Sequence((lrc.Linear(0.0, 1.0, 1.5), lrc.Until(s, 3.25))),
    "unbound": lambda s: lrc.Until(s, "0.5 run"),
    "stretch": lambda s: lrc.Stretch(s, 1.5),
}


def deepest(name: str) -> lrc.Schedule:
    """As many levels as there can be."""
    schedule: lrc.Schedule = lrc.Linear(0.0, 1.0, 8)
    for _ in range(100):
        try:
            schedule = WRAPPERS[name](schedule)
        except lrc.InvalidScheduleError:
            break
    with pytest.raises(lrc.InvalidScheduleError, match="nested at most 64 levels deep"):
        WRAPPERS[name](schedule)
    return schedule


def use(name: str, frames: int = 0) -> None:
    """Everything that can be done with a schedule, by a caller that is itself `frames` deep."""
    if frames:
        return use(name, frames - 1)
    schedule = deepest(name)
    bound = schedule.bind(total_steps=10)
    assert bound(3) == bound(range(5))[3]
    assert pickle.loads(pickle.dumps(schedule)) == schedule
    assert copy.deepcopy(schedule) == schedule
    assert lrc.from_json(schedule.to_json()) == schedule
    assert hash(schedule) == hash(lrc.from_dict(schedule.to_dict()))
    assert replace(schedule) == schedule
    assert repr(schedule).count("(") >= 10
    assert len(schedule.fingerprint) == 64
    return None


@pytest.mark.parametrize("name", WRAPPERS)
def test_whatever_exists_works_anywhere(name: str) -> None:
    """On a thread with a small stack, in a process of its own since a fault would end it; and deep down."""
    run = (
        "import threading\n"
        f"import sys; sys.path.insert(0, {str(__file__).rpartition('/')[0]!r})\n"
        "import test_limits\n"
        "threading.stack_size(512 * 1024)\n"
        f"thread = threading.Thread(target=test_limits.use, args=({name!r},))\n"
        "thread.start(); thread.join(); print('done')\n"
    )
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("done\n", "")
    use(name, 300)


@pytest.mark.parametrize("levels", [65, 180, 240, 1000, 100_000])
def test_levels_of_documents(levels: int) -> None:
    """Text is refused before the parser takes a stack frame for each level."""
    lrc.from_json(nested(64))
    with pytest.raises(lrc.DocumentError, match=r"nested at most (64|256) levels deep"):
        lrc.from_json(nested(levels) if levels < 2000 else text("[" * levels))


def test_brackets_in_texts_are_no_levels() -> None:
    """Nor are those behind an escaped quotation mark."""
    entry = json.dumps({**LINE, "kind": 'line"' + "[" * 1000})
    with pytest.raises(lrc.DocumentError, match=r"schedule: the kind 'line\"\[+\.\.\."):
        lrc.from_json(text(entry))


def chained(
    operator: Callable[[lrc.Schedule, lrc.Schedule], lrc.Schedule], times: int
) -> lrc.Schedule:
    """A line that is joined to itself again and again."""
    schedule: lrc.Schedule = lrc.Linear(0.0, 1.0, 4)
    for _ in range(times):
        schedule = operator(schedule, lrc.Linear(0.0, 1.0, 4))
    return schedule


def test_chains() -> None:
    """Operators make one sum, product or sequence; what nests says what to write."""
    assert chained(lambda a, b: a >> b, 999).duration == 4000
    assert chained(lambda a, b: a + b, 999)(2) == 500.0
    assert chained(lambda a, b: a * b, 999)(4) == 1.0
    with pytest.raises(lrc.InvalidScheduleError, match=r"Sum: .* write a chain as one Sum\(\(a, b"):
        chained(lambda a, _: 0.5 * a + 0.1, 40)


def test_what_is_shared_counts_as_often_as_it_occurs() -> None:
    """Its values would have to be computed as often."""
    with pytest.raises(
        lrc.InvalidScheduleError, match="Sum: a schedule consists of at most 262144"
    ):
        chained(lambda a, _: lrc.Sum((a, a)), 30)
    data: dict[str, Any] = LINE
    for _ in range(50):
        data = {"kind": "sum", "terms": [data, data]}  # YAML writes it in fifty lines
    with pytest.raises(lrc.DocumentError, match="schedule: a schedule consists of at most 262144"):
        lrc.from_dict({"lrcore": 1, "schedule": data})


SOON: Final = {
    "parts": (text('{{"kind":"sequence","parts":[{}]}}'.format(",".join("1" * 10_000))), 20),
    "unknown": (text('{{"kind":"constant","value":1,{}}}'.format(",".join(f'"{i}":1' for i in range(2500)))), 20),
    "doubled": (text("{{{}}}".format(",".join(f'"{i}":1,"{i}":1' for i in range(20_000)))), 0),
    "plan": ('{{"lrcore":1,"plan":{{"learning_rate":1,"groups":{{{}}}}}}}'.format(",".join(f'"{i}":"x"' for i in range(9000))), 0),
}  # fmt: skip


@pytest.mark.parametrize("name", SOON)
def test_faults_are_reported_soon_and_shortly(name: str) -> None:
    """The first twenty. Before there was a limit, these took minutes, or messages of half a megabyte."""
    document, lines = SOON[name]
    begin = time.perf_counter()
    with pytest.raises(lrc.DocumentError, match=r"^(schedule|plan)") as raised:
        lrc.from_json(document)
    assert time.perf_counter() - begin < 2
    message = str(raised.value)
    assert len(message) < 5000
    if lines:
        *shown, last = message.splitlines()
        assert (len(shown), last) == (lines, "and more; these are the first 20")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (text('{"kind":"constant","value":NaN}'), r"^schedule\.value: NaN is not a number"),
        (text('{"kind":"sum","terms":[{"a":1,"a":2}]}'), r"^schedule\.terms\[0\]: the entry 'a' occurs twice"),
        (text('{"kind":"constant","value":%s}' % ("1" * 5000)), r"^schedule\.value: an integer has at most 40 digits"),
        (text('{"kind":"clip","schedule":{"kind":"constant","val":1}}'), r"schedule\.schedule\.val: there is no such field; the fields are value"),
        (text('{"kind":"\\ud800\\u0007"}'), r"the kind '\\ud800\\x07' is not known"),
        (text('{"kind":"constant","value":1,"\\ud800\\n":1}'), r"schedule.*got '\\ud800\\n'"),
        ('{"lrcore":1,"\\u001b[31m\\n":1}', r"^\\x1b\[31m\\n: there is no such entry"),
        ('{"lrcore":1,"plan":{"a\\n\\ud800":"x"}}', r"^plan\.a\\n\\ud800: this is not a schedule; got 'x'$"),
        (text('{"kind":"%s"}' % ("x" * 10**6)), r"^.{,2000}$"),
        (text('{"kind":"constant","value":1,"%s":1}' % ("x" * 10**6)), r"^.{,2000}$"),
    ],
)  # fmt: skip
def test_messages_of_documents(document: str, message: str) -> None:
    """They name places, are short, and leave a terminal as it is."""
    with pytest.raises(lrc.DocumentError, match=message) as raised:
        lrc.from_json(document)
    assert str(raised.value).replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lrc.Constant(HUGE), r"Constant\.value: .* got an integer of more than 40 digits"),
        (lambda: lrc.Linear(0.0, 1.0, HUGE), r"Linear\.steps: "),
        (lambda: lrc.MultiStep(1.0, 0.5, [1, HUGE]), r"MultiStep\.milestones\[1\]: "),
        (lambda: lrc.Plan(learning_rate=HUGE), r"Plan\.learning_rate: "),
        (lambda: lrc.Plan(learning_rate=1.0, groups={HUGE: 0.1}), r"Plan\.groups: "),
        (lambda: lrc.Factor(HUGE), r"Factor\.factor: "),
        (lambda: lrc.Constant(1.0)(HUGE), r"a step is at most 2\*\*53; got an integer of more"),
        (lambda: lrc.Until(lrc.Constant(1.0), "1 run").bind(total_steps=HUGE), "bind: total_steps has more than 40"),
        (lambda: lrc.Until(lrc.Constant(1.0), "1 run").bind(epochs=Fraction(1, HUGE), steps_per_epoch=1), "bind: epochs has more than 40"),  # type: ignore[arg-type]
        (lambda: lrc.Duration(HUGE), "at most 40 digits"),
        (lambda: lrc.Duration("1 run") * 10**39 * 10**39, "at most 40 digits"),
        (lambda: lrc.Duration(Decimal("1e99999999")), "at most 40 digits"),
        (lambda: lrc.Linear(0.0, 1.0, Decimal("1e-99999999")), r"Linear\.steps: .* at most 40 digits"),
        (lambda: lrc.Linear(0.0, 1.0, "0." + "1" * 4200 + "e-999 run"), r"Linear\.steps: a duration is a text"),
        (lambda: lrc.Stretch(lrc.Constant(1.0), "1e99999999"), r"Stretch\.factor: a number is written"),
        (lambda: lrc.from_dict({"lrcore": HUGE, "schedule": {}}), "version an integer of more than 40 digits"),
        (lambda: lrc.from_dict({"lrcore": 1, "schedule": {**LINE, "start": HUGE}}), r"schedule\.start: "),
        (lambda: lrc.export(HUGE, "numpy"), "not a schedule or plan: an integer of more"),  # type: ignore[call-overload]
    ],
)  # fmt: skip
def test_numbers_of_many_digits_are_refused_by_name(
    make: Callable[[], object], message: str
) -> None:
    """Python itself cannot write integers of more than 4,300 digits, and takes long for powers."""
    with pytest.raises(lrc.LrcoreError, match=message):
        make()


def test_nested_lengths_between_steps_are_built_soon() -> None:
    """Each level is put on a finer clock once, although it is a part of all levels above it."""
    schedule: lrc.Schedule = lrc.Linear(0.0, 1.0, 8.5)
    begin = time.perf_counter()
    for _ in range(8):
        schedule = lrc.Until(lrc.Mirror(schedule), 7.5)
    assert time.perf_counter() - begin < 5


SCALARS: Final = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
NAMES: Final = (
    "kind linear cosine sum terms sequence parts repeat schedule times mirror until steps start end value "
    "constant table values restarts cycle growth cycles stretch factor lrcore plan groups learning_rate"
)
WORDS: Final = st.sampled_from(re.findall(r"\w+", NAMES))
NUMBERS: Final = st.sampled_from([0, 1, 3, 2.5, "1/3", "0.5 run", "rest", 2**53, 10**50, 1e300, 7])
DATA: Final = st.recursive(
    SCALARS | WORDS | NUMBERS,
    lambda some: st.lists(some, max_size=4) | st.dictionaries(WORDS, some, max_size=5),
    max_leaves=40,
)
ENTRIES: Final = st.recursive(
    st.just(LINE) | DATA,
    lambda some: st.one_of(
        st.fixed_dictionaries({"kind": st.just("sum"), "terms": st.lists(some, max_size=3)}),
        st.fixed_dictionaries({"kind": st.just("sequence"), "parts": st.lists(some, max_size=3)}),
        st.fixed_dictionaries({"kind": st.just("until"), "schedule": some, "steps": NUMBERS}),
        st.fixed_dictionaries({"kind": st.just("mirror"), "schedule": some}),
        st.fixed_dictionaries({"kind": st.just("stretch"), "schedule": some, "factor": NUMBERS}),
    ),
    max_leaves=30,
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(ENTRIES)
def test_any_document_is_read_or_refused_within_bounds(entry: object) -> None:
    """Nothing but errors of lrcore comes of it, in the time and the memory that the documentation states."""
    document = text(json.dumps(entry))
    tracemalloc.start()
    begin = time.perf_counter()
    try:
        read: object = lrc.from_json(document)
    except lrc.DocumentError as error:
        read = error
    took = time.perf_counter() - begin
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < 1 + len(document) * 5e-3
    assert peak < 500_000 + len(document) * 5_000
    assert len(str(read)) < 25_000
    if isinstance(read, lrc.Schedule):
        assert lrc.from_json(read.to_json()) == read
