"""Configuration systems: documents as their data, and schedules as the targets of Hydra."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from io import StringIO
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pytest
import tomlkit
import yaml
from hydra.errors import InstantiationException
from hydra.utils import instantiate
from omegaconf import OmegaConf
from omegaconf.errors import InterpolationKeyError, MissingMandatoryValue
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML

import lrcore as lrc
from lrcore.testing import cases

SCHEDULE: Final = lrc.Sequence(
    (
        lrc.Linear(0.0, 3e-4, "5 epochs"),
        lrc.Stretch(
            lrc.Sequence(
                (lrc.Hold(3e-4, "10 %"), lrc.Interpolation((0, 5, 40), (3e-4, 2e-4, 1e-4)))
            ),
            "4/3",
        ),
        lrc.Cosine(1e-4, 0.0, "rest", cycles="2/3"),
    )
)
PLAN: Final = lrc.Plan(
    learning_rate=SCHEDULE,
    weight_decay=0.01,
    groups={
        "backbone": lrc.Factor(0.1),
        "head": {"learning_rate": lrc.Linear(1.0, 0.0, 15.625), "weight_decay": 0.0},
        2: {"learning_rate": lrc.Factor(0.5), "dropout": lrc.Clip(lrc.Linear(0, 1, 9), high=0.5)},
    },
)
EVERY_KIND: Final = {case.schedule.kind: case.schedule for case in cases().values()}

Data = Any
"""The mapping of some package; what it holds has the types of that package."""

create: Final[Callable[[Any], Data]] = OmegaConf.create
to_container: Final[Callable[[Any], Data]] = OmegaConf.to_container


@dataclass
class Settings:
    """The settings of somebody's training, one of which is a document."""

    document: dict[str, object] = field(default_factory=dict)


def by_ruamel(document: dict[str, object]) -> Data:
    """As a round trip through YAML 1.2, with the types that keep comments and the form of numbers."""
    text = StringIO()
    YAML().dump(document, text)
    return YAML().load(text.getvalue())


def inside_of_json(document: dict[str, object]) -> Data:
    """As an entry of the settings of a training."""
    text = json.dumps({"seed": 7, "optimizer": {"name": "adam", "schedule": document}})
    return json.loads(text)["optimizer"]["schedule"]


def inside_of_omegaconf(document: dict[str, object]) -> Data:
    """As a read-only entry of the settings of a training."""
    settings = create({"seed": 7, "optimizer": {"schedule": document}})
    OmegaConf.set_readonly(settings, True)
    return settings.optimizer.schedule


def as_views(data: Data) -> Data:
    """With mappings that cannot be written to, and tuples for lists."""
    if isinstance(data, dict):
        return MappingProxyType({name: as_views(entry) for name, entry in data.items()})
    return tuple(map(as_views, data)) if isinstance(data, list) else data


PACKAGES: Final[dict[str, Callable[[dict[str, object]], Data]]] = {
    "plain": copy.deepcopy,
    "views": as_views,
    "dataclass": lambda document: asdict(Settings(document))["document"],
    "json": inside_of_json,
    "pyyaml": lambda document: yaml.safe_load(yaml.safe_dump(document, sort_keys=False)),
    "ruamel": by_ruamel,
    "tomllib": lambda document: tomllib.loads(tomlkit.dumps(document)),
    "tomlkit": lambda document: tomlkit.parse(tomlkit.dumps(document)),
    "omegaconf": create,
    "omegaconf-inside": inside_of_omegaconf,
}
"""What each package makes of a document that it writes and reads."""

every_package = pytest.mark.parametrize("package", PACKAGES)


@every_package
@pytest.mark.parametrize("written", [SCHEDULE, PLAN], ids=["schedule", "plan"])
def test_a_document_comes_back(package: str, written: lrc.Schedule | lrc.Plan) -> None:
    """Equal, with the same fingerprint; the data that it was read from stays as it was."""
    data = PACKAGES[package](written.to_dict())
    before = repr(data)
    read = lrc.from_dict(data)
    assert read == written
    assert read.fingerprint == written.fingerprint
    assert lrc.from_dict(data) == written
    assert repr(data) == before


@every_package
def test_every_kind_comes_back(package: str) -> None:
    """No kind of schedule needs what one of the packages cannot hold, such as TOML a null."""
    for schedule in EVERY_KIND.values():
        assert lrc.from_dict(PACKAGES[package](schedule.to_dict())) == schedule


def test_what_is_written_is_plain_data() -> None:
    """Exact types, which every package can write, and new ones each time."""

    def check(data: object) -> None:
        assert type(data) in (dict, list, str, int, float, bool)
        if isinstance(data, dict):
            assert {type(name) for name in data} <= {str}
        for entry in (
            data.values() if isinstance(data, dict) else data if type(data) is list else ()
        ):
            check(entry)

    numbers = lrc.Linear(np.float32(0.5), np.float64(1.0), np.int64(10))  # type: ignore[arg-type]
    documents: list[lrc.Schedule | lrc.Plan] = [SCHEDULE, PLAN, numbers, *EVERY_KIND.values()]
    for written in documents:
        check(written.to_dict())
        written.to_dict().clear()
        assert lrc.from_dict(written.to_dict()) == written


YAML_TEXT: Final = """
lrcore: 1
schedule:
  kind: sequence  # of three parts
  parts:
    - &warmup {kind: linear, start: 0, end: 1.50, steps: 1_000}
    - <<: *warmup
      end: 3.0e-4
      steps: 20.0
      extrapolate: false
    - kind: stretch
      schedule: {kind: cosine, start: 1, end: 0, steps: 10 %, cycles: 2/3}
      factor: 1.5
    - kind: interpolation
      knots: [0, 15.625, 5 epochs]
      values: [1, .5, -1e-3]
"""

TOML_TEXT: Final = """
lrcore = 1
schedule.kind = "sequence"  # of three parts

[[schedule.parts]]
kind = "linear"
start = 0
end = 1.50
steps = 1_000

[[schedule.parts]]
kind = "linear"
start = 0
end = 3e-4
steps = 0x14
extrapolate = false

[[schedule.parts]]
kind = "stretch"
schedule = {kind = "cosine", start = 1, end = 0, steps = "10 %", cycles = "2/3"}
factor = 1.5

[[schedule.parts]]
kind = "interpolation"
knots = [0, 15.625, "5 epochs"]
values = [1, 0.5, -1e-3]
"""


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (yaml.safe_load, YAML_TEXT.replace("-1e-3", "-1.0e-3")),
        (YAML().load, YAML_TEXT),
        (YAML(typ="safe").load, YAML_TEXT),
        (create, YAML_TEXT),
        (tomllib.loads, TOML_TEXT),
        (tomlkit.parse, TOML_TEXT),
    ],
    ids=["pyyaml", "ruamel", "ruamel-safe", "omegaconf", "tomllib", "tomlkit"],
)
def test_a_file_written_by_hand(read: Callable[[str], Data], text: str) -> None:
    """Numbers in any form of the format, references to other entries, comments, durations as text."""
    assert lrc.from_dict(read(text)) == lrc.Sequence(
        (
            lrc.Linear(0.0, 1.5, 1000),
            lrc.Linear(0.0, 3e-4, 20),
            lrc.Stretch(lrc.Cosine(1.0, 0.0, "10 %", cycles="2/3"), 1.5),
            lrc.Interpolation((0, 15.625, "5 epochs"), (1.0, 0.5, -1e-3)),
        )
    )


def test_numbers_that_yaml_takes_for_texts() -> None:
    """Not guessed at; YAML 1.2 and OmegaConf read them as numbers."""
    rate = "lrcore: 1\nschedule: {kind: constant, value: 3e-4}\n"
    with pytest.raises(
        lrc.DocumentError,
        match=r"^schedule\.value: .* number; got '3e-4'; this is a text: in YAML, .*: 3\.0e-4, 1\.0e\+3$",
    ):
        lrc.from_dict(yaml.safe_load(rate))
    assert lrc.from_dict(YAML().load(rate)) == lrc.Constant(3e-4)
    assert lrc.from_dict(create(rate)) == lrc.Constant(3e-4)
    steps = "lrcore: 1\nschedule: {kind: linear, start: 0, end: 1, steps: 1e4}\n"
    with pytest.raises(
        lrc.DocumentError,
        match=r"^schedule\.steps: a duration .* got '1e4', where 1e4 has no unit, .*; this is a text: in YAML",
    ):
        lrc.from_dict(yaml.safe_load(steps))
    assert lrc.from_dict(yaml.safe_load(steps.replace("1e4", "1.0e+4"))) == lrc.Linear(0, 1, 10_000)
    factor = "lrcore: 1\nplan: {learning_rate: 1, groups: {a: {learning_rate: {factor: 1e-1}}}}\n"
    with pytest.raises(
        lrc.DocumentError,
        match=r"^plan\.groups\.a\.learning_rate: .* got '1e-1'; this is a text: in YAML",
    ):
        lrc.from_dict(yaml.safe_load(factor))
    with pytest.raises(lrc.InvalidScheduleError, match=r"^Constant\.value: .* got 'e-1'$"):
        lrc.Constant("e-1")  # type: ignore[arg-type]


def test_groups_by_number() -> None:
    """Numbers as names, which JSON and TOML do not have, mean the same as their texts."""
    plan = lrc.Plan(learning_rate=0.1, groups={0: lrc.Factor(0.5), 1: {"weight_decay": 0.0}})
    text = """
        lrcore: 1
        plan:
          learning_rate: 0.1
          groups:
            0: {learning_rate: {factor: 0.5}}
            1: {weight_decay: 0}
    """
    for read in (yaml.safe_load, YAML().load, create):
        assert lrc.from_dict(read(text)) == plan
        assert lrc.from_dict(read(text.replace("0: {", "'0': {"))) == plan


LINEAR: Final = {"kind": "linear", "start": 0.0, "end": 1.0, "steps": 10}


@every_package
@pytest.mark.parametrize(
    ("entries", "place"),
    [
        ({"schedule": {**LINEAR, "steps": -1}}, "schedule.steps: "),
        ({"schedule": {**LINEAR, "steps": "5 parsecs"}}, "schedule.steps: a duration is"),
        ({"schedule": {**LINEAR, "start": "0.1"}}, "schedule.start: "),
        ({"schedule": {**LINEAR, "start": "3e-4"}}, "schedule.start: "),
        ({"schedule": {**LINEAR, "start": True}}, "schedule.start: "),
        ({"schedule": {**LINEAR, "rate": 0.1}}, "schedule.rate: there is no such field"),
        ({"schedule": {"kind": "linear", "start": 0.0}}, "schedule.end: this field is missing"),
        ({"schedule": {**LINEAR, "kind": "Linear"}}, "schedule: the kind 'Linear' is not known"),
        ({"schedule": {"start": 0.0}}, 'schedule: a schedule has a "kind"'),
        ({"schedule": 5}, "schedule: this is not a schedule; got 5"),
        ({"schedule": {"kind": "table", "values": [1.0, "x"]}}, "schedule.values[1]: "),
        ({"schedule": {"kind": "table", "values": 5}}, "schedule.values: "),
        (
            {
                "schedule": {
                    "kind": "sequence",
                    "parts": [LINEAR, {"kind": "repeat", "schedule": {**LINEAR, "steps": "x"}}],
                }
            },
            "schedule.parts[1].schedule.steps: ",
        ),
        ({"plan": {"learning_rate": "high"}}, "plan.learning_rate: this is not a schedule"),
        ({"plan": {"learning_rate": {**LINEAR, "end": "x"}}}, "plan.learning_rate.end: "),
        (
            {"plan": {"learning_rate": 1, "groups": {"a": "x"}}},
            "plan.groups.a: this is not a schedule",
        ),
        (
            {"plan": {"learning_rate": 1, "groups": {"2": {"learning_rate": {"factor": "x"}}}}},
            "plan.groups.2.learning_rate: Factor.factor: ",
        ),
        (
            {"plan": {"learning_rate": 1, "groups": {"a": {"dropout": {"factor": 0.5}}}}},
            "plan: Plan.groups['a'].dropout: Factor(0.5) is a factor",
        ),
        ({"schedule": LINEAR, "plan": {"learning_rate": 1}}, "a document has either an entry"),
        ({"schedule": LINEAR, "name": "x"}, "name: there is no such entry"),
        ({"lrcore": "1", "schedule": LINEAR}, "lrcore: a version is an integer"),
        ({"lrcore": 2, "schedule": LINEAR}, "lrcore: the document has version 2"),
    ],
)
def test_a_fault_is_described_as_in_json(
    package: str, entries: dict[str, object], place: str
) -> None:
    """By the same words, with the same place, whatever the types of the package are."""
    document = {"lrcore": 1, **entries}
    with pytest.raises(lrc.DocumentError, match="^" + re.escape(place)) as of_json:
        lrc.from_json(json.dumps(document))
    words, _, mapping = str(of_json.value).partition("; got {")
    data = PACKAGES[package](document)
    before = repr(data)
    with pytest.raises(
        lrc.DocumentError, match=f"^{re.escape(words)}{'; got .*' if mapping else ''}$"
    ):
        lrc.from_dict(data)
    assert repr(data) == before


def test_a_document_inside_of_itself() -> None:
    """YAML can write it, and reading it ends with an error."""
    text = "lrcore: 1\nschedule: &all {kind: sequence, parts: [*all]}"
    with pytest.raises(
        lrc.DocumentError, match=r"^schedule: schedules are nested at most 64 levels"
    ):
        lrc.from_dict(yaml.safe_load(text))


INTERPOLATED: Final = """
    peak: 0.1
    run: {warmup: 5 epochs, knots: [0, 20]}
    optimizer:
      schedule:
        lrcore: 1
        schedule:
          kind: sequence
          parts:
            - {kind: linear, start: 0, end: "${peak}", steps: "${run.warmup}"}
            - kind: interpolation
              knots: ${run.knots}
              values: ["${peak}", 0.01]
            - ${last}
    last: {kind: constant, value: "${oc.select:bottom,0.5}"}
"""


def test_interpolations_are_resolved() -> None:
    """From anywhere in the configuration, in fields, in lists, and as whole schedules."""
    config = create(INTERPOLATED)
    parts = (lrc.Linear(0, 0.1, "5 epochs"), lrc.Interpolation((0, 20), (0.1, 0.01)))
    expected = lrc.Sequence((*parts, lrc.Constant(0.5)))
    assert lrc.from_dict(config.optimizer.schedule) == expected
    assert to_container(config) == yaml.safe_load(INTERPOLATED)


def test_interpolations_of_nothing() -> None:
    """OmegaConf says what is not there, and where in the whole configuration that is."""
    config = create(INTERPOLATED.replace("peak: 0.1", "top: 0.1"))
    place = re.escape("full_key: optimizer.schedule.schedule.parts[0].end")
    with pytest.raises(InterpolationKeyError, match=rf"'peak' not found\n *{place}"):
        lrc.from_dict(config.optimizer.schedule)


@pytest.mark.parametrize(
    ("entries", "place"),
    [
        ({"schedule": "???"}, "schedule"),
        ({"schedule": {**LINEAR, "kind": "???"}}, "schedule.kind"),
        ({"schedule": {**LINEAR, "steps": "???"}}, "schedule.steps"),
        (
            {"schedule": {"kind": "sequence", "parts": [LINEAR, {**LINEAR, "end": "???"}]}},
            "schedule.parts[1].end",
        ),
        ({"plan": {"learning_rate": "???"}}, "plan.learning_rate"),
        (
            {"plan": {"learning_rate": 1, "groups": {"a": {"learning_rate": {"factor": "???"}}}}},
            "plan.groups.a.learning_rate.factor",
        ),
    ],
)
def test_values_that_are_still_missing(entries: dict[str, object], place: str) -> None:
    """OmegaConf's own error has their place in the whole configuration; as a text they are a fault."""
    config = create({"run": {"lrcore": 1, **entries}})
    with pytest.raises(MissingMandatoryValue, match=rf"full_key: run\.{re.escape(place)}\n"):
        lrc.from_dict(config.run)
    with pytest.raises(lrc.DocumentError, match=r"'\?\?\?'"):
        lrc.from_dict(to_container(config)["run"])


@dataclass
class Decay:
    """Somebody's structured configuration of a schedule, by the names of the document."""

    kind: str = "cosine"
    start: float = 0.1
    end: float = 0.0
    steps: int = 100


@dataclass
class Document:
    """Somebody's structured configuration of a document."""

    lrcore: int = 1
    schedule: Decay = field(default_factory=Decay)


def test_structured_configurations() -> None:
    """A document with the types of somebody's dataclasses, changed on the command line."""
    config: Data = OmegaConf.merge(Document, OmegaConf.from_dotlist(["schedule.steps=200"]))
    assert lrc.from_dict(config) == lrc.Cosine(0.1, 0.0, 200)


MODES: Final = ("none", "partial", "object", "all")

every_mode = pytest.mark.parametrize("mode", MODES)

HYDRA_SCHEDULE: Final = """
    _target_: lrcore.Sequence
    parts:
      - _target_: lrcore.Linear
        _args_: [0, 3.0e-4]
        steps:
          _target_: lrcore.Duration
          _args_: [5 epochs]
      - _target_: lrcore.Stretch
        schedule:
          _target_: lrcore.Sequence
          _args_:
            - - {_target_: lrcore.Hold, value: 3.0e-4, steps: 10 %}
              - _target_: lrcore.Interpolation
                knots: [0, 5, 40.0]
                values: [3.0e-4, 2.0e-4, 1.0e-4]
        factor: 4/3
      - {_target_: lrcore.Cosine, start: 1.0e-4, end: 0, steps: rest, cycles: 2/3}
"""


def hydra_plan() -> dict[str, object]:
    """The configuration of the plan, with groups in all of their forms."""
    return {
        "_target_": "lrcore.Plan",
        "learning_rate": yaml.safe_load(HYDRA_SCHEDULE),
        "weight_decay": 0.01,
        "groups": {
            "backbone": {"_target_": "lrcore.Factor", "factor": 0.1},
            "head": {
                "learning_rate": {"_target_": "lrcore.Linear", "_args_": [1, 0, 15.625]},
                "weight_decay": 0,
            },
            2: {
                "learning_rate": {"_target_": "lrcore.Factor", "_args_": [0.5]},
                "dropout": {
                    "_target_": "lrcore.Clip",
                    "schedule": {"_target_": "lrcore.Linear", "start": 0, "end": 1, "steps": 9},
                    "high": 0.5,
                },
            },
        },
    }


@every_mode
def test_hydra_makes_schedules(mode: str) -> None:
    """From nested targets, lists of them, positional arguments and durations, however it converts."""
    config = create(HYDRA_SCHEDULE)
    config._convert_ = mode
    before = repr(config)
    assert instantiate(config) == SCHEDULE
    assert instantiate(to_container(config)) == SCHEDULE
    assert repr(config) == before


@every_mode
def test_hydra_makes_plans(mode: str) -> None:
    """With named and numbered groups, of factors, of values and of schedules."""
    assert instantiate({**hydra_plan(), "_convert_": mode}) == PLAN


@every_mode
@pytest.mark.parametrize("written", [SCHEDULE, PLAN], ids=["schedule", "plan"])
def test_hydra_reads_documents(mode: str, written: lrc.Schedule | lrc.Plan) -> None:
    """`from_dict` is a target, too; the document is its argument."""
    target = {"_target_": "lrcore.from_dict", "_convert_": mode}
    assert instantiate({**target, "document": written.to_dict()}) == written
    assert instantiate({**target, "_args_": [written.to_dict()]}) == written


@every_mode
def test_hydra_makes_every_kind(mode: str) -> None:
    """Each as a part of a list, for which Hydra has rules of its own."""
    for schedule in EVERY_KIND.values():
        part = {"_target_": "lrcore.from_dict", "document": schedule.to_dict()}
        config = {"_target_": "lrcore.Sequence", "_convert_": mode, "parts": [part]}
        assert instantiate(config) == lrc.Sequence((schedule,))


def test_hydra_leaves_arguments_for_later() -> None:
    """A partial target takes the number of steps when it is known."""
    config = {"_target_": "lrcore.Cosine", "_partial_": True, "start": 0.1, "end": 0}
    assert instantiate(config)(steps=100) == lrc.Cosine(0.1, 0.0, 100)


@every_mode
@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"_target_": "lrcore.Cosine", "start": "3e-4", "end": 0, "steps": 5},
            r"Cosine\.start: .* got .*3e-4.*; this is a text: in YAML",
        ),
        (
            {"_target_": "lrcore.Cosine", "_args_": [0.1, 0, "5 parsecs"]},
            r"Cosine\.steps: a duration is a text such as",
        ),
        (
            {"_target_": "lrcore.Cosine", "start": 1, "end": 0},
            r"Cosine\.steps: this field is missing",
        ),
        (
            {"_target_": "lrcore.Sequence", "parts": [{"start": 1}]},
            r"Sequence\.parts\[0\]: a schedule has a .kind.",
        ),
        (
            {"_target_": "lrcore.Table", "values": [0.1, "x"]},
            r"Table\.values\[1\]: .* got .*x",
        ),
        (
            {"_target_": "lrcore.Plan", "learning_rate": 0.1, "groups": {"a": {"betas": 1}}},
            r"Plan\.groups\[.*a.*\]\.betas: the pair of betas",
        ),
        (
            {"_target_": "lrcore.Factor", "factor": "half"},
            r"Factor\.factor: .* got .*half",
        ),
        (
            {"_target_": "lrcore.Duration", "_args_": ["soon"]},
            r"a duration is a text .* got .*soon",
        ),
        (
            {
                "_target_": "lrcore.from_dict",
                "document": {"lrcore": 1, "schedule": {**LINEAR, "steps": -1}},
            },
            r"schedule\.steps: .* greater than or equal to 0",
        ),
    ],
)
def test_hydra_shows_the_errors(mode: str, config: dict[str, object], message: str) -> None:
    """With lrcore's message and the target, however deep the target lies."""
    name = str(config["_target_"]).removeprefix("lrcore.")
    named = rf"^Error in call to target 'lrcore\.[a-z_.]+\.{name}':\n[A-Za-z]+Error\(.{message}"
    with pytest.raises(InstantiationException, match=named):
        instantiate({**config, "_convert_": mode})
    outer = {"_target_": "lrcore.Repeat", "_convert_": mode, "schedule": config}
    with pytest.raises(InstantiationException, match=rf"(?s){named}.*\nfull_key: schedule$"):
        instantiate(outer)


@every_mode
def test_hydra_names_missing_values(mode: str) -> None:
    """Its own error, with the place."""
    part = {"_target_": "lrcore.Cosine", "start": 0.1, "end": "???", "steps": 5}
    config = {"_target_": "lrcore.Sequence", "_convert_": mode, "parts": [part]}
    with pytest.raises(MissingMandatoryValue, match=r"Missing mandatory value: parts\[0\]\.end"):
        instantiate(config)


class Training(BaseModel):
    """Somebody's settings that pydantic checks."""

    schedule: lrc.Schedule
    others: list[lrc.Schedule] = []


@every_package
def test_fields_of_pydantic_models(package: str) -> None:
    """They take a schedule, or the entry of one in a document, as Python data and as JSON."""
    entry = SCHEDULE.to_dict()["schedule"]
    data = PACKAGES[package]({"schedule": entry, "others": [entry, LINEAR]})
    read = Training(schedule=data["schedule"], others=list(data["others"]))
    assert read == Training(schedule=SCHEDULE, others=[SCHEDULE, lrc.Linear(0.0, 1.0, 10)])
    text = json.dumps({"schedule": entry, "others": [entry, LINEAR]})
    assert Training.model_validate_json(text) == read


def test_faults_in_fields_of_pydantic_models() -> None:
    """Their places continue those of the model."""
    entry = {"kind": "repeat", "schedule": {**LINEAR, "steps": "soon"}}
    with pytest.raises(ValidationError, match="a duration is a text such as") as raised:
        Training(schedule=lrc.Constant(1.0), others=[entry])  # type: ignore[list-item]
    assert raised.value.errors()[0]["loc"] == ("others", 0, "schedule", "steps")
    with pytest.raises(ValidationError, match="this is not a schedule"):
        Training(schedule=0.1)  # type: ignore[arg-type]


def test_what_pydantic_models_write() -> None:
    """The entry of the schedule in a document, from which an equal model is made."""
    training = Training(schedule=SCHEDULE, others=[lrc.Linear(0.0, 1.0, 10)])
    data = {"schedule": SCHEDULE.to_dict()["schedule"], "others": [LINEAR]}
    assert training.model_dump() == data
    assert json.loads(training.model_dump_json()) == data
    assert Training.model_validate_json(training.model_dump_json()) == training
