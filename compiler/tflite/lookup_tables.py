"""Constants compressed by look-up tables, as TensorFlow Lite Micro's compress.py writes them.

The metadata COMPRESSION_METADATA is a flatbuffer of its own that names tensors, the width of their
indices, 1 to 7 bits, and the buffer of their values. A tensor's own buffer then has indices, the
highest bits of a byte first, without gaps. The values are one table or, where there are several
scales, one for each channel, all of the same length.
Source: TensorFlow Lite Micro's compression/metadata.fbs and MicroAllocator.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..errors import CompileError, Problem
from ..ir import Array, DType, Quant
from .structure import DamageError, Verifier

NAME = b"COMPRESSION_METADATA"
VERSION = 1  # of its schema
WIDEST = 7  # bits of an index
_AGAIN = "compress the model again"


class LookupTableError(Exception):
    """Indices and values do not fit together; the text says what was found."""


@dataclass(frozen=True)
class LookupTable:
    """Of a tensor: the buffer with its values, and the bits of an index."""

    buffer: int
    bits: int


def lookup_tables(model: Any) -> Mapping[tuple[int, int], LookupTable]:  # noqa: ANN401
    """By subgraph and tensor. Raises CompileError for metadata that is damaged or newer."""
    found = [model.Metadata(i) for i in range(model.MetadataLength())]
    buffers = [m.Buffer() for m in found if m.Name() == NAME]
    if not buffers:
        return {}
    buffer = model.Buffers(buffers[0]) if buffers[0] < model.BuffersLength() else None
    data = buffer.DataAsNumpy().tobytes() if buffer is not None and buffer.DataLength() else b""
    where = f"metadata {NAME.decode()}"
    try:
        return dict(_entries(data))
    except (DamageError, struct.error) as e:
        why = str(e) if isinstance(e, DamageError) else "something is expected beyond its end"
        raise CompileError(Problem(where, f"damaged: {why}", "", _AGAIN)) from e
    except LookupTableError as e:
        raise CompileError(Problem(where, str(e), f"up to version {VERSION}", _AGAIN)) from e


def _entries(data: bytes) -> Iterator[tuple[tuple[int, int], LookupTable]]:
    """Metadata {schema_version, subgraphs}, Subgraph {lut_tensors}, LutTensor {tensor,
    value_buffer, index_bitwidth}; a field that is not there has its default."""
    reader = Verifier(data)
    root = reader.fields("metadata", reader.follow(0))
    version = reader.u32(root[0]) if 0 in root else VERSION
    if version > VERSION:
        raise LookupTableError(f"version {version}")
    for graph, at in enumerate(_tables(reader, root, 1)):
        for entry in _tables(reader, reader.fields("subgraph", at), 0):
            fields = reader.fields("tensor", entry)
            tensor, buffer = (reader.u32(fields[i]) if i in fields else 0 for i in (0, 1))
            yield (graph, tensor), LookupTable(buffer, data[fields[2]] if 2 in fields else 0)


def _tables(reader: Verifier, fields: Mapping[int, int], slot: int) -> Iterator[int]:
    """Where the tables of a vector are."""
    if slot in fields:
        start, length = reader.vector(fields[slot], 4)
        reader.count(length)
        yield from (reader.follow(start + 4 * i) for i in range(length))


def looked_up(
    indices: memoryview | None,
    values: memoryview | None,
    bits: int,
    shape: tuple[int, ...],
    dtype: DType,
    quant: Quant | None,
) -> memoryview:
    """The bytes of the constant that indices stand for."""
    if not 1 <= bits <= WIDEST:
        raise LookupTableError(f"indices of {bits} bits")
    if dtype not in (DType.INT8, DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32):
        raise LookupTableError(f"values of type {dtype.value}")
    stored = np.frombuffer(b"" if indices is None else indices, np.uint8)
    elements = prod(shape)
    if len(stored) != -(-elements * bits // 8):
        raise LookupTableError(f"{len(stored)} bytes for {elements} indices of {bits} bits")
    each = np.unpackbits(stored)[: elements * bits].reshape(elements, bits)
    codes: Array = np.zeros(elements, np.uint8)
    for bit in range(bits):
        codes = codes << 1 | each[:, bit]
    codes = codes.reshape(shape)
    channels, axis = (len(quant.scale), quant.axis) if quant else (1, 0)
    raw = b"" if values is None else bytes(values)
    if not raw or len(raw) % (dtype.bytes * channels):
        raise LookupTableError(f"{len(raw)} bytes of values for {channels} tables")
    table: Array = np.frombuffer(raw, dtype.numpy.newbyteorder("<")).reshape(channels, -1)
    if codes.max(initial=0) >= table.shape[1]:
        raise LookupTableError(f"index {codes.max()} into {table.shape[1]} values")
    if channels == 1:
        return memoryview(table[0][codes].tobytes())
    moved = np.moveaxis(codes, axis, 0)
    found = np.stack([row[code] for row, code in zip(table, moved, strict=True)])
    return memoryview(np.moveaxis(found, 0, axis).tobytes())
