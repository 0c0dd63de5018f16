"""PyTorch's own schedulers for schedules that they equal."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Any, Final

from torch.optim import Optimizer
from torch.optim import lr_scheduler as peers
from torch.optim.lr_scheduler import LRScheduler

import lrcore as lrc
from lrcore import ExportError, Schedule
from lrcore.backend import shown

from ._groups import distinct, initial_rate
from ._places import Place, put


def peer(schedule: Schedule, optimizer: Optimizer) -> LRScheduler:
    """The scheduler of PyTorch that has the values of a schedule at every step.

    It multiplies the learning rate step by step, so its values differ by errors of rounding.

    Args:
        schedule: the schedule.
        optimizer: the optimizer, whose learning rate is the one from which the scheduler of PyTorch begins.

    Raises:
        ExportError: there is no such scheduler, or the optimizer has another learning rate.
    """
    if not isinstance(optimizer, Optimizer):
        raise ExportError(f"an optimizer of torch.optim is needed; got {shown(optimizer)}")
    rate, *others = distinct(initial_rate(group) for group in optimizer.param_groups)
    if others:
        raise ExportError(
            "native=True: the parameter groups have different learning rates, and the schedule has one"
        )
    before = [(dict(group), float(group["lr"])) for group in optimizer.param_groups]
    try:
        for group in optimizer.param_groups:
            put(group, Place("lr"), rate)  # which another scheduler may have changed
        if isinstance(schedule, lrc.Sequence) and schedule.clock == "local":
            return _sequence(schedule, optimizer, rate)
        return _one(schedule, optimizer, rate)
    except ExportError:
        for group, (entries, own) in zip(optimizer.param_groups, before, strict=True):
            group.clear()
            group.update(entries)
            put(group, Place("lr"), own)
        raise


def _sequence(schedule: lrc.Sequence, optimizer: Optimizer, rate: float) -> LRScheduler:
    lengths = [part.duration for part in schedule.parts[:-1]]
    if not all(isinstance(length, int) for length in lengths):
        raise _refusal(schedule, "a part ends between two steps, and a milestone is an integer")
    parts = [
        _one(part.schedule if isinstance(part, lrc.Until) else part, optimizer, rate)
        for part in schedule.parts[:-1]
    ]
    parts.append(_one(schedule.parts[-1], optimizer, rate))
    milestones = [int(end) for end in accumulate(lengths)]  # type: ignore[arg-type]
    return peers.SequentialLR(optimizer, parts, milestones)


def _one(schedule: Schedule, optimizer: Optimizer, rate: float) -> LRScheduler:
    make = _PEERS.get(type(schedule))
    if make is None:
        raise _refusal(schedule, _REASONS.get(type(schedule), "there is none"))
    return make(schedule, optimizer, rate)


def _begins(schedule: Schedule, value: float, rate: float) -> None:
    """Most schedulers of PyTorch begin with the learning rate of the optimizer."""
    if len(distinct((value, rate))) > 1:
        raise ExportError(
            f"native=True: {shown(schedule)} begins at {value!r}, and the optimizer has the learning rate "
            f"{rate!r}; give it lr={value!r}"
        )


def _refusal(schedule: Schedule, reason: str) -> ExportError:
    return ExportError(f"native=True: no scheduler of PyTorch equals {shown(schedule)}; {reason}")


def _integer(schedule: Schedule, steps: object) -> int:
    if not isinstance(steps, int) or steps < 1:
        raise _refusal(schedule, "its numbers of steps are integers above 0")
    return steps


def _factor(schedule: Schedule, value: float, rate: float, least: float) -> float:
    """A share of the learning rate of the optimizer."""
    if not least <= value <= rate:
        raise _refusal(
            schedule,
            f"factors of the learning rate {rate!r} are above 0 at the start, and at most 1",
        )
    return value / rate


def _constant(s: lrc.Constant, optimizer: Optimizer, rate: float) -> LRScheduler:
    _begins(s, s.value, rate)
    return peers.ConstantLR(optimizer, factor=1.0, total_iters=0)


def _linear(s: lrc.Linear, optimizer: Optimizer, rate: float) -> LRScheduler:
    start, end = _factor(s, s.start, rate, 5e-324), _factor(s, s.end, rate, 0.0)
    return peers.LinearLR(optimizer, start, end, _integer(s, s.steps))


def _levels(s: lrc.PiecewiseConstant, optimizer: Optimizer, rate: float) -> LRScheduler:
    if len(s.boundaries) != 1 or s.values[1] != rate:
        raise _refusal(
            s, "ConstantLR has one boundary, after which the rate is that of the optimizer"
        )
    factor = _factor(s, s.values[0], rate, 5e-324)
    return peers.ConstantLR(optimizer, factor, _integer(s, s.boundaries[0]))


def _exponential(s: lrc.Exponential, optimizer: Optimizer, rate: float) -> LRScheduler:
    _begins(s, s.start, rate)
    if s.steps == 1:
        return peers.ExponentialLR(optimizer, s.factor)
    if not s.staircase:
        raise _refusal(s, "ExponentialLR multiplies at every step; give steps=1, or a staircase")
    return peers.StepLR(optimizer, _integer(s, s.steps), s.factor)


def _steps(s: lrc.StepDecay, optimizer: Optimizer, rate: float) -> LRScheduler:
    _begins(s, s.start, rate)
    return peers.StepLR(optimizer, _integer(s, s.steps), s.factor)


def _milestones(s: lrc.MultiStep, optimizer: Optimizer, rate: float) -> LRScheduler:
    _begins(s, s.start, rate)
    milestones = [_integer(s, step) for step in s.milestones]
    return peers.MultiStepLR(optimizer, milestones, s.factor)


def _polynomial(s: lrc.Polynomial, optimizer: Optimizer, rate: float) -> LRScheduler:
    _begins(s, s.start, rate)
    if s != lrc.Polynomial(s.start, 0.0, s.steps, s.power):
        raise _refusal(s, "PolynomialLR goes to 0, without k_decay")
    return peers.PolynomialLR(optimizer, _integer(s, s.steps), s.power)


def _wave(s: lrc.Mirror, optimizer: Optimizer, rate: float) -> LRScheduler:
    half = s.schedule
    if not isinstance(half, lrc.Cosine) or half != lrc.Cosine(half.start, half.end, half.steps):
        raise _refusal(
            s, "of the mirrored schedules, a Cosine without other options has a scheduler"
        )
    _begins(s, half.start, rate)
    return peers.CosineAnnealingLR(optimizer, _integer(s, half.steps), half.end)


def _restarts(s: lrc.Restarts, optimizer: Optimizer, rate: float) -> LRScheduler:
    half, growth = s.cycle, s.growth
    is_cosine = isinstance(half, lrc.Cosine) and half == lrc.Cosine(
        half.start, half.end, half.steps
    )
    if not is_cosine or s != lrc.Restarts(half, growth=growth) or growth.denominator != 1:
        raise _refusal(
            s,
            "CosineAnnealingWarmRestarts has endless Cosine cycles, and a whole growth, without decays",
        )
    assert isinstance(half, lrc.Cosine)
    _begins(s, half.start, rate)
    steps = _integer(s, half.steps)
    return peers.CosineAnnealingWarmRestarts(optimizer, steps, int(growth), half.end)


_PEERS: Final[dict[type[Schedule], Callable[[Any, Optimizer, float], LRScheduler]]] = {
    lrc.Constant: _constant,
    lrc.Exponential: _exponential,
    lrc.Linear: _linear,
    lrc.Mirror: _wave,
    lrc.MultiStep: _milestones,
    lrc.PiecewiseConstant: _levels,
    lrc.Polynomial: _polynomial,
    lrc.Restarts: _restarts,
    lrc.StepDecay: _steps,
}
_REASONS: Final[dict[type[Schedule], str]] = {
    lrc.Cosine: "CosineAnnealingLR rises again after its end, as Mirror(Cosine(...)) does",
    lrc.OneCycle: "OneCycleLR refuses steps after its end",
    lrc.Cyclic: "CyclicLR computes its values with other errors, and takes over the momentum",
}
