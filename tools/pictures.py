"""Draws `docs/pictures`: one small curve for every schedule of the reference.

`python tools/pictures.py` writes them to the documentation, with an argument to another folder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from gallery import EXAMPLES, Example, picture, schedule
from matplotlib.axes import Axes
from matplotlib.figure import Figure

PICTURES: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures"

_SIZE: Final = (360, 160)  # pixels of a browser, 96 to the inch
_CURVE: Final = "#2f81f7"
_OTHER: Final = "#848d97"
_INK: Final = "#768390"
_GRID: Final = "#84848440"  # the last two digits let the background through
_ROOM: Final = 1.08
"""The height of the axes, in units of the largest value."""


def write(folder: Path) -> None:
    """One SVG for every example; in every run the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": "lrcore", "svg.fonttype": "path", "font.size": 7.5}):
        for name, example in EXAMPLES.items():
            figure = draw(example)
            no_dates = {"Date": None, "Creator": None}
            figure.savefig(folder / picture(name), transparent=True, metadata=no_dates)


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
    values = schedule(code).values(steps + 1)
    landings = np.array(list(jumps), dtype=np.int64)
    at = np.insert(np.arange(steps + 1), landings, landings)
    axes.plot(at, np.insert(values, landings, values[landings - 1]), **style)
    return float(values.max())


def _mark(axes: Axes, example: Example, top: float) -> None:
    end = schedule(example.code).duration
    last = example.steps if end is None else min(end, example.steps)
    mark = top if example.mark is None else example.mark
    axes.set_xlim(0, example.steps)
    axes.set_ylim(0, top * _ROOM)
    axes.set_xticks([0, last])
    axes.set_yticks([0, mark], labels=["0", f"{mark:.3g}"])
    axes.grid(color=_GRID, linewidth=0.8)
    axes.tick_params(color=_INK, labelcolor=_INK, length=0, pad=4)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=_INK, linewidth=0.8)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
