"""The demo's output: by Rich where it is installed, else in plain lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from typing import Protocol

from ._task import Tick


class Screen(Protocol):
    """Where the demo writes."""

    def say(self, text: str, style: str = "") -> None:
        """A paragraph, in a style of Rich's."""

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows of cells under their headings."""

    def progress(self, name: str, total: int) -> AbstractContextManager[Tick]:
        """Counts calls up to `total`, visibly, until the context ends."""
        ...


def screen() -> Screen:
    """The best that is installed."""
    return _Rich() if find_spec("rich") else _Plain()


class _Plain:
    def say(self, text: str, style: str = "") -> None:
        print(textwrap.fill(text, 79, break_long_words=False, break_on_hyphens=False), flush=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
        rule = ["-" * width for width in widths]
        print()
        for row in (columns, rule, *rows):
            cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
            print(" " + "  ".join(cells))
        print(flush=True)

    @contextmanager
    def progress(self, name: str, total: int) -> Iterator[Tick]:
        yield lambda: None


class _Rich:
    def __init__(self) -> None:
        from rich.console import Console

        self._console = Console(highlight=False)

    def say(self, text: str, style: str = "") -> None:
        self._console.print(text, style=style, markup=False, soft_wrap=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        from rich.box import SIMPLE_HEAD
        from rich.table import Table

        table = Table(box=SIMPLE_HEAD, padding=0, collapse_padding=True, pad_edge=False)
        for column in columns:
            table.add_column(column, justify="right", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        self._console.print(table)

    @contextmanager
    def progress(self, name: str, total: int) -> Iterator[Tick]:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("updates"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        with bar:
            task = bar.add_task(name, total=total)
            yield lambda: bar.advance(task)
