"""Sparse constants: the values that are stored, put where they stand in the dense tensor.

The stored values are the leaves of a tree, in order, which has a level for each axis, in the order
of the traversal, then one for each axis within blocks. Branches of a level are counted from 0. A
dense level has one for every index under each branch of the level before; a compressed one (CSR)
has the indices `indices[segments[k]:segments[k + 1]]` under branch k. What has no leaf is 0.
Source: TensorFlow Lite's schema.fbs (SparsityParameters) and FormatConverter::SparseToDense.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import tflite

from ..ir import Array, DType

DENSE, CSR = 0, 1
TYPES = (DType.FLOAT32, DType.FLOAT16, DType.INT8)
_VECTORS: dict[int, type[Any]] = {
    1: tflite.Int32Vector,
    2: tflite.Uint16Vector,
    3: tflite.Uint8Vector,
}


class SparsityError(Exception):
    """The description of a sparse constant does not fit together; the text says what was found."""


@dataclass(frozen=True, eq=False)
class _Level:
    """`size` indices that lie `stride` elements apart; segments and indices if compressed."""

    size: int
    stride: int
    segments: Array | None
    indices: Array


def densify(table: Any, raw: memoryview, shape: tuple[int, ...], dtype: DType) -> Array:  # noqa: ANN401
    """The dense tensor, flat, in the byte order of the file. Every index is checked, and no more
    branches are followed than the file has numbers."""
    if dtype not in TYPES:
        raise SparsityError(f"sparse data of type {dtype.value}")
    if not shape or 0 in shape or len(raw) % dtype.bytes:
        raise SparsityError(f"{len(raw)} bytes of sparse data for shape {list(shape)}")
    stored: Array = np.frombuffer(raw, dtype.numpy.newbyteorder("<"))
    levels = _levels(table, shape)
    most = max(len(stored), *(0 if v.segments is None else len(v.segments) for v in levels))
    places: Array = np.zeros(1, np.int64)  # the element that each branch leads to
    for number, level in enumerate(levels):
        if level.segments is None:
            if len(places) * level.size > most:
                raise SparsityError(f"more branches at level {number} than values")
            parents = np.repeat(places, level.size)
            indices = np.tile(np.arange(level.size), len(places))
        else:
            parents = np.repeat(places, _lengths(level, len(places), number))
            indices = level.indices
        places = parents + indices * level.stride
    if len(places) != len(stored):
        raise SparsityError(f"{len(stored)} values where the indices tell of {len(places)}")
    if len(np.unique(places)) != len(places):
        raise SparsityError("two values for one element")
    dense = np.zeros(prod(shape), stored.dtype)
    dense[places] = stored
    return dense


def _levels(table: Any, shape: tuple[int, ...]) -> list[_Level]:  # noqa: ANN401
    """The tree's levels. Axis `rank + b` of the traversal is the one within blocks of axis
    block_map[b]; its level is dense and tells the block's size."""
    rank = len(shape)
    order = _vector(table.TraversalOrderLength, table.TraversalOrderAsNumpy).tolist()
    blocked = _vector(table.BlockMapLength, table.BlockMapAsNumpy).tolist()
    axes = rank + len(blocked)
    if blocked != sorted(set(blocked) & set(range(rank))):
        raise SparsityError(f"blocks along axes {blocked[:9]} of {rank}")
    if sorted(order[:rank]) != list(range(rank)) or sorted(order[rank:]) != list(range(rank, axes)):
        raise SparsityError(f"traversal order {order[:17]} for {rank} axes, {len(blocked)} blocked")
    if table.DimMetadataLength() != axes:
        raise SparsityError(f"{table.DimMetadataLength()} levels for {axes} axes")
    metadata = [table.DimMetadata(i) for i in range(axes)]
    sizes = [*shape, *[1] * len(blocked)]
    strides = [prod(shape[a + 1 :]) for a in (*range(rank), *blocked)]
    for axis, level in zip(order[rank:], metadata[rank:], strict=True):
        whole, block = blocked[axis - rank], level.DenseSize()
        if level.Format() != DENSE or block < 1 or shape[whole] % block:
            raise SparsityError(f"blocks of {block} along axis {whole} of {list(shape)}")
        sizes[axis], sizes[whole] = block, shape[whole] // block
        strides[whole] *= block
    return [
        _level(m, number, sizes[axis], strides[axis])
        for number, (axis, m) in enumerate(zip(order, metadata, strict=True))
    ]


def _level(metadata: Any, number: int, size: int, stride: int) -> _Level:  # noqa: ANN401
    if metadata.Format() == DENSE:
        if metadata.DenseSize() != size:
            raise SparsityError(f"size {metadata.DenseSize()} at level {number}, not {size}")
        return _Level(size, stride, None, np.empty(0, np.int64))
    if metadata.Format() != CSR:
        raise SparsityError(f"format {metadata.Format()} at level {number}")
    segments = _numbers(metadata.ArraySegmentsType(), metadata.ArraySegments())
    indices = _numbers(metadata.ArrayIndicesType(), metadata.ArrayIndices())
    if len(indices) and not 0 <= indices.min() <= indices.max() < size:
        raise SparsityError(f"index {indices.min()} or {indices.max()} at level {number} of {size}")
    return _Level(size, stride, segments, indices)


def _lengths(level: _Level, branches: int, number: int) -> Array:
    """How many indices there are under each branch of the level before."""
    segments = level.segments
    assert segments is not None
    if len(segments) != branches + 1 or segments[0] != 0 or segments[-1] != len(level.indices):
        found = f"{len(segments)} segment ends for {branches} segments"
        raise SparsityError(f"{found} of {len(level.indices)} indices at level {number}")
    lengths: Array = np.diff(segments)
    if lengths.min() < 0:
        raise SparsityError(f"segments that go backwards at level {number}")
    return lengths


def _numbers(code: int, table: Any) -> Array:  # noqa: ANN401
    """A vector of one of three widths."""
    if code not in _VECTORS or table is None:
        raise SparsityError("compressed axes without segments or indices")
    vector = _VECTORS[code]()
    vector.Init(table.Bytes, table.Pos)
    return _vector(vector.ValuesLength, vector.ValuesAsNumpy)


def _vector(length: Callable[[], int], as_numpy: Callable[[], Any]) -> Array:
    found: Sequence[int] | Array = as_numpy() if length() else []
    return np.array(found, np.int64)
