"""The places in which an optimizer holds its values."""

from __future__ import annotations

from math import frexp, ldexp, log2
from typing import Any, Final, NamedTuple, TypeAlias

import torch
from torch import Tensor

ParameterGroup: TypeAlias = dict[str, Any]

_BETAS: Final = {"beta1": 0, "beta2": 1, "momentum": 0}


class Place(NamedTuple):
    """A key of a parameter group, and the position if the value is in a pair."""

    key: str
    position: int | None = None


def place_of(group: ParameterGroup, name: str) -> Place | None:
    """The place of a hyper-parameter of a plan; None if the group has no value of this name."""
    if name == "learning_rate":
        return Place("lr") if "lr" in group else None
    if name not in group and name in _BETAS and isinstance(group.get("betas"), (tuple, list)):
        return Place("betas", _BETAS[name])
    entry: object = group.get(name)
    is_value = isinstance(entry, (int, float, Tensor)) and not isinstance(entry, bool)
    return Place(name) if is_value and name not in ("lr", "initial_lr") else None


def held(group: ParameterGroup, place: Place) -> float | Tensor:
    """The number or tensor that a group holds at a place."""
    entry: float | Tensor = (
        group[place.key] if place.position is None else group[place.key][place.position]
    )
    return entry


def put(group: ParameterGroup, place: Place, value: float) -> None:
    """Write `value`: into the tensor that is there, or else as a number."""
    key, position = place
    there = held(group, place)
    if isinstance(there, Tensor):
        there.fill_(_as_held(value, there.dtype))
    elif position is None:
        group[key] = value
    else:
        pair = group[key]
        group[key] = type(pair)((*pair[:position], value, *pair[position + 1 :]))


def holds(group: ParameterGroup, place: Place, value: float) -> bool:
    """Whether `value` is what `put` would write."""
    there = held(group, place)
    if isinstance(there, Tensor):
        return bool(
            there.item() == torch.tensor(_as_held(value, there.dtype), dtype=there.dtype).item()
        )
    return there == value


def _as_held(value: float, dtype: torch.dtype) -> float:
    """`value` rounded to the bits of a tensor, which PyTorch rounds twice if they are fewer than 24."""
    info = torch.finfo(dtype)
    bits = 1 - round(log2(info.eps))
    if bits >= 24:
        return value
    exponent = max(frexp(value)[1], frexp(info.tiny)[1])
    unit = exponent - bits
    return ldexp(round(ldexp(value, -unit)), unit)
