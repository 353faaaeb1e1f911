"""Builds .tflite files from tensors and operators, straight through the flatbuffers builder.

The files are version 3 (identifier TFL3) and contain what is stated, legal or not: nothing is
inferred or checked, so that wrong models can be built too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
import tflite

from compiler.ir import Array, DType, Tensor

Table = int  # an offset in the builder

TYPE_CODES = {
    DType.INT4: tflite.TensorType.INT4,
    DType.INT8: tflite.TensorType.INT8,
    DType.UINT8: tflite.TensorType.UINT8,
    DType.INT16: tflite.TensorType.INT16,
    DType.UINT16: tflite.TensorType.UINT16,
    DType.INT32: tflite.TensorType.INT32,
    DType.UINT32: tflite.TensorType.UINT32,
    DType.INT64: tflite.TensorType.INT64,
    DType.UINT64: tflite.TensorType.UINT64,
    DType.BOOL: tflite.TensorType.BOOL,
    DType.FLOAT16: tflite.TensorType.FLOAT16,
    DType.FLOAT32: tflite.TensorType.FLOAT32,
    DType.FLOAT64: tflite.TensorType.FLOAT64,
    DType.RESOURCE: tflite.TensorType.RESOURCE,
}


@dataclass(frozen=True)
class Options:
    """An option table by the names of the schema: Options("Conv2DOptions", {"StrideH": 2}).

    A sequence of integers is a vector of int32, bytes are one of uint8, a str is a string.
    """

    table: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Operator:
    """`code` is a builtin's name (CONV_2D) or a number; a custom operator's has `custom` as name.

    -1 among the inputs is an optional input that is absent. `intermediates` are tensors that carry
    the quantisation of values inside of the operator. `custom_options` are a custom operator's, as
    bytes. `code_index` replaces the index into the table of operator codes.
    """

    code: str | int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Options | None = None
    version: int = 1
    custom: str = ""
    intermediates: tuple[int, ...] = ()
    custom_options: bytes = b""
    code_index: int | None = None


@dataclass(frozen=True)
class Level:
    """A level of a sparse tensor: dense with `size` indices, or compressed, where `width` is the
    number of bits of its numbers (32, 16 or 8)."""

    size: int = 0
    segments: tuple[int, ...] | None = None
    indices: tuple[int, ...] = ()
    width: int = 32


@dataclass(frozen=True)
class Sparsity:
    """SparsityParameters, with the values that are stored (packed as they are)."""

    order: tuple[int, ...]
    levels: tuple[Level, ...]
    values: Array
    blocks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lookup:
    """A constant compressed by a look-up table: `codes` of `bits` each index the values, one row
    for the tensor or one for each channel."""

    codes: Array
    values: Array
    bits: int

    def indices(self) -> bytes:
        """The highest bit first, without gaps."""
        spread = self.codes.reshape(-1, 1) >> np.arange(self.bits - 1, -1, -1) & 1
        return np.packbits(spread.astype(np.uint8)).tobytes()


@dataclass(frozen=True)
class Subgraph:
    """Tensors (indexed as they stand) and operators in execution order.

    `signatures` is the shape_signature of tensors (by index); -1 is a dynamic dimension.
    `variables` are the tensors that keep their values (is_variable). `buffers` replaces the buffer
    of tensors. `sparsity` makes tensors without data sparse constants, `lookups` compressed ones.
    """

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    name: str = "main"
    signatures: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    variables: tuple[int, ...] = ()
    buffers: Mapping[int, int] = field(default_factory=dict)
    sparsity: Mapping[int, Sparsity] = field(default_factory=dict)
    lookups: Mapping[int, Lookup] = field(default_factory=dict)


def build(*subgraphs: Subgraph, version: int = 3, identifier: bytes = b"TFL3") -> bytes:
    """The model as the bytes of a .tflite file."""
    return _Model(subgraphs, version, identifier).file()


def _code(op: Operator) -> int:
    if op.custom:
        return int(tflite.BuiltinOperator.CUSTOM)
    return op.code if isinstance(op.code, int) else int(getattr(tflite.BuiltinOperator, op.code))


def _packed(tensor: Tensor) -> bytes:
    """The bytes of a buffer; int4 values go two to a byte, the first in the low half."""
    assert tensor.data is not None
    data = np.ascontiguousarray(tensor.data)
    if tensor.dtype is not DType.INT4:
        return data.tobytes()
    nibbles = np.append(data.ravel(), np.zeros(data.size % 2, np.int8)).astype(np.uint8) & 15
    return (nibbles[0::2] | nibbles[1::2] << 4).astype(np.uint8).tobytes()


class _Model:
    def __init__(self, subgraphs: Sequence[Subgraph], version: int, identifier: bytes) -> None:
        self.b: Any = flatbuffers.Builder(1024)
        self.subgraphs, self.version, self.identifier = subgraphs, version, identifier
        self.buffers: list[bytes] = [b""]  # buffer 0 is the empty one
        self.compressed: list[list[tuple[int, int, int]]] = [[] for _ in subgraphs]
        operators = [o for s in subgraphs for o in s.operators]
        self.codes = list(dict.fromkeys((_code(o), o.version, o.custom) for o in operators))

    def file(self) -> bytes:
        graphs = self.offsets([self.subgraph(s) for s in self.subgraphs])
        codes = self.offsets([self.operator_code(*c) for c in self.codes])
        metadata = self.compression()
        buffers = self.offsets([self.buffer(data) for data in self.buffers])
        fields = {"Version": self.version, "OperatorCodes": codes, "Subgraphs": graphs}
        model = self.table("Model", fields | {"Buffers": buffers, "Metadata": metadata})
        self.b.Finish(model, self.identifier)
        return bytes(self.b.Output())

    def table(self, name: str, fields: Mapping[str, Any]) -> Table:
        """A table whose fields are scalars or offsets; None leaves a field out."""
        getattr(tflite, f"{name}Start")(self.b)
        for key, value in fields.items():
            if value is not None:
                getattr(tflite, f"{name}Add{key}")(self.b, value)
        return int(getattr(tflite, f"{name}End")(self.b))

    def vector(self, size: int, items: Sequence[Any], prepend: Callable[[Any], None]) -> Table:
        self.b.StartVector(size, len(items), size)
        for item in reversed(items):
            prepend(item)
        return int(self.b.EndVector())

    def offsets(self, items: Sequence[Table]) -> Table:
        return self.vector(4, items, self.b.PrependUOffsetTRelative)

    def ints(self, items: Sequence[int]) -> Table:
        return self.vector(4, items, self.b.PrependInt32)

    def buffer(self, data: bytes) -> Table:
        return self.table("Buffer", {"Data": self.blob(data)} if data else {})

    def blob(self, data: bytes) -> Table:
        """Aligned to 16 as the schema asks of buffers (force_align), the length before the data."""
        self.b.StartVector(1, len(data), 16)
        self.b.head -= len(data)
        self.b.Bytes[self.b.Head() : self.b.Head() + len(data)] = data
        return int(self.b.EndVector())

    def operator_code(self, code: int, version: int, custom: str) -> Table:
        name = self.b.CreateString(custom) if custom else None
        fields = {"DeprecatedBuiltinCode": min(code, 127), "BuiltinCode": code, "Version": version}
        return self.table("OperatorCode", fields | {"CustomCode": name})

    def tensor(self, index: int, tensor: Tensor, s: Subgraph) -> Table:
        buffer, signature = 0, s.signatures.get(index)
        if tensor.data is not None:
            buffer = len(self.buffers)
            self.buffers.append(_packed(tensor))
        sparse = s.sparsity.get(index)
        if sparse is not None:
            buffer = len(self.buffers)
            self.buffers.append(sparse.values.tobytes())
        lookup = s.lookups.get(index)
        if lookup is not None:
            buffer = len(self.buffers)
            self.buffers += [lookup.indices(), lookup.values.tobytes()]
            self.compressed[self.subgraphs.index(s)].append((index, buffer + 1, lookup.bits))
        fields = {
            "Name": self.b.CreateString(tensor.name),
            "Shape": self.ints(tensor.shape),
            "ShapeSignature": None if signature is None else self.ints(signature),
            "Quantization": self.quantization(tensor),
            "Type": TYPE_CODES[tensor.dtype],
            "Buffer": s.buffers.get(index, buffer),
            "IsVariable": index in s.variables or None,
            "Sparsity": None if sparse is None else self.sparse(sparse),
            "HasRank": True,
        }
        return self.table("Tensor", fields)

    def compression(self) -> Table | None:
        """The metadata of tensors compressed by look-up tables: a flatbuffer in a buffer, whose
        tables are not TensorFlow Lite's."""
        if not any(self.compressed):
            return None
        b: Any = flatbuffers.Builder(256)

        def table(*fields: tuple[Callable[..., None], int]) -> Table:
            b.StartObject(len(fields))
            for slot, (prepend, value) in enumerate(fields):
                prepend(slot, value, 0)
            return int(b.EndObject())

        def vector(items: Sequence[Table]) -> Table:
            b.StartVector(4, len(items), 4)
            for item in reversed(items):
                b.PrependUOffsetTRelative(item)
            return int(b.EndVector())

        def entry(tensor: int, buffer: int, bits: int) -> Table:
            return table(
                (b.PrependInt32Slot, tensor),
                (b.PrependUint32Slot, buffer),
                (b.PrependUint8Slot, bits),
            )

        graphs = [
            table((b.PrependUOffsetTRelativeSlot, vector([entry(*t) for t in tensors])))
            for tensors in self.compressed
        ]
        b.Finish(table((b.PrependUint32Slot, 1), (b.PrependUOffsetTRelativeSlot, vector(graphs))))
        self.buffers.append(bytes(b.Output()))
        name = self.b.CreateString("COMPRESSION_METADATA")
        return self.offsets(
            [self.table("Metadata", {"Name": name, "Buffer": len(self.buffers) - 1})]
        )

    def sparse(self, sparse: Sparsity) -> Table:
        fields = {
            "TraversalOrder": self.ints(sparse.order),
            "BlockMap": self.ints(sparse.blocks) if sparse.blocks else None,
            "DimMetadata": self.offsets([self.level(v) for v in sparse.levels]),
        }
        return self.table("SparsityParameters", fields)

    def level(self, level: Level) -> Table:
        if level.segments is None:
            return self.table("DimensionMetadata", {"Format": 0, "DenseSize": level.size})
        code, name = {32: (1, "Int32Vector"), 16: (2, "Uint16Vector"), 8: (3, "Uint8Vector")}[
            level.width
        ]
        prepend = {32: self.b.PrependInt32, 16: self.b.PrependUint16, 8: self.b.PrependUint8}
        tables = [
            self.table(name, {"Values": self.vector(level.width // 8, v, prepend[level.width])})
            for v in (level.segments, level.indices)
        ]
        fields = {"Format": 1, "ArraySegmentsType": code, "ArraySegments": tables[0]}
        fields |= {"ArrayIndicesType": code, "ArrayIndices": tables[1]}
        return self.table("DimensionMetadata", fields)

    def quantization(self, tensor: Tensor) -> Table | None:
        q = tensor.quant
        if q is None:
            return None
        scale = self.vector(4, q.scale, self.b.PrependFloat32)
        zero_point = self.vector(8, q.zero_point, self.b.PrependInt64)
        fields = {"Scale": scale, "ZeroPoint": zero_point, "QuantizedDimension": q.axis}
        return self.table("QuantizationParameters", fields)

    def option(self, value: Any) -> Any:  # noqa: ANN401 (a field of any type)
        if isinstance(value, str):
            return self.b.CreateString(value)
        if isinstance(value, bytes):
            return self.blob(value)
        return self.ints(value) if isinstance(value, list | tuple) else value

    def operator(self, op: Operator) -> Table:
        index = self.codes.index((_code(op), op.version, op.custom))
        fields: dict[str, Any] = {
            "OpcodeIndex": index if op.code_index is None else op.code_index,
            "Inputs": self.ints(op.inputs),
            "Outputs": self.ints(op.outputs),
            "Intermediates": self.ints(op.intermediates) if op.intermediates else None,
            "CustomOptions": self.blob(op.custom_options) if op.custom_options else None,
        }
        if op.options is not None:
            values = {k: self.option(v) for k, v in op.options.fields.items()}
            union = "BuiltinOptions"
            if not hasattr(tflite.BuiltinOptions, op.options.table):
                union = "BuiltinOptions2"
            fields[f"{union}Type"] = getattr(getattr(tflite, union), op.options.table)
            fields[union] = self.table(op.options.table, values)
        return self.table("Operator", fields)

    def subgraph(self, s: Subgraph) -> Table:
        tensors = [self.tensor(i, t, s) for i, t in enumerate(s.tensors)]
        fields = {
            "Tensors": self.offsets(tensors),
            "Operators": self.offsets([self.operator(o) for o in s.operators]),
            "Inputs": self.ints(s.inputs),
            "Outputs": self.ints(s.outputs),
            "Name": self.b.CreateString(s.name),
        }
        return self.table("SubGraph", fields)
