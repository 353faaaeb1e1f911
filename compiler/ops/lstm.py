"""What the variants of LSTMs share: where their inputs stand and which are there."""

from __future__ import annotations

import numpy as np

from ..ir import Array, Site

GATES = ("input", "forget", "cell", "output")
INPUT_WEIGHTS, RECURRENT, PEEPHOLE, BIASES = 1, 5, 9, 12
PROJECTION, PROJECTION_BIAS, HIDDEN, CELL, NORM = 16, 17, 18, 19, 20


def gates(site: Site) -> range:
    """Which gates have weights: 0 to 3, or from 1 on where the input gate is 1 - forget gate."""
    return range(0 if site.optional(INPUT_WEIGHTS) is not None else 1, 4)


def is_hybrid(site: Site) -> bool:
    """Float activations meet int8 weights."""
    return site.input(0).dtype.is_float and not site.input(INPUT_WEIGHTS + 1).dtype.is_float


def has_peephole(site: Site) -> bool:
    """The gates see the cell state."""
    return site.optional(PEEPHOLE + 1) is not None


def has_norm(site: Site) -> bool:
    """The gates are normalised over the cells."""
    return site.optional(NORM + 1) is not None


def has_projection(site: Site) -> bool:
    """A matrix makes outputs of cells."""
    return site.optional(PROJECTION) is not None


def cells(site: Site) -> int:
    return site.input(RECURRENT + 1).shape[0]


def by_cell(site: Site, first: int) -> Array:
    """[cells, gates, …]: what a cell reads stands together."""
    return np.stack([site.const(first + g) for g in gates(site)], axis=1)
