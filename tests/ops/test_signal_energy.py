"""SignalEnergy against the modulus of complex numbers."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.options import Options

from .cases import Case
from .drawn import Cases
from .signals import c_tests, case, check, reference, tensor


def energy(number: int) -> Case:
    rng = np.random.default_rng(number)
    bins = int(rng.integers(1, 70))
    start, end = sorted(int(i) for i in rng.integers(0, bins, 2, endpoint=True))
    runs = [
        [rng.integers(-32768, 32768, 2 * bins).astype(np.int16)],
        [np.full(2 * bins, -32768, np.int16)],
    ]
    return bins_of(f"energy_{number}", bins, start, end, runs)


def bins_of(name: str, bins: int, start: int, end: int, runs: list[list[np.ndarray]]) -> Case:
    options = {"start_index": start, "end_index": end}
    x, y = tensor("x", (2 * bins,), "int16"), tensor("y", (bins,), "uint32")
    return case(name, "SignalEnergy", options, [x], [y], runs)


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [(0, 3, [25, 169, 289]), (1, 2, [0, 169, 0]), (2, 3, [0, 0, 289]), (1, 1, [0, 0, 0])],
)
def test_bins_outside_are_zero(start: int, end: int, wanted: list[int]) -> None:
    z = np.array([3, -4, -5, 12, 8, 15], np.int16)
    check(bins_of("energy", 3, start, end, [[z]]), [wanted])


def test_largest_energy_is_two_to_the_31() -> None:
    runs = [[np.full(2, -32768, np.int16)]]
    check(bins_of("energy", 1, 0, 1, runs), [[1 << 31]])


@pytest.mark.parametrize("number", range(40))
def test_squares_of_the_complex_modulus(number: int) -> None:
    c = energy(number)
    for (x,), (y,) in zip(c.runs, reference(c), strict=True):
        modulus = np.abs(x[0::2] + 1j * x[1::2].astype(np.float64))
        inside = y > 0
        np.testing.assert_array_equal(y[inside], np.rint(modulus[inside] ** 2))


CASES = Cases("signal_energy", lambda: [energy(i) for i in range(40)])
test_c = c_tests(CASES)


def test_bins_outside_are_refused() -> None:
    with pytest.raises(CompileError, match=r"CUSTOM:SignalEnergy\): bins \[2, 9\) of 16 / 2"):
        compile_model(bins_of("e", 8, 2, 9, []).model, Options("e"))
