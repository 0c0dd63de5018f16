"""The functions that Hugging Face Transformers gives to `LambdaLR`, as schedules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

import lrcore as lrc
from lrcore import ExportError, Schedule

Arguments: TypeAlias = Mapping[str, Any]

_MODULE: Final = "transformers.optimization"


def read_lambda(function: object, rate: float) -> Schedule:
    """The schedule of a parameter group with the initial rate `rate`.

    Raises:
        ExportError: it is another function, which could do anything.
    """
    inner: Any = function.func if isinstance(function, partial) else function
    arguments: Arguments = function.keywords if isinstance(function, partial) else {}
    name = getattr(inner, "__name__", type(inner).__name__)
    if getattr(inner, "__module__", None) == _MODULE and name in _LAMBDAS:
        return _LAMBDAS[name](rate, arguments)
    raise ExportError(
        f"LambdaLR has the function {name!r}, which cannot be read; write a schedule with the same values"
    )


def _constant(rate: float, _: Arguments) -> Schedule:
    return lrc.Constant(rate)


def _warmup(rate: float, given: Arguments) -> Schedule:
    return lrc.Linear(0.0, rate, given["num_warmup_steps"])


def _linear(rate: float, given: Arguments) -> Schedule:
    warmup = given["num_warmup_steps"]
    return lrc.WarmupLinear(rate, warmup, max(1, given["num_training_steps"] - warmup))


def _cosine(rate: float, given: Arguments) -> Schedule:
    warmup, end = given["num_warmup_steps"], given.get("min_lr_rate", 0.0) * rate
    wave = _wave(rate, end, given)
    return lrc.Warmup(wave, warmup)


def _early_cosine(rate: float, given: Arguments) -> Schedule:
    warmup, end = given["num_warmup_steps"], given["min_lr_rate"] * rate
    wave = _wave(rate, end, given)
    if given["warmup_lr_rate"] is None:
        return lrc.Shift(lrc.Warmup(wave, warmup), 1)
    warm = lrc.Linear(given["warmup_lr_rate"] * rate, rate, max(1, warmup - 1))
    return lrc.Until(warm, warmup) >> lrc.Shift(wave, 1)


def _wave(rate: float, end: float, given: Arguments) -> Schedule:
    length = max(1, given["num_training_steps"] - given["num_warmup_steps"])
    half = lrc.Duration(length) / (2 * given["num_cycles"])
    return lrc.Mirror(lrc.Cosine(rate, end, half))


def _restarts(rate: float, given: Arguments) -> Schedule:
    warmup, cycles = given["num_warmup_steps"], given["num_cycles"]
    length = lrc.Duration(max(1, given["num_training_steps"] - warmup)) / cycles
    waves = lrc.Restarts(lrc.Cosine(rate, 0.0, length), cycles=cycles)
    return lrc.Warmup(waves, warmup)


def _polynomial(rate: float, given: Arguments) -> Schedule:
    warmup, end = given["num_warmup_steps"], given["lr_end"] * rate / given["lr_init"]
    steps = given["num_training_steps"] - warmup
    return lrc.Warmup(lrc.Polynomial(rate, end, steps, given["power"]), warmup)


def _inverse_sqrt(rate: float, given: Arguments) -> Schedule:
    return lrc.InverseSquareRoot(rate, given["num_warmup_steps"], timescale=given["timescale"])


def _stable(rate: float, given: Arguments) -> Schedule:
    end, shape = given["min_lr_ratio"] * rate, given["decay_type"]
    stable, decay = given["num_stable_steps"], given["num_decay_steps"]
    if shape == "cosine":
        falling = lrc.Cosine(rate, end, decay, cycles=given["num_cycles"]) >> lrc.Constant(end)
        plan: Schedule = lrc.Hold(rate, stable) >> falling
    else:
        plan = lrc.WarmupStableDecay(rate, 0, stable, decay, shape, end=end)
    return lrc.Warmup(plan, given["num_warmup_steps"], end, given["warmup_type"])


_LAMBDAS: Final[dict[str, Callable[[float, Arguments], Schedule]]] = {
    "_get_constant_lambda": _constant,
    "_get_constant_schedule_with_warmup_lr_lambda": _warmup,
    "_get_linear_schedule_with_warmup_lr_lambda": _linear,
    "_get_cosine_schedule_with_warmup_lr_lambda": _cosine,
    "_get_cosine_with_min_lr_schedule_with_warmup_lr_rate_lambda": _early_cosine,
    "_get_cosine_with_hard_restarts_schedule_with_warmup_lr_lambda": _restarts,
    "_get_polynomial_decay_schedule_with_warmup_lr_lambda": _polynomial,
    "_get_inverse_sqrt_schedule_lr_lambda": _inverse_sqrt,
    "_get_wsd_scheduler_lambda": _stable,
}
