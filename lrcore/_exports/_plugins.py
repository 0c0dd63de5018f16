"""What is installed beside the core, found by entry points."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.metadata import entry_points
from typing import Final

from .._errors import ExportError, MissingFrameworkError, shown

ADAPTERS: Final = "lrcore.adapters"
DEMOS: Final = "lrcore.demos"

_OTHER_NAMES: Final = {
    "pytorch": "torch",
    "optax": "jax",
    "flax": "jax",
    "tf": "tensorflow",
    "np": "numpy",
}
"""What people call the frameworks of adapters, by the names of the adapters."""

_EXTRAS: Final = {"keras": "keras,tensorflow"}
"""What is installed with a framework that does not run alone."""

_HINTS: Final = {
    "keras": '; for Keras on another backend, set KERAS_BACKEND to "jax" or "torch", and install '
    "that in place of tensorflow"
}


def names(group: str) -> list[str]:
    """What is entered in `group`, usable or not; NumPy, which is the reference, first."""
    entered = {entry.name for entry in entry_points(group=group)}
    return sorted(entered, key=lambda name: (name != "numpy", name))


def load(group: str, name: str) -> object:
    """The object that is entered as `name` in `group`.

    Raises:
        ExportError: there is no such name.
        MissingFrameworkError: it needs a package that is not installed.
    """
    if not isinstance(name, str) or name not in names(group):
        known = ", ".join(f'"{known}"' for known in names(group))
        lower = str(name).lower()
        other = _OTHER_NAMES.get(lower)
        near = [other] if other else get_close_matches(lower, names(group), n=1)
        hint = f'; is "{near[0]}" meant?' if near else ""
        raise ExportError(f"there is no adapter {shown(name)}; installed are {known}{hint}")
    try:
        return entry_points(group=group)[name].load()
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing.startswith("lrcore"):
            raise
        extra = missing if missing in names(group) else name
        raise MissingFrameworkError(
            f'"{name}" needs {missing}, which is not installed: pip install '
            f'"lrcore[{_EXTRAS.get(extra, extra)}]"{_HINTS.get(name, "")}'
        ) from error
