"""Weights of four bits kept packed in flash: eight a word (nn_int4.h), decoded in the inner loop.

Four output channels go together: a word of each, then their next words. A word's nibbles, from the
lowest, are weights 0 1 4 5 2 3 6 7: shifted left by 12, 8, 4 and 0 bits, the upper bits of its
halves are the pairs (0, 2), (1, 3), (4, 6), (5, 7), as SXTB16 widens data.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..ir import Array, Site
from ..program import Const
from ..target import Target

ORDER = (0, 1, 4, 5, 2, 3, 6, 7)  # which weight each nibble holds
PACKED, UNPACKED = "packed", "unpacked"


def kept_packed(site: Site, target: Target) -> bool:
    """The weights (input 1) came with four bits, and the user wants them to stay so."""
    weights = site.input(1)
    return target.int4 == PACKED and weights.bits == 4 and weights.is_const


def packed_rows(weights: Array) -> Const:
    """Of [channels, …, inputs]: missing channels and inputs are zeros."""
    wide = weights.reshape(len(weights), -1, weights.shape[-1]).astype(np.int64)
    filled = np.pad(wide, ((0, -len(wide) % 4), (0, 0), (0, -wide.shape[2] % 8)))
    nibbles = filled.reshape(len(filled), -1, 8)[:, :, ORDER].astype(np.uint32) & 15
    words = (nibbles << (4 * np.arange(8, dtype=np.uint32))).sum(axis=2, dtype=np.uint64)
    fours = words.reshape(len(words) // 4, 4, -1).transpose(0, 2, 1)
    return Const("weights", fours.astype(np.uint32).ravel(), comment="eight of four bits a word")


def in_fours(const: Const) -> Const:
    """Values of channels, filled up to fours."""
    data = const.data
    rows = np.pad(data, ((0, -len(data) % 4), *((0, 0),) * (data.ndim - 1)), mode="edge")
    return dataclasses.replace(const, data=rows)


def packed_fours(weights: Array) -> Const:
    """Of channels in the last axis, a multiple of four: four in 16 bits, nibbles in order."""
    nibbles = weights.reshape(-1, 4).astype(np.int64) & 15
    words = (nibbles << (4 * np.arange(4))).sum(axis=1)
    return Const("weights", words.astype(np.uint16), comment="four of four bits")
