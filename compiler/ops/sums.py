"""What the sums of a layer (input, weights, bias) of integers become, and how far they reach."""

from __future__ import annotations

import numpy as np

from ..intervals import Interval
from ..ir import Array, DType, Site
from ..quant import activation_range, multiply_by_quantized_multiplier
from . import int16, uint8
from .requant import channel_multipliers
from .room import Activation

MOST = 1 << 31  # int32
MOST_WIDE = 1 << 47  # times a multiplier of 16 bits: int64


def outputs_of(site: Site, sums: Array, activation: Activation, wide: bool = True) -> Array:
    """Requantised and clamped, in the type of the output; channels along the last axis. `wide`:
    int16 layers have accumulators of 64 bits."""
    out, (low, high) = site.output, activation_range(activation, site.output)
    if out.dtype is DType.UINT8:
        scaled = multiply_by_quantized_multiplier(sums, *uint8.multiplier(site))
    else:
        multipliers = channel_multipliers(site, out.shape[3])
        if out.dtype is DType.INT16:
            scaled = int16.rescale(sums, *multipliers, wide)
        else:
            scaled = multiply_by_quantized_multiplier(sums, *multipliers)
    return np.clip(scaled + out.zero_point, low, high).astype(out.dtype.numpy)


def output_interval(
    site: Site, sums: tuple[Array, Array], activation: Activation, wide: bool = True
) -> Interval | None:
    """Of the least and the greatest sum of each channel; None where they may leave their type.
    Rounding never decreases where its argument grows, so the ends give the interval."""
    out = site.output
    if out.dtype is DType.UINT8:
        factor, shift = uint8.multiplier(site)
        multiplier, left = np.array([factor]), np.array([shift])
    else:
        multiplier, left = channel_multipliers(site, out.shape[3])
    largest = np.maximum(np.abs(sums[0]), np.abs(sums[1])).astype(np.float64)
    if out.dtype is DType.INT16 and wide:
        scaled, most_sum = largest * multiplier * 2.0 ** (left - 31.0), MOST_WIDE
    else:
        scaled, most_sum = largest * 2.0 ** np.maximum(left, 0), MOST
    if (scaled >= MOST - 1).any() or (largest >= most_sum).any():
        return None
    least, most = (outputs_of(site, s, activation, wide).astype(np.int64) for s in sums)
    return Interval(least, most)


def sum_interval(
    site: Site,
    weights: Array,
    x: Interval,
    always: bool,
    index: Array | None = None,
) -> tuple[Array, Array]:
    """The least and the greatest sum of each output channel. `weights` [out, taps, in] are centred;
    `index` [out, in]: which input channels those are (None: all, in order). Unless `always`, a tap
    may be absent, which is as if its input were the zero point."""
    zero = site.input(0).zero_point
    low, high = x.low - zero, x.high - zero
    if not always:
        low, high = np.minimum(low, 0), np.maximum(high, 0)
    plus = np.maximum(weights, 0).sum(axis=1, dtype=np.int64)
    minus = np.minimum(weights, 0).sum(axis=1, dtype=np.int64)
    bias = site.const(2).astype(np.int64) if site.optional(2) is not None else np.int64(0)
    if index is None:
        return bias + plus @ low + minus @ high, bias + plus @ high + minus @ low
    low, high = low[index], high[index]
    return (
        bias + (plus * low + minus * high).sum(axis=1),
        bias + (plus * high + minus * low).sum(axis=1),
    )


def centred_weights(site: Site, weights: Array) -> Array:
    """int64, without the zero point that uint8 weights have."""
    return uint8.centred(site, weights) if weights.dtype == np.uint8 else weights.astype(np.int64)


def bias_type(site: Site, accumulator: DType) -> DType:
    """Of a bias that a layer without one gets."""
    return accumulator if site.output.dtype is DType.INT16 else DType.INT32
