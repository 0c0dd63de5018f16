"""The schedules of Hugging Face Transformers, which are functions in a `LambdaLR`, read while they run."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import pytest
import torch
from torch.optim.lr_scheduler import LambdaLR
from transformers import optimization

import lrcore as lrc
from lrcore_torch import Scheduler, read

WARMUP: Final = {"num_warmup_steps": 7}
RUN: Final = {**WARMUP, "num_training_steps": 40}
STABLE: Final = {**WARMUP, "num_stable_steps": 10, "num_decay_steps": 15}
SCHEDULES: Final[list[tuple[str, dict[str, Any]]]] = [
    ("get_constant_schedule", {}),
    ("get_constant_schedule_with_warmup", WARMUP),
    ("get_linear_schedule_with_warmup", RUN),
    ("get_linear_schedule_with_warmup", {**RUN, "num_warmup_steps": 0}),
    ("get_cosine_schedule_with_warmup", RUN),
    ("get_cosine_schedule_with_warmup", {**RUN, "num_cycles": 1.25}),
    ("get_cosine_with_hard_restarts_schedule_with_warmup", {**RUN, "num_cycles": 4}),
    ("get_polynomial_decay_schedule_with_warmup", {**RUN, "lr_end": 0.01, "power": 2.0}),
    ("get_inverse_sqrt_schedule", WARMUP),
    ("get_inverse_sqrt_schedule", {"num_warmup_steps": 0, "timescale": 50}),
    ("get_cosine_with_min_lr_schedule_with_warmup", {**RUN, "min_lr": 0.05}),
    ("get_cosine_with_min_lr_schedule_with_warmup", {**RUN, "min_lr_rate": 0.1}),
    ("get_cosine_with_min_lr_schedule_with_warmup_lr_rate", {**RUN, "min_lr_rate": 0.1}),
    (
        "get_cosine_with_min_lr_schedule_with_warmup_lr_rate",
        {**RUN, "min_lr": 0.05, "warmup_lr_rate": 0.2},
    ),
    ("get_wsd_schedule", STABLE),
    ("get_wsd_schedule", {**STABLE, "min_lr_ratio": 0.1, "warmup_type": "cosine"}),
    ("get_wsd_schedule", {**STABLE, "min_lr_ratio": 0.1, "decay_type": "linear"}),
    ("get_wsd_schedule", {**STABLE, "decay_type": "1-sqrt", "warmup_type": "1-sqrt"}),
    ("get_wsd_schedule", {**STABLE, "num_cycles": 1.5}),
]


@pytest.mark.parametrize(("name", "options"), SCHEDULES)
def test_the_definition_and_the_progress(name: str, options: dict[str, Any]) -> None:
    """At every step the rest of the run is the same, in groups with different rates as well."""
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in (0.5, 0.25)]
    optimizer = torch.optim.SGD(groups, lr=0.5)
    scheduler = getattr(optimization, name)(optimizer, **options)
    plan, _ = read(scheduler)
    assert isinstance(plan, lrc.Plan)
    for step in range(60):
        assert read(scheduler) == (plan, step)
        for i, group in enumerate(optimizer.param_groups):
            value = plan(step, i if i in plan.groups else None)["learning_rate"]
            assert group["lr"] == pytest.approx(value, rel=1e-9, abs=1e-15)
        optimizer.step()
        scheduler.step()
    other = torch.optim.SGD(groups, lr=0.5)
    assert Scheduler(other, plan, step=60).last_epoch == 60


def test_a_function_of_a_person_is_not_taken_for_one_of_the_library() -> None:
    """Not even one of the same name."""

    def _get_linear_schedule_with_warmup_lr_lambda(step: int, *, num_warmup_steps: int) -> float:
        return 0.5

    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    function = partial(_get_linear_schedule_with_warmup_lr_lambda, num_warmup_steps=3)
    with pytest.raises(lrc.ExportError, match=r"the function '_get_linear_sch.* cannot be read"):
        read(LambdaLR(optimizer, function))
