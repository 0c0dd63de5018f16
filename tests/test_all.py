"""All frameworks in one process: one bit pattern for every case and step."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from lrcore.testing import cases, evaluators, probe_steps

STEPS_PER_CASE: Final = 750
FEWEST_PAIRS: Final = 200_000


def test_all_backends_agree_bit_for_bit(
    requested: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every backend in its first mode, beside NumPy, over all cases."""
    native = {name: next(iter(evaluators(name).values())) for name in requested}
    pairs = 0
    mismatches: dict[str, int] = dict.fromkeys(native, 0)
    for case in cases().values():
        steps = probe_steps(case.schedule, STEPS_PER_CASE)
        bits = {
            name: evaluate(case.schedule, steps, "float32").view(np.uint32)
            for name, evaluate in native.items()
        }
        pairs += steps.size
        for name, own in bits.items():
            mismatches[name] += int(np.count_nonzero(own != bits["numpy"]))
    with capsys.disabled():
        print(f"\n{pairs} pairs of schedule and step; float32 mismatches: {mismatches}")
    assert set(mismatches) == {"numpy", "torch", "tensorflow", "keras", "jax"}
    assert not any(mismatches.values())
    assert pairs >= FEWEST_PAIRS
