"""What users of PyTorch's schedulers complain about, a test for each complaint.

Two of them are tested with the trainers that they are about, in tests/trainers: steps that are counted once for
each process, and runs that are resumed by a trainer.
"""

from __future__ import annotations

import io
import json
import warnings
from typing import Any, Final

import numpy as np
import pytest
import torch
from torch.optim import Optimizer
from torch.optim import lr_scheduler as peers

import lrcore as lrc
from lrcore.testing import cases
from lrcore_torch import Scheduler, function

RATE: Final = 0.5


def an_optimizer(**options: Any) -> Optimizer:
    """SGD of one parameter."""
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE, **options)


def used(optimizer: Optimizer, scheduler: Scheduler, updates: int) -> list[float]:
    """The rates of the next updates."""
    found = []
    for _ in range(updates):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


@pytest.mark.parametrize("name", cases())
def test_resuming_gives_the_wrong_rate(name: str) -> None:
    """Not here: a run of every schedule can stop at any step, with the optimizer saved or not."""
    schedule = cases()[name].schedule
    optimizer = an_optimizer()
    scheduler = Scheduler(optimizer, schedule)
    whole = schedule(range(60)).tolist()
    for k in range(50):
        states = optimizer.state_dict(), scheduler.state_dict()
        for restored in (True, False):
            resumed = an_optimizer()
            if restored:
                resumed.load_state_dict(states[0])
            follower = Scheduler(resumed, schedule)
            follower.load_state_dict(json.loads(json.dumps(states[1])))
            assert used(resumed, follower, 3) == whole[k : k + 3]
        assert used(optimizer, scheduler, 1) == whole[k : k + 1]


def test_composition_gives_rates_that_nobody_wrote() -> None:
    """A schedule inside of a sequence, a product or a container of PyTorch has its own values."""
    warmup, decay = lrc.Linear(0.0, RATE, 4), lrc.Cosine(RATE, 0.0, 10)
    wanted = [*warmup(range(4)).tolist(), *decay(range(12)).tolist()]
    for schedule in (
        warmup >> decay,
        lrc.Sequence((warmup >> decay,)),
        lrc.Sequence((lrc.Sequence((warmup,)), lrc.Sequence((decay,)))),
        1.0 * (warmup >> decay),
    ):
        optimizer = an_optimizer()
        assert used(optimizer, Scheduler(optimizer, schedule), 16) == wanted
    optimizer = an_optimizer()
    parts: list[peers.LRScheduler] = [Scheduler(optimizer, part) for part in (warmup, decay)]
    container: Any = peers.SequentialLR(optimizer, parts, [4])
    assert used(optimizer, container, 16) == wanted


def test_what_happens_after_the_end() -> None:
    """The value stays: no error one step later, and no rise to the peak."""
    for schedule in (
        lrc.OneCycle(0.1, RATE, 0.0, 20, convention="torch"),
        lrc.Cosine(RATE, 0.0, 20),
    ):
        optimizer = an_optimizer()
        rates = used(optimizer, Scheduler(optimizer, schedule), 60)
        assert rates[20:] == [schedule(20)] * 40


def test_saving_the_schedule_itself() -> None:
    """The file holds no functions, objects or numbers of NumPy, and can be read without this package."""
    optimizer = an_optimizer()
    scheduler = Scheduler(optimizer, lrc.MultiStep(RATE, 0.1, (3, 9)), step=int(np.int64(5)))
    file = io.BytesIO()
    torch.save((optimizer.state_dict(), scheduler.state_dict()), file)
    file.seek(0)
    _, state = torch.load(file, weights_only=True)
    document = json.loads(state["schedule"])
    assert document["schedule"]["milestones"] == [3, 9]
    assert state["step"] == 5


def test_no_values_without_an_optimizer() -> None:
    """A schedule is a function of the step, on the host and on the device."""
    schedule = lrc.WarmupCosine(RATE, 5, 15)
    values = [schedule(step) for step in range(25)]
    assert schedule(range(25)).tolist() == values
    rate = function(schedule, dtype="float64")
    assert rate(torch.arange(25)).tolist() == values


def test_changing_the_plan_in_the_middle_of_a_run() -> None:
    """A longer run goes on from where the rate is; neither the old length nor a floor stays."""
    old = lrc.Cosine(RATE, 0.0, 10)
    optimizer = an_optimizer()
    scheduler = Scheduler(optimizer, old)
    assert used(optimizer, scheduler, 10) == old(range(10)).tolist()
    scheduler.schedule = longer = lrc.Cosine(RATE, 0.0, 40)
    assert used(optimizer, scheduler, 30) == longer(range(10, 40)).tolist()
    resumed = Scheduler(an_optimizer(), longer, on_mismatch="adopt")
    resumed.load_state_dict(Scheduler(an_optimizer(), old, step=10).state_dict())
    assert resumed.get_last_lr() == [longer(10)]


def test_a_rate_that_is_a_tensor_is_replaced_or_shared() -> None:
    """It is filled in place, keeps its type and device, and is the tensor of nothing else."""
    rate = torch.tensor(RATE)
    optimizer = torch.optim.AdamW([torch.zeros(1, requires_grad=True)], lr=rate)
    scheduler = Scheduler(optimizer, lrc.Linear(1.0, 0.0, 4))
    optimizer.step()
    scheduler.step()
    (group,) = optimizer.param_groups
    assert group["lr"] is rate
    assert (rate.item(), group["initial_lr"].item()) == (0.75, RATE)
    (last,) = scheduler.get_last_lr()
    assert isinstance(last, torch.Tensor)
    last.fill_(9.0)
    assert rate.item() == 0.75


def test_warnings_that_the_user_cannot_fix() -> None:
    """None for a step with a number, none after a restart, and none for an update that was skipped."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer = an_optimizer()
        scheduler = Scheduler(optimizer, lrc.Linear(1.0, 0.0, 9))
        scheduler.step(skipped=True)
        optimizer.step()
        scheduler.step()
        scheduler.step(5)
        resumed = Scheduler(an_optimizer(), lrc.Linear(1.0, 0.0, 9))
        resumed.load_state_dict(scheduler.state_dict())
        resumed.step()


def test_steps_lose_their_precision() -> None:
    """Every step up to 2**53 is a step of its own, in integers of every type."""
    schedule = lrc.Linear(0.0, 1.0, 2**53)
    far = 2**52 + 1
    assert schedule(far) != schedule(far + 2**30)
    rate = function(schedule, dtype="float64")
    assert rate(torch.tensor(far)).item() == schedule(far)
    small = function(lrc.Linear(0.0, 1.0, 100))
    for dtype in (torch.uint8, torch.int32, torch.int64):
        assert small(torch.tensor(50, dtype=dtype)).item() == 0.5


def test_a_metric_does_not_compose_with_a_schedule() -> None:
    """A plateau beside a schedule is overwritten at the next step, which is not a silent mixture of both."""
    optimizer = an_optimizer()
    schedule = lrc.Linear(1.0, 0.0, 8)
    scheduler = Scheduler(optimizer, schedule)
    plateau = peers.ReduceLROnPlateau(optimizer, patience=0)
    for step in range(5):
        optimizer.step()
        plateau.step(1.0)
        scheduler.step()
        assert optimizer.param_groups[0]["lr"] == schedule(step + 1)


def test_different_schedules_for_groups_and_other_values() -> None:
    """One definition has the rates of all groups, the weight decay and the momentum."""
    groups = [
        {"params": [torch.zeros(1, requires_grad=True)], "name": name} for name in ("body", "head")
    ]
    optimizer = torch.optim.SGD(groups, momentum=0.9)
    plan = lrc.Plan(
        learning_rate=lrc.Linear(1.0, 0.0, 8),
        momentum=lrc.Linear(0.75, 0.5, 8),
        groups={"head": {"learning_rate": lrc.Factor(0.5), "weight_decay": 0.25}},
    )
    scheduler = Scheduler(optimizer, plan)
    scheduler.seek(4)
    held = [(g["lr"], g["momentum"], g["weight_decay"]) for g in optimizer.param_groups]
    assert held == [(0.5, 0.625, 0), (0.25, 0.625, 0.25)]
