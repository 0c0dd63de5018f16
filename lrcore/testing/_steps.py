"""The steps at which schedules are likely to be wrong."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .._algebra import Sequence
from .._definition._plain import entries
from .._definition._schedule import Schedule
from .._durations import Duration, in_steps

_TURNS: Final = (2**24, 2**31, 2**32)
"""Where float32 stops to hold every integer, and where counters of 32 bits end."""


def probe_steps(
    schedule: Schedule, count: int = 1000, *, last: int = 2**31 - 1
) -> NDArray[np.int64]:
    """Steps for comparisons: the ends, the boundaries with their neighbors, and random steps.

    The steps are 0 and 1; every boundary, the end, ten times the end, 2**24, 2**31 and 2**32, each with the
    steps before and after; and random steps. Half of the random steps are below twice the end, and half are
    spread over all magnitudes. The steps are the same in every run.

    Args:
        schedule: the schedule.
        count: the smallest number of steps; there are more if there are many boundaries.
        last: the largest step that the counter of a framework allows.
    """
    marks = {0, 1, *(mark + near for mark in _marks(schedule) for near in (-1, 0, 1))}
    end = _whole(schedule.duration) or max(_marks(schedule), default=1000)
    marks |= {m + near for m in (end, 10 * end, *_TURNS) for near in (-1, 0, 1)}
    chosen = np.array(sorted(m for m in marks if 0 <= m <= last), dtype=np.int64)
    rng = np.random.default_rng(zlib.crc32(repr(schedule).encode()))
    missing = max(count - chosen.size, 0)
    near = rng.integers(0, min(2 * end + 10, last), missing // 2, dtype=np.int64)
    far = np.exp2(rng.uniform(0, np.log2(last), missing - missing // 2)).astype(np.int64)
    return np.concatenate([chosen, near, far])


def _marks(schedule: Schedule, start: int = 0) -> Iterator[int]:
    """The steps at which a part or a period of `schedule` begins, and those that its fields name."""
    schedule = schedule.evaluated
    yield start
    for _, entry in entries(schedule):
        if isinstance(entry, Schedule):
            yield from _marks(entry, start)
        elif isinstance(entry, int) and not isinstance(entry, bool):
            yield from (start + entry, start + 2 * entry)
    if isinstance(schedule, Sequence) and schedule.clock == "local":
        begin = start
        for part in schedule.parts:
            yield from _marks(part, begin)
            begin += _whole(part.duration)
    yield start + _whole(schedule.duration)


def _whole(duration: int | Duration | None) -> int:
    return 0 if duration is None else ceil(in_steps(duration))
