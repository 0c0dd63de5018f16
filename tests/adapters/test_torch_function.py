"""Schedules as functions of tensors: steps of every type, compilers, tables on the device, and copies."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pytest
import torch
from many_pieces import FAR, FAR_STEPS, MANY
from torch import Tensor, nn
from torch._dynamo.utils import counters
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._python_dispatch import TorchDispatchMode

import lrcore as lrc
from lrcore.backend import to_float32
from lrcore_torch import Function, Scheduler, function

# PyTorch itself says so when its compiler is imported.
pytestmark = pytest.mark.filterwarnings(
    "ignore:`torch.jit.script_method` is deprecated:DeprecationWarning"
)

SCHEDULE: Final = lrc.Linear(0.0, 0.1, 50) >> lrc.Cosine(0.1, 0.001, 200) * lrc.Exponential(
    1.0, 0.9
)
SCHEDULES: Final[dict[str, lrc.Schedule]] = {
    "line": lrc.Linear(0.0, 1.0, 50),
    "cosine": lrc.Cosine(1.0, 0.0, 50),
    "warm-up": lrc.WarmupCosine(0.1, 10, 40),
    "one cycle": lrc.OneCycle(0.01, 0.1, 0.001, 100),
    "table": lrc.Table((0.1, 0.2, 0.3)),
    "levels": lrc.PiecewiseConstant((10, 20), (1.0, 0.5, 0.25)),
    "restarts": lrc.Restarts(lrc.Cosine(1.0, 0.0, 10), growth=1.5, cycles=5),
    "noise": lrc.Noise(0.0, 1.0),
    "pieces": MANY["pieces"](9),
    "product": SCHEDULE,
}
INTEGERS: Final = (
    *(torch.int8, torch.int16, torch.int32, torch.int64),
    *(torch.uint8, torch.uint16, torch.uint32, torch.uint64),
)
MADE: Final[dict[str, Callable[[lrc.Schedule], Function]]] = {
    "formula": function,
    "table": lambda schedule: function(schedule, total_steps=120),
}


def rates32(schedule: lrc.Schedule, steps: range) -> list[float]:
    """The float32 values of `schedule`."""
    numbers: list[float] = to_float32(schedule(steps)).tolist()
    return numbers


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_steps_of_every_integer_type_and_shape(dtype: torch.dtype) -> None:
    """Values come in the shape of the steps, in float32 or float64; a Python integer is a scalar."""
    steps = torch.arange(120).to(dtype)
    wanted = torch.tensor(rates32(SCHEDULE, range(120)))
    for shape in ((120,), (2, 3, 20), (120, 1), (0, 120)):
        values = function(SCHEDULE)(steps[: int(np.prod(shape))].reshape(shape))
        assert torch.equal(values, wanted[: values.numel()].reshape(shape))
    assert torch.equal(function(SCHEDULE)(steps[3]), wanted[3])
    assert torch.equal(function(SCHEDULE)(3), wanted[3])
    assert function(SCHEDULE, dtype="float64")(steps).dtype == torch.float64


def test_steps_beyond_the_last_answer_as_the_last() -> None:
    """The clock stops at 2**53: nothing wraps around in 64 bits."""
    for schedule in FAR:
        rate = function(schedule, dtype="float64")
        for steps in (
            torch.tensor(FAR_STEPS),
            torch.tensor([2**63, 2**64 - 1], dtype=torch.uint64),
        ):
            assert set(rate(steps).tolist()) == {schedule(2**53)}


def test_steps_that_are_not_integers() -> None:
    """A float step is an error, even where it is whole: it may have been rounded already."""
    for step, name in (
        (torch.tensor([3.0]), "float32"),
        (torch.tensor(3.0, dtype=torch.float64), "float64"),
        (torch.tensor(3.0, dtype=torch.bfloat16), "bfloat16"),
        (torch.tensor(True), "bool"),
        (torch.tensor(3j), "complex64"),
    ):
        with pytest.raises(lrc.StepError, match=f"integers; got a tensor of torch.{name}"):
            function(SCHEDULE)(step)


def test_a_rate_inside_of_a_graph_of_gradients() -> None:
    """A value is a constant for autograd: it scales gradients, and has none itself."""
    weight = torch.ones(3, requires_grad=True)
    rate: Tensor = function(SCHEDULE)(torch.tensor(20))
    (rate * weight.sum()).backward()  # type: ignore[no-untyped-call]
    assert not rate.requires_grad
    assert weight.grad is not None
    assert weight.grad.tolist() == rates32(SCHEDULE, range(20, 21)) * 3


@pytest.fixture
def compilers() -> None:
    """Compiled code of another test is not used again."""
    torch._dynamo.reset()
    counters.clear()


@pytest.mark.usefixtures("compilers")
@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("name", SCHEDULES)
def test_one_graph_for_steps_of_every_shape(name: str, made: str) -> None:
    """`torch.compile(fullgraph=True)` takes tensors without dimensions, vectors and Python integers."""
    schedule = SCHEDULES[name]
    wanted = torch.tensor(rates32(schedule, range(120)))
    compiled = torch.compile(MADE[made](schedule), fullgraph=True, backend="aot_eager")
    assert torch.equal(compiled(torch.arange(120)), wanted)
    for step in (3, 4, 5, 0, 1, 60):
        assert torch.equal(compiled(torch.tensor(step)), wanted[step])
    assert counters["stats"]["unique_graphs"] == 2  # one for each number of dimensions
    for step in (2, 3, 4, 100):
        assert torch.equal(compiled(step), wanted[step])


@pytest.mark.usefixtures("compilers")
@pytest.mark.parametrize("made", MADE)
def test_the_default_compiler(made: str) -> None:
    """Inductor, whose code computes the same bits, also for steps of another length."""
    wanted = torch.tensor(rates32(SCHEDULE, range(300)))
    rate = function(SCHEDULE, total_steps=None if made == "formula" else 400)
    compiled = torch.compile(rate, fullgraph=True, dynamic=True)
    assert torch.equal(compiled(torch.arange(300)), wanted)
    assert torch.equal(compiled(torch.arange(7, 110)), wanted[7:110])
    assert counters["stats"]["unique_graphs"] == 1


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("name", SCHEDULES)
def test_exported_traced_and_mapped(name: str, made: str) -> None:
    """`torch.export`, `make_fx` and `torch.vmap`, nested as well."""
    rate, wanted = MADE[made](SCHEDULES[name]), torch.tensor(rates32(SCHEDULES[name], range(120)))

    class Module(nn.Module):
        def forward(self, step: Tensor) -> Tensor:
            return rate(step)

    steps, step = torch.arange(120), torch.tensor(60)
    for example, given, values in ((steps, steps, wanted), (torch.tensor(3), step, wanted[60])):
        exported: Any = torch.export.export(Module(), (example,)).module()
        assert torch.equal(exported(given), values)
        assert torch.equal(make_fx(rate)(example)(given), values)
    assert torch.equal(torch.vmap(rate)(steps), wanted)
    nested = torch.vmap(torch.vmap(rate))(steps.reshape(3, 40))
    assert torch.equal(nested, wanted.reshape(3, 40))


class Recorded(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """The names of all operations on tensors."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.names: list[str] = []

    def __torch_dispatch__(
        self, func: Any, types: object, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Record and run an operation."""
        self.names.append(str(func))
        if "copy" in str(func) and "meta" in str((args, kwargs)):
            moved = [x.device.type for x in args if isinstance(x, Tensor)]
            assert moved != ["cpu"], f"{func} copies to the device"
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("name", SCHEDULES)
def test_the_host_does_not_wait_for_the_device(name: str, made: str) -> None:
    """After the first call nothing is copied to the device, and no value is read from it."""
    rate = MADE[made](SCHEDULES[name])
    steps = torch.zeros(
        (5,), dtype=torch.int64, device="meta"
    )  # any read of a value is an error there
    rate(steps)
    with Recorded() as seen:
        for given in (steps, steps[0]):
            assert rate(given).shape == given.shape
            assert rate(given).device.type == "meta"
    assert seen.names
    assert not any("_local_scalar_dense" in operation for operation in seen.names)


def test_a_table_of_all_steps() -> None:
    """The values of a stated number of steps; later steps have the value of the last one."""
    schedule = lrc.Linear(0.0, 1.0, 50)
    rate = function(schedule, total_steps=20, dtype="float64")
    steps = torch.tensor([-5, 0, 7, 19, 20, 10**9])
    assert rate(steps).tolist() == [schedule(min(max(t, 0), 19)) for t in steps.tolist()]
    for total_steps, message in ((0, "above 0; got 0"), (-3, "above 0; got -3")):
        with pytest.raises(lrc.ExportError, match=f"total_steps is {message}"):
            function(schedule, total_steps=total_steps)
    with pytest.raises(lrc.StepError, match=r"got 1\.5"):
        function(schedule, total_steps=1.5)  # type: ignore[arg-type]


def test_copies_are_equal() -> None:
    """Functions of equal schedules are equal; so they are keys of caches, and can be sent to processes."""
    rate = function(SCHEDULE)
    for made in (pickle.loads(pickle.dumps(rate)), copy.deepcopy(rate), function(SCHEDULE)):
        assert (made, hash(made)) == (rate, hash(rate))
        assert torch.equal(made(torch.arange(300)), rate(torch.arange(300)))
    others = [
        function(lrc.Constant(0.1)),
        function(SCHEDULE, dtype="float64"),
        function(SCHEDULE, total_steps=9),
    ]
    assert len({rate, *others}) == 4
    shown = "Function(schedule=Constant(value=0.1), dtype='float32', total_steps=None)"
    assert repr(others[0]) == shown


@pytest.mark.usefixtures("compilers")
@pytest.mark.filterwarnings("ignore::UserWarning:torch")
def test_a_compiled_update_and_step_are_one_graph() -> None:
    """With a rate that is a tensor, which is never compiled into the code; the values are right."""
    model = nn.Linear(40, 1, bias=False)
    nn.init.zeros_(model.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=torch.tensor(7.0))
    scheduler = Scheduler(optimizer, SCHEDULE)

    def update() -> None:
        optimizer.step()
        scheduler.step()

    compiled = torch.compile(update, backend="aot_eager")
    for t in range(40):
        model.weight.grad = torch.eye(40)[t : t + 1]
        compiled()
    assert (-model.weight[0]).tolist() == rates32(SCHEDULE, range(40))
    assert counters["stats"]["unique_graphs"] == 1
    assert scheduler.last_epoch == 40


@pytest.mark.usefixtures("compilers")
@pytest.mark.filterwarnings("ignore::UserWarning:torch")
def test_a_number_in_a_compiled_update_is_a_warning() -> None:
    """It is compiled into the code, again for each value; the values are right all the same."""
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight])
    scheduler = Scheduler(optimizer, SCHEDULE, step=60)

    def update() -> None:
        optimizer.step()
        scheduler.step()

    compiled = torch.compile(update, backend="aot_eager")
    weight.grad = torch.ones(1)
    with pytest.warns(
        UserWarning, match=r"the learning rate is a number.*lr=torch\.tensor\(0\.1\)"
    ):
        compiled()
    assert weight.item() == -rates32(SCHEDULE, range(60, 61))[0]
    assert optimizer.param_groups[0]["lr"] == SCHEDULE(61)
