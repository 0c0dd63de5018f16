"""The assertion that every framework gives exact values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from .._definition._schedule import Schedule
from .._errors import LrcoreError
from .._evaluation._rounding import Precision
from .._exports._adapter import Evaluator, adapter
from ._bounds import FLOAT64_ULPS
from ._exact import exact, is_straddled, rounded, ulps

if TYPE_CHECKING:
    from mpmath.ctx_mp_python import _mpf as mpf

_SHOWN: Final = 5


class DisagreementError(LrcoreError, AssertionError):
    """A framework gave a value that is not the exact value, correctly rounded."""


@dataclass(frozen=True)
class Report:
    """The result of a check that has passed.

    Attributes:
        pairs: the number of values that were compared.
        straddles: the number of steps at which float64 cannot tell to which float32 the value rounds, as
            sixty digits prove. There, two correct frameworks may differ by one bit.
        worst_ulps: the largest error of a float64 value; None for float32.
    """

    pairs: int
    straddles: int
    worst_ulps: float | None


def assert_exact(
    schedule: Schedule,
    evaluate: Evaluator,
    steps: NDArray[np.int64],
    *,
    dtype: Precision = "float32",
    within: float = FLOAT64_ULPS,
    scale: float = 0.0,
    name: str = "the backend",
) -> Report:
    """Checks the values of a schedule in a framework, to the last bit.

    A float32 value has to be the exact value, correctly rounded. A float64 value has to be within a few
    units in the last place of the exact value.

    Args:
        schedule: the schedule to evaluate.
        evaluate: an entry of an adapter's `evaluators`, or another function of this form.
        steps: the steps at which the schedule is evaluated.
        dtype: "float32" or "float64".
        within: the bound for float64, in units in the last place.
        scale: the smallest magnitude of which a unit in the last place is taken. For a schedule that passes
            through zero, give its larger end.
        name: the name of the framework in the error message.

    Returns:
        The number of values that were compared, and the largest error.

    Raises:
        DisagreementError: a value is wrong; the message shows steps, values and bits.

    Example:
        >>> import lrcore as lrc, numpy as np
        >>> from lrcore.testing import assert_exact, evaluators
        >>> numpy = evaluators("numpy")["array"]
        >>> assert_exact(lrc.Cosine(0.1, 0.0, 1000), numpy, np.arange(1001)).pairs
        1001
    """
    got = evaluate(schedule, steps, dtype)
    if got.dtype != np.dtype(dtype) or got.shape != steps.shape:
        raise DisagreementError(
            f"{name}: expected {steps.shape} values of {dtype} for {schedule!r}, "
            f"got {got.shape} of {got.dtype}"
        )
    limit = _Limit(within, scale)
    check = _check_float32 if dtype == "float32" else _check_float64
    return check(schedule, got, steps, limit, name)


def evaluators(backend: str) -> dict[str, Evaluator]:
    """The evaluators of an installed adapter by their names.

    Args:
        backend: the name of the adapter, such as "torch".

    Raises:
        lrcore.ExportError: there is no such adapter.
        lrcore.MissingFrameworkError: its framework is not installed.

    Example:
        >>> from lrcore.testing import evaluators
        >>> sorted(evaluators("numpy"))
        ['array', 'scalar']
    """
    return dict(adapter(backend).evaluators)


@dataclass(frozen=True)
class _Limit:
    within: float
    scale: float


@cache
def _truth(schedule: Schedule, step: int) -> tuple[mpf, np.float32]:
    value = exact(schedule, step)
    return value, rounded(value)


def _check_float32(
    schedule: Schedule,
    got: NDArray[np.floating],
    steps: NDArray[np.int64],
    limit: _Limit,
    name: str,
) -> Report:
    wanted = np.array([_truth(schedule, step)[1] for step in steps.tolist()], dtype=np.float32)
    suspects = np.flatnonzero(got != wanted)
    wrong = [
        i
        for i in suspects.tolist()
        if not is_straddled(got[i], wanted[i], _truth(schedule, int(steps[i]))[0], limit.within)
    ]
    if wrong:
        rows = [
            f"  step {steps[i]}: got {got[i]!s} (0x{_bits(got[i])}), exact is {wanted[i]!s} (0x{_bits(wanted[i])})"
            for i in wrong[:_SHOWN]
        ]
        raise _disagreement(schedule, name, len(wrong), steps.size, rows)
    return Report(steps.size, len(suspects), None)


def _check_float64(
    schedule: Schedule,
    got: NDArray[np.floating],
    steps: NDArray[np.int64],
    limit: _Limit,
    name: str,
) -> Report:
    errors = np.array(
        [
            ulps(float(value), _truth(schedule, step)[0], limit.scale)
            for value, step in zip(got, steps.tolist(), strict=True)
        ]
    )
    wrong = np.flatnonzero(~(errors <= limit.within))
    if wrong.size:
        rows = [
            f"  step {steps[i]}: got {float(got[i])!r}, {errors[i]:.1f} ulp from the exact value"
            for i in wrong[:_SHOWN].tolist()
        ]
        raise _disagreement(schedule, name, wrong.size, steps.size, rows)
    return Report(steps.size, 0, float(errors.max(initial=0.0)))


def _disagreement(
    schedule: Schedule, name: str, wrong: int, total: int, rows: list[str]
) -> DisagreementError:
    more = [f"  and {wrong - len(rows)} more"] if wrong > len(rows) else []
    text = f"{name} is wrong at {wrong} of {total} steps of {schedule!r}:"
    return DisagreementError("\n".join([text, *rows, *more]))


def _bits(value: np.floating) -> str:
    return f"{int(np.float32(value).view(np.uint32)):08x}"
