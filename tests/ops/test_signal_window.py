"""SignalWindow against exact arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.options import Options

from .cases import Case
from .drawn import Cases
from .signals import c_tests, case, check, constant, reference, tensor


def window(number: int) -> Case:
    rng = np.random.default_rng(number)
    frames, size, shift = (int(rng.integers(1, n)) for n in (4, 40, 16))
    weights = constant("window", rng.integers(-32768, 32768, size), "int16")
    runs = [
        [rng.integers(-32768, 32768, (frames, size)).astype(np.int16)],
        [rng.choice([-32768, 32767, 1, -1], (frames, size)).astype(np.int16)],
    ]
    x, y = tensor("x", (frames, size), "int16"), tensor("y", (frames, size), "int16")
    return case(f"window_{number}", "SignalWindow", {"shift": shift}, [x, weights], [y], runs)


def test_shifts_round_down_and_results_are_clamped() -> None:
    x = np.array([3, -3, 20000, -20000, 32767], np.int16)
    weights = constant("window", [5, 5, 100, 100, 4], "int16")
    inputs, outputs = [tensor("x", (5,), "int16"), weights], [tensor("y", (5,), "int16")]
    c = case("window", "SignalWindow", {"shift": 2}, inputs, outputs, [[x]])
    check(c, [[3, -4, 32767, -32768, 32767]])


@pytest.mark.parametrize("number", range(40))
def test_products_are_rounded_down_and_clamped(number: int) -> None:
    c = window(number)
    weights = c.graphs[0].tensors[1].data
    assert weights is not None
    rng = np.random.default_rng(number)
    _, _, shift = (int(rng.integers(1, n)) for n in (4, 40, 16))
    for (x,), (y,) in zip(c.runs, reference(c), strict=True):
        exact = np.floor(x.astype(np.float64) * weights / 2.0**shift)
        np.testing.assert_array_equal(y, np.clip(exact, -32768, 32767))


CASES = Cases("signal_window", lambda: [window(i) for i in range(40)])
test_c = c_tests(CASES)


def test_a_frame_that_the_window_does_not_fit_is_refused() -> None:
    weights = constant("window", np.ones(5), "int16")
    shapes = tensor("x", (2, 4), "int16"), tensor("y", (2, 4), "int16")
    c = case("w", "SignalWindow", {"shift": 3}, [shapes[0], weights], [shapes[1]], [])
    with pytest.raises(CompileError, match=r"CUSTOM:SignalWindow\): a window of shape \[5\]"):
        compile_model(c.model, Options("w"))
