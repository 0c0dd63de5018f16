"""The demo from its first line to its last."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .._definition._schedule import Schedule
from .._documents import save
from .._errors import MissingFrameworkError
from .._evaluation._rounding import to_float32
from .._exports._plugins import DEMOS, names
from ._compare import bits, first_differences, landmarks
from ._show import Screen, screen
from ._task import CONSTANT, Task, cycle, digits
from ._worker import DemoError, Runs, train

EPOCHS: Final = 20
FOLDER: Final = Path("lrcore-demo")


def run(folder: Path = FOLDER, epochs: int = EPOCHS) -> bool:
    """Trains in every backend that is installed; True if all used the same rates.

    Args:
        folder: where the schedule and the pictures are written.
        epochs: of each training.

    Raises:
        DemoError: a training failed, or `folder` cannot be written.
    """
    began = monotonic()
    show = screen()
    task = digits(epochs)
    schedule = cycle(task)
    document = _save(schedule, folder)
    title = f'lrc.Cyclic(1e-4, 1e-2, steps={2 * task.updates_per_epoch}, mode="triangular2")'
    show.say(f"{title} is kept in {document}.", "bold")
    show.say(
        f"Every backend loads that file and trains the same small network on {len(task.images)} "
        f"images of digits: {task.updates} updates with the cycle, and {task.updates} with the "
        f"constant rate {CONSTANT.value}, from the same weights, with the same batches."
    )
    show.say("")
    runs = _train(document, task, show)
    equal = _show_rates(schedule, runs, task, show)
    _show_losses(runs, task, show)
    if find_spec("matplotlib"):
        from ._pictures import draw  # needs matplotlib

        pictures = " and ".join(map(str, draw(folder, title, runs, task)))
        show.say(f"Pictures: {pictures}.")
    else:
        show.say('No pictures: they need matplotlib: pip install "lrcore[cli]"')
    show.say(f"Done in {monotonic() - began:.0f} s.")
    return equal


def _save(schedule: Schedule, folder: Path) -> Path:
    document = folder / "schedule.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save(schedule, document)
    except OSError as error:
        raise DemoError(f"the demo writes to the folder {folder}, which fails: {error}") from error
    return document


def _train(document: Path, task: Task, show: Screen) -> dict[str, Runs]:
    runs = {}
    for name in names(DEMOS):
        began = monotonic()
        try:
            with show.progress(name, 2 * task.updates) as tick:
                runs[name] = train(name, document, task.epochs, tick)
        except MissingFrameworkError as error:
            show.say(f"  {name:10}  left out: {error}", "yellow")
        else:
            show.say(f"  {name:10}  trained in {monotonic() - began:.1f} s")
    return runs


def _show_rates(schedule: Schedule, runs: Mapping[str, Runs], task: Task, show: Screen) -> bool:
    reference = to_float32(schedule(range(task.updates)))
    used = {name: run.cycle.rates for name, run in runs.items()}
    differing = first_differences(reference, used)
    show.table(
        ("update", "value", *used, "verdict"),
        [
            _row(update, reference, used)
            for update in sorted({*landmarks(reference), *differing.values()})
        ],
    )
    constant = to_float32(CONSTANT(range(task.updates)))
    used_constant = {name: run.constant.rates for name, run in runs.items()}
    differing_constant = first_differences(constant, used_constant)
    for name, update in differing.items():
        show.say(_fault(name, update, used, reference), "bold red")
    for name, update in differing_constant.items():
        show.say(_fault(name, update, used_constant, constant) + " (constant rate)", "bold red")
    if differing or differing_constant:
        return False
    show.say(
        f"All {task.updates} updates: {', '.join(runs)} used the float32 rates of the definition, "
        "bit for bit.",
        "bold green",
    )
    return True


def _row(
    update: int, reference: NDArray[np.float32], used: Mapping[str, NDArray[np.float32]]
) -> list[str]:
    shown = [bits(rates[update]) for rates in used.values()]
    equal = set(shown) == {bits(reference[update])}
    return [str(update), f"{reference[update]:.6f}", *shown, "equal" if equal else "DIFFERS"]


def _fault(
    name: str,
    update: int,
    used: Mapping[str, NDArray[np.float32]],
    reference: NDArray[np.float32],
) -> str:
    got, wanted = used[name][update], reference[update]
    return (
        f"{name} differs at update {update}: it used {got:.9g} ({bits(got)}), the definition says "
        f"{wanted:.9g} ({bits(wanted)})"
    )


def _show_losses(runs: Mapping[str, Runs], task: Task, show: Screen) -> None:
    epochs = sorted({1, min(4, task.epochs), task.epochs})
    rows = []
    for name, run in runs.items():
        cycle, constant = (kind.losses.reshape(task.epochs, -1).mean(axis=1) for kind in run)
        pairs = [f"{cycle[epoch - 1]:.4f} | {constant[epoch - 1]:.4f}" for epoch in epochs]
        rows.append([name, *pairs])
    show.say("")
    show.say("The mean losses, with the cycle | with the constant rate:")
    show.table(("backend", *(f"epoch {epoch}" for epoch in epochs)), rows)
    for note in sorted({run.cycle.note for run in runs.values()} - {""}):
        show.say(note)
