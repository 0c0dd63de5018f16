"""Plans: schedules by hyper-parameter and by group, as values and as documents."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path

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
        "backbone": 0.5,
        "bias": {"weight_decay": lrc.Constant(0.0), "learning_rate": 2.0},
        "head": {"dropout": lrc.Constant(0.3)},
    },
)


def test_values_of_the_plan_and_of_its_groups() -> None:
    """A number in a group is a factor, a schedule takes the place of the plan's."""
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
    assert PLAN.schedules("backbone")["learning_rate"] == 0.5 * RATE
    assert PLAN.schedules("bias")["momentum"] is PLAN.values["momentum"]


def test_a_clip_norm_is_a_value_like_any_other() -> None:
    """From 10 to 1 in fifty updates, and evaluated like a learning rate."""
    norms = [PLAN(step)["clip_norm"] for step in (0, 25, 50, 51)]
    assert norms == [10.0, 5.5, 1.0, 1.0]


def test_plans_are_values() -> None:
    """Equal by content, hashable, printed as they are made."""
    same = lrc.Plan(**PLAN.values, groups=PLAN.groups)
    assert same == PLAN
    assert hash(same) == hash(PLAN)
    assert eval(repr(PLAN), dict(vars(lrc))) == PLAN
    other: list[object] = [lrc.Plan(learning_rate=RATE), RATE, None]
    assert PLAN not in other
    assert pickle.loads(pickle.dumps(PLAN)) == copy.deepcopy(PLAN) == PLAN
    for mapping in (PLAN.values, PLAN.groups["bias"]):
        with pytest.raises(TypeError, match="does not support item assignment"):
            mapping["momentum"] = RATE  # type: ignore[index]
    PLAN.schedules("bias").clear()
    assert PLAN(10, group="bias")["learning_rate"] == 0.2


def test_documents(tmp_path: Path) -> None:
    """Nothing is lost; factors stay numbers; the schema knows plans; a file says what it holds."""
    assert lrc.Plan.from_json(PLAN.to_json()) == PLAN
    assert lrc.Plan.from_json(PLAN.to_json()).fingerprint == PLAN.fingerprint
    lrc.save(PLAN, tmp_path / "plan.json")
    assert lrc.Plan.load(tmp_path / "plan.json") == PLAN
    document = json.loads(PLAN.to_json())
    assert document["plan"]["groups"]["backbone"] == {"learning_rate": 0.5}
    schema = lrc.json_schema()
    jsonschema.Draft202012Validator(schema).validate(document)
    jsonschema.Draft202012Validator(schema).validate(json.loads(RATE.to_json()))
    both = {**document, **json.loads(RATE.to_json())}
    assert not jsonschema.Draft202012Validator(schema).is_valid(both)
    with pytest.raises(
        lrc.DocumentError, match=r"no \"schedule\" entry; lrcore\.Plan\.from_json or .*load reads"
    ):
        lrc.load(tmp_path / "plan.json")
    with pytest.raises(
        lrc.DocumentError, match=r"no \"plan\" entry; lrcore\.from_json or lrcore\.load reads"
    ):
        lrc.Plan.from_json(RATE.to_json())


def test_binding_binds_everything() -> None:
    """Of the plan and of its groups; an unbound one is kept as it is."""
    unbound = lrc.Plan(
        learning_rate=lrc.WarmupCosine(0.1, "1 epoch", "9 epochs"),
        groups={"head": {"learning_rate": lrc.Linear(0.0, 1.0, "5 epochs")}},
    )
    assert lrc.Plan.from_json(unbound.to_json()) == unbound
    bound = unbound.bind(steps_per_epoch=10)
    assert bound.schedules()["learning_rate"] == RATE
    assert bound(25, group="head") == {"learning_rate": 0.5}
    assert bound.bind(steps_per_epoch=3) == bound
    with pytest.raises(
        lrc.UnboundError, match=r"Plan\.learning_rate: .*parts\[0\]\.steps is '1 epochs'"
    ):
        unbound(3)
    head = lrc.Plan(learning_rate=0.1, groups={"head": unbound.groups["head"]})
    with pytest.raises(
        lrc.UnboundError, match=r"Plan\.groups\['head'\]\.learning_rate: Linear\.steps: '5 epochs'"
    ):
        head.bind(total_steps=3)


def test_export_gives_an_object_for_each_value() -> None:
    """Where the framework has none for several; the option chooses a group."""
    functions = lrc.export(PLAN, "numpy")
    assert isinstance(functions, dict)
    assert set(functions) == set(PLAN.values)
    assert (
        functions["momentum"](np.arange(3)).tolist() == PLAN.values["momentum"](range(3)).tolist()
    )
    group = lrc.export(PLAN, "numpy", group="backbone")
    assert isinstance(group, dict)
    assert group["learning_rate"](10) == 0.05


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lrc.Plan(), r"Plan: there is no hyper-parameter; give learning_rate="),
        (lambda: lrc.Plan(learning_rate="1"), r"Plan\.learning_rate: .*neither.*; got '1'"),  # type: ignore[arg-type]
        (lambda: lrc.Plan(learning_rate=True), r"Plan\.learning_rate: .*neither.*; got True"),
        (
            lambda: lrc.Plan(learning_rate=float("nan")),
            r"Plan\.learning_rate: Constant\.value: .*finite",
        ),
        (
            lambda: lrc.Plan(momentum=0.9, groups={"a": 0.1}),
            r"groups\['a'\]\.learning_rate: 0\.1 is a factor",
        ),
        (
            lambda: lrc.Plan(learning_rate=0.1, groups={1: 0.5}),  # type: ignore[dict-item]
            r"Plan\.groups: a name is a string; got 1",
        ),
        (lambda: PLAN(3, group="neck"), r"no group 'neck'; it has 'backbone', 'bias', 'head'"),
        (
            lambda: lrc.Plan.from_json('{"lrcore": 1, "plan": 5}'),
            "plan: this holds entries by name; got 5",
        ),
        (
            lambda: lrc.Plan.from_json('{"lrcore": 1, "plan": {}}'),
            "plan: Plan: there is no hyper-parameter",
        ),
        (
            lambda: lrc.Plan.from_json('{"lrcore": 1, "plan": {"x": {"kind": "constant"}}}'),
            r"plan\.x\.value: this field is missing",
        ),
        (
            lambda: lrc.Plan.from_json(
                '{"lrcore": 1, "plan": {"x": {"kind": "constant", "value": 1}, "groups": {"a": {"x": "1"}}}}'
            ),
            r"plan\.groups\.a\.x: this is not a schedule; got '1'",
        ),
    ],
)
def test_what_is_not_a_plan(make: Callable[[], object], message: str) -> None:
    """The error names the entry."""
    with pytest.raises(lrc.LrcoreError, match=message):
        make()
