"""Tensors of a .tflite: shape, type, quantisation and constant data."""

from __future__ import annotations

import math
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ..errors import CompileError, Problem
from ..ir import Array, DType, Quant, Tensor
from .lookup_tables import LookupTable, LookupTableError, looked_up
from .sparsity import SparsityError, densify

# schema.fbs TensorType; the index is the code.
TYPES = (
    "FLOAT32", "FLOAT16", "INT32", "UINT8", "INT64", "STRING", "BOOL", "INT16", "COMPLEX64", "INT8",
    "FLOAT64", "COMPLEX128", "UINT64", "RESOURCE", "VARIANT", "UINT32", "UINT16", "INT4",
    "BFLOAT16",
)  # fmt: skip

MOST_BYTES = 1 << 26  # of one tensor
MOST_CONSTANT_BYTES = 1 << 28  # of all constants together
LONGEST_NAME = 255
MOST_RANK = 8  # TensorFlow Lite's kernels know no more
EXPORT_AGAIN = "export the model again"


def text(raw: bytes | None) -> str:
    """A string of the file. Names are printed, so they are cut to a length that can be read (the
    converter joins the names of fused layers), and what is not printable becomes '?'."""
    decoded = (raw or b"").decode("utf-8", errors="replace")
    cut = decoded if len(decoded) <= LONGEST_NAME else f"{decoded[: LONGEST_NAME - 1]}…"
    return "".join(c if c.isprintable() else "?" for c in cut)


def integers(length: Callable[[], int], as_numpy: Callable[[], Any]) -> list[int]:
    """A vector of the file, which the accessors answer with 0 or None where it is absent."""
    return [int(i) for i in as_numpy()] if length() else []


class TensorReader:
    """Reads the tensors of a model. Each problem is raised; the caller collects them."""

    def __init__(self, model: Any, data: bytes) -> None:  # noqa: ANN401 (untyped bindings)
        self._model = model
        self._data = data
        self._constant_bytes = 0

    def read(
        self,
        table: Any,  # noqa: ANN401
        index: int,
        where: str,
        is_input: bool,
        lookup: LookupTable | None = None,
    ) -> Tensor:
        """Tensor `index` of a subgraph; `where` ends in a blank if it is not empty. `lookup` says
        that its data are indices."""
        name = text(table.Name()) or f"tensor_{index}"
        where = f"{where}tensor {index} '{name}'"
        dtype = self._dtype(table, where)
        shape = self._shape(table, where, is_input)
        if prod(shape) * dtype.bytes > MOST_BYTES:
            found = f"{list(shape)} of {dtype.value} takes {prod(shape) * dtype.bytes:,} bytes"
            limit = f"tensors up to {MOST_BYTES >> 20} MiB"
            raise CompileError(Problem(where, found, limit, "use a smaller model"))
        raw = self._bytes(table.Buffer(), where)
        if table.Sparsity() is not None:
            raw = _dense(table.Sparsity(), raw, shape, dtype, where)
        quant = _quant(table, shape, dtype, where)
        if lookup is not None:
            values = self._bytes(lookup.buffer, where)
            raw = _looked_up(raw, values, lookup, shape, dtype, quant, where)
        data = None if raw is None else self._constant(raw, shape, dtype, where)
        if data is None and 0 in shape:
            if shape != (0,) or is_input:
                raise CompileError(
                    Problem(where, f"no elements in shape {list(shape)}", "", EXPORT_AGAIN)
                )
            data = np.empty(0, dtype.numpy)  # a list with no entries, as of axes
        packed = lookup is not None and lookup.bits <= 4 and dtype is DType.INT8
        return Tensor(name, shape, dtype, quant, data, bits=4 if packed else 0)

    def _dtype(self, table: Any, where: str) -> DType:  # noqa: ANN401
        code = table.Type()
        name = TYPES[code] if 0 <= code < len(TYPES) else f"number {code}"
        if name not in DType.__members__:
            supported = ", ".join(t.value for t in DType)
            raise CompileError(Problem(where, f"type {name.lower()}", supported, EXPORT_AGAIN))
        return DType[name]

    def _shape(self, table: Any, where: str, is_input: bool) -> tuple[int, ...]:  # noqa: ANN401
        """TensorFlow Lite computes with `shape`; `shape_signature` has -1 for what may be resized.
        A batch that may be resized is common and stays what `shape` says."""
        shape = integers(table.ShapeLength, table.ShapeAsNumpy)
        signature = integers(table.ShapeSignatureLength, table.ShapeSignatureAsNumpy)
        stated = signature if is_input and -1 in signature[1:] else shape
        if any(s < 0 for s in stated):
            way_out = "export the model with a fixed input shape"
            raise CompileError(
                Problem(where, f"dynamic shape {stated}", "shapes known at compile time", way_out)
            )
        if len(shape) > MOST_RANK:
            raise CompileError(Problem(where, f"rank {len(shape)}", f"rank 0 to {MOST_RANK}"))
        return tuple(shape)

    def _bytes(self, index: int, where: str) -> memoryview | None:
        """The contents of a buffer, in the flatbuffer or behind it; None for an empty one."""
        if not 0 <= index < self._model.BuffersLength():
            found = f"buffer {index}, but there are {self._model.BuffersLength()} buffers"
            raise CompileError(Problem(where, found, "", EXPORT_AGAIN))
        buffer = self._model.Buffers(index)
        offset, size = buffer.Offset(), buffer.Size()
        if offset > 1:  # 0 and 1 mean: not behind the flatbuffer
            if offset + size > len(self._data):
                found = f"data from byte {offset} to {offset + size}, beyond the end of the file"
                raise CompileError(Problem(where, found, "", "copy the file again"))
            return memoryview(self._data)[offset : offset + size] if size else None
        return buffer.DataAsNumpy().data if buffer.DataLength() else None

    def _constant(self, raw: memoryview, shape: tuple[int, ...], dtype: DType, where: str) -> Array:
        elements = prod(shape)
        wanted = (elements + 1) // 2 if dtype is DType.INT4 else elements * dtype.bytes
        if len(raw) != wanted:
            found = f"{len(raw)} bytes of data where {list(shape)} of {dtype.value} takes {wanted}"
            raise CompileError(Problem(where, found, "", EXPORT_AGAIN))
        self._constant_bytes += elements * dtype.bytes
        if self._constant_bytes > MOST_CONSTANT_BYTES:
            limit = f"{MOST_CONSTANT_BYTES >> 20} MiB of constants"
            raise CompileError(Problem(where, f"more than {limit}", f"up to {limit}"))
        if dtype is DType.INT4:
            return _unpack_int4(np.frombuffer(raw, np.uint8), elements).reshape(shape)
        if dtype is DType.BOOL:
            truth: Array = np.frombuffer(raw, np.uint8) != 0
            return truth.reshape(shape)
        values: Array = np.frombuffer(raw, dtype.numpy.newbyteorder("<")).reshape(shape)
        if dtype.is_float and not np.isfinite(values).all():
            way_out = "train the model again: it has diverged"
            raise CompileError(Problem(where, "infinite or NaN values", "finite values", way_out))
        native: Array = values.astype(dtype.numpy, copy=False)
        return native if native.flags.aligned else native.copy()


def _dense(
    sparsity: Any,  # noqa: ANN401
    raw: memoryview | None,
    shape: tuple[int, ...],
    dtype: DType,
    where: str,
) -> memoryview:
    """The bytes that a sparse constant stands for."""
    try:
        dense = densify(sparsity, memoryview(b"") if raw is None else raw, shape, dtype)
    except SparsityError as e:
        way_out = "export the model without sparse weights"
        raise CompileError(Problem(where, f"sparse weights with {e}", "", way_out)) from e
    return memoryview(dense.tobytes())


def _looked_up(
    raw: memoryview | None,
    values: memoryview | None,
    lookup: LookupTable,
    shape: tuple[int, ...],
    dtype: DType,
    quant: Quant | None,
    where: str,
) -> memoryview:
    """The bytes of a constant that is stored as indices."""
    try:
        return looked_up(raw, values, lookup.bits, shape, dtype, quant)
    except LookupTableError as e:
        found, way_out = f"compressed weights with {e}", "compress the model again"
        raise CompileError(Problem(where, found, "", way_out)) from e


def _unpack_int4(packed: Array, elements: int) -> Array:
    """Two values a byte, the first in the low half, two's complement."""
    pairs = np.stack([packed & 15, packed >> 4], axis=-1).ravel()[:elements]
    return ((pairs ^ 8).astype(np.int8) - np.int8(8)).astype(np.int8)


def _quant(table: Any, shape: tuple[int, ...], dtype: DType, where: str) -> Quant | None:  # noqa: ANN401
    """Scales and zero points; None for none, for floats and for the single scale 0 by which old
    converters say none. Limits as in TensorFlow Lite's InterpreterBuilder::ParseQuantization."""
    q = table.Quantization()
    if q is None or dtype.is_float:
        return None
    if q.DetailsType() != 0:
        way_out = "quantise with one scale per tensor or per channel"
        raise CompileError(Problem(where, "custom quantisation", "affine quantisation", way_out))
    scales = [float(s) for s in q.ScaleAsNumpy()] if q.ScaleLength() else []
    zeros = integers(q.ZeroPointLength, q.ZeroPointAsNumpy) or [0] * len(scales)
    if not scales or scales == [0.0]:
        return None
    if len(zeros) != len(scales):
        found = f"{len(scales)} scales and {len(zeros)} zero points"
        raise CompileError(Problem(where, found, "as many of each", EXPORT_AGAIN))
    bad = next((s for s in scales if not (math.isfinite(s) and s > 0)), None)
    if bad is not None:
        raise CompileError(
            Problem(where, f"scale {bad}", "scales above 0", "quantise the model again")
        )
    low, high = _range(dtype)
    wrong = next((z for z in zeros if not low <= z <= high), None)
    if wrong is not None:
        found = f"zero point {wrong}"
        supported = f"{low} to {high} for {dtype.value}"
        raise CompileError(Problem(where, found, supported, "quantise the model again"))
    axis = _axis(q.QuantizedDimension(), len(scales), shape, where)
    return Quant(tuple(scales), tuple(zeros), axis)


def _range(dtype: DType) -> tuple[int, int]:
    if dtype is DType.INT4:
        return -8, 7
    if dtype.numpy.kind not in "iu":
        return 0, 0
    info = np.iinfo(dtype.numpy)
    return int(info.min), int(info.max)


def _axis(axis: int, scales: int, shape: tuple[int, ...], where: str) -> int:
    """The axis of per-channel scales. Where there is no choice (one scale, or one axis) it has no
    meaning, and old converters wrote the one of the weights there."""
    if scales == 1 or len(shape) == 1:
        axis = 0
    if scales > 1 and not (0 <= axis < len(shape) and shape[axis] == scales):
        found = f"{scales} scales along axis {axis} of shape {list(shape)}"
        supported = "one scale, or one for each index of the axis"
        raise CompileError(Problem(where, found, supported, EXPORT_AGAIN))
    return axis
