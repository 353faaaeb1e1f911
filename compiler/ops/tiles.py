"""Weights and constants for nn_tiles_s8.h: products of 3 pixels with pairs of output channels."""

from __future__ import annotations

import numpy as np

from ..ir import Array, Site
from ..program import Const, Literal, Scratch
from .line import lines
from .requant import MOST_PACKED_BIAS, SMALL_ACCUMULATOR, channel_multipliers

TILE_ISAS = ("armv7em",)  # where tiles beat the plain kernels
TILE_PASSES = (13, 13, 17)  # instructions for 4 inputs of 1, 2, 3 pixels; one is computed twice
MOST_RIGHT = 22  # (2 * zero_point + 1) << (right - 1) stays within int32
TWICE, LINES = 0, 1  # NN_TILES_…


def tile_consts(
    site: Site,
    weights: Array,
    bias: Array | None,
    clamp: tuple[int, int],
    order: Array | None = None,
) -> tuple[tuple[Const, Const], dict[str, Literal]] | None:
    """Packed weights and nn_tile_channel_t of a layer whose weights have one row per output
    channel, and the literals that say how to requantise; None where the bounds that tiles rely on
    do not hold. `clamp` is the output's; `order` says which channels stand there, where these are
    not all in turn."""
    taken = np.arange(len(weights)) if order is None else order
    wide = weights.astype(np.int64)[taken]
    raw = np.zeros(len(wide), np.int64) if bias is None else bias.astype(np.int64)[taken]
    folded = raw - site.input(0).zero_point * wide.sum(axis=1)
    multiplier, shift = (x[taken] for x in channel_multipliers(site, len(weights)))
    right = -shift
    reach = 128 * np.abs(wide).sum(axis=1)
    packed = pack(wide)
    if (
        packed is None
        or (reach >= 1 << 23).any()
        or (np.abs(folded) + reach >= SMALL_ACCUMULATOR).any()
        or (right < 1).any()
        or (right > MOST_RIGHT).any()
    ):
        return None
    values, signs = packed
    turned = signs[: len(wide)]
    line = lines(wide, folded, (multiplier, shift), site.output.zero_point, clamp)
    if line is not None:
        columns = np.stack([line[0] * turned, line[1] * turned], axis=1)
        comment = "{start, multiplier} of a line"
    elif (np.abs(folded) < MOST_PACKED_BIAS).all():
        columns = np.stack([folded * turned * 256 + right - 1, multiplier * turned], axis=1)
        comment = "{bias * 256 + right, multiplier}"
    else:
        return None
    columns = np.pad(columns, ((0, len(columns) % 2), (0, 0)), mode="edge").astype(np.int32)
    consts = (
        Const("weights", values, comment="256 * w of an even channel + w of the next"),
        Const("channels", columns, "nn_tile_channel_t", comment=comment),
    )
    rounding = TWICE if line is None else LINES
    zero = site.output.zero_point
    ends: dict[str, Literal] = {
        "out_zero": zero, "low": clamp[0], "high": clamp[1], "rounding": rounding, "mixed": 0
    }  # fmt: skip
    return consts, ends


def pack(weights: Array) -> tuple[Array, Array] | None:
    """v = 256 * w[o] + w[o + 1] as int16, in the order k0 k2 k1 k3 of each 4 inputs, filled up with
    zeros; and the sign, 1 or -1, with which each channel's weights went in.

    -128 beside a negative weight does not fit. Where there is one, turning the signs of a channel
    may help; requantisation turns them back (bias and multiplier negative). None where no choice of
    signs fits.
    """
    count, taps = weights.shape
    wide = np.zeros((count + count % 2, taps + -taps % 4), np.int64)
    wide[:count, :taps] = weights
    first, second = wide[0::2].copy(), wide[1::2].copy()
    signs = np.ones((len(first), 2), np.int64)
    for i in range(len(first)):
        for signs[i] in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            v = 256 * signs[i, 0] * first[i] + signs[i, 1] * second[i]
            low = signs[i, 1] * second[i]
            if (np.abs(2 * v + 1) < 1 << 16).all() and (low < 128).all():
                break
        else:
            return None
    pairs = 256 * signs[:, :1] * first + signs[:, 1:] * second
    ordered: Array = pairs.reshape(len(pairs), -1, 4)[:, :, [0, 2, 1, 3]]
    return ordered.astype(np.int16).ravel(), signs.ravel()


def widened(taps: int) -> Scratch:
    """Room for 3 widened pixels."""
    return Scratch(3 * 2 * (taps + -taps % 4), ctype="int16_t")
