"""SignalPCAN against the function that its table samples."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Array
from compiler.options import Options

from .cases import Case
from .drawn import Cases
from .signals import c_tests, case, check, constant, magnitudes, reference, tensor


def gain_function(noise: float) -> float:
    """2^21 * (noise / 2^7 + 80)^-0.95, as an int16: strength 0.95, offset 80, 21 bits of gain,
    10 of smoothing less 3 of correction, as in the audio front end of micro_speech."""
    return float(min(32767.0, 2.0**21 * (noise / 2**7 + 80.0) ** -0.95))


def gain_table() -> Array:
    """Parabolas through the ends and the middle of each segment [2^(k-1), 2^k)."""
    table = np.zeros(125, np.int16)
    table[:2] = [round(gain_function(x)) for x in (0, 1)]
    table[2] = round(gain_function(2))
    for length in range(2, 33):
        x0, x1 = 2.0 ** (length - 1), min(2.0**length, 2.0**32 - 1)
        start, middle, end = (round(gain_function(x)) for x in (x0, (x0 + x1) / 2, x1))
        bend = 2 * (start + end) - 4 * middle
        at = 4 * length - 6
        table[at : at + 3] = start, end - start - bend, bend
    return table


def pcan(name: str, shift: int, table: Array, runs: list[list[Array]]) -> Case:
    n = runs[0][0].size if runs else 4
    x, noise, y = (tensor(k, (n,), "uint32") for k in ("x", "noise", "y"))
    inputs = [x, noise, constant("gains", table, "int16")]
    return case(name, "SignalPCAN", {"snr_shift": shift}, inputs, [y], runs)


def drawn(number: int) -> Case:
    rng = np.random.default_rng(number)
    n = int(rng.integers(1, 50))
    table = gain_table() if number % 2 else rng.integers(-32768, 32768, 125).astype(np.int16)
    runs = [[magnitudes(rng, n, 32).astype(np.uint32) for _ in range(2)] for _ in range(3)]
    return pcan(f"pcan_{number}", int(rng.integers(0, 12)), table, runs)


def test_the_table_is_exact_where_segments_start() -> None:
    noise = 1 << np.arange(32, dtype=np.uint64)
    signal = np.full(32, 700, np.uint64)
    wanted = []
    for at in noise.tolist():
        snr = 700 * round(gain_function(at)) // 64
        wanted.append(snr**2 // 2**20 if snr < 8192 else snr // 64 - 64)
    run = [signal.astype(np.uint32), noise.astype(np.uint32)]
    check(pcan("pcan", 6, gain_table(), [run]), [wanted])


@pytest.mark.parametrize("number", range(40))
def test_output_is_the_compressed_gain(number: int) -> None:
    """The parabolas stay within 1.6 % of the function, roundings within 1 of the gain."""
    rng = np.random.default_rng(number)
    noise = magnitudes(rng, 30, 22).astype(np.uint32)
    signal = magnitudes(rng, 30, 12).astype(np.uint32)
    ((y,),) = reference(pcan("pcan", 6, gain_table(), [[signal, noise]]))
    for x, at, found in zip(signal.tolist(), noise.tolist(), y.tolist(), strict=True):
        gain = gain_function(at)
        ends = []
        for g in (gain * 0.984 - 1, gain * 1.016 + 1):
            snr = max(x * g, 0) / 64 / 4096
            ends.append(64 * (snr * snr / 4 if snr < 2 else snr - 1))
        assert ends[0] - 2 <= found <= ends[1] + 2


CASES = Cases("signal_pcan", lambda: [drawn(i) for i in range(40)])
test_c = c_tests(CASES)


def test_a_short_table_is_refused() -> None:
    with pytest.raises(CompileError, match=r"CUSTOM:SignalPCAN\): 4 channels, 4 estimates, 124"):
        compile_model(pcan("p", 6, gain_table()[:124], []).model, Options("p"))
