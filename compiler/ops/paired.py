"""Weights and constants for nn_paired_s8.h: two pixels share one multiplication of 32 bits."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from ..ir import Array, Site
from ..program import Const, Operand, Scratch
from .requant import MOST_PACKED_RIGHT, SMALL_ACCUMULATOR, channel_multipliers, folded_bias

PAIRED_PIXEL_ISAS = ("armv6m",)  # where pairs of pixels beat the plain kernels
PAIRED_PASSES = (5, 5, 7, 7)  # instructions for a tap of 1 to 4 pixels
MOST_BIAS = 1 << 26  # of a channel, without its chunks
LEAST, MOST = -(1 << 15), (1 << 15) - 1  # a chunk's sum is half a word
CHUNKS = (3, 8, 1, 5)  # the taps that a chunk may have, by its cut
IN_A_WORD = 15  # cuts


def paired_consts(site: Site, weights: Array, bias: Array | None) -> tuple[Const, ...] | None:
    """The weights, nn_paired_channel_t and cuts of a layer whose weights have one row per
    output channel; None where the bounds that the kernels rely on do not hold."""
    folded, bound = folded_bias(site, weights, bias)
    multiplier, shift = channel_multipliers(site, len(weights))
    right = -shift
    cuts = chunks(weights)
    begins = folded - (_counts(cuts) << 15)
    if (
        (bound >= SMALL_ACCUMULATOR).any()
        or (right < 1).any()
        or (right > MOST_PACKED_RIGHT).any()
        or (multiplier <= 0).any()
        or (np.abs(begins) >= MOST_BIAS).any()
    ):
        return None
    columns = np.stack([begins * 32 + right, multiplier], axis=1).astype(np.int32)
    comment = "{32 * (bias - 2^15 * chunks) + right, multiplier}"
    return (
        Const("weights", weights.ravel()),
        Const("channels", columns, "nn_paired_channel_t", comment=comment),
        Const("cuts", _words(cuts), comment="two bits a chunk, from bit 30 down, then 1"),
    )


def may_recut(channels: Operand, taps: int) -> bool:
    """Whether biases stay within bounds however a channel of so many taps is cut."""
    assert isinstance(channels, Const)
    begins = channels.data[:, 0].astype(np.int64) >> 5
    return bool((np.abs(begins) + (taps << 15) < MOST_BIAS).all())


def recut(
    channels: Operand, cuts: Operand, weights: Array, groups: Sequence[Sequence[Array]]
) -> tuple[Const, Const]:
    """Channels and cuts where the weights, [channels, taps], come in slices, [channels, taps] each,
    of every group of channels: a chunk lies within a slice."""
    assert isinstance(channels, Const) and isinstance(cuts, Const)
    found = [[chunks(part) for part in slices] for slices in groups]
    counts = np.concatenate([sum(map(_counts, slices)) for slices in found])
    columns = channels.data.astype(np.int64)
    columns[:, 0] += (_counts(chunks(weights)) - counts) * (1 << 20)
    data = np.concatenate([_words(part) for slices in found for part in slices])
    return (
        dataclasses.replace(channels, data=columns.astype(np.int32)),
        dataclasses.replace(cuts, data=data),
    )


def chunks(weights: Array) -> list[list[int]]:
    """Each row's cuts, by CHUNKS: into as few chunks as possible whose sums, and all sums on the
    way to them, fit half a word for every int8 input."""
    rows, taps = weights.shape
    wide = weights.astype(np.int64)
    ends = np.sort(np.stack([-128 * wide, 127 * wide]), axis=0)
    low, high = np.cumsum(np.pad(ends, ((0, 0), (0, 0), (1, 0))), axis=2)
    best = np.full((taps + max(CHUNKS) + 1, rows), taps + 1)  # chunks from a tap on
    best[taps] = 0
    taken = np.zeros((taps, rows), np.int64)
    for i in reversed(range(taps)):
        ways = []
        for n in CHUNKS:
            end = min(i + n, taps)
            fits = (low[:, end] - low[:, i] >= LEAST) & (high[:, end] - high[:, i] <= MOST)
            ways.append(np.where(fits, best[i + n] + 1, taps + 1))
        taken[i] = np.argmin(ways, axis=0)
        best[i] = np.min(ways, axis=0)
    found = []
    for row in taken.T.tolist():
        at, cuts = 0, []
        while at < taps:
            cuts.append(row[at])
            at += CHUNKS[row[at]]
        found.append(cuts)
    return found


def _counts(cuts: Sequence[Sequence[int]]) -> Array:
    """How many chunks each channel has."""
    return np.array([len(channel) for channel in cuts])


def _words(cuts: Sequence[Sequence[int]]) -> Array:
    """From bit 30 down two bits a cut, then a 1; each channel begins with a word of its own."""
    words = []
    for channel in cuts:
        for first in range(0, len(channel), IN_A_WORD):
            part = channel[first : first + IN_A_WORD]
            word = sum(cut << (29 - 2 * i) for i, cut in enumerate(part))
            words.append(word | 1 << (30 - 2 * len(part)))
    return np.array(words, np.uint32)


def paired(taps: int) -> Scratch:
    """Room for the windows of 4 pixels, in pairs."""
    return Scratch(8 * taps, ctype="uint32_t")
