"""Weights for nn_lanes_f32.h: output channels as the lanes of vectors of float32."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from ..ir import Array, Site
from ..program import Const
from ..target import Target

LANE_ISAS = ("mve",)  # where lanes beat the plain kernels
LANE_PASSES = (1, 2, 2)  # one pixel against three: Kernel.passes
LANE_PRODUCT = 0.6  # Kernel.product
LANES, HALF = 8, 4
MOST_LANE_ROWS = 8  # NN_LANE_ROWS
FEWEST = 3  # channels of a group, below which vectors are too empty


def packed_lanes(site: Site, target: Target, groups: int = 1) -> Const | None:
    """The weights (input 1, one row an output channel) packed; None where plain kernels are better
    or weights are not known."""
    weights = site.input(1)
    if target.isa not in LANE_ISAS or weights.data is None:
        return None
    if not weights.elements or weights.shape[0] // groups < FEWEST:
        return None
    return Const("weights", pack_lanes(weights.data.reshape(weights.shape[0], -1), groups))


def pack_lanes(rows: Array, groups: int) -> Array:
    """Of [channels, taps], for each group, by 8 channels, then 4, then what is left:
    [taps, channels]. Where the last are fewer than 4, zeros follow that a vector may reach into."""
    each = len(rows) // groups
    cuts = tuple(_cuts(each))
    parts = [
        rows[g + first : g + last].T.ravel()
        for g in range(0, len(rows), each)
        for first, last in pairwise(cuts)
    ]
    beyond = max(HALF - (cuts[-1] - cuts[-2]), 0)
    return np.concatenate([*parts, np.zeros(beyond, rows.dtype)])


def _cuts(channels: int) -> Iterator[int]:
    """Where blocks of channels begin, and the end."""
    first = 0
    while first < channels:
        yield first
        left = channels - first
        first += LANES if left >= LANES else min(left, HALF)
    yield channels
