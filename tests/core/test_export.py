"""Finding adapters, and the errors on the way."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest

import lrcore as lrc
from lrcore.testing import evaluators


def test_numpy_is_the_reference() -> None:
    """The exported callable is the schedule's own evaluation, in float64."""
    schedule = lrc.Cosine(0.1, 0.0, 100)
    function = lrc.export(schedule, "numpy")
    assert callable(function)
    assert function(np.arange(100)).tolist() == schedule(range(100)).tolist()


def test_the_float32_that_all_backends_agree_on() -> None:
    """A tie that a formula misses by its last digit; float64 values are such that a plain cast gives it."""
    schedule = lrc.InverseTime(0.5204867720603943, steps=7)
    function = lrc.export(schedule, "numpy", dtype="float32")
    assert callable(function)
    assert function(5) == np.float32(0.3036173) == np.float32(schedule(5))
    assert np.float32(0.30361728370189667) == np.float32(0.3036173)
    assert schedule(5) == 0.5204867720603943 * 7 / 12
    assert type(function(5)) is np.float32
    many = function(np.array([0, 5]))
    assert many.dtype == np.float32
    assert many.tolist() == [function(0), function(5)]


def test_an_unknown_target() -> None:
    """The message lists what is installed."""
    with pytest.raises(
        lrc.ExportError,
        match=r"no adapter 'tensorfow'; .*\"jax\", .*\"tensorflow\".*; is \"tensorflow\" meant",
    ):
        lrc.export(lrc.Constant(0.1), "tensorfow")
    with pytest.raises(lrc.ExportError, match=r"no adapter 'cntk'; .*\"torch\"$"):
        lrc.export(lrc.Constant(0.1), "cntk")


def test_what_is_no_schedule() -> None:
    """The message shows what was given, and what to write for a number."""
    with pytest.raises(
        lrc.ExportError,
        match=r"a schedule or plan: 0\.1; for a number, write lrcore\.Constant.*read by lrcore_keras\.read",
    ):
        lrc.export(0.1, "numpy")  # type: ignore[call-overload]


def test_an_option_that_the_adapter_does_not_take() -> None:
    """A misspelt option is an error of the export, not of Python's internals, and says which there are."""
    message = (
        r'export to "numpy": .*unexpected keyword .*\'lr\'; the options for a schedule are dtype; '
    )
    with pytest.raises(lrc.ExportError, match=message):
        lrc.export(lrc.Constant(0.1), "numpy", lr=1)  # type: ignore[call-overload]


@pytest.mark.parametrize("dtype", ["float16", None, [], np.float32, np.array(["float32"] * 2)])
def test_another_precision_is_refused(backend: str, dtype: object) -> None:
    """Not rounded to something else in silence."""
    message = re.escape(f'dtype is "float32" or "float64"; got {dtype!r}')
    for evaluate in evaluators(backend).values():
        with pytest.raises(lrc.ExportError, match=message):
            evaluate(lrc.Constant(0.1), np.arange(3), dtype)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("framework", "message"),
    [
        ("torch", '"torch" needs torch, which is not installed: pip install "lrcore[torch]"'),
        (
            "keras",
            '"keras" needs keras, which is not installed: pip install "lrcore[keras,tensorflow]"; '
            'for Keras on another backend, set KERAS_BACKEND to "jax" or "torch", and install that in '
            "place of tensorflow",
        ),
    ],
)
def test_a_missing_framework_says_what_to_install(framework: str, message: str) -> None:
    """In a process that cannot import the framework, whatever is installed here."""
    code = (
        f"import sys; sys.modules['{framework}'] = None\n"
        "import lrcore as lrc\n"
        "try:\n"
        f"    lrc.export(lrc.Constant(0.1), '{framework}')\n"
        "except lrc.MissingFrameworkError as error:\n"
        "    assert isinstance(error, ImportError) and isinstance(error, lrc.LrcoreError)\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == message


@pytest.mark.parametrize("name", [5, None, [], np.ones(2)], ids=repr)
def test_a_target_is_a_text(name: object) -> None:
    """The message shows what was given."""
    with pytest.raises(
        lrc.ExportError, match=rf"^there is no adapter {re.escape(repr(name))}; inst"
    ):
        lrc.export(lrc.Constant(0.1), name)  # type: ignore[call-overload]
