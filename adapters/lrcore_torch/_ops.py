"""Formulas interpreted on PyTorch tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor

from lrcore import Array, Ops
from lrcore.backend import PI, Evaluable, Rows, choose, flat_table


def entries(table: Tensor, index: Tensor) -> Tensor:
    """The entries of a table; indexing by a tensor without dimensions would wait for its value."""
    return table.index_select(0, index.reshape(-1)).reshape(index.shape)


class TorchOps:
    """The functions of `lrcore.Ops`, for tensors on one device, in one evaluation of a schedule.

    Args:
        device: the device of the steps.
        tables: the tables that the evaluation asks for, in this order, on the device; None copies them.
        record: a list to which copied tables are added.
    """

    pi = PI

    def __init__(
        self,
        device: torch.device,
        tables: Sequence[Tensor] | None = None,
        record: list[Tensor] | None = None,
    ) -> None:
        self._device = device
        self._tables = tables
        self._record = record
        self._asked = 0

    def real(self, x: Tensor | float) -> Tensor:
        return self._tensor(x).to(torch.float64)

    def where(self, condition: Tensor, chosen: Tensor | float, other: Tensor | float) -> Tensor:
        return torch.where(self._tensor(condition), self._tensor(chosen), self._tensor(other))

    def equal(self, a: Tensor | float, b: Tensor | float) -> Tensor:
        return torch.eq(self._tensor(a), self._tensor(b))

    def minimum(self, a: Tensor | float, b: Tensor | float) -> Tensor:
        return torch.minimum(self._tensor(a), self._tensor(b))

    def maximum(self, a: Tensor | float, b: Tensor | float) -> Tensor:
        return torch.maximum(self._tensor(a), self._tensor(b))

    def sin(self, x: Tensor | float) -> Tensor:
        return torch.sin(self._tensor(x))

    def cos(self, x: Tensor | float) -> Tensor:
        return torch.cos(self._tensor(x))

    def exp(self, x: Tensor | float) -> Tensor:
        return torch.exp(self._tensor(x))

    def log(self, x: Tensor | float) -> Tensor:
        return torch.log(self._tensor(x))

    def log1p(self, x: Tensor | float) -> Tensor:
        return torch.log1p(self._tensor(x))

    def expm1(self, x: Tensor | float) -> Tensor:
        return torch.expm1(self._tensor(x))

    def sqrt(self, x: Tensor | float) -> Tensor:
        return torch.sqrt(self._tensor(x))

    def power(self, base: Tensor | float, exponent: Tensor | float) -> Tensor:
        return torch.pow(self._tensor(base), self._tensor(exponent))

    def take(self, table: Sequence[float], index: Tensor) -> Tensor:
        plain, at = flat_table(table, cast(Array, index))
        return entries(self._table(plain), cast(Tensor, at))

    def searchsorted(self, table: Sequence[int], t: Tensor) -> Tensor:
        if isinstance(table, Rows):
            return cast(Tensor, table.searchsorted(cast(Array, t)))
        return torch.bucketize(t, self._table(table), right=True)

    def choose(self, schedules: Sequence[Evaluable], index: Array, t: Array) -> Array:
        return choose(schedules, index, t, cast(Ops, self))

    def with_operands(self, schedule: Evaluable) -> Evaluable:
        return schedule

    def _tensor(self, x: Tensor | float) -> Tensor:
        if isinstance(x, Tensor):
            return x
        # Not torch.tensor: a Python float would become float32, and torch.full needs no copy to a device.
        kinds = {bool: torch.bool, float: torch.float64}
        dtype = kinds.get(type(x), torch.int64)
        return torch.full((), x, dtype=dtype, device=self._device)

    def _table(self, table: Sequence[float]) -> Tensor:
        self._asked += 1
        if self._tables is not None:
            return self._tables[self._asked - 1]
        copied = torch.from_numpy(np.asarray(table)).to(self._device)
        if self._record is not None:
            self._record.append(copied)
        return copied
