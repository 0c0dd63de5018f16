"""The state of an optimizer of Optax that follows a plan, and the values in it."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import jax
import numpy as np
import optax

from lrcore import ExportError
from lrcore.backend import shown

from ._labels import DEFAULT

Values: TypeAlias = dict[str, jax.Array]
"""The value of each hyper-parameter by its name in the plan."""


class InjectState(NamedTuple):
    """The state of an optimizer that `inject` makes. Its structure does not depend on the schedules.

    Args:
        step: the step of the next update, which is the number of updates unless steps were given.
        last: the values that the last update has used by name, with an entry for each label in their order. Before
            the first update, they are those of the next.
        next: the values that the next update will use.
        labels: the names of the values of each label; the entries are empty.
        inner_state: the state of the optimizer itself.
    """

    step: jax.Array
    last: Values
    next: Values
    labels: dict[str, dict[str, tuple[()]]]
    inner_state: optax.OptState


class Order:
    """Where a state has the value of each label and name."""

    def __init__(self, places: list[tuple[str | int, str]]) -> None:
        # Dictionaries in a state have texts as keys, and their order.
        known = sorted({str(label) for label, _ in places})
        self.labels: dict[str, dict[str, tuple[()]]] = {label: {} for label in known}
        self._rows = {name: np.zeros(len(known), int) for _, name in places}
        for row, (label, name) in enumerate(places):
            self.labels[str(label)][name] = ()
            self._rows[name][known.index(str(label))] = row

    def stored(self, row: jax.Array) -> dict[str, jax.Array]:
        """The values by name. What is stored for a group that has no such value has no meaning.

        They have types that a checkpoint keeps, which does not know of weak types.
        """
        strong = jax.lax.convert_element_type(row, row.dtype)
        return {name: strong[rows] for name, rows in self._rows.items()}

    def check(self, state: object) -> None:
        """An error if this is not a state of the optimizer."""
        if not isinstance(state, InjectState):
            raise ExportError(
                "update needs a state that init of an optimizer of lrcore_jax.inject has made; got a "
                f"{type(state).__name__}; a run that is to go on in such an optimizer keeps its own state in "
                "inner_state"
            )
        if state.labels != self.labels:
            raise ExportError(
                f"the state has values of {_listed(state.labels)}; the plan has {_listed(self.labels)}"
            )


def _listed(labels: dict[str, dict[str, tuple[()]]]) -> str:
    return "; ".join(f"{label!r}: {', '.join(names)}" for label, names in labels.items())


class Current(NamedTuple):
    """The values of two updates, by their names in the plan.

    Args:
        last: the values that the last update has used. Before the first update, they are those of the next.
        next: the values that the next update will use.
    """

    last: Values
    next: Values


def current(opt_state: object, group: str | int | None = None) -> Current:
    """The values that the last update has used, and those that the next update will use.

    It works inside of compiled functions as well.

    Args:
        opt_state: the state of an optimizer that `inject` has made, or any tree that contains one such state, such as
            a `TrainState` or the state of `optax.chain` or `optax.MultiSteps`.
        group: a group of the plan; None is the plan itself.

    Raises:
        lrcore.ExportError: there is no such state in the tree, or there are several.

    Example:
        >>> import jax.numpy as jnp, lrcore as lrc, lrcore_jax, optax
        >>> plan = lrc.Plan(learning_rate=lrc.Linear(0.5, 0.0, 4))
        >>> optimizer = optax.chain(optax.clip(1.0), lrcore_jax.inject(optax.sgd, plan))
        >>> float(lrcore_jax.current(optimizer.init(jnp.ones(3))).next["learning_rate"])
        0.5
    """
    found = [
        (jax.tree_util.keystr(path) or "the state itself", leaf)
        for path, leaf in jax.tree_util.tree_leaves_with_path(
            opt_state, is_leaf=lambda node: isinstance(node, InjectState)
        )
        if isinstance(leaf, InjectState)
    ]
    if not found:
        raise ExportError(
            f"there is no state of an optimizer that lrcore_jax.inject has made; got {_kind(opt_state)}; a checkpoint "
            "is restored into a state that init has made"
        )
    if len(found) > 1:
        places = ", ".join(place for place, _ in found)
        raise ExportError(
            f"there are {len(found)} states of optimizers that lrcore_jax.inject has made, at {places}; give one of "
            "them"
        )
    ((_, state),) = found
    label, labels = DEFAULT if group is None else str(group), sorted(state.labels)
    if label not in labels:
        raise ExportError(
            f"the state has no group {shown(group)}; it has {', '.join(map(repr, labels))}"
        )
    entry = labels.index(label)
    last, coming = (
        # The states of several runs have axes before that of the labels.
        {name: stored[name][..., entry] for name in state.labels[label]}
        for stored in (state.last, state.next)
    )
    return Current(last, coming)


def _kind(tree: object) -> str:
    if isinstance(tree, dict):
        return f"a dictionary of {', '.join(map(str, tree))}"
    return f"a {type(tree).__name__}"
