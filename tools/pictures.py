"""Draws `docs/pictures`: a small picture for every schedule of the reference, the overview, and two trainings.

`python tools/pictures.py` writes the pictures; an argument is another folder to write to.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from gallery import EXAMPLES, Example, picture, schedule
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from lrcore._demo._task import CONSTANT, cycle, digits

PICTURES: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures"

_SIZE: Final = (360, 160)  # pixels of a browser, 96 to the inch
_CURVE: Final = "#2f81f7"
_OTHER: Final = "#848d97"
_INK: Final = "#768390"
_GRID: Final = "#84848440"  # the last two digits let the background through
_ROOM: Final = 1.08
"""The height of the axes, in units of the largest value."""

_OVERVIEW: Final = (800, 420)
_ERRORS: Final = Path(__file__).resolve().with_name("overview.json")
_TRAININGS: Final = Path(__file__).resolve().with_name("trainings.json")
_COLORS: Final = {"Keras": "#e0823d", "Optax": "#a371f7", "lrcore": _CURVE}
_TICKS: Final = (0, 1, 10, 100, 1000, 10_000, 100_000)


def write(folder: Path) -> None:
    """An SVG for every example, and the overview; the files have the same bytes in every run."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": "lrcore", "svg.fonttype": "path", "font.size": 7.5}):
        figures = {picture(name): draw(example) for name, example in EXAMPLES.items()}
        trainings = json.loads(_TRAININGS.read_text(encoding="utf-8"))
        figures["overview.svg"] = draw_overview()
        figures["training_cycle.svg"] = draw_cycle(trainings)
        figures["training_optimizers.svg"] = draw_optimizers(trainings)
        for name, figure in figures.items():
            no_dates = {"Date": None, "Creator": None}
            figure.savefig(folder / name, transparent=True, metadata=no_dates)


def draw_overview() -> Figure:
    """A warm-up and cosine decay, and how far the values of three libraries are from correct rounding.

    `python tools/elsewhere.py` measures the errors.
    """
    data = json.loads(_ERRORS.read_text(encoding="utf-8"))
    figure = Figure(figsize=(_OVERVIEW[0] / 96, _OVERVIEW[1] / 96), dpi=96)
    steps = data["steps"]
    upper = figure.add_axes((0.075, 0.6, 0.9, 0.335))
    upper.plot(schedule(data["schedule"])(range(steps + 1)), color=_CURVE, linewidth=1.8)
    upper.set_ylim(0, 3e-4 * _ROOM)
    upper.set_yticks([0, 3e-4], labels=["0", "3e-4"])
    _title(upper, f"learning rate: {data['schedule']}")
    lower = figure.add_axes((0.075, 0.065, 0.9, 0.42))
    for shift, (name, color) in enumerate(_COLORS.items()):
        _errors(lower, name, color, data, shift)
    lower.set_yscale("symlog", linthresh=1.0, linscale=0.6)
    lower.set_ylim(-0.45, 3e5)
    lower.set_yticks(_TICKS, labels=["0", "1", "10", "100", "10³", "10⁴", "10⁵"], minor=False)
    lower.yaxis.set_minor_locator(NullLocator())
    look: dict[str, Any] = {"frameon": False, "labelcolor": _INK, "fontsize": 9, "markerscale": 2.5}
    lower.legend(loc="upper center", bbox_to_anchor=(0.42, 1.0), **look)
    _title(lower, "distance from the correctly rounded float32, in ulp of float32, by step")
    for axes in (upper, lower):
        axes.set_xlim(0, steps)
        axes.set_xticks([0, 500, *range(2000, steps + 1, 2000)])
        axes.set_xticklabels(f"{int(step):,}" for step in axes.get_xticks())
        _frame(axes)
    return figure


def _errors(axes: Axes, name: str, color: str, data: Any, shift: int) -> None:
    """The errors of a library, as points, or as a line where all of them are 0.

    Most errors of Keras and Optax are the same, so their points are drawn at alternating steps.
    """
    found, every = data["libraries"][name], data["every"]
    label = f"{name}: {math.floor(100 * found['share'])} % of the steps correctly rounded"
    steps = range(0, data["steps"], every)
    if not any(found["ulps"]):
        axes.plot(steps, found["ulps"], color=color, linewidth=1.8, label=label)
    else:
        points = axes.plot(steps[shift::2], found["ulps"][shift::2], ".", color=color, label=label)
        points[0].set(markersize=4.0, markeredgewidth=0)


def draw_cycle(trainings: Any) -> Figure:
    """The learning rates and the losses of a training with a cycle, and of one with a constant rate.

    `python tools/trainings.py` trains.
    """
    figure = Figure(figsize=(_OVERVIEW[0] / 96, _OVERVIEW[1] / 96), dpi=96)
    upper = figure.add_axes((0.075, 0.6, 0.9, 0.335))
    lower = figure.add_axes((0.075, 0.1, 0.9, 0.38))
    task = digits(trainings["epochs"])
    steps = np.arange(task.updates + 1)
    for name, rate in {"constant": CONSTANT, "cyclical": cycle(task)}.items():
        color = _CURVE if name == "cyclical" else _OTHER
        upper.plot(steps / task.updates_per_epoch, rate(steps), color=color, linewidth=1.8)
        _plot_losses(lower, trainings["cycles"][name], color=color, label=name)
    upper.set_ylim(0, 1e-2 * _ROOM)
    upper.set_yticks([0, CONSTANT.value, 1e-2], labels=["0", "0.002", "0.01"])
    lower.set_ylim(0, 2.5)
    _title(upper, "learning rate")
    _title(lower, "mean loss of each epoch")
    _legend(lower)
    for axes in (upper, lower):
        axes.set_xlim(0, task.epochs)
        axes.set_xticks(range(0, task.epochs + 1, 2))
        _frame(axes)
    lower.set_xlabel("epoch", color=_INK)
    return figure


def draw_optimizers(trainings: Any) -> Figure:
    """The losses of seven optimizers with and without the schedule, and of a momentum with and without one.

    `python tools/trainings.py` trains.
    """
    figure = Figure(figsize=(_OVERVIEW[0] / 96, 480 / 96), dpi=96)
    grid = figure.subplots(2, 4, sharex=True, sharey=True).ravel()
    figure.subplots_adjust(0.055, 0.155, 0.985, 0.945, wspace=0.08, hspace=0.22)
    subjects = {_short(code): losses for code, losses in trainings["optimizers"].items()}
    subjects["momentum 0.5 to 0.9"] = trainings["momentum"]
    for axes, (title, losses) in zip(grid, subjects.items(), strict=True):
        _plot_losses(axes, losses["constant"], color=_OTHER, label="constant")
        _plot_losses(axes, losses["schedule"], color=_CURVE, label="with the schedule")
        axes.set_yscale("log")
        axes.set_ylim(0.008, 3)
        axes.set_yticks([0.01, 0.1, 1], labels=["0.01", "0.1", "1"])
        axes.yaxis.set_minor_locator(NullLocator())
        axes.set_xlim(0, trainings["epochs"])
        axes.set_xticks(range(0, trainings["epochs"] + 1, 4))
        _title(axes, title)
        _frame(axes)
    handles, labels = grid[0].get_legend_handles_labels()
    look: dict[str, Any] = {"frameon": False, "labelcolor": _INK, "fontsize": 9, "ncols": 2}
    figure.legend(handles, labels, loc="lower right", **look)
    figure.text(0.055, 0.035, "mean loss of each epoch, by epoch", color=_INK, fontsize=9)
    return figure


def _short(code: str) -> str:
    """The name of an optimizer, as people write it."""
    name = code.partition("(")[0]
    return name + ", Nesterov" * ("nesterov" in code) + ", momentum" * ("momentum=0.9)" in code)


def _plot_losses(axes: Axes, losses: list[float], **style: Any) -> None:
    axes.plot(np.arange(len(losses)) + 1, losses, linewidth=1.8, **style)


def _legend(axes: Axes) -> None:
    look: dict[str, Any] = {"frameon": False, "labelcolor": _INK, "fontsize": 9}
    axes.legend(loc="upper right", **look)


def _title(axes: Axes, text: str) -> None:
    axes.set_title(text, loc="left", fontsize=9, color=_INK, pad=5)


def draw(example: Example) -> Figure:
    """The picture of an example."""
    figure = Figure(figsize=(_SIZE[0] / 96, _SIZE[1] / 96), dpi=96)
    axes = figure.add_axes((0.11, 0.14, 0.845, 0.82))
    top = _plot(axes, example.code, example.jumps, example.steps, color=_CURVE, linewidth=1.6)
    if example.other is not None:
        style = {"color": _OTHER, "linewidth": 1, "linestyle": (0, (3, 2)), "zorder": 1.9}
        top = max(top, _plot(axes, example.other, (), example.steps, **style))
    _mark(axes, example, top)
    return figure


def _plot(axes: Axes, code: str, jumps: Iterable[int], steps: int, **style: Any) -> float:
    values = schedule(code)(range(steps + 1))
    landings = np.array(list(jumps), dtype=np.int64)
    at = np.insert(np.arange(steps + 1), landings, landings)
    axes.plot(at, np.insert(values, landings, values[landings - 1]), **style)
    return float(values.max())


def _mark(axes: Axes, example: Example, top: float) -> None:
    end = schedule(example.code).duration
    last = example.steps if end is None else min(int(float(end)), example.steps)
    mark = top if example.mark is None else example.mark
    axes.set_xlim(0, example.steps)
    axes.set_ylim(0, top * _ROOM)
    axes.set_xticks([0, last])
    axes.set_yticks([0, mark], labels=["0", f"{mark:.3g}"])
    _frame(axes)


def _frame(axes: Axes) -> None:
    axes.grid(color=_GRID, linewidth=0.8)
    axes.tick_params(color=_INK, labelcolor=_INK, length=0, pad=4)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=_INK, linewidth=0.8)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
