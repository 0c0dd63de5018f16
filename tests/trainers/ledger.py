"""A training that keeps the rates of its updates: weight t moves by the rate of update t."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset


class Ledger(nn.Module):
    """A linear model whose loss at update t has the gradient 1 for weight t, and 0 for the others.

    Args:
        updates: the number of updates that it has room for.
    """

    def __init__(self, updates: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(updates))

    def forward(self, index: Tensor, labels: Tensor | None = None) -> dict[str, Tensor]:
        """The loss of the batches with these numbers."""
        return {"loss": self.weight[index].mean()}

    def rates(self) -> list[float]:
        """The rate that each update has used."""
        return (-self.weight.detach()).tolist()


class Batches(Dataset[dict[str, Tensor]]):
    """Samples that say in which update they are used.

    Args:
        updates: the number of updates.
        each: the number of samples of an update, of all devices.
    """

    def __init__(self, updates: int, each: int = 1) -> None:
        self._updates, self._each = updates, each

    def __len__(self) -> int:
        """All samples."""
        return self._updates * self._each

    def __getitem__(self, sample: int) -> dict[str, Tensor]:
        """The number of the update."""
        return {"index": torch.tensor(sample // self._each)}
