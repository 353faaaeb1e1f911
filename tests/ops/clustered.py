"""Weights of no more than 16 values, as clustering leaves them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from compiler.ir import Tensor

from .cases import Draw


def clustered(draw: Draw, tensors: Sequence[Tensor], axis: int) -> list[Tensor]:
    """The weights (the first tensor) with no more than 16 values, in all or in each channel."""
    weights, *others = tensors
    assert weights.data is not None
    channels = np.moveaxis(weights.data, axis, 0)
    tables = draw.rng.integers(-128, 128, (len(channels), 16), dtype=np.int8)
    if draw["one_table"]:
        tables = np.broadcast_to(tables[:1], tables.shape)
    found = np.stack([table[row & 15] for table, row in zip(tables, channels, strict=True)])
    return [dataclasses.replace(weights, data=np.moveaxis(found, 0, axis).copy()), *others]


CLUSTERED = {"one_table": (True, False), "gain": (1.0, 16.0, 30.0)}
