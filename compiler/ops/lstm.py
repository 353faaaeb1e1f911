"""What the variants of LSTMs share: where their inputs stand and which are there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..ir import Array, Site
from ..program import Const, Literal
from ..quant import Int64Array
from .requant import SMALL_ACCUMULATOR

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


def is_variant(site: Site) -> bool:
    return has_peephole(site) or has_norm(site) or has_projection(site)


def is_plain(site: Site) -> bool:
    """Four gates and nothing else."""
    return len(gates(site)) == len(GATES) and not is_variant(site)


def cells(site: Site) -> int:
    return site.input(RECURRENT + 1).shape[0]


def by_cell(site: Site, first: int) -> Array:
    """[cells, gates, …]: what a cell reads stands together."""
    return np.stack([site.const(first + g) for g in gates(site)], axis=1)


def folded_biases(site: Site, with_bias: bool = True) -> tuple[Int64Array, Int64Array]:
    """[gates, cells] each, of integers: of the products of the input and of the output state, with
    their zero points folded in. The bias goes to the input's (unless not `with_bias`)."""
    x, state = site.input(0).zero_point, site.input(HIDDEN).zero_point
    sums = [
        np.stack([site.const(first + g).astype(np.int64).sum(axis=1) for g in gates(site)])
        for first in (INPUT_WEIGHTS, RECURRENT)
    ]
    bias = np.stack([site.const(BIASES + g).astype(np.int64) for g in gates(site)])
    return bias * with_bias - x * sums[0], -state * sums[1]


def biases_const(biases: Array, params: dict[str, Literal]) -> Const:
    """Those [input, recurrent][gates, cells] by cell and gate, as nn_lstm_biases has them: where
    the recurrent ones are all zero they are there once. `params` gets their step."""
    first, second = (b.T.astype(np.int32) for b in biases)
    params["recurrent_step"] = second.shape[1] if second.any() else 0
    rows = [first, second if second.any() else second[:1]]
    return Const("biases", np.concatenate(rows).ravel(), comment="input, recurrent; cell, gate")


def largest_sum(biases: Array, weights: Sequence[Array]) -> int:
    """A bound on the sums of int8 products of the input and of the output state."""
    return max(
        int((np.abs(bias.T) + 128 * np.abs(w.astype(np.int64)).sum(axis=2)).max())
        for bias, w in zip(biases, weights, strict=True)
    )


def shifts_are_right(bound: int, table: Array) -> bool:
    """Whether sums up to `bound` are small and all scales (multiplier and shift in turns) shift to
    the right: NN_SHIFT_RIGHT."""
    return bound < SMALL_ACCUMULATOR and bool((table[:, 1::2] <= -1).all())
