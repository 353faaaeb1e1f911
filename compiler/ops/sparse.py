"""Weights that are mostly zero: the fours of inputs that have others, multiplied where they stand.

Of each output follow its fours and, for each, how many fours it stands behind the one before. A
four of zeros stands where that does not fit a byte.
"""

from __future__ import annotations

import numpy as np

from ..ir import Array
from ..program import Const
from ..target import Target

FOUR = 4
FARTHEST = 255  # fours that one step goes
# Of fours: where more are not all zero, a dense loop is as fast (13 instructions a four against 1.1
# a product on a Cortex-M4). Cores with MVE multiply sixteen at once, zeros or not.
MOST_KEPT = 1 / 3
VECTOR_ISAS = ("mve",)


def sparse_rows(weights: Array, target: Target) -> tuple[Const, Const, Const] | None:
    """Weights, steps and counts of [outputs, inputs]; None where dense weights serve better."""
    units, depth = weights.shape
    if depth % FOUR or not weights.size or target.isa in VECTOR_ISAS:
        return None
    fours = weights.reshape(units, -1, FOUR)
    kept: Array = (fours != 0).max(axis=2)
    if kept.mean() > MOST_KEPT:
        return None
    kept[0, 0] |= not kept.any()  # C has no empty arrays
    rows = [_with_stops(np.flatnonzero(row)) for row in kept]
    counts = [len(row) for row in rows]
    taken = (FOUR + 1) * sum(counts) + 2 * units
    if max(counts) > np.iinfo(np.uint16).max or taken > units * depth:
        return None
    values = np.concatenate([four[row] for four, row in zip(fours, rows, strict=True)])
    steps = np.concatenate([np.diff(row, prepend=0) for row in rows])
    return (
        Const("weights", values.astype(np.int8).ravel(), comment="fours that are not all zero"),
        Const("steps", steps.astype(np.uint8), comment="fours from the one before"),
        Const("counts", np.array(counts, np.uint16), comment="fours of an output"),
    )


def _with_stops(places: Array) -> Array:
    """Where fours stand, with others between so that no step is too far."""
    stops = [0]
    for place in places.tolist():
        stops += list(range(stops[-1] + FARTHEST, place, FARTHEST))
        stops.append(place)
    return np.array(stops[1:], np.int64)
