"""Every backend gives the exact value, correctly rounded, of schedules that nobody has thought of."""

from __future__ import annotations

from typing import Final

import numpy as np
from hypothesis import assume, example, given, settings
from numpy.typing import NDArray
from random_schedules import schedules

import lrcore as lrc
from lrcore.testing import assert_exact, evaluators, float64_bound, probe_steps

TIMES: Final = 1
"""How many times the usual number of examples; with more than 1 they are other ones in every run."""

EXAMPLES: Final = {
    "numpy": {"array": 200, "scalar": 200},
    "torch": {"tensor": 400, "scheduler": 60},
    "tensorflow": {"eager": 120, "graph": 12, "xla": 8, "session": 20},
    "keras": {"schedule": 120, "reloaded": 120},
    "tf_keras": {"schedule": 60, "reloaded": 12},
    "jax": {"eager": 40, "jit": 15, "vmap": 15, "scan": 30},
}
"""What takes half a minute; compilers need up to two seconds for each."""

SIZE: Final = 256
"""How many steps: always as many, since operations are compiled for shapes."""

# Found here; but it takes luck to find it again: last parts that vanish, at different steps.
VANISHING: Final = lrc.Sequence(
    tuple(
        lrc.Until(lrc.Sequence((lrc.Linear(0, 1, n), lrc.Cosine(1, 0.25, m)), clock="global"), 9)
        for n, m in ((4, 4), (3, 3), (2, 5))
    )
)


def test_float32_is_correctly_rounded(backend_and_mode: tuple[str, str]) -> None:
    """As NumPy has it; NumPy itself, and what differs from it, has to be as sixty digits have it."""
    backend, mode = backend_and_mode
    evaluate = evaluators(backend)[mode]
    reference = evaluators("numpy")["array"]

    @settings(max_examples=TIMES * EXAMPLES[backend][mode], derandomize=TIMES == 1, deadline=None)
    @given(schedules())
    @example(VANISHING)
    def check(schedule: lrc.Schedule) -> None:
        steps = _steps(schedule)
        got = evaluate(schedule, steps, "float32")
        if backend == "numpy" or not np.array_equal(got, reference(schedule, steps, "float32")):
            name, within = f"{backend} ({mode})", float64_bound(schedule)
            assert_exact(schedule, evaluate, steps, within=within, name=name)

    check()


def _steps(schedule: lrc.Schedule) -> NDArray[np.int64]:
    """All boundaries with their neighbours, and the first steps that are none of them."""
    marks = probe_steps(schedule, 0)
    assume(marks.size <= SIZE)
    others = np.setdiff1d(np.arange(SIZE), marks)
    return np.concatenate([marks, others[: SIZE - marks.size]])
