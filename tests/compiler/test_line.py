"""Requantisation as a line: TFLite's results for every accumulator that can occur."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.ir import Array
from compiler.ops.line import FRACTION, SHIFT, lines
from compiler.quant import multiply_by_quantized_multiplier, quantize_multiplier

CHANNELS = 8


def layer(seed: int, taps: int, gain: float) -> tuple[Array, Array, tuple[Array, Array]]:
    """Weights, biases and multipliers that use the range of outputs about `gain` times."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(-128, 128, (CHANNELS, taps))
    spread = 90 * np.sqrt(taps) * 74
    bias = (rng.normal(0, spread, CHANNELS)).astype(np.int64)
    pairs = [quantize_multiplier(gain * 128 / spread * s) for s in rng.uniform(0.3, 3, CHANNELS)]
    return weights, bias, (np.array([m for m, _ in pairs]), np.array([s for _, s in pairs]))


def differences(
    weights: Array, bias: Array, multipliers: tuple[Array, Array], zero: int, ends: tuple[int, int]
) -> int | None:
    """How many results of the lines are not TFLite's; None where there are no lines."""
    found = lines(weights, bias, multipliers, zero, ends)
    if found is None:
        return None
    wrong = 0
    for i, (start, slope) in enumerate(zip(*found, strict=True)):
        reach = 128 * int(np.abs(weights[i]).sum())
        least = -int(np.where(weights[i] > 0, 128 * weights[i], -127 * weights[i]).sum())
        s = np.arange(max(-reach, least), reach + 1, dtype=np.int64)
        s = s[s <= int(np.where(weights[i] > 0, 127 * weights[i], -128 * weights[i]).sum())]
        at = (s << FRACTION) + start
        assert np.abs(at).max() <= 1 << 31 and 0 < slope < 1 << 31
        y = np.clip(np.clip((at * slope) >> (32 + SHIFT), -128, 127), *ends)
        scaled = multiply_by_quantized_multiplier(s + bias[i], multipliers[0][i], multipliers[1][i])
        wrong += int((y != np.clip(scaled + zero, *ends)).sum())
    return wrong


@pytest.mark.parametrize(
    ("zero", "ends"), [(-128, (-128, 127)), (-128, (-100, 90)), (-7, (-7, 127)), (30, (40, 41))]
)
@pytest.mark.parametrize("gain", [0.01, 0.3, 1.0, 4.0])
def test_lines_are_tflites_results(zero: int, ends: tuple[int, int], gain: float) -> None:
    found = [differences(*layer(taps, taps, gain), zero, ends) for taps in (9, 30)]
    assert set(found) <= {0, None}
    assert 0 in found


def test_nearly_all_layers_have_lines() -> None:
    found = [lines(*layer(seed, 32, 1.0), -128, (-128, 127)) is not None for seed in range(40)]
    assert sum(found) >= 38


@pytest.mark.parametrize("exponent", [-14, -20, -22])
def test_channels_that_hardly_change_have_steeper_lines(exponent: int) -> None:
    weights, bias, _ = layer(1, 24, 1.0)
    multipliers = np.full(CHANNELS, 1_500_000_000), np.full(CHANNELS, exponent)
    assert differences(weights, bias, multipliers, -128, (-128, 127)) == 0
    bias = np.full(CHANNELS, 1 << 20)
    assert differences(weights, bias, multipliers, -128, (-128, 127)) in (0, None)


def test_no_lines_where_outputs_below_the_zero_point_count() -> None:
    assert lines(*layer(1, 9, 1.0), -7, (-128, 127)) is None
    assert lines(*layer(1, 9, 1.0), -7, (-8, 127)) is None
