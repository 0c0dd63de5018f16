"""The equality harness: what every backend is held to, ours and other people's."""

from ._cases import Case, cases
from ._check import FLOAT64_ULPS, DisagreementError, Report, assert_exact, evaluators
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
    "probe_steps",
    "rounded",
    "ulps",
]
