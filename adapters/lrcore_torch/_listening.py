"""What a scheduler is told about changes of its optimizer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary, ref

from torch.optim import Optimizer


class Listener(Protocol):
    """Something that depends on the parameter groups of an optimizer."""

    def before_change(self) -> None:
        """The parameter groups are about to change."""

    def after_loading(self) -> None:
        """The optimizer has loaded a state, which has replaced its parameter groups."""

    def after_adding(self) -> None:
        """The optimizer has a new parameter group, which it loses again if this raises an error."""


_LISTENERS: Final[WeakKeyDictionary[Optimizer, list[ref[Listener]]]] = WeakKeyDictionary()


def listen(optimizer: Optimizer, listener: Listener) -> None:
    """Tell `listener`, while it lives, about changes of `optimizer`, or of the optimizer that it wraps."""
    while not hasattr(optimizer, "_optimizer_load_state_dict_pre_hooks"):
        if not isinstance(inner := getattr(optimizer, "optimizer", None), Optimizer):
            return
        optimizer = inner
    if optimizer not in _LISTENERS:
        _LISTENERS[optimizer] = []
        optimizer.register_load_state_dict_pre_hook(_before_loading)
        optimizer.register_load_state_dict_post_hook(_after_loading)
        _follow_additions(optimizer)
    _LISTENERS[optimizer] = [*map(ref, _listeners(optimizer)), ref(listener)]


def _listeners(optimizer: Optimizer) -> Iterator[Listener]:
    """Those that live, the first first."""
    for reference in _LISTENERS.get(optimizer, ()):
        if (listener := reference()) is not None:
            yield listener


def _before_loading(optimizer: Optimizer, state: dict[str, Any]) -> None:
    for listener in _listeners(optimizer):
        listener.before_change()


def _after_loading(optimizer: Optimizer) -> None:
    for listener in _listeners(optimizer):
        listener.after_loading()


def _follow_additions(optimizer: Optimizer) -> None:
    """PyTorch has no hook for new parameter groups, so the method of this optimizer is wrapped."""
    add, known = type(optimizer).add_param_group, ref(optimizer)

    @wraps(add)
    def add_and_tell(param_group: dict[str, Any]) -> None:
        optimizer = known()
        assert optimizer is not None
        for listener in _listeners(optimizer):
            listener.before_change()
        add(optimizer, param_group)
        try:
            for listener in _listeners(optimizer):
                listener.after_adding()
        except Exception:
            optimizer.param_groups.pop()
            for listener in _listeners(optimizer):
                listener.after_adding()
            raise

    optimizer.add_param_group = add_and_tell  # type: ignore[method-assign]
