"""The adapter to PyTorch in real training: the scheduler, its state, and the function of tensors."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import Optimizer
from torch.optim import lr_scheduler as peers

import lrcore as lrc
from lrcore.backend import Precision, to_float32
from lrcore_torch import Scheduler, function

SCHEDULE: Final = lrc.Linear(0.0, 0.1, 50) >> lrc.Cosine(0.1, 0.001, 200) * lrc.Exponential(
    1.0, 0.9
)


def rates(schedule: lrc.Schedule, steps: range) -> list[float]:
    """The values of `schedule`, as the Python numbers that an optimizer holds."""
    numbers: list[float] = schedule(steps).tolist()
    return numbers


def rates32(schedule: lrc.Schedule, steps: range) -> list[float]:
    """The float32 values of `schedule`, as tensors hold them."""
    numbers: list[float] = to_float32(schedule(steps)).tolist()
    return numbers


def ledger(updates: int) -> nn.Linear:
    """A model that keeps the rates of its updates: `train` moves weight t by the rate of update t."""
    model = nn.Linear(updates, 1, bias=False)
    nn.init.zeros_(model.weight)
    return model


def train(model: nn.Linear, optimizer: Optimizer, scheduler: Scheduler, steps: range) -> None:
    """Some updates of the usual loop; the gradient of update t is 1 for weight t, else 0."""
    for t in steps:
        optimizer.zero_grad()
        loss = model(torch.eye(model.in_features)[t]).sum()
        loss.backward()
        optimizer.step()
        scheduler.step()


def build(
    schedule: lrc.Schedule = SCHEDULE, *, step: int = 0, dtype: Precision = "float64"
) -> tuple[Optimizer, Scheduler]:
    """An optimizer of one parameter and its scheduler, made by `lrc.export`."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=7.0)
    scheduler = lrc.export(schedule, "torch", optimizer=optimizer, step=step, dtype=dtype)
    assert isinstance(scheduler, Scheduler)
    return optimizer, scheduler


def curve(optimizer: Optimizer, scheduler: Scheduler, updates: int) -> list[float]:
    """The rate of each of the next updates."""
    used = []
    for _ in range(updates):
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return used


def test_every_update_uses_its_value() -> None:
    """Update t of a model changes the weights by the value of step t, for three hundred updates."""
    model = ledger(300)
    optimizer = torch.optim.SGD(model.parameters(), lr=7.0)
    scheduler = lrc.export(SCHEDULE, "torch", optimizer=optimizer)
    assert isinstance(scheduler, Scheduler)
    assert isinstance(scheduler, peers.LRScheduler)
    train(model, optimizer, scheduler, range(300))
    assert (-model.weight[0]).tolist() == rates32(SCHEDULE, range(300))


def test_every_group_gets_the_value() -> None:
    """From the first update on, and so does a group that is added later, at once."""
    parameters = [torch.zeros(2, requires_grad=True) for _ in range(3)]
    groups: list[dict[str, Any]] = [{"params": parameters[:1]}, {"params": parameters[1:2]}]
    optimizer = torch.optim.Adam(groups)
    scheduler = Scheduler(optimizer, SCHEDULE, step=20)
    wanted = rates(SCHEDULE, range(20, 23))
    assert [group["lr"] for group in optimizer.param_groups] == wanted[:1] * 2
    optimizer.step()
    optimizer.add_param_group({"params": parameters[2:]})
    assert [group["lr"] for group in optimizer.param_groups] == wanted[:1] * 3
    scheduler.step()
    assert [group["lr"] for group in optimizer.param_groups] == wanted[1:2] * 3
    optimizer.step()
    scheduler.step()
    assert scheduler.get_last_lr() == wanted[2:] * 3


def test_a_rate_that_is_a_tensor_is_filled_in_place() -> None:
    """As a captured or compiled optimizer needs it: the rate stays the same tensor for ever."""
    model = ledger(100)
    rate = torch.tensor(7.0)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = Scheduler(optimizer, SCHEDULE)
    train(model, optimizer, scheduler, range(100))
    assert optimizer.param_groups[0]["lr"] is rate
    assert (-model.weight[0]).tolist() == rates32(SCHEDULE, range(100))
    assert rate.item() == rates32(SCHEDULE, range(100, 101))[0]
    assert optimizer.param_groups[0]["initial_lr"].item() == 7.0


def test_last_lr_agrees_with_the_optimizer() -> None:
    """`get_last_lr` tells the rate of the update to come, as for every scheduler of PyTorch."""
    optimizer, scheduler = build()
    for wanted in rates(SCHEDULE, range(30)):
        assert scheduler.get_last_lr() == [wanted] == [optimizer.param_groups[0]["lr"]]
        optimizer.step()
        scheduler.step()


def test_the_value_has_the_precision_of_its_place() -> None:
    """A number is the float64 value, a tensor is rounded to its dtype, and both are one float32."""
    for schedule in (SCHEDULE, lrc.Noise(-1.0, 1.0), lrc.Geometric(1e-3, 1e-44, 299)):
        wanted = rates(schedule, range(300))
        assert curve(*build(schedule), 300) == wanted
        assert curve(*build(schedule, dtype="float32"), 300) == rates32(schedule, range(300))
        for dtype in (torch.float64, torch.float32, torch.bfloat16, torch.float16):
            rate = torch.tensor(7.0, dtype=dtype)
            optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)
            scheduler = Scheduler(optimizer, schedule)
            for value in wanted:
                assert rate.item() == rounded_to(dtype, value)
                optimizer.step()
                scheduler.step()


def rounded_to(dtype: torch.dtype, value: float) -> float:
    """The number of a dtype that is nearest to `value`, of two the even one."""
    info = torch.finfo(dtype)
    least = Fraction(info.tiny) * Fraction(info.eps)  # the distance of the smallest numbers
    exact, unit = Fraction(value), least
    while abs(exact) >= unit * 2 / Fraction(info.eps):
        unit *= 2
    return float(round(exact / unit) * unit)


def test_a_rate_written_by_hand_is_the_rate() -> None:
    """`3e-4` reads so in a log, and equals what the loop compares it with, as in PyTorch."""
    optimizer, scheduler = build(lrc.WarmupStableDecay(3e-4, 10, 100, 10), step=50)
    assert optimizer.param_groups[0]["lr"] == 3e-4
    assert str(scheduler.get_last_lr()) == "[0.0003]"


def test_a_run_can_start_at_any_step() -> None:
    """`step=` is the step of the first update."""
    optimizer, scheduler = build(step=137)
    assert scheduler.last_epoch == 137
    assert curve(optimizer, scheduler, 20) == rates(SCHEDULE, range(137, 157))


@pytest.mark.parametrize("order", list(permutations(("load optimizer", "build", "load"))))
def test_a_run_goes_on_from_every_step(order: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever the order in which the scheduler is built and the two states are loaded."""
    if order.index("load") < order.index("build"):
        order = tuple(reversed(order))  # nothing can be loaded before it is built
    schedule = lrc.Linear(0.0, 0.1, 5) >> lrc.Cosine(0.1, 0.0, 15)
    for k in range(25):
        optimizer, scheduler = build(schedule)
        curve(optimizer, scheduler, k)
        torch.save((optimizer.state_dict(), scheduler.state_dict()), tmp_path / "run.pt")
        of_optimizer, of_scheduler = torch.load(tmp_path / "run.pt", weights_only=True)
        assert json.loads(json.dumps(of_scheduler)) == of_scheduler == scheduler.state_dict()

        resumed = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=3.0)
        for action in order:
            if action == "load optimizer":
                resumed.load_state_dict(of_optimizer)
            elif action == "build":
                scheduler = Scheduler(resumed, schedule)
            else:
                scheduler.load_state_dict(of_scheduler)
                assert resumed.param_groups[0]["lr"] == rates(schedule, range(k, k + 1))[0]
        assert curve(resumed, scheduler, 25 - k) == rates(schedule, range(k, 25)), k


def test_training_goes_on_as_if_it_had_not_stopped() -> None:
    """Weights, moments and rates of Adam, interrupted and not, are equal to the last bit."""

    def start() -> tuple[nn.Linear, Optimizer, Scheduler]:
        model = ledger(60)
        optimizer = torch.optim.Adam(model.parameters())
        return model, optimizer, Scheduler(optimizer, SCHEDULE)

    whole, optimizer, scheduler = start()
    train(whole, optimizer, scheduler, range(60))

    model, optimizer, scheduler = start()
    train(model, optimizer, scheduler, range(23))
    saved = model.state_dict(), optimizer.state_dict(), scheduler.state_dict()
    model, optimizer, scheduler = start()
    model.load_state_dict(saved[0])
    optimizer.load_state_dict(saved[1])
    scheduler.load_state_dict(saved[2])
    train(model, optimizer, scheduler, range(23, 60))
    assert torch.equal(model.weight, whole.weight)


def test_wrong_arguments() -> None:
    """The error of an export names the adapter, and shows what was given."""
    with pytest.raises(lrc.ExportError, match=r'export to "torch": .*missing .* \'optimizer\''):
        lrc.export(SCHEDULE, "torch")
    with pytest.raises(lrc.ExportError, match=r"an optimizer of torch.optim; got \[tensor"):
        lrc.export(SCHEDULE, "torch", optimizer=[torch.zeros(1)])  # type: ignore[call-overload]
    with pytest.raises(lrc.StepError, match=r"at most 2\*\*53"):
        build(step=2**53 + 1)


@pytest.mark.parametrize(
    ("mine", "peer"),
    [
        (lrc.Linear(0.02, 0.1, 30), lambda o: peers.LinearLR(o, 0.2, 1.0, 30)),
        (lrc.Cosine(0.1, 0.01, 100), lambda o: peers.CosineAnnealingLR(o, 100, eta_min=0.01)),
        (lrc.Exponential(0.1, 0.97), lambda o: peers.ExponentialLR(o, 0.97)),
        (lrc.Exponential(0.1, 0.5, 30, staircase=True), lambda o: peers.StepLR(o, 30, 0.5)),
        (
            lrc.PiecewiseConstant((30, 80), (0.1, 0.01, 0.001)),
            lambda o: peers.MultiStepLR(o, [30, 80], 0.1),
        ),
    ],
    ids=["linear", "cosine", "exponential", "step", "multi-step"],
)
def test_pytorch_own_schedulers_agree(
    mine: lrc.Schedule, peer: Callable[[Optimizer], peers.LRScheduler]
) -> None:
    """On equal definitions, as far as their recursions hold: to a billionth of the peak."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = peer(optimizer)
    theirs = []
    for _ in range(101):
        theirs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    assert np.abs(mine(range(101)) - theirs).max() <= 1e-9 * mine(range(101)).max()


def test_the_default_dtype_does_not_matter() -> None:
    """It is neither read nor written, in whatever it is set to."""
    wanted = rates32(SCHEDULE, range(300))
    before = torch.get_default_dtype()
    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        torch.set_default_dtype(dtype)
        try:
            values = function(SCHEDULE)(torch.arange(300))
            used = curve(*build(dtype="float32"), 300)
            assert torch.get_default_dtype() == dtype
        finally:
            torch.set_default_dtype(before)
        assert (values.dtype, values.tolist()) == (torch.float32, wanted)
        assert used == wanted


def test_importing_it_imports_no_other_framework() -> None:
    """Whoever trains in PyTorch need not have the others, nor wait for them."""
    code = (
        "import sys, lrcore_torch\n"
        "print(sorted({'torch', 'tensorflow', 'keras', 'jax', 'optax'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['torch']"


def test_tensors_are_steps_of_the_exported_schedule_only() -> None:
    """The definition itself takes plain integers, and says what to do."""
    for step in (torch.tensor([1, 2]), torch.tensor(1.0), torch.tensor(True)):
        with pytest.raises(
            lrc.StepError, match=r"a step is an integer.*write lrcore_torch\.function\(schedule\)"
        ):
            lrc.Linear(0.0, 1.0, 4)(step)  # type: ignore[call-overload]
