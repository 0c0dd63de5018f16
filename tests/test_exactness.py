"""Every backend gives the exact value, correctly rounded, of every case at every probed step."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from lrcore.testing import Case, DisagreementError, assert_exact, cases, evaluators, probe_steps

ALL: Final = cases()
SOME: Final = cases(pairs=False)
FEWEST_PAIRS: Final = 200_000


def test_float32_is_correctly_rounded(
    backend_and_mode: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """No mismatch in at least 200,000 pairs of schedule and step; the matrix prints the count."""
    backend, mode = backend_and_mode
    evaluate = evaluators(backend)[mode]
    name = f"{backend} ({mode})"
    pairs = straddles = 0
    failures: list[str] = []
    chosen = ALL if _rank(backend, mode) < 2 else SOME
    per_case = -(-FEWEST_PAIRS // len(chosen))
    for case_name, case in chosen.items():
        steps = probe_steps(case.schedule, per_case, last=_last_step(backend))
        try:
            report = assert_exact(case.schedule, evaluate, steps, name=name)
        except DisagreementError as error:
            failures.append(f"{case_name}: {error}")
        else:
            pairs += report.pairs
            straddles += report.straddles
    with capsys.disabled():
        print(
            f"\n{name}: {len(failures)} schedules with a float32 mismatch in {pairs} pairs of "
            f"{len(chosen)} schedules and their steps; {straddles} undecidable in float64"
        )
    assert not failures, "\n".join(failures)
    assert straddles == 0, "explain it in docs/how-it-works.md, which says that none was met"
    assert pairs >= FEWEST_PAIRS


def test_float64_is_within_the_bound(backend_and_mode: tuple[str, str]) -> None:
    """Eight units in the last place, times the exponents above 1."""
    backend, mode = backend_and_mode
    evaluate = evaluators(backend)[mode]
    rank = _rank(backend, mode)
    chosen = ALL if rank == 0 else SOME
    for name in [*chosen][:: 1 if rank < 2 else 3]:
        case = chosen[name]
        steps = _some_steps(case, backend)
        assert_exact(
            case.schedule,
            evaluate,
            steps,
            dtype="float64",
            within=case.within,
            name=f"{backend} ({mode}), {name}",
        )


def test_shapes_are_kept(backend_and_mode: tuple[str, str]) -> None:
    """A single step and an empty array are arrays of steps, too."""
    backend, mode = backend_and_mode
    evaluate = evaluators(backend)[mode]
    for case in (ALL["constant"], ALL["linear >> cosine"]):
        for steps in (np.array([7]), np.array([], dtype=np.int64)):
            assert evaluate(case.schedule, steps, "float32").shape == steps.shape


def test_steps_below_zero_answer_as_zero(backend_and_mode: tuple[str, str]) -> None:
    """The clock has no negative steps; a counter that starts at -1 must not extrapolate."""
    backend, mode = backend_and_mode
    evaluate = evaluators(backend)[mode]
    for name in ("linear", "exponential", "cosine >> linear", "repeat linear", "piecewise"):
        schedule = ALL[name].schedule
        first, *before = evaluate(schedule, np.array([0, -1, -(2**31)]), "float32").tolist()
        assert before == [first, first], name


def _rank(backend: str, mode: str) -> int:
    """Compilers take their time: from its third mode on, a framework is spared the pairs of classes.

    In float64 it is spared two of three schedules, too: the modes differ in how they run the same graph.
    """
    return list(evaluators(backend)).index(mode)


def _some_steps(case: Case, backend: str) -> NDArray[np.int64]:
    return probe_steps(case.schedule, 300, last=_last_step(backend))


def _last_step(backend: str) -> int:
    """Keras counts in 32 bits on JAX and PyTorch; the frameworks' own adapters take 64."""
    return 2**31 - 1 if backend == "keras" else 2**40
