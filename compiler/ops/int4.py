"""Weights of four bits kept packed in flash: eight a word (nn_int4.h), decoded in the inner loop.

The nibbles are the weights, or where those take no more than 16 values, all of them or a channel's,
indices of a table of values: networks compressed by look-up tables, or with clustered weights.

Four output channels go together: a word of each, then their next words. A word's nibbles, from the
lowest, are weights 0 1 4 5 2 3 6 7: shifted left by 12, 8, 4 and 0 bits, the upper bits of its
halves are the pairs (0, 2), (1, 3), (4, 6), (5, 7), as SXTB16 widens data.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from math import prod

import numpy as np

from ..ir import Array, DType, Site
from ..program import Const, Literal
from ..target import Target

ORDER = (0, 1, 4, 5, 2, 3, 6, 7)  # which weight each nibble holds
UNPACKED, FIND = "unpacked", "find"
VALUES = 16


@dataclass(frozen=True, eq=False)
class Nibbles:
    """Weights as four bits each: themselves, or indices of values[channels or 1][16]."""

    codes: Array
    values: Array | None

    @property
    def suffix(self) -> str:
        """Of the kernels that take them."""
        return "s4" if self.values is None else "lut_s8"

    @property
    def params(self) -> dict[str, Literal]:
        """What those kernels must know besides."""
        if self.values is None:
            return {}
        return {"step": VALUES if len(self.values) > 1 else 0}

    def operands(self, packed: Const) -> tuple[Const, ...]:
        """The weights as they were packed, and the values."""
        if self.values is None:
            return (packed,)
        return packed, Const("values", self.values.ravel())


def nibbles(site: Site, target: Target, axis: int) -> Nibbles | None:
    """The weights (input 1) in four bits each, if they came so or there is a table that is found,
    and the user wants it. `axis` has the output channels."""
    weights = site.input(1)
    if not weights.is_const or weights.dtype is not DType.INT8 or target.int4 == UNPACKED:
        return None
    if weights.bits != 4 and target.int4 != FIND:
        return None
    data = site.const(1)
    if data.min(initial=0) >= -8 and data.max(initial=0) <= 7:
        return Nibbles(data, None)
    return indexed(data, axis)


def indexed(weights: Array, axis: int) -> Nibbles | None:
    """With one table for all channels, else one for each; None where a channel needs more than 16
    values, or indices and tables would take no less than the weights."""
    channels = np.moveaxis(weights, axis, 0).reshape(weights.shape[axis], -1)
    for groups in (weights.reshape(1, -1), channels):
        found = [np.unique(group) for group in groups]
        tables = VALUES * (1 if len(groups) == 1 else -(-len(groups) // 4) * 4)
        if max(len(f) for f in found) <= VALUES and _packed_bytes(weights, axis) + tables < prod(
            weights.shape
        ):
            values = np.stack([np.pad(f, (0, VALUES - len(f)), mode="edge") for f in found])
            codes = [np.searchsorted(f, g) for f, g in zip(found, groups, strict=True)]
            if len(groups) == 1:
                return Nibbles(codes[0].reshape(weights.shape), values)
            moved = np.stack(codes).reshape(np.moveaxis(weights, axis, 0).shape)
            fours = np.pad(values, ((0, -len(values) % 4), (0, 0)), mode="edge")
            return Nibbles(np.moveaxis(moved, 0, axis), fours)
    return None


def _packed_bytes(weights: Array, axis: int) -> int:
    """With what packed_rows (axis 0) and packed_fours (the last) fill up. Channels of depthwise
    kernels that take fours have constants of four bytes more than others'."""
    first, last, size = len(weights), int(weights.shape[-1]), int(prod(weights.shape))
    if axis:
        return size // 2 + 4 * last
    return size // (first * last) * (-(-first // 4) * 4) * (-(-last // 8) * 4)


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
