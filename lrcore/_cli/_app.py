"""The command line, by Typer."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from .._demo._run import EPOCHS, FOLDER, run

app = typer.Typer(no_args_is_help=True, add_completion=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lrcore {version('lrcore')}")
        raise typer.Exit


@app.callback()
def _lrcore(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Learning-rate schedules, defined once and exact in every framework."""


@app.command()
def demo(
    out: Annotated[
        Path, typer.Option(file_okay=False, help="Where to write the schedule and the pictures.")
    ] = FOLDER,
    epochs: Annotated[int, typer.Option(min=1, help="How long each training lasts.")] = EPOCHS,
) -> None:
    """Train a small network with one schedule in every framework that is installed.

    Compares the learning rates that the updates used, bit by bit, and fails if any two differ.
    """
    raise typer.Exit(0 if run(out, epochs) else 1)
