"""Plans in PyTorch: every hyper-parameter and group, on real optimizers."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Final, cast

import numpy as np
import pytest
import torch

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore_torch import Scheduler

PLAN: Final = lrc.Plan(
    learning_rate=lrc.WarmupCosine(0.1, 5, 20),
    momentum=lrc.Linear(0.85, 0.95, 20),
    weight_decay=lrc.Cosine(0.1, 0.01, 20),
    groups={"backbone": 0.1, "bias": {"weight_decay": lrc.Constant(0.0)}},
)


def parameter_groups() -> list[dict[str, Any]]:
    """One without a name, one for each group of the plan, and one that the plan does not know."""
    weights = [torch.zeros(2, requires_grad=True) for _ in range(4)]
    names: list[dict[str, Any]] = [{}, {"name": "backbone"}, {"name": "bias"}, {"name": "other"}]
    return [{"params": [w], **named} for w, named in zip(weights, names, strict=True)]


def wanted(step: int, group: str | None = None) -> dict[str, float]:
    """The plan's values, as float32."""
    return {name: float(to_float32(np.array(v))) for name, v in PLAN(step, group).items()}


def test_every_group_gets_its_values_at_every_update() -> None:
    """Rate, momentum and weight decay of a real SGD, with the group that each is for."""
    optimizer = torch.optim.SGD(parameter_groups(), lr=7.0, momentum=0.5)
    scheduler = lrc.export(PLAN, "torch", optimizer=optimizer)
    assert isinstance(scheduler, Scheduler)
    for step in range(30):
        for group in optimizer.param_groups:
            name = group.get("name")
            values = wanted(step, name if name in PLAN.groups else None)
            assert group["lr"] == values["learning_rate"]
            assert group["momentum"] == values["momentum"]
            assert group["weight_decay"] == values["weight_decay"]
        optimizer.step()
        scheduler.step()


class Counted(lrc.Schedule, kind="tests.counted"):
    """A constant that knows how often it was asked."""

    asked: ClassVar[list[object]] = []

    def formula(self, t: lrc.Array, op: lrc.Ops) -> lrc.Operand:
        """One half."""
        self.asked.append(t)
        return 0.5


def test_groups_that_share_a_schedule_share_its_value() -> None:
    """Fifty groups do not cost fifty evaluations."""
    weights = [{"params": [torch.zeros(1, requires_grad=True)]} for _ in range(50)]
    scheduler = Scheduler(torch.optim.SGD(weights), lrc.Plan(learning_rate=Counted()))
    scheduler.optimizer.step()
    Counted.asked.clear()
    scheduler.step()
    assert Counted.asked == [1]


def test_the_momentum_of_adam_is_its_first_beta() -> None:
    """The second one stays as it is."""
    optimizer = torch.optim.AdamW(parameter_groups(), betas=(0.5, 0.99))
    scheduler = Scheduler(optimizer, PLAN, step=10)
    assert optimizer.param_groups[0]["betas"] == (wanted(10)["momentum"], 0.99)
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[1]["betas"] == (wanted(11)["momentum"], 0.99)


def test_the_update_uses_the_values() -> None:
    """With a gradient of one, plain SGD moves a weight by the rate, and decays it by rate times decay."""
    plan = lrc.Plan(learning_rate=lrc.Linear(0.5, 0.25, 2), weight_decay=lrc.Linear(0.0, 0.5, 2))
    weight = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight])
    scheduler = Scheduler(optimizer, plan)
    expected = 1.0
    for step in range(3):
        weight.grad = torch.ones(1)
        optimizer.step()
        scheduler.step()
        values = plan(step)
        expected -= values["learning_rate"] * (1.0 + values["weight_decay"] * expected)
        assert weight.item() == expected


def test_what_the_optimizer_does_not_have_is_read_from_the_scheduler() -> None:
    """A clip norm belongs to the loop; without a word about it, it is refused."""
    plan = lrc.Plan(learning_rate=0.1, clip_norm=lrc.Linear(2.0, 1.0, 4))
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)])
    with pytest.raises(
        lrc.ExportError, match=r"SGD has no value 'clip_norm'; .*extra=\(\"clip_norm\",\)"
    ):
        Scheduler(optimizer, plan)
    scheduler = Scheduler(optimizer, plan, extra=["clip_norm"])
    with pytest.raises(lrc.ExportError, match="no 'norm'; it has 'learning_rate', 'clip_norm'"):
        scheduler.value("norm")
    for norm in (2.0, 1.75, 1.5):
        assert scheduler.value("clip_norm") == norm
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize("name", ["params", "lr", "nesterov", "betas", "foreach"])
def test_what_is_no_value_is_not_written(name: str) -> None:
    """Neither parameters nor switches; the rate has one name, and a pair is not one number."""
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)])
    before = dict(optimizer.param_groups[0])
    with pytest.raises(lrc.ExportError, match=f"SGD has no value '{name}'"):
        Scheduler(optimizer, lrc.Plan(**{"learning_rate": 0.1, name: 0.5}))  # type: ignore[arg-type]
    assert optimizer.param_groups[0] == before


def test_numbers_of_numpy_stay_out_of_the_state() -> None:
    """A checkpoint of plain types is read by `torch.load` with `weights_only`, and by JSON."""
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)])
    scheduler = Scheduler(optimizer, lrc.Linear(0.0, 1.0, 10), step=cast(int, np.int64(5)))
    state = scheduler.state_dict()
    assert type(state["step"]) is int
    scheduler.load_state_dict(json.loads(json.dumps(state)))
    assert scheduler.last_epoch == 5


def test_what_is_no_schedule_is_refused() -> None:
    """A number is a constant, and says so."""
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)])
    with pytest.raises(lrc.ExportError, match=r"not a schedule: 0\.1; a number is lrcore\.Constant"):
        Scheduler(optimizer, 0.1)  # type: ignore[arg-type]


def test_a_group_that_the_optimizer_does_not_have_is_refused() -> None:
    """Before anything is written."""
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=7.0, momentum=0.5)
    with pytest.raises(
        lrc.ExportError, match="the plan has a group 'backbone', the optimizer has none"
    ):
        Scheduler(optimizer, PLAN)
    assert optimizer.param_groups[0]["lr"] == 7.0


def test_a_resume_goes_on_with_all_values() -> None:
    """The state is the document and the step; loading writes everything at once."""
    first = Scheduler(torch.optim.SGD(parameter_groups(), momentum=0.5), PLAN)
    for _ in range(7):
        first.optimizer.step()
        first.step()
    state = json.loads(json.dumps(first.state_dict()))
    optimizer = torch.optim.SGD(parameter_groups(), momentum=0.5)
    second = Scheduler(optimizer, PLAN)
    second.load_state_dict(state)
    assert second.last_epoch == 7
    assert optimizer.param_groups[1]["lr"] == wanted(7, "backbone")["learning_rate"]
    assert optimizer.param_groups[1]["momentum"] == wanted(7)["momentum"]
    other = Scheduler(torch.optim.SGD(parameter_groups()), PLAN.values["learning_rate"])
    with pytest.raises(lrc.LrcoreError, match='no "schedule" entry'):
        other.load_state_dict(state)
