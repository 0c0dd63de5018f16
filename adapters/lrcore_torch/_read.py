"""Schedulers of PyTorch as schedules and plans, with their progress."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, NamedTuple

from torch.optim import lr_scheduler as peers
from torch.optim.lr_scheduler import LRScheduler

import lrcore as lrc
from lrcore import ExportError, Factor, Plan, Schedule
from lrcore.backend import shown

from ._groups import initial_rate
from ._native import Scheduler
from ._read_lambdas import read_lambda

_NEAR: Final = 1e-6
"""Schedulers of PyTorch multiply the learning rate step by step, and accumulate errors of rounding."""


class Reading(NamedTuple):
    """A definition that was read, and the step of the next update."""

    definition: Schedule | Plan
    step: int


def read(scheduler: LRScheduler) -> Reading:
    """The definition and the step of a scheduler of PyTorch.

    Schedulers of `torch.optim.lr_scheduler` are read with their progress, `SequentialLR` and
    `ChainedScheduler` included, and so are the schedules of Hugging Face Transformers, which are functions
    in a `LambdaLR`. If all parameter groups have the same learning rate, the definition is a schedule, and
    else a plan with groups. A schedule of the momentum makes it a plan, too.

    Args:
        scheduler: the scheduler; it is not changed.

    Raises:
        lrcore.ExportError: the scheduler contains a function of your own, follows a metric, or has no
            equivalent; or the optimizer does not hold the value that the definition has at this step.

    Example:
        >>> import lrcore_torch, torch
        >>> optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
        >>> scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 30)
        >>> lrcore_torch.read(scheduler)
        Reading(definition=StepDecay(start=0.1, factor=0.1, steps=30), step=0)
    """
    if isinstance(scheduler, Scheduler):
        return Reading(scheduler.schedule, scheduler.last_epoch)
    if not isinstance(scheduler, LRScheduler):
        raise ExportError(
            f"a scheduler of torch.optim.lr_scheduler is needed; got {shown(scheduler)}"
        )
    groups = range(len(scheduler.optimizer.param_groups))
    found = [_of_group(scheduler, group) for group in groups]
    rates = {i: values["learning_rate"] for i, values in enumerate(found)}
    step = _step(scheduler)
    _check_held(scheduler, rates, step)
    first, *others = found
    definition: Schedule | Plan = first["learning_rate"]
    if len(first) > 1 or any(values != first for values in others):
        own: dict[str | int, dict[str, Schedule | float | Factor]] = {
            i: {**values} for i, values in enumerate(found) if values != first
        }
        definition = Plan(groups=own, **first)
    return Reading(definition, step)


def _step(scheduler: LRScheduler) -> int:
    """The step of the next update; a `ChainedScheduler` has none of its own."""
    if isinstance(scheduler, peers.ChainedScheduler):
        return _step(scheduler._schedulers[0])
    return int(scheduler.last_epoch)


def _of_group(scheduler: LRScheduler, group: int) -> dict[str, Schedule]:
    """The schedules of one parameter group by hyper-parameter."""
    kind = type(scheduler)
    if kind in _MOMENTA:
        return _MOMENTA[kind](scheduler, group)
    return {"learning_rate": _rate(scheduler, group, _initial(scheduler, group))}


def _initial(scheduler: LRScheduler, group: int) -> float:
    return initial_rate(scheduler.optimizer.param_groups[group])


def _rate(scheduler: Any, group: int, rate: float) -> Schedule:
    """The learning rate of one parameter group."""
    match scheduler:
        case peers.SequentialLR():
            return _sequence(scheduler, group, rate)
        case peers.ChainedScheduler():
            return _product(scheduler, group, rate)
        case peers.LambdaLR():
            return read_lambda(scheduler.lr_lambdas[group], rate)
        case _ if type(scheduler) in _RATES:
            return _RATES[type(scheduler)](scheduler, rate)
    raise ExportError(f"{type(scheduler).__name__} cannot be read: {_reason(scheduler)}")


def _reason(scheduler: object) -> str:
    match scheduler:
        case peers.MultiplicativeLR():
            return "its factors are a function of your own; write a schedule with the same values"
        case peers.ReduceLROnPlateau():
            return "it follows a metric"
        case peers.OneCycleLR() | peers.CyclicLR():
            return "inside of another scheduler it has other values than by itself"
    return "it is not a scheduler that lrcore knows; write a schedule with the same values"


def _levels(s: peers.ConstantLR, rate: float) -> Schedule:
    return lrc.PiecewiseConstant((s.total_iters,), (s.factor * rate, rate))


def _milestones(s: peers.MultiStepLR, rate: float) -> Schedule:
    return lrc.MultiStep(rate, s.gamma, tuple(sorted(s.milestones.elements())))


_FACTORS: Final[dict[type[LRScheduler], Callable[[Any, float], Schedule]]] = {
    peers.ConstantLR: _levels,
    peers.ExponentialLR: lambda s, rate: lrc.Exponential(rate, s.gamma),
    peers.LinearLR: lambda s, rate: lrc.Linear(
        s.start_factor * rate, s.end_factor * rate, s.total_iters
    ),
    peers.MultiStepLR: _milestones,
    peers.PolynomialLR: lambda s, rate: lrc.Polynomial(rate, 0.0, s.total_iters, s.power),
    peers.StepLR: lambda s, rate: lrc.StepDecay(rate, s.gamma, s.step_size),
}
"""Those that multiply the learning rate that they find, so that several of them are a product."""

_RATES: Final[dict[type[LRScheduler], Callable[[Any, float], Schedule]]] = {
    **_FACTORS,
    peers.CosineAnnealingLR: lambda s, rate: lrc.Mirror(lrc.Cosine(rate, s.eta_min, s.T_max)),
    peers.CosineAnnealingWarmRestarts: lambda s, rate: lrc.Restarts(
        lrc.Cosine(rate, s.eta_min, s.T_0), growth=s.T_mult
    ),
}


def _sequence(scheduler: peers.SequentialLR, group: int, rate: float) -> Schedule:
    ends = [0, *scheduler._milestones]
    parts = scheduler._schedulers
    for part in parts:
        if isinstance(part, (peers.SequentialLR, peers.ChainedScheduler)):
            raise ExportError(
                f"SequentialLR has a {type(part).__name__} as a part, which has other values there than by "
                "itself"
            )
    schedules = [_rate(part, group, rate) for part in parts]
    lengths = [after - before for before, after in pairwise(ends)]
    heard = [lrc.Until(part, length) for part, length in zip(schedules[:-1], lengths, strict=True)]
    return lrc.Sequence((*heard, schedules[-1]))


def _product(scheduler: peers.ChainedScheduler, group: int, rate: float) -> Schedule:
    for part in scheduler._schedulers:
        if type(part) not in _FACTORS:
            raise ExportError(
                f"ChainedScheduler has a {type(part).__name__}, which does not multiply the learning rate that "
                "it finds, or begins anew from a learning rate of 0"
            )
    first, *others = (_FACTORS[type(part)] for part in scheduler._schedulers)
    made = first(scheduler._schedulers[0], rate)
    for other, part in zip(others, scheduler._schedulers[1:], strict=True):
        made = made * other(part, 1.0)
    return made


def _cyclic(s: peers.CyclicLR, group: int) -> dict[str, Schedule]:
    if s._scale_fn_custom is not None:
        raise ExportError("CyclicLR has a scale_fn of your own, which cannot be read")
    up = Fraction(s.total_size * s.step_ratio).limit_denominator(10**6)
    down = Fraction(s.total_size).limit_denominator(10**6) - up
    gamma = s.gamma if s.mode == "exp_range" else 1.0

    def cycle(low: float, high: float) -> Schedule:
        steps, down_steps = lrc.Duration(up), lrc.Duration(down)
        return lrc.Cyclic(low, high, steps, mode=s.mode, gamma=gamma, down_steps=down_steps)

    rates = {"learning_rate": cycle(float(s.base_lrs[group]), float(s.max_lrs[group]))}
    if not s.cycle_momentum:
        return rates
    return {**rates, "momentum": cycle(s.max_momentums[group], s.base_momentums[group])}


def _one_cycle(s: peers.OneCycleLR, group: int) -> dict[str, Schedule]:
    entries = s.optimizer.param_groups[group]
    pct = (s._schedule_phases[0]["end_step"] + 1) / s.total_steps
    three_phase = len(s._schedule_phases) == 3
    shape = "cosine" if s._anneal_func_type == "cos" else "linear"

    def cycle(start: float, peak: float, end: float) -> Schedule:
        return lrc.OneCycle(
            *(float(start), float(peak), float(end), s.total_steps, pct),
            three_phase=three_phase,
            shape=shape,  # type: ignore[arg-type]
            convention="torch",
        )

    rate = cycle(entries["initial_lr"], entries["max_lr"], entries["min_lr"])
    if not s.cycle_momentum:
        return {"learning_rate": rate}
    high, low = entries["max_momentum"], entries["base_momentum"]
    return {"learning_rate": rate, "momentum": cycle(high, low, high)}


_MOMENTA: Final[dict[type[LRScheduler], Callable[[Any, int], dict[str, Schedule]]]] = {
    peers.CyclicLR: _cyclic,
    peers.OneCycleLR: _one_cycle,
}


def _check_held(scheduler: LRScheduler, rates: dict[int, Schedule], step: int) -> None:
    """Something else may have changed the learning rate, such as a checkpoint of another scheduler."""
    for i, schedule in rates.items():
        held, value = float(scheduler.optimizer.param_groups[i]["lr"]), schedule(step)
        if abs(held - value) > _NEAR * max(abs(value), _initial(scheduler, i) * _NEAR):
            raise ExportError(
                f"the parameter group {i} has the learning rate {held!r}, and {shown(schedule)} has {value!r} at "
                f"step {step}; something else than the {type(scheduler).__name__} has changed it"
            )
