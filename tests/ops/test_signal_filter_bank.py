"""SignalFilterBank, its square root, spectral subtraction and logarithm against exact integers and
real arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest
from flatbuffers import flexbuffers

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Array
from compiler.options import Options

from .cases import Case
from .drawn import Cases
from .signals import c_tests, case, check, constant, magnitudes, reference, tensor


def bank(number: int) -> Case:
    rng = np.random.default_rng(number)
    channels, bins = int(rng.integers(1, 20)), int(rng.integers(30, 130))
    widths = rng.integers(0, 9, channels + 1)
    starts = rng.integers(0, bins - 8, channels + 1)
    firsts = np.concatenate([[0], np.cumsum(widths)[:-1]])
    weights = rng.integers(0, 4097, int(widths.sum()) + 1)
    constants = [weights, 4096 - weights, starts, firsts, widths]
    names = ("weights", "unweights", "starts", "firsts", "widths")
    inputs = [constant(n, c, "int16") for n, c in zip(names, constants, strict=True)]
    runs = [[magnitudes(rng, bins, 32).astype(np.uint32)], [np.full(bins, 2**32 - 1, np.uint32)]]
    x, y = tensor("x", (bins,), "uint32"), tensor("y", (channels,), "uint64")
    options = {"num_channels": channels}
    return case(f"bank_{number}", "SignalFilterBank", options, [x, *inputs], [y], runs)


def root(name: str, runs: list[list[Array]]) -> Case:
    n = runs[0][0].size
    inputs = tensor("x", (n,), "uint64"), tensor("shift", (), "int32")
    y = tensor("y", (n,), "uint32")
    return case(name, "SignalFilterBankSquareRoot", {}, inputs, [y], runs)


def roots(number: int) -> Case:
    rng = np.random.default_rng(number)
    n = int(rng.integers(4, 50))
    near = magnitudes(rng, n, 32) ** 2 + rng.integers(-1, 2, n).astype(np.uint64)
    ends = np.array([0, 1, 2**32 - 1, 2**64 - 1] + [2**32] * (n - 4), np.uint64)
    shift = np.array(rng.integers(0, 16), np.int32)
    return root(f"root_{number}", [[x, shift] for x in (magnitudes(rng, n, 64), near, ends)])


def subtraction(name: str, x: list[Array], **options: int) -> Case:
    n = x[0].size
    both = [tensor(k, (n,), "uint32") for k in ("y", "noise")]
    inputs = [tensor("x", (n,), "uint32")]
    code = "SignalFilterBankSpectralSubtraction"
    given = {"num_channels": n, **options, "clamping": bool(options["clamping"])}
    return case(name, code, given, inputs, both, [[a] for a in x])


def subtractions(number: int) -> Case:
    rng = np.random.default_rng(number)
    n, right = int(rng.integers(1, 45)), int(rng.integers(8, 15))
    even, odd, least = (int(rng.integers(0, 1 << right)) for _ in range(3))
    bits = (10, 16, 22, 32)[number % 4]  # the last: sums wrap
    return subtraction(
        f"noise_{number}",
        [magnitudes(rng, n, bits).astype(np.uint32) for _ in range(10)],
        smoothing=even,
        one_minus_smoothing=(1 << right) - even,
        alternate_smoothing=odd,
        alternate_one_minus_smoothing=(1 << right) - odd,
        smoothing_bits=int(rng.integers(0, 11)),
        min_signal_remaining=least,
        spectral_subtraction_bits=right,
        clamping=number % 2,
    )


def log(name: str, scale: int, bits: int, runs: list[list[Array]]) -> Case:
    n = runs[0][0].size
    options = {"output_scale": scale, "input_correction_bits": bits}
    x, y = tensor("x", (n,), "uint32"), tensor("y", (n,), "int16")
    return case(name, "SignalFilterBankLog", options, [x], [y], runs)


def logs(number: int) -> Case:
    rng = np.random.default_rng(number)
    n, scale, bits = (int(rng.integers(1, most)) for most in (50, 1500, 8))
    ends = rng.choice(np.array([0, 1, 2, 3, 4, 2**32 - 1, 2**31], np.uint32), n)
    values = magnitudes(rng, n, 32).astype(np.uint32)
    return log(f"log_{number}", scale, bits, [[values], [ends]])


@pytest.mark.parametrize("number", range(40))
def test_channels_are_products_with_a_matrix(number: int) -> None:
    c = bank(number)
    weights, unweights, starts, firsts, widths = (t.data for t in c.graphs[0].tensors[1:6])
    assert weights is not None and unweights is not None and starts is not None
    assert firsts is not None and widths is not None
    matrix = [[0] * c.runs[0][0].size for _ in range(widths.size)]
    for band, (start, first, width) in enumerate(zip(starts, firsts, widths, strict=True)):
        for i in range(width):
            matrix[band][start + i] += int(weights[first + i])
            if band + 1 < len(matrix):
                matrix[band + 1][start + i] += int(unweights[first + i])
    for (x,), (y,) in zip(c.runs, reference(c), strict=True):
        exact = [sum(w * v for w, v in zip(r, x.tolist(), strict=True)) for r in matrix[1:]]
        assert y.tolist() == exact


@pytest.mark.parametrize("number", range(40))
def test_roots_are_the_nearest_integers(number: int) -> None:
    c = roots(number)
    for (x, shift), (y,) in zip(c.runs, reference(c), strict=True):
        for v, found in zip(x.tolist(), y.tolist(), strict=True):
            nearest = math.isqrt(4 * v) + 1 >> 1  # floor(sqrt(v) + 1/2)
            most = 0xFFFF if v < 1 << 32 else (1 << 32) - 1
            assert found == min(nearest, most) >> int(shift)


def test_half_of_the_noise_is_new_each_time() -> None:
    """Even channels take one half, odd ones a quarter; at least an eighth of the signal stays."""
    c = subtraction(
        "noise", [np.array([80, 80, 0], np.uint32), np.array([8, 160, 64], np.uint32)],
        smoothing=128, one_minus_smoothing=128, alternate_smoothing=64,
        alternate_one_minus_smoothing=192, smoothing_bits=0, min_signal_remaining=32,
        spectral_subtraction_bits=8, clamping=0,
    )  # fmt: skip
    check(c, [[40, 60, 0], [40, 20, 0]], [[1, 105, 32], [24, 55, 32]])


@pytest.mark.parametrize("number", [n for n in range(40) if n % 4 < 2])
def test_noise_follows_a_low_pass_filter(number: int) -> None:
    """In real numbers; each frame's rounding down is at most 1, and the rest decays."""
    c = subtractions(number)
    options = flexbuffers.Loads(c.graphs[0].operators[0].custom_options)
    one, shift = 2.0 ** options["spectral_subtraction_bits"], 2.0 ** options["smoothing_bits"]
    n = c.runs[0][0].size
    odd = np.arange(n) % 2 == 1
    share = np.where(odd, options["alternate_smoothing"], options["smoothing"]) / one
    noise = np.zeros(n)
    bound = np.zeros(n)
    for (x,), (y, estimate) in zip(c.runs, reference(c), strict=True):
        signal = x * shift
        noise, bound = signal * share + noise * (1 - share), bound * (1 - share) + 1
        left = np.maximum(signal - noise, 0) / shift
        if options["clamping"]:
            noise = np.minimum(noise, signal)
        assert (np.abs(noise - estimate) <= bound).all()
        floor = x * (options["min_signal_remaining"] / one)
        assert (np.abs(np.maximum(left, floor) - y) <= 1 + bound / shift).all()


def test_logarithms_of_powers_of_two() -> None:
    """65536 * ln 2 is 45426 there, so that 2^k gives scale * k * 45426 / 65536, rounded."""
    k = np.arange(1, 32)
    wanted = np.minimum(np.floor(1000 * k * 45426 / 65536 + 0.5), 32767)
    check(log("log", 1000, 0, [[(1 << k).astype(np.uint32)]]), [wanted])


@pytest.mark.parametrize("number", range(40))
def test_logarithms_are_right_to_a_segment(number: int) -> None:
    c = logs(number)
    rng = np.random.default_rng(number)
    _, scale, bits = (int(rng.integers(1, most)) for most in (50, 1500, 8))
    for (x,), (y,) in zip(c.runs, reference(c), strict=True):
        shifted = (x.astype(np.uint64) << np.uint64(bits)) & np.uint64(2**32 - 1)
        exact = np.minimum(scale * np.log(np.maximum(shifted, 1).astype(np.float64)), 32767)
        # The operator takes 2^-7 of the slope inside a segment; one rises by at most 224 / 65536.
        assert (np.abs(y - exact) <= 1 + scale * math.log(2) * 225 / 65536).all()


BANK_CASES = Cases("signal_filter_bank_bank", lambda: [bank(i) for i in range(40)])
test_c_of_bank = c_tests(BANK_CASES)
ROOT_CASES = Cases("signal_filter_bank_root", lambda: [roots(i) for i in range(40)])
test_c_of_root = c_tests(ROOT_CASES)
SUBTRACTION_CASES = Cases(
    "signal_filter_bank_subtraction", lambda: [subtractions(i) for i in range(40)]
)
test_c_of_subtraction = c_tests(SUBTRACTION_CASES)
LOG_CASES = Cases("signal_filter_bank_log", lambda: [logs(i) for i in range(40)])
test_c_of_log = c_tests(LOG_CASES)


def test_a_band_outside_of_the_spectrum_is_refused() -> None:
    lists = [[1] * 4, [1] * 4, [0, 3], [0, 2], [2, 2]]
    inputs = [constant(f"c{i}", values, "int16") for i, values in enumerate(lists)]
    x, y = tensor("x", (4,), "uint32"), tensor("y", (1,), "uint64")
    c = case("b", "SignalFilterBank", {"num_channels": 1}, [x, *inputs], [y], [])
    with pytest.raises(CompileError, match="a band that leaves the spectrum or the weights"):
        compile_model(c.model, Options("b"))
