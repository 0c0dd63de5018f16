"""How the scheduler of PyTorch is stepped: by one, to any step, not at all, and with wrong arguments."""

from __future__ import annotations

import inspect
import warnings
from typing import Final

import pytest
import torch
from torch.optim import Optimizer

import lrcore as lrc
from lrcore_torch import Scheduler

LINE: Final = lrc.Linear(1.0, 0.0, 8)


def build(schedule: lrc.Schedule | lrc.Plan = LINE) -> tuple[Optimizer, Scheduler]:
    """An optimizer and its scheduler."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=7.0)
    return optimizer, Scheduler(optimizer, schedule)


def test_to_any_step() -> None:
    """`seek(t)`, and `step(t)` as for every scheduler of PyTorch, without its warning."""
    optimizer, scheduler = build()
    optimizer.step()
    for go in (scheduler.seek, scheduler.step):
        for step in (5, 0, 3, 2**53, 7):
            go(step)
            assert scheduler.last_epoch == step
            assert scheduler.get_last_lr() == [LINE(step)] == [optimizer.param_groups[0]["lr"]]
            assert scheduler.current() == {"learning_rate": LINE(step)}
    scheduler.seek(2**53)
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == 0.0


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (3.5, "a step is an integer.* got 3.5"),
        (True, "a step is an integer.* got True"),
        ("3", "a step is an integer.* got '3'"),
        (2**53 + 1, r"a step is at most 2\*\*53"),
        (-1, "step=-1: a run begins at step 0"),
        (torch.tensor(1.5), "a step is an integer"),
    ],
)
def test_a_wrong_step_changes_nothing(step: int, message: str) -> None:
    """The curve goes on as if nothing had been said."""
    optimizer, scheduler = build()
    optimizer.step()
    scheduler.step()
    before = dict(vars(scheduler))
    for go in (scheduler.seek, scheduler.step):
        with pytest.raises(lrc.LrcoreError, match=message):
            go(step)
    assert vars(scheduler) == before
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == LINE(2)


def test_another_schedule_takes_effect_at_once() -> None:
    """At the current step; the state is that of the new one, and a wrong one changes nothing."""
    optimizer, scheduler = build()
    scheduler.seek(4)
    scheduler.schedule = plan = lrc.Plan(learning_rate=lrc.Cosine(0.5, 0.0, 8), weight_decay=0.25)
    assert scheduler.schedule is plan
    assert optimizer.param_groups[0]["lr"] == 0.25
    assert optimizer.param_groups[0]["weight_decay"] == 0.25
    assert lrc.from_json(str(scheduler.state_dict()["schedule"])) == plan
    for wrong, message in (
        (0.1, r"not a schedule or plan: 0\.1"),
        (lrc.Plan(clip_norm=1.0), "SGD has no value 'clip_norm'"),
    ):
        with pytest.raises(lrc.ExportError, match=message):
            scheduler.schedule = wrong  # type: ignore[assignment]
        assert scheduler.schedule is plan
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == plan["learning_rate"](5)


def test_a_skipped_update_is_not_a_step() -> None:
    """A gradient scaler finds an overflow; the schedule waits, without a warning of PyTorch."""
    weight = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight])
    scheduler = Scheduler(optimizer, LINE)
    scaler = torch.amp.GradScaler("cpu", init_scale=4.0)
    used = []
    for factor in (float("inf"), 1.0, float("inf"), 1.0, 1.0):
        optimizer.zero_grad()
        scaler.scale((weight * factor).sum()).backward()  # type: ignore[no-untyped-call]
        before = weight.item()
        scaler.step(optimizer)
        scale = scaler.get_scale()
        scaler.update()
        scheduler.step(skipped=scaler.get_scale() < scale)
        used.append(before - weight.item())
    assert used == [0.0, 1.0, 0.0, 0.875, 0.75]
    assert scheduler.last_epoch == 3


def test_the_wrong_order_is_a_warning_at_the_line_of_the_caller() -> None:
    """Once; and it begins as that of PyTorch, so that filters for that work."""
    _, scheduler = build()
    with pytest.warns(
        UserWarning, match=r"Detected call of `lr_scheduler\.step\(\)` before"
    ) as found:
        scheduler.step()
    frame = inspect.currentframe()
    assert frame is not None
    assert (found[0].filename, found[0].lineno) == (__file__, frame.f_lineno - 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scheduler.step()


def test_it_shows_what_it_follows() -> None:
    """And where it is."""
    _, scheduler = build()
    assert repr(scheduler) == "Scheduler(Linear(start=1.0, end=0.0, steps=8), step=0)"
    scheduler.seek(3)
    assert repr(scheduler) == "Scheduler(Linear(start=1.0, end=0.0, steps=8), step=3)"


@pytest.mark.parametrize("value", ["keep", None, ["adopt"]])
def test_what_to_do_with_another_definition_is_one_of_three(value: object) -> None:
    """Anything else is refused when the scheduler is made."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)])
    with pytest.raises(lrc.ExportError, match='on_mismatch is "refuse", "adopt" or "restore"; got'):
        Scheduler(optimizer, LINE, on_mismatch=value)  # type: ignore[arg-type]
