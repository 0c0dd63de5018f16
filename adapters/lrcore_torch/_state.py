"""The state of a scheduler in a checkpoint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from lrcore import ExportError, Plan, Schedule, from_json
from lrcore.backend import checked_step, differences, shown

OnMismatch: TypeAlias = Literal["refuse", "adopt", "restore"]
"""What to do with the state of another definition."""

_KEYS: Final = {"step", "schedule", "applied"}


class Saved(NamedTuple):
    """A state that was read: the step, the definition if there is one, and whether the optimizer held the values."""

    step: int
    definition: Schedule | Plan | None
    applied: bool


def text_of(definition: Schedule | Plan) -> str:
    """The document of a definition on one line."""
    return json.dumps(definition.to_dict(), separators=(",", ":"))


def read(
    state: Mapping[str, object], known: Mapping[str, Schedule | Plan], *, parse: bool
) -> Saved:
    """The state of a `Scheduler`, or the step of another scheduler of PyTorch.

    Args:
        state: what `state_dict` gave.
        known: definitions by their text, which need not be read again.
        parse: whether the definition is wanted, which may have a kind that no longer exists.

    Raises:
        ExportError: it is the state of something else.
        DocumentError: its definition is not one.
    """
    if not isinstance(state, Mapping):
        raise ExportError(f"the state of a scheduler is a dictionary; got {shown(state)}")
    if set(state) == _KEYS:
        text, applied = state["schedule"], state["applied"]
        if not isinstance(text, str):
            raise ExportError(f"the saved schedule is not the text of a document: {shown(text)}")
        definition = known[text] if text in known else from_json(text) if parse else None
        return Saved(_step(state["step"]), definition, bool(applied))
    if "last_epoch" in state:
        return Saved(_step(state["last_epoch"]), None, True)
    raise ExportError(
        f"not the state of an lrcore_torch.Scheduler: it holds {sorted(map(str, state))}, not {sorted(_KEYS)}"
    )


def _step(step: object) -> int:
    """A saved step; -1 is before the first one, inside of a `SequentialLR`."""
    if not isinstance(step, int) or isinstance(step, bool) or step < -1:
        raise ExportError(f"the saved step is not a step of a run: {shown(step)}")
    return checked_step(step)


def mismatch(saved: Saved, given: Schedule | Plan) -> ExportError:
    """The refusal of a state of another definition."""
    choices = f'; to go on at step {saved.step} with the schedule of this scheduler, give on_mismatch="adopt"'
    if saved.definition is None:
        return ExportError(
            f"the saved state is that of another scheduler of PyTorch, which has no definition{choices}"
        )
    lines = "".join(f"\n  {line}" for line in differences(saved.definition, given))
    return ExportError(
        f"the saved state follows another schedule than this scheduler{choices}, and with that of the "
        f'checkpoint, on_mismatch="restore". The differences, saved and given:{lines}'
    )
