"""The command `lrcore`."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from ._errors import LrcoreError


def main() -> int:
    """Runs the command line; without Typer it knows `lrcore demo` alone."""
    try:
        if find_spec("typer"):
            from ._cli._app import app  # needs typer

            app(prog_name="lrcore")
        elif sys.argv[1:] == ["demo"]:
            from ._demo._run import run

            return 0 if run() else 1
    except LrcoreError as error:
        print(f"lrcore: {error}", file=sys.stderr)
        return 1
    print(
        'lrcore: without Typer there is only "lrcore demo"; for more: pip install "lrcore[cli]"',
        file=sys.stderr,
    )
    return 2


if __name__ == "__main__":
    sys.exit(main())
