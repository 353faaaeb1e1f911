"""Per-channel constants of int8 layers: folded biases, multipliers, shifts, and their bounds."""

from __future__ import annotations

import numpy as np

from ..ir import Array, Site
from ..program import Const
from ..quant import quantize_multiplier

# nn_output_s8's cheap form needs |acc| below this and every shift to the right by at least one.
SMALL_ACCUMULATOR = 1 << 30
SHIFT_ANY, SHIFT_RIGHT = 0, 1
ROUND_AWAY, ROUND_UP = 0, 1
# Packed channels: biases have 24 bits, and the zero point shifted left stays within int32.
MOST_PACKED_BIAS = 1 << 23
MOST_PACKED_RIGHT = 22


def channel_multipliers(site: Site, channels: int) -> tuple[Array, Array]:
    """Multiplier and shift per output channel from the scales of input 0, filter (input 1) and
    output (TFLite PopulateConvolutionQuantizationParams: products and quotient in double)."""
    filter_quant = site.input(1).quant
    assert filter_quant is not None
    scales = filter_quant.scale * (channels if len(filter_quant.scale) == 1 else 1)
    pairs = [quantize_multiplier(site.input(0).scale * s / site.output.scale) for s in scales]
    return np.array([m for m, _ in pairs], np.int64), np.array([s for _, s in pairs], np.int64)


def twice_multipliers(site: Site) -> tuple[Array, Array]:
    """Multiplier and shift per output channel as TensorFlow Lite Micro has them: for weights with
    one scale, the product of the scales is float32 (GetQuantizedConvolutionMultipler)."""
    x, weights, out = site.input(0), site.input(1), site.output
    assert weights.quant is not None
    if weights.quant.per_channel:
        products = [x.scale * s for s in weights.quant.scale]
    else:
        products = [float(np.float32(x.scale) * np.float32(weights.scale))] * weights.shape[0]
    pairs = [quantize_multiplier(p / out.scale) for p in products]
    return np.array([m for m, _ in pairs], np.int64), np.array([s for _, s in pairs], np.int64)


def nearest_multiplier(scale: float) -> tuple[int, int]:
    """nn_scale_t: scale * 2^right is near multiplier / 2^32; right 0 where there is none."""
    fraction, exponent = np.frexp(scale)
    multiplier, right = round(float(fraction) * (1 << 31)), -1 - int(exponent)
    return (multiplier, right) if multiplier < 1 << 31 and 1 <= right <= 30 else (0, 0)


def folded_bias(site: Site, weights: Array, bias: Array | None) -> tuple[Array, Array]:
    """Bias and input zero point as one number per row of `weights` (one row per output channel):
    sum((x - zero) * w) + b = sum(x * w) + (b - zero * sum(w)); and the largest magnitude that an
    accumulator can take."""
    wide = weights.astype(np.int64)
    raw = np.zeros(len(wide), np.int64) if bias is None else bias.astype(np.int64)
    folded = raw - site.input(0).zero_point * wide.sum(axis=1)
    # |x| <= 128; padding taps count as zero points, which are int8 as well.
    return folded, np.abs(folded) + 128 * np.abs(wide).sum(axis=1)


def channels_const(
    site: Site, weights: Array, bias: Array | None, fold: bool = True
) -> tuple[Const, int]:
    """The nn_channel_t array of a layer and its NN_SHIFT_… mode.

    `weights` has one row per output channel, the rule `sums_fit` holds. `fold`: the input's zero
    point goes into the bias.
    """
    folded, bound = folded_bias(site, weights, bias)
    if not fold:
        folded = np.zeros(len(weights), np.int64) if bias is None else bias.astype(np.int64)
        bound = np.abs(folded) + 255 * np.abs(weights.astype(np.int64)).sum(axis=1)
    multiplier, shift = channel_multipliers(site, len(weights))
    right = bool((shift <= -1).all() and (bound < SMALL_ACCUMULATOR).all())
    columns = np.stack([folded, multiplier, shift], axis=1).astype(np.int32)
    const = Const("channels", columns, "nn_channel_t", comment="{bias, multiplier, shift}")
    return const, SHIFT_RIGHT if right else SHIFT_ANY


def with_shifts(channels: Const) -> tuple[Array, Array] | None:
    """bias * 256 + (shift & 255) and multiplier of each nn_channel_t, as nn_windows_s8.h has them;
    None where a bias does not fit."""
    bias, multiplier, shift = channels.data.astype(np.int64).T
    if (np.abs(bias) >= MOST_PACKED_BIAS).any():
        return None
    return bias * 256 + (shift & 255), multiplier


def packed_channels_const(
    site: Site, weights: Array, bias: Array | None, low: int, fold: bool
) -> tuple[Const, int] | None:
    """The nn_packed_channel_t array of a layer and its NN_ROUND_… mode; None where a bound does not
    hold. `weights` has one row per output channel, `low` is the least output; `fold`: the input's
    zero point goes into the bias.

    TFLite rounds ties away from zero. Ties up differ in values below the zero point only, so they
    do as well where the clamp hides these.
    """
    folded, _ = folded_bias(site, weights, bias)
    raw = np.zeros(len(weights), np.int64) if bias is None else bias.astype(np.int64)
    multiplier, shift = channel_multipliers(site, len(weights))
    right = -shift
    up = low >= site.output.zero_point
    # Wherever the zero points of the input are added or taken off: |x - zero| < 256.
    reach = 256 * np.abs(weights.astype(np.int64)).sum(axis=1)
    largest = np.maximum(np.abs(raw), np.abs(folded))
    if (
        (right < (0 if up else 1)).any()
        or (right > MOST_PACKED_RIGHT).any()
        or (largest >= MOST_PACKED_BIAS).any()
        or (largest + reach >= SMALL_ACCUMULATOR).any()
    ):
        return None
    biases = folded if fold else raw
    columns = np.stack([biases * 256 + right, multiplier], axis=1).astype(np.int32)
    comment = "{bias * 256 + right shift, multiplier}"
    const = Const("channels", columns, "nn_packed_channel_t", comment=comment)
    return const, ROUND_UP if up else ROUND_AWAY
