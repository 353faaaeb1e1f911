"""SignalFftAutoScale, SignalRfft and SignalIrfft against NumPy's float FFT within the rounding of
the stages, and where it is exact."""

from __future__ import annotations

import math

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Array
from compiler.options import Options

from .cases import Case
from .drawn import Cases
from .signals import c_tests, case, check, reference, tensor

CODES = {"int16": 7, "int32": 2, "float32": 0}  # of the schema
LENGTHS = (4, 8, 16, 32, 64, 128, 256, 512, 1024)


def rfft(
    name: str, frames: int, size: int, length: int, runs: list[list[Array]], t: str = "int16"
) -> Case:
    x, y = tensor("x", (frames, size), t), tensor("y", (frames, length + 2), t)
    return case(name, "SignalRfft", {"T": CODES[t], "fft_length": length}, [x], [y], runs)


def irfft(name: str, frames: int, length: int, runs: list[list[Array]], t: str = "int16") -> Case:
    x, y = tensor("x", (frames, length + 2), t), tensor("y", (frames, length), t)
    return case(name, "SignalIrfft", {"T": CODES[t], "fft_length": length}, [x], [y], runs)


def drawn(number: int, inverse: bool, length: int, t: str) -> Case:
    rng = np.random.default_rng((number, length, inverse))
    frames = int(rng.integers(1, 4))
    size = length + 2 if inverse else int(rng.integers(max(1, length // 2), length + 1))
    shape = frames, size
    if t == "float32":
        runs = [[rng.normal(size=shape).astype(t) * np.float32(s)] for s in (1, 3e-4, 1e4)]
    else:
        low, high = np.iinfo(t).min, np.iinfo(t).max
        runs = [
            [rng.integers(low, high, shape, t, endpoint=True)],
            [rng.integers(-200, 201, shape).astype(t)],
            [rng.choice(np.array([low, high, 0], t), shape)],  # sums wrap
        ]
    if inverse:
        return irfft(f"irfft_{t}_{number}_{length}", frames, length, runs, t)
    return rfft(f"rfft_{t}_{number}_{length}", frames, size, length, runs, t)


def scaled(name: str, size: int, runs: list[list[Array]]) -> Case:
    outputs = tensor("y", (size,), "int16"), tensor("shift", (), "int32")
    return case(name, "SignalFftAutoScale", {}, [tensor("x", (size,), "int16")], outputs, runs)


def scales(number: int) -> Case:
    rng = np.random.default_rng(number)
    size, most = int(rng.integers(1, 60)), 1 << int(rng.integers(0, 16))
    extreme = rng.choice([-32768, -5, 3, 0, 7], size).astype(np.int16)
    runs = [[rng.integers(-most, most, size).astype(np.int16)], [extreme]]
    return scaled(f"scale_{number}", size, runs)


def rounding_bound(length: int) -> float:
    """Each stage adds at most 2.5 (three divided and turned neighbours, each rounded twice, their
    factors rounded), and so does the joining of even and odd samples."""
    return 2.5 * (np.log2(length) / 2 + 1)


@pytest.mark.parametrize("t", ["int16", "int32"])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("number", range(5))
def test_spectrum_is_numpys_within_rounding(number: int, length: int, t: str) -> None:
    rng = np.random.default_rng((number, length))
    most = np.iinfo(t).max // 2
    x = rng.integers(-most, most, (2, length)).astype(t)
    ((found,),) = reference(rfft("rfft", 2, length, length, [[x]], t))
    z = found.astype(np.float64).reshape(2, -1, 2)
    exact = np.fft.rfft(x.astype(np.float64)) / length
    error = np.abs(z[..., 0] + 1j * z[..., 1] - exact).max()
    assert error <= rounding_bound(length)


@pytest.mark.parametrize("t", ["int16", "int32"])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("number", range(5))
def test_samples_are_numpys_within_rounding(number: int, length: int, t: str) -> None:
    rng = np.random.default_rng((number, length))
    most = np.iinfo(t).max // 3
    z = rng.integers(-most, most, (2, length // 2 + 1, 2)).astype(t)
    z[:, [0, -1], 1] = 0  # of a real signal
    ((found,),) = reference(irfft("irfft", 2, length, [[z.reshape(2, -1)]], t))
    exact = np.fft.irfft(z[..., 0] + 1j * z[..., 1].astype(np.float64), length)
    assert np.abs(found - exact).max() <= rounding_bound(length)


@pytest.mark.parametrize("length", LENGTHS)
def test_float_transforms_undo_each_other(length: int) -> None:
    x = np.random.default_rng(length).normal(size=(2, length)).astype(np.float32)
    ((spectrum,),) = reference(rfft("rfft", 2, length, length, [[x]], "float32"))
    ((back,),) = reference(irfft("irfft", 2, length, [[spectrum]], "float32"))
    np.testing.assert_allclose(back, x, atol=1e-5)
    assert abs(spectrum[0, 0] - x[0].sum()) < 1e-4


def rounded(z: complex) -> complex:
    """Both parts times 2^-15, ties up, as int16 keeps them."""
    return kept(complex(*(math.floor(p / 32768 + 0.5) for p in (z.real, z.imag))))


def kept(z: complex) -> complex:
    return complex(*((int(p) + 32768) % 65536 - 32768 for p in (z.real, z.imag)))


def factor(phase: float) -> complex:
    return complex(*(math.floor(0.5 + 32767 * f(phase)) for f in (math.cos, math.sin)))


def recursive(x: list[complex], sign: int) -> list[complex]:
    """A transform by its definition: the transforms of every fourth (second) sample, divided,
    turned, and joined by powers of i."""
    n = len(x)
    if n == 1:
        return x
    radix = 4 if n % 4 == 0 else 2
    parts = [recursive(x[q::radix], sign) for q in range(radix)]
    out = [0j] * n
    for k in range(n // radix):
        divided = [rounded(part[k] * (32767 // radix)) for part in parts]
        turned = [divided[0]]
        for q in range(1, radix):
            turned.append(rounded(divided[q] * factor(sign * 2 * math.pi * q * k / n)))
        for j in range(radix):
            unit = (1, sign * 1j, -1, -sign * 1j) if radix == 4 else (1, -1)
            total = sum(z * unit[j * q % radix] for q, z in enumerate(turned))
            out[k + j * n // radix] = kept(total)
    return out


@pytest.mark.parametrize("length", LENGTHS[:-2])
@pytest.mark.parametrize("most", [300, 32767])
def test_spectrum_is_that_of_the_recursive_definition(length: int, most: int) -> None:
    x = np.random.default_rng((length, most)).integers(-most, most + 1, (1, length))
    ((found,),) = reference(rfft("rfft", 1, length, length, [[x.astype(np.int16)]]))
    n = length // 2
    z = recursive([complex(*pair) for pair in x.reshape(-1, 2).tolist()], -1)
    mean = rounded(z[0] * 16383)
    wanted = {0: mean.real + mean.imag, n: mean.real - mean.imag}
    for k in range(1, n // 2 + 1):
        low, high = rounded(z[k] * 16383), rounded(kept(z[n - k].conjugate()) * 16383)
        turned = rounded((low - high) * factor(-math.pi * (k / n + 0.5)))
        for at, twice in ((k, low + high + turned), (n - k, (low + high - turned).conjugate())):
            wanted[at] = complex(math.floor(twice.real / 2), math.floor(twice.imag / 2))
    pairs = found.reshape(-1, 2).tolist()
    assert [complex(*pair) for pair in pairs] == [complex(wanted[k]) for k in range(n + 1)]


def test_an_impulse_has_a_flat_spectrum() -> None:
    for length in (16, 32, 64):
        impulse = np.zeros((1, length), np.int16)
        impulse[0, 0] = 16384
        flat = np.array([[impulse[0, 0] // length, 0] * (length // 2 + 1)], np.int16)
        check(rfft("rfft", 1, length, length, [[impulse]]), [flat])
        check(irfft("irfft", 1, length, [[flat]]), [impulse // length])


def test_zeros_follow_a_short_frame() -> None:
    x = np.random.default_rng(5).integers(-9000, 9000, (1, 480)).astype(np.int16)
    padded = np.pad(x, ((0, 0), (0, 32)))
    check(rfft("rfft", 1, 480, 512, [[x]]), *reference(rfft("rfft", 1, 512, 512, [[padded]])))


@pytest.mark.parametrize("number", range(40))
def test_scale_is_the_largest_that_fits(number: int) -> None:
    c = scales(number)
    x, (y, shift) = c.runs[0][0].astype(int), reference(c)[0]
    if x.min() > -32768:
        np.testing.assert_array_equal(y, x << int(shift))
        most = np.abs(x).max()
        assert most == 0 or 16384 <= most << int(shift) <= 32767


def test_scale_forgets_what_came_before_the_most_negative_sample() -> None:
    # There 32768 is kept as an int16, -32768, which any later sample exceeds.
    first = np.array([9000, -32768, 3, -4], np.int16)  # 4 decides: shifted by 12
    check(scaled("s", 4, [[first]]), [(first.astype(int) << 12).astype(np.int16), [12]])
    last = np.array([3, -32768], np.int16)
    check(scaled("s", 2, [[last]]), [last, [0]])


def every(inverse: bool, t: str) -> list[Case]:
    return [drawn(i, inverse, n, t) for i in range(5) for n in LENGTHS]


RFFT_CASES = Cases("signal_fft_rfft", lambda: every(False, "int16"))
test_c_of_rfft = c_tests(RFFT_CASES)
IRFFT_CASES = Cases("signal_fft_irfft", lambda: every(True, "int16"))
test_c_of_irfft = c_tests(IRFFT_CASES)
RFFT_INT32_CASES = Cases("signal_fft_rfft_int32", lambda: every(False, "int32"))
test_c_of_rfft_int32 = c_tests(RFFT_INT32_CASES)
IRFFT_INT32_CASES = Cases("signal_fft_irfft_int32", lambda: every(True, "int32"))
test_c_of_irfft_int32 = c_tests(IRFFT_INT32_CASES)
RFFT_FLOAT32_CASES = Cases("signal_fft_rfft_float32", lambda: every(False, "float32"))
test_c_of_rfft_float32 = c_tests(RFFT_FLOAT32_CASES)
IRFFT_FLOAT32_CASES = Cases("signal_fft_irfft_float32", lambda: every(True, "float32"))
test_c_of_irfft_float32 = c_tests(IRFFT_FLOAT32_CASES)
SCALE_CASES = Cases("signal_fft_scale", lambda: [scales(i) for i in range(40)])
test_c_of_scale = c_tests(SCALE_CASES)


def test_other_lengths_are_refused() -> None:
    with pytest.raises(CompileError) as error:
        compile_model(rfft("r", 1, 240, 240, []).model, Options("r"))
    assert "CUSTOM:SignalRfft): a length of 240; supported: a length of the" in str(error.value)
