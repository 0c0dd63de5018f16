"""Parameter groups in PyTorch: their own rates, groups that come later, names, and shared tensors."""

from __future__ import annotations

import copy
from typing import Any, Final

import pytest
import torch
from torch.optim import Optimizer

import lrcore as lrc
from lrcore_torch import Scheduler

LINE: Final = lrc.Linear(1.0, 0.0, 8)


def group(rate: float | torch.Tensor | None = None, **entries: object) -> dict[str, Any]:
    """A parameter group of one parameter."""
    made: dict[str, Any] = {"params": [torch.zeros(1, requires_grad=True)], **entries}
    return made if rate is None else {**made, "lr": rate}


def rates(optimizer: Optimizer) -> list[float]:
    """The learning rate of each group."""
    return [float(group["lr"]) for group in optimizer.param_groups]


def test_groups_with_different_rates_are_not_flattened() -> None:
    """One schedule would make them equal in silence; the error says what to write."""
    optimizer = torch.optim.SGD([group(0.1), group(0.01)])
    message = r"learning rates 0\.01, 0\.1, .*relative=True .* a Plan has groups of its own"
    with pytest.raises(lrc.ExportError, match=message):
        Scheduler(optimizer, LINE)
    assert rates(optimizer) == [0.1, 0.01]
    plan = lrc.Plan(learning_rate=LINE, groups={1: lrc.Factor(0.5)})
    Scheduler(optimizer, plan, step=4)
    assert rates(optimizer) == [0.5, 0.25]
    Scheduler(
        torch.optim.SGD([group(0.1), group(torch.tensor(0.1))], lr=0.2), lrc.Plan(weight_decay=0.5)
    )


def test_a_schedule_of_factors() -> None:
    """Each group has its own rate times the schedule, and the definition says the rates."""
    optimizer = torch.optim.AdamW([group(0.1), group(0.01, name="head"), group(torch.tensor(0.5))])
    scheduler = Scheduler(optimizer, LINE, relative=True)
    for step in range(10):
        assert rates(optimizer) == [0.1 * LINE(step), 0.01 * LINE(step), 0.5 * LINE(step)]
        optimizer.step()
        scheduler.step()
    assert scheduler.schedule == lrc.Plan(
        learning_rate=LINE, groups={0: lrc.Factor(0.1), 1: lrc.Factor(0.01), 2: lrc.Factor(0.5)}
    )
    text = scheduler.state_dict()["schedule"]
    other = Scheduler(torch.optim.AdamW([group(0.1), group(0.02), group(0.5)]), LINE, relative=True)
    assert isinstance(text, str)
    with pytest.raises(
        lrc.ExportError, match=r"groups\.1\.learning_rate\.factor: 0\.01, and 0\.02"
    ):
        other.load_state_dict(scheduler.state_dict())


def test_a_plan_of_factors() -> None:
    """Schedules and factors of its groups are multiplied, too; other values are not."""
    plan = lrc.Plan(
        learning_rate=LINE,
        weight_decay=0.25,
        groups={
            "head": {"learning_rate": lrc.Factor(0.5), "weight_decay": 0.0},
            "tail": lrc.Constant(0.75),
        },
    )
    optimizer = torch.optim.SGD([group(0.5), group(0.25, name="tail"), group(2.0, name="head")])
    scheduler = Scheduler(optimizer, plan, relative=True, step=4)
    assert rates(optimizer) == [0.25, 0.1875, 0.5]
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.25, 0.25, 0.0]
    assert scheduler.current(0) == {"learning_rate": 0.25, "weight_decay": 0.25}
    with pytest.raises(lrc.ExportError, match="relative=True is about learning_rate, which the p"):
        Scheduler(optimizer, lrc.Plan(weight_decay=0.1), relative=True)


def test_the_rate_of_a_group_is_the_one_it_was_given() -> None:
    """Not the one that an earlier scheduler has written, which a checkpoint holds as well."""
    optimizer = torch.optim.SGD([group(0.5), group(0.25)])
    Scheduler(optimizer, LINE, relative=True, step=4)
    assert rates(optimizer) == [0.25, 0.125]
    Scheduler(optimizer, LINE, relative=True)
    assert rates(optimizer) == [0.5, 0.25]


def test_a_group_that_is_added_later_has_its_value_at_once() -> None:
    """By the plan itself, or by its own entry, which the person has declared."""
    plan = lrc.Plan(learning_rate=LINE, groups={"head": lrc.Factor(0.5), 3: lrc.Factor(0.25)})
    with pytest.raises(
        lrc.ExportError, match=r"group 'head'.* added later, give later=\('head',\)"
    ):
        Scheduler(torch.optim.SGD([group()]), plan)
    optimizer = torch.optim.SGD([group()])
    scheduler = Scheduler(optimizer, plan, later=("head", 3), step=2)
    assert scheduler.current("head") == {"learning_rate": 0.375}
    for added, wanted in ((group(), 0.75), (group(name="head"), 0.375), (group(), 0.1875)):
        optimizer.add_param_group(added)
        assert rates(optimizer)[-1] == wanted
        assert "initial_lr" in optimizer.param_groups[-1]
    optimizer.step()
    scheduler.step()
    assert rates(optimizer) == [0.625, 0.625, 0.3125, 0.15625]
    for later, message in (
        ("head", r'later holds several names; write later=\("head",\)'),
        (("neck",), "later: the plan has no group 'neck'; it has 'head', 3"),
    ):
        with pytest.raises(lrc.ExportError, match=message):
            Scheduler(optimizer, plan, later=later)


def test_a_group_that_is_added_has_its_own_rate_as_a_factor() -> None:
    """With `relative`; and without it, a rate of its own is refused as at the beginning."""
    optimizer = torch.optim.SGD([group(0.5)])
    scheduler = Scheduler(optimizer, LINE, relative=True, step=4)
    optimizer.add_param_group(group(0.125))
    assert rates(optimizer) == [0.25, 0.0625]
    optimizer = torch.optim.SGD([group(0.5)])
    scheduler = Scheduler(optimizer, LINE, step=4)
    with pytest.raises(lrc.ExportError, match=r"learning rates 0\.125, 0\.5"):
        optimizer.add_param_group(group(0.125))
    assert rates(optimizer) == [0.5]
    optimizer.step()
    scheduler.step()
    assert rates(optimizer) == [0.375]


def test_a_group_that_was_put_into_the_list_has_its_value_at_the_next_step() -> None:
    """Some wrappers do not call `add_param_group`."""
    optimizer = torch.optim.SGD([group()])
    scheduler = Scheduler(optimizer, LINE)
    optimizer.param_groups.append(copy.copy(optimizer.param_groups[0]))
    optimizer.step()
    scheduler.step()
    assert rates(optimizer) == [0.875, 0.875]


def test_one_tensor_in_two_groups() -> None:
    """It can have one value: different schedules are refused, and a common one is written."""
    rate = torch.tensor(1.0)
    plan = lrc.Plan(learning_rate=LINE, groups={"head": lrc.Factor(0.1)})
    optimizer = torch.optim.AdamW([group(), group(name="head")], lr=rate)
    message = r"groups 0 and 1 hold one tensor as their 'lr', .*\"lr\": tensor\.clone\(\)\}"
    with pytest.raises(lrc.ExportError, match=message):
        Scheduler(optimizer, plan)
    assert rate.item() == 1.0
    Scheduler(optimizer, LINE, step=4)
    assert rate.item() == 0.5
    Scheduler(torch.optim.AdamW([group(), group(rate.clone(), name="head")], lr=rate), plan)
    beta = torch.tensor(0.9)
    same = torch.optim.Adam([group()], betas=(beta, beta), capturable=True, foreach=False)
    with pytest.raises(lrc.ExportError, match="groups 0 and 0 hold one tensor as their 'betas'"):
        Scheduler(same, lrc.Plan(beta1=0.5, beta2=0.75))


def named(*names: object) -> Optimizer:
    """An optimizer with groups of these names; None is no name."""
    return torch.optim.SGD([group() if name is None else group(name=name) for name in names])


def test_names_that_vanish_with_an_unnamed_checkpoint() -> None:
    """The groups stay where they are; a name that belongs elsewhere is an error."""
    plan = lrc.Plan(learning_rate=LINE, groups={"head": lrc.Factor(0.125)})
    optimizer = named(None, "head")
    scheduler = Scheduler(optimizer, plan)
    unnamed = named(None, None)
    Scheduler(unnamed, lrc.Constant(0.75))
    optimizer.load_state_dict(unnamed.state_dict())
    assert rates(optimizer) == [1.0, 0.125]
    optimizer.step()
    scheduler.step()
    assert rates(optimizer) == [0.875, 0.109375]
    scheduler.schedule = plan
    assert rates(optimizer) == [0.875, 0.109375]
    with pytest.raises(
        lrc.ExportError, match="a group 'head', the optimizer has none of that name"
    ):
        Scheduler(optimizer, plan)
    swapped = named("head", "tail")
    plan = lrc.Plan(learning_rate=LINE, groups={"head": lrc.Factor(0.125)})
    scheduler = Scheduler(swapped, plan)
    with pytest.raises(
        lrc.ExportError, match="group 0 was named 'head', and is named 'tail' in the"
    ):
        swapped.load_state_dict(named("tail", "head").state_dict())


def test_names_of_any_kind() -> None:
    """What is no text is no name of a group of the plan."""
    plan = lrc.Plan(learning_rate=LINE, groups={"head": lrc.Factor(0.5), 1: lrc.Factor(0.25)})
    optimizer = named(["head"], {"a": 1}, "head")
    scheduler = Scheduler(optimizer, plan)
    assert rates(optimizer) == [1.0, 0.25, 0.5]
    optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    assert scheduler.current(0) == {"learning_rate": 1.0}
    with pytest.raises(lrc.ExportError, match=r"no group \['tail'\]; the optimizer has 3"):
        scheduler.current(["tail"])  # type: ignore[arg-type]


def test_a_pair_of_betas_stays_what_it_is() -> None:
    """A list stays a list, and a tensor stays the same tensor."""
    first, second = torch.tensor(0.9), 0.99
    pairs: list[Any] = [[0.9, 0.99], (0.9, 0.99), (first, second)]
    for betas in pairs:
        optimizer = torch.optim.Adam([group()])
        optimizer.param_groups[0]["betas"] = betas
        scheduler = Scheduler(optimizer, lrc.Plan(beta1=lrc.Linear(0.5, 1.0, 8), beta2=0.75))
        held = optimizer.param_groups[0]["betas"]
        assert type(held) is type(betas)
        assert tuple(map(float, held)) == (0.5, 0.75)
        scheduler.seek(4)
        held = optimizer.param_groups[0]["betas"]
        assert tuple(map(float, held)) == (0.75, 0.75)
    assert held[0] is first


def test_any_number_of_an_optimizer_can_have_a_schedule() -> None:
    """By the name that the optimizer has for it."""
    optimizer = torch.optim.RMSprop([group()], alpha=0.9, eps=1e-8)
    plan = lrc.Plan(learning_rate=LINE, alpha=lrc.Linear(0.5, 1.0, 8), eps=lrc.Constant(1e-6))
    Scheduler(optimizer, plan, step=4)
    (held,) = optimizer.param_groups
    assert (held["lr"], held["alpha"], held["eps"]) == (0.5, 0.75, 1e-6)


def test_the_rate_of_a_group_stays_the_one_it_was_given() -> None:
    """Also where the optimizer loads a state with another one, or none; and it is applied once."""
    ours = torch.optim.SGD([group(0.5)])
    state = torch.optim.SGD([group(0.25)]).state_dict()
    scheduler = Scheduler(ours, LINE, relative=True, step=4)
    ours.load_state_dict(state)
    assert rates(ours) == [0.25]
    scheduler.schedule = LINE
    ours.add_param_group(group(0.125))
    assert rates(ours) == [0.25, 0.0625]
    other = torch.optim.SGD([group(0.5), group(0.125)])
    options: Any = {"relative": True, "on_mismatch": "restore"}
    restoring = Scheduler(other, lrc.Linear(1.0, 0.5, 8), **options)
    restoring.load_state_dict(scheduler.state_dict())
    assert rates(other) == [0.25, 0.0625]


def test_a_rate_that_all_groups_share_stays_the_default() -> None:
    """A tensor that was given to the optimizer is filled, and groups that are added get what was given."""
    rate = torch.tensor(0.5)
    optimizer = torch.optim.AdamW([group()], lr=rate)
    scheduler = Scheduler(optimizer, lrc.Linear(0.5, 0.0, 8), step=4)
    optimizer.add_param_group(group())
    optimizer.add_param_group(group())
    assert rates(optimizer) == [0.25] * 3
    assert [float(group["initial_lr"]) for group in optimizer.param_groups] == [0.5] * 3
    assert scheduler.get_last_lr() == [0.25] * 3
    factors = torch.optim.AdamW([group()], lr=torch.tensor(0.5))
    relative = Scheduler(factors, LINE, step=4, relative=True)
    factors.add_param_group(group())
    assert rates(factors) == [0.25, 0.25] == relative.get_last_lr()


def test_groups_of_one_name_with_different_rates() -> None:
    """The plan has one factor for both, so there is none that is right."""
    optimizer = torch.optim.SGD([group(0.5, name="head"), group(0.25, name="head")])
    plan = lrc.Plan(learning_rate=LINE, weight_decay=0.1, groups={"head": {"weight_decay": 0.0}})
    with pytest.raises(lrc.ExportError, match=r"groups 'head' have the learning rates 0\.25, 0\.5"):
        Scheduler(optimizer, plan, relative=True)


def test_a_shared_tensor_of_a_state_is_noticed() -> None:
    """The state of an optimizer may hold one tensor for two groups."""
    rate = torch.tensor(1.0)
    shared = torch.optim.AdamW([group(), group(name="head")], lr=rate).state_dict()
    optimizer = torch.optim.AdamW([group(rate.clone()), group(rate.clone(), name="head")])
    scheduler = Scheduler(optimizer, lrc.Plan(learning_rate=LINE, groups={"head": lrc.Factor(0.1)}))
    with pytest.raises(lrc.ExportError, match="groups 0 and 1 hold one tensor as their 'lr'"):
        optimizer.load_state_dict(copy.deepcopy(shared))
    assert scheduler.last_epoch == 0


def test_a_group_that_is_refused_leaves_no_trace() -> None:
    """In no scheduler of the optimizer."""
    optimizer = torch.optim.SGD([group(1.0)])
    decay = Scheduler(optimizer, lrc.Plan(weight_decay=lrc.Linear(0.5, 0.0, 8)))
    rate = Scheduler(optimizer, LINE)
    with pytest.raises(lrc.ExportError, match=r"learning rates 0\.5, 1\.0"):
        optimizer.add_param_group(group(0.5))
    for scheduler in (decay, rate):
        assert scheduler.state_dict()["applied"] is True
        assert scheduler.get_last_lr() == [1.0]


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        (torch.tensor(1), r"the learning rate tensor\(1\); a number or a floating-point tensor"),
        (torch.tensor(0.5, requires_grad=True), r"has tensor\(0\.5.*without a gradient is needed"),
        (None, "the learning rate None; a number"),
    ],
)
def test_rates_that_cannot_be_written(rate: Any, message: str) -> None:
    """Integers and tensors with gradients hold no rate."""
    optimizer = torch.optim.SGD([group()])
    optimizer.param_groups[0]["lr"] = rate
    with pytest.raises(lrc.ExportError, match=message):
        Scheduler(optimizer, LINE)


def test_a_rate_and_its_tensor_are_the_same() -> None:
    """A float32 tensor of 0.1 holds another float64 number, but the same rate."""
    optimizer = torch.optim.SGD([group(0.1), group(torch.tensor(0.1))])
    Scheduler(optimizer, LINE, step=4)
    assert rates(optimizer) == [0.5, 0.5]


def test_factors_of_groups_that_come_later() -> None:
    """The definition has absolute values, so that of a group begins when its rate is known."""
    plan = lrc.Plan(learning_rate=LINE, groups={"head": lrc.Factor(0.5)})
    optimizer = torch.optim.SGD([group(0.1)])
    scheduler = Scheduler(optimizer, plan, relative=True, later=("head",))
    assert scheduler.schedule == lrc.Plan(learning_rate=LINE, groups={0: lrc.Factor(0.1)})
    optimizer.add_param_group(group(0.25, name="head"))
    assert rates(optimizer) == [0.1, 0.125]
    assert scheduler.schedule == lrc.Plan(
        learning_rate=LINE, groups={0: lrc.Factor(0.1), "head": lrc.Factor(0.125)}
    )


def test_groups_that_were_appended_to_the_list() -> None:
    """Without `add_param_group`, which tells the scheduler, they are found where they are needed."""
    optimizer = torch.optim.SGD([group(0.5)])
    scheduler = Scheduler(optimizer, LINE)
    optimizer.param_groups.append({**optimizer.param_groups[0], **group(0.5)})
    assert scheduler.get_last_lr() == [1.0, 1.0]
    with pytest.raises(lrc.ExportError, match="no group 2; the optimizer has 2 parameter groups"):
        scheduler.current(2)


def test_the_state_of_another_optimizer() -> None:
    """It lacks a value that the plan writes, which the error names."""
    optimizer = torch.optim.RMSprop([group(0.5)], momentum=0.5)
    scheduler = Scheduler(optimizer, lrc.Plan(learning_rate=LINE, alpha=0.5))
    message = r"group 0 has no 'alpha' in the state .* that of another optimizer"
    with pytest.raises(lrc.ExportError, match=message):
        optimizer.load_state_dict(torch.optim.SGD([group(0.5)]).state_dict())
    assert scheduler.last_epoch == 0


def test_names_that_are_no_hyper_parameters() -> None:
    """What a scheduler keeps in a group is not one, and an optimizer may have no learning rate."""
    optimizer = torch.optim.SGD([group(0.5)])
    Scheduler(optimizer, LINE)
    with pytest.raises(lrc.ExportError, match="SGD has no value 'initial_lr'"):
        Scheduler(optimizer, lrc.Plan(initial_lr=0.5))


def test_a_rate_that_the_loop_uses_itself() -> None:
    """The optimizer keeps its rate, and says so."""
    optimizer = torch.optim.SGD([group(0.5)])
    plan = lrc.Plan(learning_rate=LINE)
    scheduler = Scheduler(optimizer, plan, extra=("learning_rate",), step=4)
    assert scheduler.get_last_lr() == rates(optimizer) == [0.5]
    assert scheduler.current() == {"learning_rate": 0.5}
    scheduler.seek(6)
    assert scheduler.get_last_lr() == [0.5]
    assert scheduler.current() == {"learning_rate": 0.25}
