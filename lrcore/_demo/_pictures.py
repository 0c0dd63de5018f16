"""The two pictures of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ._task import CONSTANT, Task
from ._worker import Runs

_Values: TypeAlias = NDArray[np.float32] | NDArray[np.float64]

_COLORS: Final = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#555555")
_INK: Final = "#333333"
_DASH: Final = 3.0  # in units of the line's width


def draw(folder: Path, title: str, runs: Mapping[str, Runs], task: Task) -> list[Path]:
    """Writes `schedule.png` and `losses.png`, and says where they are."""
    pictures = {"schedule.png": _schedule(title, runs, task), "losses.png": _losses(runs, task)}
    for name, figure in pictures.items():
        figure.savefig(folder / name, dpi=160)
    return [folder / name for name in pictures]


def _schedule(title: str, runs: Mapping[str, Runs], task: Task) -> Figure:
    figure, axes = _figure(title, "learning rate", task)
    updates = np.arange(task.updates)
    _weave(axes, updates, {name: run.cycle.rates for name, run in runs.items()})
    axes.axhline(CONSTANT.value, color=_INK, linewidth=1, linestyle="--")
    _label(axes, (task.updates, CONSTANT.value), (-4, 5), f"constant {CONSTANT.value:g}")
    _finish(axes, "The rates used in", list(runs))
    return figure


def _losses(runs: Mapping[str, Runs], task: Task) -> Figure:
    window = min(task.updates_per_epoch, task.updates // 4)
    title = "Learning with the cycle, and with a constant rate"
    figure, axes = _figure(title, f"loss (mean of {window} updates)", task)
    updates = np.arange(window, task.updates + 1)
    constant = {name: _smooth(run.constant.losses, window) for name, run in runs.items()}
    cycle = {name: _smooth(run.cycle.losses, window) for name, run in runs.items()}
    _weave(axes, updates, constant)
    _weave(axes, updates, cycle)
    middle = len(updates) // 3
    for curves, offset, text in (
        (constant, (8, 8), f"constant {CONSTANT.value:g}"),
        (cycle, (-8, -22), "with the cycle"),
    ):
        _label(axes, (updates[middle], next(iter(curves.values()))[middle]), offset, text)
    _finish(axes, "The losses in", list(runs))
    return figure


def _smooth(values: NDArray[np.float32], window: int) -> _Values:
    return np.convolve(values, np.full(window, 1 / window), mode="valid")


def _figure(title: str, label: str, task: Task) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left", color=_INK, fontsize=13)
    axes.set_xlabel(f"update (an epoch has {task.updates_per_epoch})")
    axes.set_ylabel(label)
    axes.set_xlim(0, task.updates)
    axes.grid(color="#e6e6e6", linewidth=0.8)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _weave(axes: Axes, x: NDArray[np.int64], curves: Mapping[str, _Values]) -> None:
    """Curves that coincide, as one line of dashes in the colors of all."""
    gap = _DASH * (len(curves) - 1)
    for i, y in enumerate(curves.values()):
        dashes = (i * _DASH, (_DASH, gap)) if gap else "solid"
        axes.plot(x, y, color=_color(i), linewidth=0.8, zorder=1.9)
        axes.plot(x, y, color=_color(i), linewidth=2.5, linestyle=dashes)


def _finish(axes: Axes, title: str, names: list[str]) -> None:
    axes.set_ylim(bottom=0)
    handles = [Line2D([], [], color=_color(i), linewidth=2.5) for i in range(len(names))]
    axes.legend(
        handles,
        names,
        title=title,
        loc="upper right",
        alignment="left",
        framealpha=1,
        edgecolor="w",
    )


def _color(i: int) -> str:
    return _COLORS[i % len(_COLORS)]


def _label(axes: Axes, at: tuple[float, float], offset: tuple[float, float], text: str) -> None:
    side = "left" if offset[0] > 0 else "right"
    axes.annotate(text, at, xytext=offset, textcoords="offset points", ha=side, color=_INK)
