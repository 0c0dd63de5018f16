"""Native export: PyTorch's own scheduler where it has the values of a schedule, and else the reason."""

from __future__ import annotations

from typing import Any, Final

import pytest
import torch
from torch.optim import lr_scheduler as peers

import lrcore as lrc
from lrcore_torch import Scheduler, read

EQUAL: Final[dict[str, tuple[lrc.Schedule, type[peers.LRScheduler]]]] = {
    "constant": (lrc.Constant(0.5), peers.ConstantLR),
    "levels": (lrc.PiecewiseConstant((7,), (0.125, 0.5)), peers.ConstantLR),
    "linear": (lrc.Linear(0.125, 0.25, 20), peers.LinearLR),
    "to zero": (lrc.Linear(0.5, 0.0, 20), peers.LinearLR),
    "exponential": (lrc.Exponential(0.5, 0.9), peers.ExponentialLR),
    "staircase": (lrc.Exponential(0.5, 0.9, 7, staircase=True), peers.StepLR),
    "step": (lrc.StepDecay(0.5, 0.5, 7), peers.StepLR),
    "milestones": (lrc.MultiStep(0.5, 0.5, (5, 5, 20)), peers.MultiStepLR),
    "polynomial": (lrc.Polynomial(0.5, 0.0, 30, 2.0), peers.PolynomialLR),
    "wave": (lrc.Mirror(lrc.Cosine(0.5, 0.1, 20)), peers.CosineAnnealingLR),
    "restarts": (
        lrc.Restarts(lrc.Cosine(0.5, 0.1, 7), growth=2),
        peers.CosineAnnealingWarmRestarts,
    ),
    "sequence": (
        lrc.Linear(0.05, 0.5, 6) >> lrc.Mirror(lrc.Cosine(0.5, 0.0, 30)),
        peers.SequentialLR,
    ),
    "stopped": (
        lrc.Until(lrc.Exponential(0.5, 0.9), 12) >> lrc.StepDecay(0.5, 0.5, 7),
        peers.SequentialLR,
    ),
}


def an_optimizer(*rates: float) -> torch.optim.Optimizer:
    """SGD with a group for each rate."""
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in rates]
    return torch.optim.SGD(groups)


@pytest.mark.parametrize("name", EQUAL)
def test_the_scheduler_of_pytorch_has_the_values(name: str) -> None:
    """At every step, as far as its recursion holds; read back it is the schedule again."""
    schedule, kind = EQUAL[name]
    optimizer = an_optimizer(0.5, 0.5)
    scheduler = lrc.export(schedule, "torch", optimizer=optimizer, native=True)
    assert type(scheduler) is kind
    for step in range(60):
        for group in optimizer.param_groups:
            assert group["lr"] == pytest.approx(schedule(step), rel=1e-9, abs=1e-15)
        definition = read(scheduler).definition
        assert isinstance(definition, lrc.Schedule)
        assert definition(range(60)).tolist() == pytest.approx(schedule(range(60)).tolist())
        optimizer.step()
        scheduler.step()


REFUSED: Final[dict[str, tuple[Any, str]]] = {
    "cosine": (lrc.Cosine(0.5, 0.0, 20), r"CosineAnnealingLR rises again after its end, as Mirror"),
    "from zero": (lrc.Linear(0.0, 0.5, 20), "factors of the learning rate 0.5 are above 0"),
    "above": (lrc.Linear(0.5, 0.75, 20), "factors .* at most 1"),
    "no steps": (lrc.Linear(0.25, 0.5, 0), "its numbers of steps are integers above 0"),
    "another rate": (
        lrc.Exponential(0.25, 0.5),
        r"begins at 0\.25, and .* rate 0\.5; give it lr=0\.25",
    ),
    "slow": (lrc.Exponential(0.5, 0.5, 10), "multiplies at every step; give steps=1"),
    "end": (lrc.Polynomial(0.5, 0.1, 20), "PolynomialLR goes to 0"),
    "levels": (lrc.PiecewiseConstant((3, 9), (0.5, 0.2, 0.1)), "ConstantLR has one boundary"),
    "wave": (lrc.Mirror(lrc.Linear(0.5, 0.0, 20)), "of the mirrored schedules, a Cosine"),
    "restarts": (lrc.Restarts(lrc.Cosine(0.5, 0.0, 7), growth=1.5), "a whole growth"),
    "between": (lrc.Linear(0.25, 0.5, 2.5) >> lrc.Constant(0.5), "ends between two steps"),
    "one cycle": (lrc.OneCycle(0.1, 0.5, 0.0, 20), "OneCycleLR refuses steps after its end"),
    "last until": (
        lrc.Linear(0.25, 0.5, 4) >> lrc.Until(lrc.Exponential(0.5, 0.9), 5),
        "equals Until.*there is none",
    ),
    "from zero at once": (lrc.PiecewiseConstant((3,), (0.0, 0.5)), "are above 0 at the start"),
    "product": (lrc.Linear(0.25, 0.5, 5) * lrc.Exponential(1.0, 0.9), "there is none"),
    "plan": (lrc.Plan(learning_rate=0.5), "a plan has no equivalent in PyTorch"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_equal_is_refused_with_the_reason(name: str) -> None:
    """A scheduler that is almost the same would be another schedule."""
    schedule, message = REFUSED[name]
    with pytest.raises(lrc.ExportError, match=f"native=True.*{message}"):
        lrc.export(schedule, "torch", optimizer=an_optimizer(0.5), native=True)


def test_arguments() -> None:
    """Of the optimizer, and of the other kind of export."""
    with pytest.raises(lrc.ExportError, match="the parameter groups have different learning rates"):
        lrc.export(lrc.Constant(0.5), "torch", optimizer=an_optimizer(0.5, 0.1), native=True)
    with pytest.raises(lrc.ExportError, match="native=True takes no other options; got step"):
        lrc.export(lrc.Constant(0.5), "torch", optimizer=an_optimizer(0.5), native=True, step=3)  # type: ignore[call-overload]


def test_the_optimizer_keeps_its_rate_where_nothing_is_made() -> None:
    """And where a scheduler is made, it begins from the rate that the optimizer was given."""
    optimizer = an_optimizer(0.5)
    schedule = lrc.Linear(0.05, 0.5, 6) >> lrc.Cosine(0.5, 0.0, 9)
    with pytest.raises(lrc.ExportError, match="CosineAnnealingLR rises again"):
        lrc.export(schedule, "torch", optimizer=optimizer, native=True)
    assert optimizer.param_groups[0]["lr"] == 0.5
    assert "initial_lr" not in optimizer.param_groups[0]
    Scheduler(optimizer, lrc.Constant(0.1))
    lrc.export(lrc.Exponential(0.5, 0.9), "torch", optimizer=optimizer, native=True)
    assert optimizer.param_groups[0]["lr"] == 0.5


def test_the_rate_of_the_optimizer_may_be_a_tensor() -> None:
    """A float32 tensor of 0.1 begins at 0.1."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=torch.tensor(0.1))
    scheduler = lrc.export(lrc.StepDecay(0.1, 0.5, 7), "torch", optimizer=optimizer, native=True)
    assert type(scheduler) is peers.StepLR


def test_something_that_is_no_optimizer() -> None:
    """The error says what was given."""
    optimizer: Any = 3
    with pytest.raises(lrc.ExportError, match=r"an optimizer of torch\.optim is needed; got 3"):
        lrc.export(lrc.Constant(0.5), "torch", optimizer=optimizer, native=True)
