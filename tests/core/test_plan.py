"""Plans: schedules by hyper-parameter and by group, as values and as documents."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import lrcore as lrc

RATE = lrc.WarmupCosine(0.1, 10, 90)
PLAN = lrc.Plan(
    learning_rate=RATE,
    momentum=lrc.Linear(0.85, 0.95, 100),
    weight_decay=0.01,
    clip_norm=lrc.Linear(10.0, 1.0, 50),
    groups={
        "backbone": lrc.Factor(0.5),
        "bias": {"weight_decay": 0.0, "learning_rate": lrc.Factor(2.0)},
        "head": {"dropout": lrc.Constant(0.3)},
        3: {"learning_rate": 1e-4},
    },
)


def test_the_hyper_parameters_of_a_plan() -> None:
    """They are found by name, and those that only a group has are not those of the plan."""
    assert list(PLAN) == ["learning_rate", "momentum", "weight_decay", "clip_norm"]
    assert "momentum" in PLAN
    assert "dropout" not in PLAN
    assert 3 not in PLAN


def test_values_of_the_plan_and_of_its_groups() -> None:
    """A number in a group is a value, as in PyTorch's parameter groups; a factor says that it is one."""
    assert PLAN(10) == {
        "learning_rate": 0.1,
        "momentum": 0.86,
        "weight_decay": 0.01,
        "clip_norm": pytest.approx(8.2, rel=1e-15),
    }
    assert PLAN(10, group="backbone")["learning_rate"] == 0.05
    assert PLAN(10, group="bias")["learning_rate"] == 0.2
    assert PLAN(10, group="bias")["weight_decay"] == 0.0
    assert PLAN(10, group="head") == {**PLAN(10), "dropout": 0.3}
    assert PLAN(10, group=3)["learning_rate"] == 1e-4
    assert PLAN.schedules("backbone")["learning_rate"] == 0.5 * RATE
    assert PLAN.schedules("bias")["momentum"] is PLAN["momentum"]


def test_a_group_may_be_about_the_learning_rate_alone() -> None:
    """In documents as in Python: a number, a factor or a schedule stands in place of the entries by name."""
    for entry, given in (
        (0.5, 0.5),
        ({"factor": 0.5}, lrc.Factor(0.5)),
        ({"kind": "linear", "start": 0, "end": 1, "steps": 2}, lrc.Linear(0, 1, 2)),
    ):
        document = {"lrcore": 1, "plan": {"learning_rate": 0.1, "groups": {"a": entry}}}
        jsonschema.validate(document, lrc.json_schema())
        assert lrc.from_dict(document) == lrc.Plan(learning_rate=0.1, groups={"a": given})


def test_a_plan_cannot_be_changed() -> None:
    """Neither its entries nor anything else."""
    with pytest.raises(FrozenInstanceError, match="a plan cannot be changed: learning_rate"):
        PLAN.learning_rate = lrc.Constant(0.5)


def test_access_by_name() -> None:
    """The schedule of a hyper-parameter; a name that is not there is an error that lists the names."""
    assert PLAN["learning_rate"] is RATE
    with pytest.raises(
        lrc.InvalidScheduleError, match="no 'lr'; it has 'learning_rate', 'momentum'"
    ):
        PLAN["lr"]


def test_values_over_many_steps() -> None:
    """An array for each hyper-parameter, as of the schedules alone."""
    many = PLAN(range(100), group="bias")
    assert many["learning_rate"].tolist() == (2.0 * RATE)(range(100)).tolist()
    assert many["weight_decay"].tolist() == [0.0] * 100


def test_the_duration_of_a_plan() -> None:
    """That of the longest schedule, in groups as well; what is constant does not count."""
    assert PLAN.duration == 100
    longer = lrc.Plan(learning_rate=RATE, groups={"head": lrc.Linear(1.0, 0.0, 300)})
    assert longer.duration == 300
    assert lrc.Plan(learning_rate=lrc.Exponential(1.0, 0.5), momentum=RATE).duration is None
    assert lrc.Plan(learning_rate=0.1).duration is None
    assert str(lrc.Plan(learning_rate=lrc.Linear(0.0, 1.0, "1 run")).duration) == "1 run"


def test_a_clip_norm_is_a_value_like_any_other() -> None:
    """From 10 to 1 in fifty updates, and evaluated like a learning rate."""
    norms = [PLAN(step)["clip_norm"] for step in (0, 25, 50, 51)]
    assert norms == [10.0, 5.5, 1.0, 1.0]


def test_plans_are_values() -> None:
    """Equal by content, hashable, printed as they are made, and never changed through what they give."""
    arguments: dict[str, Any] = PLAN.schedules()
    same = lrc.Plan(**arguments, groups=PLAN.groups)
    assert same == PLAN
    assert hash(same) == hash(PLAN)
    assert eval(repr(PLAN), dict(vars(lrc))) == PLAN
    assert "weight_decay=0.01, " in repr(PLAN)
    other: list[object] = [lrc.Plan(learning_rate=RATE), RATE, None]
    assert PLAN not in other
    assert pickle.loads(pickle.dumps(PLAN)) == copy.deepcopy(PLAN) == PLAN
    PLAN.schedules("bias").clear()
    PLAN.groups["bias"].clear()
    assert PLAN(10, group="bias")["learning_rate"] == 0.2


def test_documents(tmp_path: Path) -> None:
    """Nothing is lost; values stay numbers and factors factors; one reader reads schedules and plans."""
    assert lrc.from_json(PLAN.to_json()) == lrc.from_dict(PLAN.to_dict()) == PLAN
    assert lrc.from_json(PLAN.to_json()).fingerprint == PLAN.fingerprint
    lrc.save(PLAN, tmp_path / "plan.json")
    assert lrc.load(tmp_path / "plan.json") == PLAN
    document = json.loads(PLAN.to_json())
    assert document == PLAN.to_dict()
    assert document["plan"]["weight_decay"] == 0.01
    assert document["plan"]["groups"] == {
        "3": {"learning_rate": 1e-4},
        "backbone": {"learning_rate": {"factor": 0.5}},
        "bias": {"weight_decay": 0.0, "learning_rate": {"factor": 2.0}},
        "head": {"dropout": 0.3},
    }
    schema = lrc.json_schema()
    jsonschema.Draft202012Validator(schema).validate(document)
    jsonschema.Draft202012Validator(schema).validate(RATE.to_dict())
    both = {**document, **RATE.to_dict()}
    assert not jsonschema.Draft202012Validator(schema).is_valid(both)
    with pytest.raises(lrc.DocumentError, match='an entry "schedule" or an entry "plan"'):
        lrc.from_dict(both)


def test_the_order_of_groups_is_nobodys_business() -> None:
    """Plans that are equal have one fingerprint."""
    groups: list[str | int] = ["b", 1, "a", 0]
    plans = [
        lrc.Plan(learning_rate=1.0, groups={group: {"momentum": 0.5} for group in order})
        for order in (groups, groups[::-1])
    ]
    assert plans[0] == plans[1]
    assert plans[0].fingerprint == plans[1].fingerprint


def test_binding_binds_everything() -> None:
    """Of the plan and of its groups; an unbound plan is kept as it is."""
    unbound = lrc.Plan(
        learning_rate=lrc.WarmupCosine(0.1, "1 epoch", "9 epochs"),
        groups={"head": {"learning_rate": lrc.Linear(0.0, 1.0, "5 epochs")}},
    )
    assert lrc.from_json(unbound.to_json()) == unbound
    bound = unbound.bind(steps_per_epoch=10)
    assert bound["learning_rate"] == RATE
    assert bound(25, group="head") == {"learning_rate": 0.5}
    assert bound.bind(steps_per_epoch=3) == bound
    with pytest.raises(
        lrc.UnboundError, match=r"Plan\.learning_rate: WarmupCosine\.warmup_steps is '1 epoch'"
    ):
        unbound(3)
    head = lrc.Plan(learning_rate=0.1, groups={"head": unbound.groups["head"]})
    with pytest.raises(
        lrc.UnboundError, match=r"Plan\.groups\['head'\]\.learning_rate: Linear\.steps: '5 epochs'"
    ):
        head.bind(batch_size=3)


def test_export_gives_an_object_for_each_value() -> None:
    """Of the plan, or of one of its groups."""
    functions: Any = lrc.export(PLAN, "numpy")
    assert functions.keys() == {"learning_rate", "momentum", "weight_decay", "clip_norm"}
    assert functions["momentum"](np.arange(3)).tolist() == PLAN["momentum"](range(3)).tolist()
    assert lrc.export(PLAN, "numpy", group="backbone")["learning_rate"](10) == 0.05
    assert lrc.export(PLAN, "numpy", group=3)["learning_rate"](10) == 1e-4


READ = lrc.from_json

REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: lrc.Plan(), r"Plan: there is no hyper-parameter; give learning_rate="),
    (lambda: lrc.Plan(learning_rate="1"), r"Plan\.learning_rate: .*neither.*; got '1'"),  # type: ignore[arg-type]
    (lambda: lrc.Plan(learning_rate=True), r"Plan\.learning_rate: .*neither.*; got True"),
    (
        lambda: lrc.Plan(learning_rate=float("nan")),
        r"Plan\.learning_rate: .*finite",
    ),
    (lambda: lrc.Plan(lr=0.1), r"Plan\.lr: the learning rate is called learning_rate"),
    (lambda: lrc.Plan(betas=0.9), r"Plan\.betas: .* \"beta1\" and \"beta2\""),
    (
        lambda: lrc.Plan(learning_rate=0.1, groups={"a": {"lr": 0.1}}),
        r"Plan\.groups\['a'\]\.lr: the learning rate is called learning_rate",
    ),
    (
        lambda: lrc.Plan(learning_rate=0.1, groups={"a": {"factor": 0.1}}),
        r"Plan\.groups\['a'\]\.factor: a factor is Factor\(0\.1\)",
    ),
    (lambda: lrc.Plan(kind="linear"), r"Plan\.kind: a schedule stands in place of a value"),  # type: ignore[arg-type]
    (
        lambda: lrc.Plan(momentum=0.9, groups={"a": lrc.Factor(0.1)}),
        r"groups\['a'\]\.learning_rate: Factor\(0\.1\) is a factor for what the plan does not have",
    ),
    (lambda: lrc.Factor(float("inf")), r"Factor\.factor: .*finite number; got inf"),
    (lambda: lrc.Factor("half"), r"Factor\.factor: .*valid number; got 'half'"),  # type: ignore[arg-type]
    (
        lambda: lrc.Plan(learning_rate=0.1, groups={-1: 0.5}),
        r"Plan\.groups: a group is named by a string or an integer from 0; got -1",
    ),
    (
        lambda: lrc.Plan(learning_rate=0.1, groups={1: 0.5, "1": 0.6}),
        r"Plan\.groups: the group 1 is given twice",
    ),
    (lambda: lrc.Plan(learning_rate=0.1, groups=0), r"groups are a mapping .*; got 0"),  # type: ignore[arg-type]
    (lambda: PLAN(3, group="neck"), r"no group 'neck'; it has 'backbone', 'bias', 'head', 3"),
    (lambda: PLAN(3, group=[]), r"no group \[\]; it has"),  # type: ignore[call-overload]
    (lambda: READ('{"lrcore": 1, "plan": 5}'), "plan: this holds entries by name; got 5"),
    (lambda: READ('{"lrcore": 1, "plan": {}}'), "plan: Plan: there is no hyper-parameter"),
    (lambda: READ('{"lrcore": 1, "plan": {"self": "x"}}'), r"plan\.self: this is not a schedule"),
    (
        lambda: READ('{"lrcore": 1, "plan": {"x": {"kind": "constant"}}}'),
        r"plan\.x\.value: this field is missing",
    ),
    (
        lambda: READ('{"lrcore": 1, "plan": {"x": 1, "groups": {"a": {"x": "1"}}}}'),
        r"plan\.groups\.a\.x: this is not a schedule; got '1'",
    ),
    (
        lambda: READ('{"lrcore": 1, "plan": {"x": 1, "groups": {"a": {"x": {"factor": "1"}}}}}'),
        r"plan\.groups\.a\.x: Factor\.factor: .*valid number; got '1'",
    ),
    (lambda: READ('{"lrcore": 1, "plan": {"x": 1e999}}'), r"plan\.x: .*finite number; got inf"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED)
def test_what_is_not_a_plan(make: Callable[[], object], message: str) -> None:
    """The error names the entry."""
    with pytest.raises(lrc.LrcoreError, match=message):
        make()
