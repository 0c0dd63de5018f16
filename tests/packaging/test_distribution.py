"""What is installed: everything that belongs to it, nothing that does not, and nothing too early."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from importlib.metadata import distribution, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

CHECKOUT: Final = Path(__file__).resolve().parents[2]
FRAMEWORKS: Final = ("torch", "tensorflow", "keras", "tf_keras", "jax")
PACKAGES: Final = ("lrcore", *(f"lrcore_{name}" for name in FRAMEWORKS))

PUBLIC: Final = {
    "lrcore": """
        Array BiasCorrection BoundedExponential Clip Constant Cooldown Cosine Cyclic
        DocumentError Duration Exponential ExportError Factor FormulaError From Geometric
        Hold Interpolation InvalidScheduleError InverseLinear InverseSquareRoot InverseTime
        Linear LinearCosine Logarithmic LrcoreError Mirror MissingFrameworkError MultiStep
        NaturalExponential Noam Noise NormalNoise OneCycle Operand Ops Pause
        PiecewiseConstant Plan Polynomial Positive PositiveSteps PowerLaw Product RangeTest
        Repeat Restarts Reverse RunLengthWarning Schedule Sequence Shift Sigmoid Staircase
        StepDecay StepError Steps Stretch Sum Table Tanh UnboundError Until Value Warmup
        WarmupCosine WarmupLinear WarmupStableDecay Window export from_dict from_json
        json_schema load save splice
    """,
    "lrcore.backend": """
        Adapter Array Blocks Evaluable Evaluator LAST_STEP Operand Ops PI Precision Rows Traced Values
        adapter checked checked_step choose differences expm1 flat_table is_traced log1p settled
        shown step_or_tensor to_float32 value_at with_numbers with_traced
    """,
    "lrcore.testing": """
        Case DisagreementError FLOAT64_ULPS Report assert_exact cases evaluators exact
        float64_bound probe_steps rounded ulps
    """,
    "lrcore.demo": "Run Task Tick",
}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names(module: str) -> None:
    """Sorted, all there, and changed only on purpose."""
    exported = importlib.import_module(module).__all__
    assert sorted(exported) == sorted(PUBLIC[module].split())
    assert all(hasattr(importlib.import_module(module), name) for name in exported)


def test_the_installed_package_is_tested() -> None:
    """Under tox nothing may come from the checkout that the tests lie in."""
    if os.environ.get("LRCORE_TEST_INSTALLED") == "1":
        for name in PACKAGES:
            spec = find_spec(name)
            assert spec is not None
            assert spec.origin is not None
            assert not Path(spec.origin).is_relative_to(CHECKOUT / "lrcore")
            assert not Path(spec.origin).is_relative_to(CHECKOUT / "adapters")


def test_every_file_is_installed() -> None:
    """All packages with all their modules, the types marker and the data; no stray folder."""
    for name in PACKAGES:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        installed = Path(spec.origin).parent
        source = CHECKOUT / name if name == "lrcore" else CHECKOUT / "adapters" / name
        kept = {".py", ".typed", ".npz"}
        expected = {p.relative_to(source) for p in source.rglob("*") if p.suffix in kept}
        assert Path("py.typed") in expected
        assert {p for p in expected if not (installed / p).is_file()} == set()
    assert find_spec("adapters") is None or "lrcore" not in str(find_spec("adapters"))


def test_the_core_needs_numpy_and_pydantic_alone() -> None:
    """Everything else is an extra."""
    required = [line for line in distribution("lrcore").requires or [] if "extra ==" not in line]
    assert sorted(line.partition(">")[0] for line in required) == ["numpy", "pydantic"]


def test_every_adapter_is_entered() -> None:
    """One word for each framework: extra, package, entry point."""
    adapters, demos = (
        set(entry_points(group=group).names) for group in ("lrcore.adapters", "lrcore.demos")
    )
    assert {"numpy", *FRAMEWORKS} <= adapters
    assert {"numpy", *FRAMEWORKS} - {"tf_keras"} <= demos  # Keras 2 trains as Keras 3 does
    given = distribution("lrcore").metadata.get_all("Provides-Extra") or []
    assert {name.replace("-", "_") for name in given} == {"all", "cli", "testing", *FRAMEWORKS}


def test_importing_the_core_imports_no_framework() -> None:
    """Nor what the command line and the tests need; and evaluating and JSON do not, either."""
    code = (
        "import sys, lrcore as lrc\n"
        "schedule = lrc.Linear(0.0, 0.1, 10) >> lrc.Cosine(0.1, 0.0, 90)\n"
        "schedule(range(100)), lrc.from_json(schedule.to_json()), lrc.json_schema()\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    heavy = {*FRAMEWORKS, "optax", "matplotlib", "typer", "rich", "mpmath", "scipy", "sklearn"}
    assert "lrcore" in imported
    assert imported & heavy == set()
    assert {name for name in imported if name.startswith("lrcore_")} == set()
