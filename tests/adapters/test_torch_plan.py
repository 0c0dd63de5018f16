"""Plans in PyTorch: every hyper-parameter and group, on real optimizers."""

from __future__ import annotations

import json
import operator
from typing import Any, ClassVar, Final, cast

import numpy as np
import pytest
import torch

import lrcore as lrc
from lrcore_torch import Scheduler

PLAN: Final = lrc.Plan(
    learning_rate=lrc.WarmupCosine(0.1, 5, 20),
    momentum=lrc.Linear(0.85, 0.95, 20),
    weight_decay=lrc.Cosine(0.1, 0.01, 20),
    groups={
        "backbone": lrc.Factor(0.1),
        "bias": {"weight_decay": 0.0},
        3: {"learning_rate": 0.03, "momentum": lrc.Factor(0.5)},
    },
)


def parameter_groups() -> list[dict[str, Any]]:
    """One that the plan does not know, one for each group by name, and one that it knows by number."""
    weights = [torch.zeros(2, requires_grad=True) for _ in range(4)]
    names: list[dict[str, Any]] = [{}, {"name": "backbone"}, {"name": "bias"}, {"name": "other"}]
    return [{"params": [w], **named} for w, named in zip(weights, names, strict=True)]


def wanted(step: int, group: str | int | None = None) -> dict[str, float]:
    """The plan's values."""
    return PLAN(step, group)


def test_every_group_gets_its_values_at_every_update() -> None:
    """Rate, momentum and weight decay of a real SGD, with the group that each is for."""
    optimizer = torch.optim.SGD(parameter_groups(), lr=7.0, momentum=0.5)
    scheduler = lrc.export(PLAN, "torch", optimizer=optimizer)
    assert isinstance(scheduler, Scheduler)
    for step in range(30):
        for group, own in zip(optimizer.param_groups, (None, "backbone", "bias", 3), strict=True):
            values = wanted(step, own)
            assert group["lr"] == values["learning_rate"] == scheduler.get_last_lr()[own_index(own)]
            assert group["momentum"] == values["momentum"] == scheduler.current(own)["momentum"]
            assert group["weight_decay"] == values["weight_decay"]
        optimizer.step()
        scheduler.step()


def test_a_number_is_a_value_and_a_factor_is_a_factor() -> None:
    """The group with the rate 0.03 keeps it; the one with the factor 1/10 follows the plan's own."""
    optimizer = torch.optim.SGD(parameter_groups(), momentum=0.5)
    scheduler = Scheduler(optimizer, PLAN)
    rate = PLAN["learning_rate"]
    for step in range(30):
        rates = [rate(step), 0.1 * rate(step), rate(step), 0.03]
        assert [group["lr"] for group in optimizer.param_groups] == rates
        assert [group["weight_decay"] for group in optimizer.param_groups][2] == 0.0
        optimizer.step()
        scheduler.step()


def test_groups_by_number() -> None:
    """Parameter groups need no names; a text of digits is a number, too, as in JSON."""
    groups: list[dict[str, Any]] = [
        {"params": [torch.zeros(1, requires_grad=True)]} for _ in range(3)
    ]
    plan = lrc.Plan(
        learning_rate=lrc.Linear(0.0, 1.0, 4), groups={1: lrc.Factor(0.5), "2": {"momentum": 0.25}}
    )
    optimizer = torch.optim.SGD(groups)
    scheduler = Scheduler(optimizer, plan, step=2)
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 0.25, 0.5]
    assert [group["momentum"] for group in optimizer.param_groups] == [0, 0, 0.25]
    assert scheduler.current(1)["learning_rate"] == scheduler.current(2)["momentum"] == 0.25
    assert scheduler.current() == scheduler.current(0) == {"learning_rate": 0.5}
    for group in (3, -1, "head"):
        with pytest.raises(lrc.ExportError, match=f"no group {group!r}; the optimizer has 3 param"):
            scheduler.current(group)
    with pytest.raises(
        lrc.ExportError, match="the plan has a group 3, the optimizer has 3 parameter groups"
    ):
        Scheduler(optimizer, lrc.Plan(learning_rate=0.1, groups={3: 0.2}))


def test_a_parameter_group_has_one_group_of_the_plan() -> None:
    """Its name and its number cannot both be groups, and a name that is a number is its own number."""
    weights = [torch.zeros(1, requires_grad=True) for _ in range(2)]
    same = lrc.Plan(learning_rate=0.1, groups={"head": 0.2, 1: 0.3})
    named: list[dict[str, Any]] = [{"params": weights[:1]}, {"params": weights[1:], "name": "head"}]
    optimizer = torch.optim.SGD(named)
    with pytest.raises(
        lrc.ExportError, match="a group 1 and a group 'head', which are the same parameter group"
    ):
        Scheduler(optimizer, same)
    by_layer = lrc.Plan(learning_rate=0.1, groups={"0": 0.2})
    optimizer = torch.optim.SGD(
        [{"params": weights[:1], "name": "1"}, {"params": weights[1:], "name": "0"}], lr=7.0
    )
    with pytest.raises(
        lrc.ExportError, match="a group 0, and the parameter group of this name is not that of"
    ):
        Scheduler(optimizer, by_layer)
    assert [group["lr"] for group in optimizer.param_groups] == [7.0, 7.0]


def own_index(group: str | int | None) -> int:
    """Where `parameter_groups` has the parameters of a group of the plan."""
    return (None, "backbone", "bias", 3).index(group)


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
    assert len(Counted.asked) == 1


def test_the_momentum_of_adam_is_its_first_beta() -> None:
    """The second one stays as it is."""
    optimizer = torch.optim.AdamW(parameter_groups(), betas=(0.5, 0.99))
    scheduler = Scheduler(optimizer, PLAN, step=10)
    assert optimizer.param_groups[0]["betas"] == (wanted(10)["momentum"], 0.99)
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[1]["betas"] == (wanted(11)["momentum"], 0.99)


def test_the_betas_of_adam() -> None:
    """Each by its own name, in each group; also where they are tensors, which are filled in place."""
    plan = lrc.Plan(
        learning_rate=0.1,
        beta1=lrc.Linear(0.5, 1.0, 8),
        beta2=lrc.Constant(0.75),
        groups={"backbone": {"beta1": lrc.Factor(0.5)}},
    )
    optimizer = torch.optim.AdamW(parameter_groups())
    scheduler = Scheduler(optimizer, plan, step=4)
    betas = [group["betas"] for group in optimizer.param_groups]
    assert betas == [(0.75, 0.75), (0.375, 0.75), (0.75, 0.75), (0.75, 0.75)]
    assert scheduler.current("backbone") == {"learning_rate": 0.1, "beta1": 0.375, "beta2": 0.75}
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[0]["betas"] == (0.8125, 0.75)

    pair = torch.tensor(0.9), torch.tensor(0.99)
    weight = torch.zeros(1, requires_grad=True)
    on_device = torch.optim.Adam([weight], betas=pair, capturable=True, foreach=False)
    Scheduler(on_device, lrc.Plan(learning_rate=0.1, beta2=0.75))
    assert all(map(operator.is_, on_device.param_groups[0]["betas"], pair))
    assert torch.stack(pair).equal(torch.tensor([0.9, 0.75]))


def test_one_value_has_one_name() -> None:
    """For Adam the momentum is the first beta; for SGD there are no betas."""
    weight = torch.ones(1, requires_grad=True)
    with pytest.raises(
        lrc.ExportError, match="'beta1' and 'momentum' are the same value of Adam; leave one"
    ):
        Scheduler(torch.optim.Adam([weight]), lrc.Plan(momentum=0.5, beta1=0.5))
    for name in ("beta1", "beta2"):
        with pytest.raises(lrc.ExportError, match=f"SGD has no value '{name}'"):
            Scheduler(torch.optim.SGD([weight]), lrc.Plan(**{name: 0.5}))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lr", r"Plan\.lr: the learning rate is called learning_rate"),
        (
            "betas",
            r'Plan\.betas: the pair of betas is scheduled by the numbers "beta1" and "beta2"',
        ),
    ],
)
def test_the_names_of_pytorch_lead_to_those_of_a_plan(name: str, message: str) -> None:
    """What the optimizer calls otherwise is refused by the plan, with the name that it is to have."""
    with pytest.raises(lrc.InvalidScheduleError, match=message):
        lrc.Plan(**{name: 0.5})  # type: ignore[arg-type]
    in_group = message.replace("Plan", r"Plan\.groups\['head'\]")
    with pytest.raises(lrc.InvalidScheduleError, match=in_group):
        lrc.Plan(learning_rate=0.1, groups={"head": {name: 0.5}})


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
    for norm in (2.0, 1.75, 1.5):
        assert scheduler.current() == {"learning_rate": 0.1, "clip_norm": norm}
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"extra": "clip_norm"}, r'extra holds several names; write extra=\("clip_norm",\)'),
        ({"extra": ("clipnorm",)}, "extra: the plan has no 'clipnorm'; it has 'clip_norm', 'learn"),
        ({"step": -1}, "step=-1: a run begins at step 0"),
    ],
)
def test_arguments_that_are_refused(options: dict[str, Any], message: str) -> None:
    """A wrong name or step is an error when the scheduler is made."""
    plan = lrc.Plan(learning_rate=0.1, clip_norm=1.0)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    with pytest.raises(lrc.ExportError, match=message):
        lrc.export(plan, "torch", optimizer=optimizer, **options)
    assert optimizer.param_groups[0]["lr"] == 0.5


def test_extra_values_are_left_to_the_loop() -> None:
    """In groups as well, and where the optimizer has a place of that name."""
    plan = lrc.Plan(
        learning_rate=0.1,
        clip_norm=lrc.Linear(2.0, 1.0, 4),
        weight_decay=0.5,
        groups={0: {"clip_norm": lrc.Factor(0.5)}},
    )
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], weight_decay=0.125)
    extra = ("clip_norm", "weight_decay")
    scheduler = lrc.export(plan, "torch", optimizer=optimizer, extra=extra, step=2)
    assert (scheduler.current()["clip_norm"], scheduler.current(0)["clip_norm"]) == (1.5, 0.75)
    assert scheduler.current()["weight_decay"] == 0.5
    assert optimizer.param_groups[0]["weight_decay"] == 0.125
    assert "clip_norm" not in optimizer.param_groups[0]


@pytest.mark.parametrize("name", ["params", "nesterov", "foreach"])
def test_what_is_no_value_is_not_written(name: str) -> None:
    """Neither parameters nor switches."""
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
    """The message shows what was given, and what to write for a number."""
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)])
    with pytest.raises(
        lrc.ExportError, match=r"not a schedule or plan: 0\.1; for a number, write lrcore\.Constant"
    ):
        Scheduler(optimizer, 0.1)  # type: ignore[arg-type]


def test_what_is_not_bound_is_refused() -> None:
    """In a group, too, before anything is written."""
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=7.0)
    unbound = lrc.Linear(1.0, 0.0, "5 epochs")
    for plan in (
        lrc.Plan(learning_rate=unbound),
        lrc.Plan(learning_rate=0.1, groups={0: {"weight_decay": unbound}}),
    ):
        with pytest.raises(lrc.UnboundError, match=r"Linear\.steps is '5 epochs', not a number of"):
            Scheduler(optimizer, plan)
    assert optimizer.param_groups[0]["lr"] == 7.0
    assert "initial_lr" not in optimizer.param_groups[0]


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
    assert optimizer.param_groups[3]["momentum"] == wanted(7, 3)["momentum"]
    other = Scheduler(torch.optim.SGD(parameter_groups()), PLAN["learning_rate"])
    with pytest.raises(lrc.ExportError, match="follows another schedule than this scheduler"):
        other.load_state_dict(state)
