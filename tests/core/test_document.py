"""Documents: nothing is lost on the way, and nothing that is not a schedule comes in."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

import lrcore as lrc
from lrcore._definition._define import KINDS
from lrcore.testing import cases

KEPT: Final = Path(__file__).parent.parent / "data" / "documents"
WARM: Final = lrc.Linear(0.0, 3e-4, 500) >> lrc.Cosine(3e-4, 3e-5, 9500)


def document(**schedule: object) -> str:
    """A document with this schedule."""
    return json.dumps({"lrcore": 1, "schedule": schedule})


def test_a_run_that_is_changed_again_and_again_can_be_saved() -> None:
    """Its document grows by what was changed, and no more."""
    schedule: lrc.Schedule = lrc.WarmupCosine(0.1, 10, 1000)
    sizes = []
    for at in range(100, 900, 40):
        schedule = lrc.splice(lrc.Pause(schedule, at, 5), at + 10, lrc.Cosine(0.05, 0.0, 1000))
        sizes.append(len(schedule.to_json()))
    assert lrc.from_json(schedule.to_json()) == schedule
    assert sizes[-1] < 100 * sizes[0]


def test_many_threads_save_to_one_path(tmp_path: Path) -> None:
    """Each writes a file of its own before it takes the place."""
    path = tmp_path / "schedule.json"
    schedules = [lrc.Linear(0.0, 1.0, n) for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda schedule: lrc.save(schedule, path), schedules))
    assert lrc.load(path) in schedules
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("name", cases())
def test_reading_gives_back_what_was_written(name: str, tmp_path: Path) -> None:
    """Equal, with the same fingerprint and the same bits, as text and through a file."""
    schedule = cases()[name].schedule
    assert lrc.from_json(schedule.to_json()) == schedule
    lrc.save(schedule, tmp_path / "s.json")
    loaded = lrc.load(tmp_path / "s.json")
    assert isinstance(loaded, lrc.Schedule)
    assert loaded == schedule
    assert loaded.fingerprint == schedule.fingerprint
    assert loaded(range(50)).tolist() == schedule(range(50)).tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["s.json"]


def test_the_document_is_the_documented_one() -> None:
    """Kinds, not class names; fields by name; defaults left out; numbers as they are."""
    assert json.loads(WARM.to_json()) == {
        "lrcore": 1,
        "schedule": {
            "kind": "sequence",
            "parts": [
                {"kind": "linear", "start": 0.0, "end": 0.0003, "steps": 500},
                {"kind": "cosine", "start": 0.0003, "end": 3e-05, "steps": 9500},
            ],
        },
    }
    jump = lrc.PiecewiseConstant((5,), (1.0, 0.1))
    assert json.loads(jump.to_json())["schedule"] == {
        "kind": "piecewise_constant",
        "boundaries": [5],
        "values": [1.0, 0.1],
    }
    assert json.loads(lrc.Repeat(WARM).to_json())["schedule"].keys() == {"kind", "schedule"}


def test_a_hand_written_document() -> None:
    """Integers for values, defaults stated or not, any order and white space."""
    text = '{"schedule": {"steps": 5, "end": 0,\n "start": 1, "power": 1, "kind": "polynomial"}, "lrcore": 1}'
    assert lrc.from_json(text) == lrc.Polynomial(1.0, 0.0, 5)
    assert lrc.from_json(text).fingerprint == lrc.Polynomial(1.0, 0.0, 5, power=1.0).fingerprint


def test_fingerprints_tell_schedules_apart() -> None:
    """Equal ones agree, also for the two zeros; all different cases differ."""
    assert lrc.Constant(0.0).fingerprint == lrc.Constant(-0.0).fingerprint
    decays = [lrc.NaturalExponential(1.0, rate) for rate in (0.0, -0.0, Decimal("-0"))]  # type: ignore[arg-type]
    assert len({decay.fingerprint for decay in decays}) == 1
    assert re.fullmatch("[0-9a-f]{64}", WARM.fingerprint)
    distinct = {case.schedule for case in cases().values()}
    assert len({schedule.fingerprint for schedule in distinct}) == len(distinct)


def test_every_kind_is_kept() -> None:
    """In the documents of the version, a plan among them."""
    text = "".join(path.read_text() for path in KEPT.glob("version-1-*.json"))
    kinds = {kind for kind in KINDS if "." not in kind}
    assert set(re.findall(r'"kind": "(\w+)"', text)) == kinds
    assert '"plan": {' in text


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.json")), ids=lambda path: path.name)
def test_kept_documents_are_read_for_ever(path: Path) -> None:
    """Files of earlier versions, with the fingerprint they had then."""
    expected = path.with_suffix(".sha256").read_text().strip()
    assert lrc.load(path).fingerprint == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"line 1, column 1: not JSON"),
        ("{", r"line 1, column 2: not JSON"),
        ("[1]", 'not a document of lrcore: it has no "lrcore" entry'),
        ("{}", 'not a document of lrcore: it has no "lrcore" entry'),
        ('{"lrcore": "1"}', "lrcore: a version is an integer from 1; got '1'"),
        ('{"lrcore": true}', "lrcore: a version is an integer from 1; got True"),
        ('{"lrcore": 0}', "lrcore: a version is an integer from 1; got 0"),
        ('{"lrcore": 2, "schedule": {}}', r"has version 2, this lrcore reads up to 1; upgrade"),
        (
            '{"lrcore": 1}',
            'a document has either an entry "schedule" or an entry "plan"; this has neither',
        ),
        ('{"lrcore": 1, "schedule": {}, "name": 1}', "name: there is no such entry"),
        ('{"lrcore": 1, "schedule": 5}', r"schedule: this is not a schedule; got 5"),
        ('{"lrcore": 1, "schedule": [{}]}', r"schedule: this is not a schedule; got \["),
        (document(), r'schedule: a schedule has a "kind", which is a string'),
        (document(kind=5), r'schedule: a schedule has a "kind", which is a string'),
        (
            document(kind="Linear"),
            r"schedule: the kind 'Linear' is not known here; is 'linear' meant",
        ),
        (document(kind="os.system"), "schedule: the kind 'os.system' is not known here; known are"),
        (document(kind="constant"), r"schedule\.value: this field is missing"),
        (document(kind="constant", value="0.1"), r"schedule\.value: .*valid number; got '0\.1'"),
        (document(kind="constant", value=None), r"schedule\.value: .*valid number; got None"),
        (document(kind="constant", value=True), r"schedule\.value: .*valid number; got True"),
        (
            document(kind="constant", value=0.1, x=1),
            r"schedule\.x: there is no such field; the fields are value; got 1",
        ),
        (
            document(kind="logarithmic", start=0, end=1, steps=1.5),
            r"schedule: Logarithmic\.steps: a whole",
        ),
        (
            document(kind="linear", start=0, end=1, steps=True),
            r"schedule\.steps: a number of steps is an integer",
        ),
        (document(kind="linear", start=0, end=1, steps=10**400), r"schedule\.steps: .*"),
        (
            document(kind="piecewise_constant", boundaries=5, values=[1]),
            r"schedule\.boundaries: a list is needed here",
        ),
        (
            document(kind="piecewise_constant", boundaries=[5], levels=[1, 2]),
            r"schedule\.levels: there is no such",
        ),
        (
            '{"lrcore": 1, "schedule": {"kind": "constant", "value": NaN}}',
            r"^schedule\.value: NaN is not a number",
        ),
        (
            '{"lrcore": 1, "schedule": {"kind": "constant", "value": -Infinity}}',
            r"^schedule\.value: -Infinity is not",
        ),
        (
            '{"lrcore": 1, "schedule": {"kind": "constant", "value": 1e999}}',
            r"finite number; got inf",
        ),
        ('{"lrcore": 1, "lrcore": 1}', "the entry 'lrcore' occurs twice in one object"),
        (
            '{"lrcore": 1, "schedule": ' + "[" * 300 + "]" * 300 + "}",
            "nested at most 256 levels deep",
        ),
        ("[" * 100_000, "nested at most 256 levels deep"),
        (" " * (16 * 2**20 + 1), "at most 16777216 characters"),
    ],
)
def test_what_is_not_a_document(text: str, message: str) -> None:
    """One clear error, which names the place; nothing half-loaded."""
    with pytest.raises(lrc.DocumentError, match=message):
        lrc.from_json(text)


def test_faults_deep_inside_name_their_place() -> None:
    """Every fault of a document at once, each with its path."""
    broken = json.loads((WARM >> lrc.Repeat(WARM)).to_json())
    parts = broken["schedule"]["parts"]
    parts[0]["steps"] = -1
    parts[2]["schedule"]["parts"][1]["kind"] = "cosin"
    with pytest.raises(lrc.DocumentError) as raised:
        lrc.from_json(json.dumps(broken))
    first, second = str(raised.value).splitlines()
    assert first.startswith("schedule.parts[0].steps: Input should be greater than or equal to 0")
    assert second.startswith("schedule.parts[2].schedule.parts[1]: the kind 'cosin' is not known")


def test_files_that_are_no_documents(tmp_path: Path) -> None:
    """The error names the file, too; a missing file is Python's own error."""
    path = tmp_path / "broken.json"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(lrc.DocumentError, match=r"broken\.json: not UTF-8 text"):
        lrc.load(path)
    path.write_text(document(kind="constant"))
    with pytest.raises(
        lrc.DocumentError, match=r"broken\.json: schedule\.value: this field is miss"
    ):
        lrc.load(str(path))
    with pytest.raises(FileNotFoundError, match="nothing"):
        lrc.load(tmp_path / "nothing.json")


def test_saving_replaces_a_file_whole_or_not_at_all(tmp_path: Path) -> None:
    """A failure on the way leaves what was there, and no litter."""
    path = tmp_path / "s.json"
    lrc.save(WARM, path)
    lrc.save(lrc.Constant(1.0), path)
    assert lrc.load(path) == lrc.Constant(1.0)
    with pytest.raises(FileNotFoundError, match="missing"):
        lrc.save(WARM, tmp_path / "missing" / "s.json")
    with pytest.raises(lrc.DocumentError, match=r"a document holds a schedule or plan; got 0\.1"):
        lrc.save(0.1, path)  # type: ignore[arg-type]
    assert lrc.load(path) == lrc.Constant(1.0)
    assert [entry.name for entry in tmp_path.iterdir()] == ["s.json"]


def test_a_text_is_not_a_mapping() -> None:
    """The error names the function that reads texts."""
    with pytest.raises(
        lrc.DocumentError, match="from_dict takes a mapping; from_json reads a text"
    ):
        lrc.from_dict('{"lrcore": 1}')  # type: ignore[arg-type]


VALIDATOR: Final[Any] = jsonschema.Draft202012Validator(lrc.json_schema())


def test_the_schema_is_a_schema() -> None:
    """Of JSON Schema's own kind, whatever classes are known."""
    VALIDATOR.check_schema(lrc.json_schema())


@pytest.mark.parametrize("name", cases())
def test_the_schema_accepts_what_is_written(name: str) -> None:
    """Every case's document is valid by the generated JSON Schema."""
    VALIDATOR.validate(json.loads(cases()[name].schedule.to_json()))


@pytest.mark.parametrize(
    "schedule",
    [
        {"kind": "linear", "start": 0, "end": 1, "steps": -1},
        {"kind": "linear", "start": 0, "end": 1, "steps": "1.5"},
        {"kind": "linear", "start": 0, "end": 1, "steps": None},
        {"kind": "constant", "value": 1e300},
        {"kind": "geometric", "start": 0, "end": 1, "steps": 5},
        {"kind": "linear", "start": "0", "end": 1, "steps": 1},
        {"kind": "linear", "start": 0, "end": 1},
        {"kind": "linear", "start": 0, "end": 1, "steps": 1, "x": 1},
        {"kind": "sequence", "parts": [{"kind": "constant", "value": "x"}]},
        {"kind": "sequence", "parts": []},
        {"kind": "nothing"},
    ],
)
def test_the_schema_refuses_what_reading_refuses(schedule: dict[str, object]) -> None:
    """An editor shows the fault before lrcore does."""
    assert not VALIDATOR.is_valid({"lrcore": 1, "schedule": schedule})
    with pytest.raises(lrc.DocumentError, match="schedule"):
        lrc.from_json(document(**schedule))
