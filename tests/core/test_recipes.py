"""Recipes against the systems that they are named after."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np
import pytest

import lrcore as lr

Mode: TypeAlias = Literal["triangular", "triangular2", "exp_range"]
Scale: TypeAlias = Callable[[int, int], float]


def addons(low: float, high: float, step_size: int, scale: Scale, t: int) -> float:
    """`CyclicalLearningRate` of TensorFlow Addons, as its documentation states it."""
    cycle = math.floor(1 + t / (2 * step_size))
    x = abs(t / step_size - 2 * cycle + 1)
    return low + (high - low) * max(0.0, 1 - x) * scale(cycle, t)


MODES: dict[Mode, tuple[float, Scale]] = {
    "triangular": (1.0, lambda cycle, t: 1.0),
    "triangular2": (1.0, lambda cycle, t: 2.0 ** (1 - cycle)),
    "exp_range": (0.99994, lambda cycle, t: math.pow(0.99994, t)),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("step_size", [1, 3, 2 * 937])
def test_cyclic_is_that_of_tensorflow_addons(mode: Mode, step_size: int) -> None:
    """1e-4 to 1e-2, a half cycle of two epochs of 937 steps, ten cycles; to 1e-12 of the top."""
    gamma, scale = MODES[mode]
    schedule = lr.cyclic(1e-4, 1e-2, step_size, mode, gamma)
    got = schedule.values(20 * step_size + 3)
    want = [addons(1e-4, 1e-2, step_size, scale, t) for t in range(got.size)]
    assert np.abs(got - want).max() <= 1e-12 * 1e-2


# Values of tensorflow_addons 0.23.0, recorded with float64 steps.
RECORDED: dict[str, tuple[tuple[float, float, int, Mode, float], dict[int, float]]] = {
    "triangular": (
        (0.0003371, 0.009572, 3, "triangular", 1.0),
        {
            0: 0.0003371,
            1: 0.0034153999999999994,
            2: 0.006493699999999999,
            3: 0.009572,
            4: 0.006493700000000001,
            5: 0.0034153999999999994,
            6: 0.0003371,
            7: 0.0034154000000000016,
            9: 0.009572,
            18: 0.0003371,
            27: 0.009572,
            154: 0.006493699999999978,
            1589: 0.0034154000000003503,
        },
    ),
    "triangular2": (
        (0.03243, 1.613, 297, "triangular2", 1.0),
        {
            0: 0.03243,
            1: 0.03775178451178467,
            2: 0.04307356902356897,
            3: 0.04839535353535364,
            4: 0.05371713804713795,
            5: 0.05903892255892261,
            6: 0.06436070707070693,
            7: 0.0696824915824916,
            9: 0.08032606060606057,
            18: 0.12822212121212112,
            27: 0.17611818181818167,
            36: 0.22401424242424228,
            45: 0.27191030303030317,
            54: 0.3198063636363638,
            63: 0.36770242424242433,
            72: 0.4155984848484849,
            81: 0.46349454545454544,
            90: 0.5113906060606059,
            99: 0.5592866666666665,
            108: 0.6071827272727275,
            117: 0.655078787878788,
            298: 1.6076782154882154,
            890: 0.8200541077441077,
            1729: 0.10294364478114468,
            5501: 0.03404108710805977,
        },
    ),
    "exp_range": (
        (0.001447, 0.01973, 102, "exp_range", 0.99),
        {
            0: 0.001447,
            1: 0.001624452647058823,
            2: 0.0017983562411764693,
            3: 0.001968764018147057,
            4: 0.002135728503954119,
            5: 0.0022993015236432214,
            6: 0.0024595342100881463,
            7: 0.0026164770126518083,
            9: 0.0029206913972714757,
            18: 0.004139485017751521,
            27: 0.005136447253460965,
            36: 0.005940831599623655,
            45: 0.0065784908419290085,
            54: 0.007072246467287796,
            63: 0.007442219614082795,
            72: 0.007706127451333544,
            81: 0.007879548491115452,
            90: 0.007976159991009818,
            99: 0.008007950289704363,
            108: 0.007258918787420824,
            117: 0.006258542298287838,
            208: 0.0015356395933770626,
            509: 0.0015556632553208863,
            1538: 0.001447003262153795,
        },
    ),
}


@pytest.mark.parametrize("mode", RECORDED)
def test_cyclic_gives_the_recorded_values(mode: str) -> None:
    """What the real classes gave; their own rounding grows with the step."""
    arguments, recorded = RECORDED[mode]
    schedule = lr.cyclic(*arguments)
    for step, value in recorded.items():
        assert schedule(step) == pytest.approx(value, rel=0, abs=1e-9 * arguments[1]), step


def test_peaks_and_valleys_are_exact() -> None:
    """The ends of a triangle are the numbers that were given."""
    schedule = lr.cyclic(1e-4, 1e-2, 2 * 937)
    assert schedule(np.arange(8) * 1874).tolist() == [1e-4, 1e-2] * 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.1, 0.2, 0), r"Linear\.steps|duration 0"),
        ((0.1, 0.2, 5, "square"), 'the mode is "triangular", "triangular2" or "exp_range"; got'),
        ((0.1, 0.2, 5, "triangular", 0.9), r"gamma=0\.9 has no effect in the mode 'triangular'"),
        ((0.1, 0.2, 5, "exp_range", -1.0), r"Exponential\.rate: .*greater than 0"),
    ],
)
def test_what_cyclic_refuses(arguments: tuple[Any, ...], message: str) -> None:
    """Wrong numbers and modes, and a gamma that nothing would use."""
    with pytest.raises(lr.InvalidScheduleError, match=message):
        lr.cyclic(*arguments)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lr.noam(512, "1 epoch"), "noam: warmup_steps is an integer, .* got '1 epoch'"),  # type: ignore[arg-type]
        (lambda: lr.noam(0, 10), "noam: d_model and warmup_steps are at least 1; got 0 and 10"),
        (lambda: lr.restarts(1.0, 0.0, "1 epoch"), "restarts: steps is an integer"),  # type: ignore[arg-type]
        (
            lambda: lr.restarts(1.0, 0.0, 5, growth=0.5),
            r"restarts: .*growth=0\.5 and cycles=None are at least 1",
        ),
        (
            lambda: lr.restarts(1.0, 0.0, 5, growth=1.0 + 1e-9),
            "more than 100000 cycles; give the number",
        ),
        (lambda: lr.tanh(1.0, 0.0, "1 epoch"), "tanh: steps is an integer"),  # type: ignore[arg-type]
        (lambda: lr.tanh(1.0, 0.0, 5, 3.0, 3.0), r"lower=3\.0 is below upper=3\.0"),
        (lambda: lr.interpolate([0, 5], [1.0]), "2 knots need as many values, there are 1"),
        (lambda: lr.interpolate([0, 2.5], [1.0, 2.0]), r"knots\[1\] is an integer, .* got 2\.5"),  # type: ignore[list-item]
        (lambda: lr.interpolate([5, 3], [1.0, 2.0]), r"Linear\.steps: .*equal to 0; got -2"),
        (lambda: lr.window(lr.Constant(1.0), 5, 5), r"Truncate\.steps: .*equal to 0; got -1"),
        (lambda: lr.extend(lr.Constant(1.0), "1 epoch", 5), "extend: at is an integer"),  # type: ignore[arg-type]
        (
            lambda: lr.one_cycle(0.0, 1.0, 0.0, 5, 5, final_steps=3),
            "final_steps need the value of the middle",
        ),
        (
            lambda: lr.warmup_stable_decay(1.0, 1, 1, 1, "wavy"),  # type: ignore[arg-type]
            "there is no shape 'wavy'; there are",
        ),
        (lambda: lr.table([]), "PiecewiseConstant"),
        (lambda: lr.restarts(1.0, 0.0, 5, decays="top"), 'decays is one of "peak", .* got .top.'),  # type: ignore[arg-type]
        (lambda: lr.restarts(1.0, 0.0, 5, cycles=0), "cycles=0 are at least 1"),
        (
            lambda: lr.one_cycle(0, 1, 0, 5, 5, shape="cos"),  # type: ignore[arg-type]
            'shape is one of "cosine", "linear"; got',
        ),
        (lambda: lr.range_test(1, 2, 5, shape="log"), 'shape is one of "geometric", "linear"; got'),  # type: ignore[arg-type]
        (lambda: lr.interpolate([5], [1.0], "log"), 'shape is one of "linear", "cosine", "geo'),  # type: ignore[arg-type]
        (lambda: lr.multi_step(1.0, 0.1, [5, 3]), "descend from 5 to 3"),
    ],
)
def test_what_recipes_refuse(make: Callable[[], object], message: str) -> None:
    """With the name of the recipe, or of the class that the recipe makes."""
    with pytest.raises(lr.InvalidScheduleError, match=message):
        make()
