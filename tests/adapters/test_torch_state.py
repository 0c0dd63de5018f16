"""Checkpoints of PyTorch: the state of the scheduler, changed definitions, and PyTorch's own containers."""

from __future__ import annotations

import copy
import json
import pickle
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
import torch
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.optim import Optimizer, swa_utils
from torch.optim import lr_scheduler as peers

import lrcore as lrc
from lrcore_torch import Scheduler

SCHEDULE: Final = lrc.WarmupCosine(0.5, 5, 20)
PLAN: Final = lrc.Plan(learning_rate=SCHEDULE, weight_decay=lrc.Linear(0.1, 0.0, 12))


def an_optimizer(rate: float = 1.0) -> Optimizer:
    """SGD of one parameter."""
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate, momentum=0.5)


def values(optimizer: Optimizer) -> tuple[float, ...]:
    """What the next update uses."""
    (group,) = optimizer.param_groups
    return group["lr"], group["weight_decay"], group["momentum"]


def updates(optimizer: Optimizer, scheduler: peers.LRScheduler, count: int) -> list[object]:
    """The values of the next updates."""
    used: list[object] = []
    for _ in range(count):
        used.append(values(optimizer))
        optimizer.step()
        scheduler.step()
    return used


def test_the_state_is_three_plain_entries() -> None:
    """The step, the definition as one text, and whether the optimizer holds the values."""
    optimizer = an_optimizer()
    scheduler = Scheduler(optimizer, PLAN)
    updates(optimizer, scheduler, 7)
    state = scheduler.state_dict()
    assert {key: type(value) for key, value in state.items()} == {
        "step": int,
        "schedule": str,
        "applied": bool,
    }
    assert (state["step"], state["applied"]) == (7, True)
    assert lrc.from_json(str(state["schedule"])) == PLAN
    assert scheduler.state_dict()["schedule"] is state["schedule"]


def test_the_number_of_steps_is_restored() -> None:
    """`_step_count`, which Accelerate and others read, is that of a run that was not interrupted."""
    first, second = (Scheduler(an_optimizer(), SCHEDULE) for _ in range(2))
    updates(first.optimizer, first, 7)
    second.load_state_dict(first.state_dict())
    assert second._step_count == first._step_count == 8
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        second.step()


OTHERS: Final[dict[str, tuple[lrc.Schedule | lrc.Plan, str]]] = {
    "number": (lrc.WarmupCosine(0.5, 5, 21), r"\n  schedule\.decay_steps: 20, and 21$"),
    "default": (lrc.WarmupCosine(0.5, 5, 20, end=0.1), r"\n  schedule\.end: no entry, and 0\.1$"),
    "kind": (
        lrc.Cosine(0.5, 0.0, 25),
        r"\n  schedule: WarmupCosine\(.*\), and Cosine\(start=0\.5, ",
    ),
    "plan": (PLAN, r"\n  schedule: .*, and no entry\n  plan: no entry, and \{"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_state_of_another_definition_is_refused(name: str) -> None:
    """The error says what is different, and what can be done; nothing changes."""
    other, message = OTHERS[name]
    first, second = (Scheduler(an_optimizer(), definition) for definition in (SCHEDULE, other))
    updates(first.optimizer, first, 7)
    before = second.state_dict(), values(second.optimizer), second._step_count
    with pytest.raises(lrc.ExportError, match=message) as caught:
        second.load_state_dict(first.state_dict())
    assert 'on_mismatch="adopt"' in str(caught.value)
    assert 'on_mismatch="restore"' in str(caught.value)
    assert (second.state_dict(), values(second.optimizer), second._step_count) == before


@pytest.mark.parametrize("name", OTHERS)
def test_a_changed_plan_is_adopted_or_restored(name: str) -> None:
    """The step of the checkpoint with the new definition, or with that of the checkpoint."""
    other, _ = OTHERS[name]
    first = Scheduler(an_optimizer(), SCHEDULE)
    updates(first.optimizer, first, 7)
    adopting = Scheduler(an_optimizer(), other, on_mismatch="adopt")
    adopting.load_state_dict(first.state_dict())
    rate = other["learning_rate"] if isinstance(other, lrc.Plan) else other
    assert (adopting.schedule, adopting.last_epoch) == (other, 7)
    assert adopting.get_last_lr() == [rate(7)] == [values(adopting.optimizer)[0]]
    restoring = Scheduler(an_optimizer(), other, on_mismatch="restore")
    restoring.load_state_dict(first.state_dict())
    assert (restoring.schedule, restoring.last_epoch) == (SCHEDULE, 7)
    assert restoring.get_last_lr() == [SCHEDULE(7)] == [values(restoring.optimizer)[0]]
    assert restoring.state_dict() == first.state_dict()


def test_an_equal_definition_in_other_words_is_no_mismatch() -> None:
    """Another text of the same document is read and compared."""
    first, second = (Scheduler(an_optimizer(), SCHEDULE) for _ in range(2))
    updates(first.optimizer, first, 7)
    document = {**SCHEDULE.to_dict()["schedule"], "end": 0.0}  # type: ignore[dict-item]
    text = json.dumps({"lrcore": 1, "schedule": document}, indent=4)
    second.load_state_dict({**first.state_dict(), "schedule": text})
    assert second.last_epoch == 7


@pytest.mark.parametrize(
    "peer",
    [
        lambda o: peers.CosineAnnealingLR(o, 20),
        lambda o: peers.LambdaLR(o, lambda t: 1 / (t + 1)),
        lambda o: peers.SequentialLR(o, [peers.ConstantLR(o), peers.ExponentialLR(o, 0.9)], [3]),
    ],
    ids=["cosine", "lambda", "sequential"],
)
def test_the_step_of_a_scheduler_of_pytorch_is_taken_over(
    peer: Callable[[Optimizer], peers.LRScheduler],
) -> None:
    """A run that was begun with PyTorch's own goes on here; the person says so."""
    optimizer = an_optimizer()
    old = peer(optimizer)
    updates(optimizer, old, 7)
    state = copy.deepcopy(old.state_dict())
    refusing = Scheduler(an_optimizer(), SCHEDULE)
    with pytest.raises(lrc.ExportError, match=r"another scheduler of PyTorch.*step 7 .*adopt"):
        refusing.load_state_dict(state)
    restoring = Scheduler(an_optimizer(), SCHEDULE, on_mismatch="restore")
    with pytest.raises(lrc.ExportError, match="another scheduler of PyTorch, which has no defin"):
        restoring.load_state_dict(state)
    scheduler = Scheduler(an_optimizer(), SCHEDULE, on_mismatch="adopt")
    scheduler.load_state_dict(state)
    assert scheduler.get_last_lr() == [SCHEDULE(7)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"step": "9"}, "the saved step is not a step of a run: '9'"),
        ({"step": True}, "the saved step is not a step of a run: True"),
        ({"step": -2}, "the saved step is not a step of a run: -2"),
        ({"schedule": {}}, r"the saved schedule is not the text of a document: \{\}"),
        ({"schedule": "{}"}, "not a document of lrcore"),
        ({"step": 2**53 + 1}, r"at most 2\*\*53"),
        (
            {"gamma": 0.1},
            r"not the state of an lrcore_torch.Scheduler: it holds \['applied', 'gamma'",
        ),
    ],
)
def test_the_state_of_something_else_is_refused(change: dict[str, object], message: str) -> None:
    """Nothing changes."""
    optimizer = an_optimizer()
    scheduler = Scheduler(optimizer, SCHEDULE)
    updates(optimizer, scheduler, 9)
    before = scheduler.state_dict(), values(optimizer)
    with pytest.raises(lrc.LrcoreError, match=message):
        scheduler.load_state_dict({**scheduler.state_dict(), **change})
    with pytest.raises(lrc.ExportError, match=r"is a dictionary; got \[\]"):
        scheduler.load_state_dict([])  # type: ignore[arg-type]
    assert (scheduler.state_dict(), values(optimizer)) == before


@pytest.mark.filterwarnings("ignore:torch.distributed is disabled:UserWarning")
def test_distributed_checkpoints_cannot_change_the_definition(tmp_path: Path) -> None:
    """They flatten dictionaries and load the keys that exist: a default and a part were lost so."""
    pairs = [
        (lrc.Polynomial(0.1, 0.0, 40, power=2.0), lrc.Polynomial(0.1, 0.0, 40)),
        (lrc.Linear(0.1, 0.0, 40) >> lrc.Constant(0.1), lrc.Linear(0.1, 0.0, 40)),
    ]
    for i, (saved, other) in enumerate(pairs):
        scheduler = Scheduler(an_optimizer(), saved)
        updates(scheduler.optimizer, scheduler, 3)
        save({"s": scheduler}, checkpoint_id=tmp_path / str(i), no_dist=True)
        with pytest.raises(Exception, match="follows another schedule than this scheduler"):
            load(
                {"s": Scheduler(an_optimizer(), other)},
                checkpoint_id=tmp_path / str(i),
                no_dist=True,
            )
        same = Scheduler(an_optimizer(), saved)
        load({"s": same}, checkpoint_id=tmp_path / str(i), no_dist=True)
        assert (same.last_epoch, values(same.optimizer)[0]) == (3, saved(3))


def test_a_new_plan_stays_when_the_state_of_the_optimizer_is_loaded_after_it() -> None:
    """The checkpoint holds the values of the old one; not one update uses them."""
    optimizer = an_optimizer()
    scheduler = Scheduler(optimizer, PLAN)
    updates(optimizer, scheduler, 4)
    old = copy.deepcopy(optimizer.state_dict())
    for definition, step in (
        (lrc.Plan(learning_rate=lrc.Linear(0.3, 0.0, 50), weight_decay=0.7), 4),
        (lrc.Plan(learning_rate=lrc.Linear(0.3, 0.0, 50), weight_decay=0.7), 0),
    ):
        resumed = an_optimizer()
        scheduler = Scheduler(resumed, definition, step=step)
        resumed.load_state_dict(old)
        wanted = definition(step)
        assert values(resumed)[:2] == (wanted["learning_rate"], wanted["weight_decay"])


Built: TypeAlias = tuple[Optimizer, list[peers.LRScheduler], Callable[[int], None]]
"""An optimizer, what is saved beside it, and what makes the step after each update."""


def sequential(*make: Callable[[Optimizer], peers.LRScheduler]) -> Callable[[], Built]:
    """A `SequentialLR` in which each scheduler lasts for three updates."""

    def build() -> Built:
        optimizer = an_optimizer()
        schedulers = [one(optimizer) for one in make]
        scheduler = peers.SequentialLR(optimizer, schedulers, [3 * i for i in range(1, len(make))])
        return optimizer, [scheduler], lambda t: scheduler.step()

    return build


def chained(*make: Callable[[Optimizer], peers.LRScheduler]) -> Callable[[], Built]:
    """A `ChainedScheduler`."""

    def build() -> Built:
        optimizer = an_optimizer()
        scheduler = peers.ChainedScheduler([one(optimizer) for one in make])
        return optimizer, [scheduler], lambda t: scheduler.step()

    return build


def averaged(definition: lrc.Schedule | lrc.Plan) -> Callable[[], Built]:
    """`SWALR` takes over after the fifth update."""

    def build() -> Built:
        optimizer = an_optimizer()
        scheduler = Scheduler(optimizer, definition)
        swa = swa_utils.SWALR(optimizer, swa_lr=0.05, anneal_epochs=4)
        return optimizer, [scheduler, swa], lambda t: (swa if t >= 5 else scheduler).step()

    return build


def saved_parts(built: Built) -> list[Any]:
    """The optimizer and its schedulers."""
    return [built[0], *built[1]]


def ours(definition: lrc.Schedule | lrc.Plan) -> Callable[[Optimizer], peers.LRScheduler]:
    """A scheduler of this package."""
    return lambda optimizer: Scheduler(optimizer, definition)


def warmup(optimizer: Optimizer) -> peers.LRScheduler:
    """PyTorch's own."""
    return peers.LinearLR(optimizer, 0.1, 1.0, 3)


LINE: Final = lrc.Linear(1.0, 0.0, 10)
OTHER_PLAN: Final = lrc.Plan(learning_rate=LINE, weight_decay=0.5, momentum=0.25)
CONTAINERS: Final[dict[str, Callable[[], Built]]] = {
    "sequential, second": sequential(warmup, ours(LINE)),
    "sequential, first": sequential(ours(LINE), warmup),
    "sequential, both": sequential(ours(SCHEDULE), ours(LINE)),
    "sequential, equal": sequential(ours(LINE), ours(LINE)),
    "sequential, in the middle": sequential(warmup, ours(LINE), warmup, ours(SCHEDULE)),
    "sequential, plans": sequential(ours(PLAN), ours(OTHER_PLAN)),
    "sequential, plans and others": sequential(ours(PLAN), warmup, ours(OTHER_PLAN)),
    "chained, last": chained(warmup, ours(LINE)),
    "chained, first": chained(ours(PLAN), lambda o: peers.ExponentialLR(o, 0.9)),
    "averaging": averaged(LINE),
    "averaging, plan": averaged(PLAN),
}


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("order", ["optimizer first", "schedulers first"])
def test_containers_of_pytorch_go_on_from_every_step(name: str, order: str) -> None:
    """Whichever state is loaded first: a scheduler that is not in charge writes nothing."""
    build = CONTAINERS[name]

    def run(built: Built, steps: range) -> list[object]:
        optimizer, _, step = built
        used: list[object] = []
        for t in steps:
            used.append(values(optimizer))
            optimizer.step()
            step(t)
        return used

    whole = run(build(), range(14))
    for k in range(14):
        built = build()
        assert run(built, range(k)) == whole[:k]
        saved = copy.deepcopy([part.state_dict() for part in saved_parts(built)])
        resumed = build()
        parts = list(zip(saved_parts(resumed), saved, strict=True))
        for part, state in parts if order == "optimizer first" else parts[::-1]:
            part.load_state_dict(state)
        assert run(resumed, range(k, 14)) == whole[k:], k


def test_what_a_container_of_pytorch_makes_of_a_plan() -> None:
    """At the switch of a `SequentialLR` all values of the new plan begin."""
    optimizer, _, step = CONTAINERS["sequential, plans"]()
    used = []
    for t in range(6):
        used.append(values(optimizer))
        optimizer.step()
        step(t)
    first = [(PLAN(t)["learning_rate"], PLAN(t)["weight_decay"]) for t in range(3)]
    assert [entry[:2] for entry in used[:3]] == first
    assert used[3:] == [(LINE(t), 0.5, 0.25) for t in range(3)]


def test_copies_of_a_scheduler_are_schedulers() -> None:
    """`copy.deepcopy` and `pickle` keep the optimizer, and the copy is told of its changes."""
    scheduler = Scheduler(an_optimizer(), PLAN)
    updates(scheduler.optimizer, scheduler, 3)
    for made in (copy.deepcopy(scheduler), pickle.loads(pickle.dumps(scheduler))):
        assert made.optimizer is not scheduler.optimizer
        assert (made.last_epoch, values(made.optimizer)) == (3, values(scheduler.optimizer))
        made.seek(9)
        made.optimizer.load_state_dict(scheduler.optimizer.state_dict())
        assert values(made.optimizer)[0] == SCHEDULE(9)
    assert values(scheduler.optimizer)[0] == SCHEDULE(3)


def test_a_scheduler_that_is_no_longer_used_writes_nothing() -> None:
    """Neither one that was deleted, nor one whose values another scheduler has replaced."""
    optimizer = an_optimizer()
    first: Scheduler | None = Scheduler(optimizer, LINE, step=4)
    second = Scheduler(optimizer, SCHEDULE, step=4)
    state: dict[str, Any] = copy.deepcopy(optimizer.state_dict())
    optimizer.load_state_dict(state)
    assert values(optimizer)[0] == SCHEDULE(4)
    del first, second
    state["param_groups"][0]["lr"] = 0.125
    optimizer.load_state_dict(state)
    assert values(optimizer)[0] == 0.125


def test_a_kind_that_no_longer_exists_can_be_left() -> None:
    """To adopt a state, its step is enough."""
    state = {"step": 3, "schedule": '{"lrcore":1,"schedule":{"kind":"acme.gone"}}', "applied": True}
    scheduler = Scheduler(an_optimizer(), LINE, on_mismatch="adopt")
    scheduler.load_state_dict(state)
    assert scheduler.get_last_lr() == [LINE(3)]
    with pytest.raises(lrc.DocumentError, match=r"acme\.gone"):
        Scheduler(an_optimizer(), LINE).load_state_dict(state)


def test_a_schedule_that_is_assigned_to_a_scheduler_that_waits() -> None:
    """Nothing is written before its turn has come, nor after it."""
    optimizer = an_optimizer()
    parts = [Scheduler(optimizer, LINE), Scheduler(optimizer, lrc.Constant(0.25))]
    container = peers.SequentialLR(optimizer, list(parts), [3])
    parts[1].schedule = lrc.Constant(0.125)
    assert values(optimizer)[0] == 1.0
    updates(optimizer, container, 4)
    assert values(optimizer)[0] == 0.125
    parts[0].schedule = lrc.Constant(0.5)
    assert values(optimizer)[0] == 0.125


def test_what_was_declared_for_another_plan_is_not_needed_by_the_next() -> None:
    """Neither values of the loop nor groups that come later."""
    optimizer = an_optimizer()
    plan = lrc.Plan(learning_rate=LINE, clip=1.0, groups={"late": lrc.Factor(0.5)})
    scheduler = Scheduler(optimizer, plan, extra=("clip",), later=("late",))
    scheduler.schedule = lrc.Constant(0.125)
    assert values(optimizer)[0] == 0.125
