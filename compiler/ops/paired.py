"""Weights and constants for nn_paired_s8.h: two pixels share one multiplication of 32 bits."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from ..ir import Array, Site
from ..program import Const, Operand, Scratch
from .requant import MOST_PACKED_RIGHT, SMALL_ACCUMULATOR, channel_multipliers, folded_bias

PAIRED_PIXEL_ISAS = ("armv6m",)  # where pairs of pixels beat the plain kernels
PAIRED_PASSES = (4, 5, 7, 7)  # instructions for a tap of 1 to 4 pixels
MOST_TAPS = 16  # of a chunk
STEP_BYTES = 14  # of the code for a tap in runtime/isa/paired_armv6m.h
LEAST, MOST = -(1 << 15), (1 << 15) - 1  # a chunk's sum is half a word


def paired_consts(site: Site, weights: Array, bias: Array | None) -> tuple[Const, ...] | None:
    """The weights, nn_paired_channel_t and cuts of a layer whose weights have one row per
    output channel; None where the bounds that the kernels rely on do not hold."""
    folded, bound = folded_bias(site, weights, bias)
    multiplier, shift = channel_multipliers(site, len(weights))
    right = -shift
    cut = [list(chunks(row)) for row in weights.astype(np.int64)]
    count = np.array([len(c) for c in cut])
    if (
        (bound >= SMALL_ACCUMULATOR).any()
        or (right < 1).any()
        or (right > MOST_PACKED_RIGHT).any()
        or (multiplier <= 0).any()
        or (count >= 1 << 15).any()
        or (np.abs(folded) + (count << 15) >= 1 << 31).any()
    ):
        return None
    columns = np.stack([folded, multiplier, count * (1 << 16) + right], axis=1).astype(np.int32)
    cuts = [byte for channel in cut for byte in (*map(_cut, channel), 0)]
    return (
        Const("weights", weights.ravel()),
        Const(
            "channels",
            columns,
            "nn_paired_channel_t",
            comment="{bias, multiplier, 65536 * chunks + right}",
        ),
        Const("cuts", np.array(cuts, np.uint8), comment="2 + 14 * (16 - taps of a chunk), 0"),
    )


def may_recut(channels: Operand, taps: int) -> bool:
    """Whether accumulators stay within bounds however a channel of so many taps is cut."""
    assert isinstance(channels, Const)
    return bool((np.abs(channels.data[:, 0].astype(np.int64)) + (taps << 15) < 1 << 31).all())


def recut(
    channels: Operand, cuts: Operand, groups: Sequence[Sequence[Array]]
) -> tuple[Const, Const]:
    """Channels and cuts where the weights come in slices, [channels, taps] each, of every group of
    channels: a chunk lies within a slice."""
    assert isinstance(channels, Const) and isinstance(cuts, Const)
    found = [
        [[list(chunks(row)) for row in part.astype(np.int64)] for part in slices]
        for slices in groups
    ]
    counts = [
        sum(len(cut) for cut in of_channel)
        for slices in found
        for of_channel in zip(*slices, strict=True)
    ]
    columns = channels.data.copy()
    columns[:, 2] = (columns[:, 2] & 0xFFFF) + (np.array(counts) << 16)
    order = (cut for slices in found for part in slices for cut in part)
    data = np.array([byte for cut in order for byte in (*map(_cut, cut), 0)], np.uint8)
    return dataclasses.replace(channels, data=columns), dataclasses.replace(cuts, data=data)


def chunks(weights: Array) -> Iterator[Array]:
    """A channel cut into as few chunks as possible whose sums, and all sums on the way to them, fit
    half a word for every int8 input."""
    first, low, high = 0, 0, 0
    for i, w in enumerate(int(w) for w in weights):
        least, most = sorted((-128 * w, 127 * w))
        if i - first == MOST_TAPS or low + least < LEAST or high + most > MOST:
            yield weights[first:i]
            first, low, high = i, 0, 0
        low, high = low + min(least, 0), high + max(most, 0)
    if first < len(weights):
        yield weights[first:]


def _cut(chunk: Array) -> int:
    return 2 + STEP_BYTES * (MOST_TAPS - len(chunk))


def paired(taps: int) -> Scratch:
    """Room for the windows of 4 pixels, in pairs."""
    return Scratch(8 * taps, ctype="uint32_t")
