"""The equality harness: tests that hold every framework to the exact values of schedules."""

from ._bounds import FLOAT64_ULPS, float64_bound
from ._cases import Case, cases
from ._check import DisagreementError, Report, assert_exact, evaluators
from ._exact import exact, rounded, ulps
from ._steps import probe_steps

__all__ = [
    "FLOAT64_ULPS",
    "Case",
    "DisagreementError",
    "Report",
    "assert_exact",
    "cases",
    "evaluators",
    "exact",
    "float64_bound",
    "probe_steps",
    "rounded",
    "ulps",
]
