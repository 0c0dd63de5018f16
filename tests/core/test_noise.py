"""Noise has the moments of its distribution, and no relation to anything."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

import lrcore as lrc

SEEDS = (0, 1, 7, 2**30 - 1, 2**30, 2**31 - 3, 2**31 - 2)


def _is_random(x: NDArray[np.float64], mean: float, deviation: float, kurtosis: float) -> bool:
    """Moments, and correlations with the neighbours, within five standard errors."""
    z = (x - mean) / deviation
    errors = [z.mean(), (z**2).mean() - 1, (z**3).mean(), (z**4).mean() - kurtosis]
    spread = [1.0, (kurtosis - 1) ** 0.5, 15**0.5, 96**0.5]
    near = [(z[lag:] * z[:-lag]).mean() for lag in (1, 2, 7)]
    bound = 5 / x.size**0.5
    return all(
        abs(e) < s * bound for e, s in zip([*errors, *near], [*spread, 1, 1, 1], strict=True)
    )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("begin", [0, 2**31 - 50_000, 2**40])
def test_noise_looks_random(seed: int, begin: int) -> None:
    """Every seed, at every time."""
    steps = begin + np.arange(100_000)
    uniform = lrc.Noise(-1.0, 1.0, seed)(steps)
    assert _is_random(uniform, 0.0, 3**-0.5, 9 / 5)
    assert uniform.min() >= -1.0
    assert uniform.max() < 1.0
    assert _is_random(lrc.NormalNoise(2.0, 0.5, seed)(steps), 2.0, 0.5, 3.0)


@pytest.mark.parametrize("make", [lrc.Noise, lrc.NormalNoise])
def test_seeds_have_nothing_in_common(make: Callable[[float, float, int], lrc.Schedule]) -> None:
    """Neither with their neighbours nor with their complements."""
    drawn = [make(0.0, 1.0, seed)(range(100_000)) for seed in SEEDS]
    related = np.abs(np.corrcoef(drawn)) - np.eye(len(SEEDS))
    assert related.max() < 5 / 100_000**0.5
