"""Which group of a plan each parameter is in."""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import Final

import jax
import optax

from lrcore import ExportError
from lrcore.backend import shown

DEFAULT: Final = "default"
"""The label of parameters that are in no group."""


def labelling(given: object, groups: Collection[str | int]) -> Callable[[optax.Params], object]:
    """A function from parameters to their labels, as texts, which checks both.

    Args:
        given: a tree of labels, or a function that makes it.
        groups: the groups of the plan.

    Raises:
        ExportError: from the function, if labels do not fit the parameters or the groups.
    """
    known = [DEFAULT, *groups]

    def labelled(params: optax.Params) -> object:
        tree = given(params) if callable(given) else given
        leaves = jax.tree_util.tree_leaves_with_path(tree)
        for path, label in leaves:
            if type(label) is bool or not isinstance(label, (str, int)) or label not in known:
                near = get_close_matches(str(label), map(str, known), n=1)
                hint = f"; is {near[0]!r} meant?" if near else ""
                raise ExportError(
                    f"param_labels{jax.tree_util.keystr(path)} is {shown(label)}; the labels are "
                    f"{', '.join(map(repr, known))}{hint}"
                )
        _check_shape(tree, params)
        for group in groups:
            if group not in [label for _, label in leaves]:
                raise ExportError(
                    f"the plan has a group {group!r}, and no parameter has this label"
                )
        # The text of a member of an enumeration is not its value.
        return jax.tree.map(lambda label: str(known[known.index(label)]), tree)

    return labelled


def _check_shape(tree: object, params: optax.Params) -> None:
    """A label may stand for all parameters below it."""
    try:
        jax.tree.map(lambda *_: None, tree, params)
    except ValueError as error:
        raise ExportError(
            "param_labels needs a label for each parameter, in a tree like that of the parameters; parameters in no "
            f"group have the label {DEFAULT!r}; JAX says: {error}"
        ) from None
