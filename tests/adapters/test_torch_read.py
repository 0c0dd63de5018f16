"""Reading PyTorch's own schedulers, while they run."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np
import pytest
import torch
from torch.optim import Optimizer, swa_utils
from torch.optim import lr_scheduler as peers

import lrcore as lrc
from lrcore_torch import Scheduler, read

Make = Callable[[Optimizer], peers.LRScheduler]

READ: Final[dict[str, tuple[Make, lrc.Schedule]]] = {
    "constant": (
        lambda o: peers.ConstantLR(o, 0.25, 7),
        lrc.PiecewiseConstant((7,), (0.125, 0.5)),
    ),
    "linear": (lambda o: peers.LinearLR(o, 0.25, 0.5, 20), lrc.Linear(0.125, 0.25, 20)),
    "exponential": (lambda o: peers.ExponentialLR(o, 0.9), lrc.Exponential(0.5, 0.9)),
    "step": (lambda o: peers.StepLR(o, 7, 0.5), lrc.StepDecay(0.5, 0.5, 7)),
    "milestones": (
        lambda o: peers.MultiStepLR(o, [20, 5, 5], 0.5),
        lrc.MultiStep(0.5, 0.5, (5, 5, 20)),
    ),
    "polynomial": (
        lambda o: peers.PolynomialLR(o, 30, 2.0),
        lrc.Polynomial(0.5, 0.0, 30, 2.0),
    ),
    "cosine": (
        lambda o: peers.CosineAnnealingLR(o, 20, 0.1),
        lrc.Mirror(lrc.Cosine(0.5, 0.1, 20)),
    ),
    "restarts": (
        lambda o: peers.CosineAnnealingWarmRestarts(o, 7, 2, 0.1),
        lrc.Restarts(lrc.Cosine(0.5, 0.1, 7), growth=2),
    ),
    "sequence": (
        lambda o: peers.SequentialLR(
            o, [peers.LinearLR(o, 0.1, 1.0, 6), peers.CosineAnnealingLR(o, 30)], [6]
        ),
        lrc.Sequence(
            (
                lrc.Until(lrc.Linear(0.05, 0.5, 6), 6),
                lrc.Mirror(lrc.Cosine(0.5, 0.0, 30)),
            )
        ),
    ),
    "product": (
        lambda o: peers.ChainedScheduler([peers.LinearLR(o, 0.1, 1.0, 6), peers.StepLR(o, 9)]),
        lrc.Linear(0.05, 0.5, 6) * lrc.StepDecay(1.0, 0.1, 9),
    ),
}


def an_optimizer(*rates: float) -> Optimizer:
    """SGD with a group for each rate."""
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in rates]
    return torch.optim.SGD(groups, momentum=0.5)


@pytest.mark.parametrize("name", READ)
def test_the_definition_and_the_progress(name: str) -> None:
    """At every step the rest of the run is the same."""
    make, wanted = READ[name]
    optimizer = an_optimizer(0.5)
    scheduler = make(optimizer)
    for step in range(40):
        found = read(scheduler)
        assert found == (wanted, step)
        value = optimizer.param_groups[0]["lr"]
        assert value == pytest.approx(wanted(step), rel=1e-9, abs=1e-15)
        optimizer.step()
        scheduler.step()
    own = an_optimizer(0.5)
    definition, step = read(scheduler)
    assert Scheduler(own, definition, step=step).get_last_lr() == [wanted(40)]


@pytest.mark.parametrize("three_phase", [False, True])
@pytest.mark.parametrize("shape", ["cos", "linear"])
def test_one_cycle_with_its_momentum(three_phase: bool, shape: Literal["cos", "linear"]) -> None:
    """Two groups with different peaks are a plan with groups; the momentum is part of it."""
    optimizer = an_optimizer(0.5, 0.5)
    scheduler = peers.OneCycleLR(
        optimizer, [0.5, 0.25], 33, three_phase=three_phase, anneal_strategy=shape
    )
    check_plan(optimizer, scheduler, 33)


@pytest.mark.parametrize("mode", ["triangular", "triangular2", "exp_range"])
def test_cyclic_with_its_momentum(mode: Literal["triangular", "triangular2", "exp_range"]) -> None:
    """With an amplitude that decays, and sides of different lengths."""
    optimizer = an_optimizer(0.5, 0.5)
    scheduler = peers.CyclicLR(optimizer, 0.1, [0.5, 0.25], 5, 8, mode, gamma=0.97)
    check_plan(optimizer, scheduler, 60)


def check_plan(optimizer: Optimizer, scheduler: peers.LRScheduler, updates: int) -> None:
    """The groups hold the values of the plan at every step."""
    plan, _ = read(scheduler)
    assert isinstance(plan, lrc.Plan)
    for step in range(updates):
        assert read(scheduler).step == step
        for i, group in enumerate(optimizer.param_groups):
            values = plan(step, i if i in plan.groups else None)
            assert group["lr"] == pytest.approx(values["learning_rate"], rel=1e-6)
            assert group["momentum"] == pytest.approx(values["momentum"], rel=1e-6)
        optimizer.step()
        if step + 1 < updates:
            scheduler.step()


def test_groups_with_different_rates_are_a_plan() -> None:
    """The first group is the plan itself."""
    optimizer = an_optimizer(0.5, 0.25, 0.5)
    plan, step = read(peers.ExponentialLR(optimizer, 0.9))
    assert (plan, step) == (
        lrc.Plan(
            learning_rate=lrc.Exponential(0.5, 0.9),
            groups={1: lrc.Exponential(0.25, 0.9)},
        ),
        0,
    )
    own = Scheduler(an_optimizer(0.5, 0.25, 0.5), plan, step=3)
    wanted = [lrc.Exponential(rate, 0.9)(3) for rate in (0.5, 0.25, 0.5)]
    assert own.get_last_lr() == wanted


def test_a_scheduler_of_this_package() -> None:
    """Its definition is known."""
    scheduler = Scheduler(an_optimizer(0.5), lrc.Linear(1.0, 0.0, 8), step=3)
    assert read(scheduler) == (lrc.Linear(1.0, 0.0, 8), 3)


class Own(peers.StepLR):
    """A class of a person's own, which may do anything."""


REFUSED: Final[dict[str, tuple[Callable[[Optimizer], Any], str]]] = {
    "lambda": (lambda o: peers.LambdaLR(o, lambda t: 0.5), "the function '<lambda>', which cannot"),
    "factors": (lambda o: peers.MultiplicativeLR(o, lambda t: 0.5), "MultiplicativeLR .* function"),
    "metric": (peers.ReduceLROnPlateau, "ReduceLROnPlateau cannot be read: it follows a metric"),
    "averaging": (lambda o: swa_utils.SWALR(o, 0.1), "SWALR cannot be read"),
    "own": (lambda o: Own(o, 5), "Own cannot be read: it is not a scheduler that lrcore knows"),
    "scale": (
        lambda o: peers.CyclicLR(o, 0.1, 0.5, scale_fn=lambda x: x),
        "CyclicLR has a scale_fn of your own",
    ),
    "cycle in a sequence": (
        lambda o: peers.SequentialLR(o, [peers.ConstantLR(o), peers.CyclicLR(o, 0.1, 0.5)], [5]),
        "CyclicLR cannot be read: inside of another scheduler",
    ),
    "nested": (
        lambda o: peers.SequentialLR(
            o, [peers.ConstantLR(o), peers.ChainedScheduler([peers.StepLR(o, 3)])], [5]
        ),
        "SequentialLR has a ChainedScheduler as a part",
    ),
    "product through zero": (
        lambda o: peers.ChainedScheduler([peers.CosineAnnealingLR(o, 5), peers.StepLR(o, 3)]),
        "ChainedScheduler has a CosineAnnealingLR, .* begins anew from a learning rate of 0",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_reason(name: str) -> None:
    """A function could do anything, and some compositions have no equivalent."""
    make, message = REFUSED[name]
    with pytest.raises(lrc.ExportError, match=message):
        read(make(an_optimizer(0.5)))


def test_a_learning_rate_that_something_else_has_changed_is_refused() -> None:
    """The values that follow would not be those of the definition."""
    optimizer = an_optimizer(0.5)
    scheduler = peers.ExponentialLR(optimizer, 0.9)
    optimizer.step()
    scheduler.step()
    optimizer.param_groups[0]["lr"] = 0.3
    with pytest.raises(
        lrc.ExportError, match=r"has the learning rate 0\.3, and .* has 0\.45 at step 1"
    ):
        read(scheduler)


def test_nothing_is_changed_by_reading() -> None:
    """Neither the scheduler nor its optimizer."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for make, _ in READ.values():
            optimizer = an_optimizer(0.5)
            scheduler = make(optimizer)
            before = np.array(optimizer.param_groups[0]["lr"]), scheduler.state_dict()
            read(scheduler)
            assert before[0] == optimizer.param_groups[0]["lr"]
            assert before[1] == scheduler.state_dict()


@pytest.mark.parametrize("given", [3, None, "StepLR"])
def test_something_that_is_no_scheduler(given: Any) -> None:
    """The error says what was given."""
    with pytest.raises(
        lrc.ExportError, match=r"a scheduler of torch\.optim\.lr_scheduler is needed"
    ):
        read(given)
