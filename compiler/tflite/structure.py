"""Is this a sound flatbuffer? Every offset that the reader will follow is checked here first.

The flatbuffers runtime for Python follows whatever offsets it finds. After `open_model` has passed
a file, the accessors of the `tflite` package stay inside of it, so that nothing else needs to
guard against damage. Layout: https://flatbuffers.dev/internals
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tflite

from ..errors import CompileError, Problem

# What a slot of a table holds: the bytes of an inline scalar, or one of these.
STRING = "string"
BYTES, SHORTS, INTS, FLOATS, LONGS = "bytes", "shorts", "ints", "floats", "longs"
# Tables whose types stand in the slot before: an operator's options, a vector of indices.
UNION, UNION_2, INDICES = "union", "union 2", "indices"
_ELEMENT = {STRING: 1, BYTES: 1, SHORTS: 2, INTS: 4, FLOATS: 4, LONGS: 8}


@dataclass(frozen=True)
class TableAt:
    """The slot points to a table."""

    table: str


@dataclass(frozen=True)
class TablesAt:
    """The slot points to a vector of tables."""

    table: str


Slot = int | str | TableAt | TablesAt

# The slots that the reader reads, by table: TensorFlow Lite's schema.fbs.
SCHEMA: Mapping[str, Mapping[int, Slot]] = {
    "Model": {
        0: 4, 1: TablesAt("OperatorCode"), 2: TablesAt("SubGraph"), 3: STRING,
        4: TablesAt("Buffer"), 6: TablesAt("Metadata"),
    },
    "Metadata": {0: STRING, 1: 4},
    "OperatorCode": {0: 1, 1: STRING, 2: 4, 3: 4},
    "SubGraph": {0: TablesAt("Tensor"), 1: INTS, 2: INTS, 3: TablesAt("Operator"), 4: STRING},
    "Tensor": {
        0: INTS, 1: 1, 2: 4, 3: STRING, 4: TableAt("QuantizationParameters"), 5: 1,
        6: TableAt("SparsityParameters"), 7: INTS, 8: 1,
    },
    "QuantizationParameters": {2: FLOATS, 3: LONGS, 4: 1, 6: 4},
    "SparsityParameters": {0: INTS, 1: INTS, 2: TablesAt("DimensionMetadata")},
    "DimensionMetadata": {0: 1, 1: 4, 2: 1, 3: INDICES, 4: 1, 5: INDICES},
    "Int32Vector": {0: INTS},
    "Uint16Vector": {0: SHORTS},
    "Uint8Vector": {0: BYTES},
    "Operator": {0: 4, 1: INTS, 2: INTS, 3: 1, 4: UNION, 5: BYTES, 8: INTS, 11: 1, 12: UNION_2},
    "Buffer": {0: BYTES, 1: 8, 2: 8},
}  # fmt: skip

# Options with other than scalars inside.
OPTIONS: Mapping[str, Mapping[int, Slot]] = {
    "BucketizeOptions": {0: FLOATS},
    "ConcatEmbeddingsOptions": {1: INTS, 2: INTS},
    "ReshapeOptions": {0: INTS},
    "SqueezeOptions": {0: INTS},
    "StableHLOCompositeOptions": {0: STRING, 2: BYTES},
    "VarHandleOptions": {0: STRING, 1: STRING},
}
OPTION_NAMES = {v: k for k, v in vars(tflite.BuiltinOptions).items() if isinstance(v, int)}
OPTION_NAMES_2 = {v: k for k, v in vars(tflite.BuiltinOptions2).items() if isinstance(v, int)}
_UNIONS = {
    UNION: OPTION_NAMES,
    UNION_2: OPTION_NAMES_2,
    INDICES: {1: "Int32Vector", 2: "Uint16Vector", 3: "Uint8Vector"},
}

# No file of a network for microcontrollers comes near this; a damaged one must not take minutes.
MOST_ITEMS = 100_000

# Scalars of options may be up to this wide; bytes added after the end keep their reading inside.
_WIDEST_SCALAR = 8


_FROM_KERAS = "convert it: tf.lite.TFLiteConverter.from_keras_model(model).convert()"
# How files that are mistaken for a .tflite begin, what they are, and what to do.
_OTHERS = (
    (b"\x89HDF", "a Keras model in HDF5", _FROM_KERAS),
    (b"PK\x03\x04", "a ZIP archive, such as .keras or PyTorch's .pt", _FROM_KERAS),
    (b"\x08", "perhaps an ONNX model", "convert it to .tflite first, with onnx2tf say"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file", "run git lfs pull"),
    (b"<", "a web page", "download the file itself"),
)


def open_model(data: bytes) -> Any:  # noqa: ANN401 (tflite.Model, which is untyped)
    """The file as a tflite.Model whose every offset is known to be sound."""
    if len(data) < 8 or data[4:8] != b"TFL3":
        found, way_out = "empty", "pass the converter's output"
        if data:
            what, way_out = next(
                ((what, way) for start, what, way in _OTHERS if data.startswith(start)),
                ("not a .tflite model", way_out),
            )
            found = f"without the mark TFL3 at byte 4: {what}"
        raise CompileError(Problem("file", found, "TensorFlow Lite flatbuffers", way_out))
    try:
        Verifier(data).verify_model()
    except (DamageError, struct.error) as e:
        why = str(e) if isinstance(e, DamageError) else "something is expected beyond its end"
        way_out = "copy or export the file again"
        raise CompileError(Problem("file", f"damaged or truncated: {why}", "", way_out)) from e
    return tflite.Model.GetRootAs(data + bytes(_WIDEST_SCALAR), 0)


class DamageError(Exception):
    """An offset or length leaves the file."""


class Verifier:
    """Walks the tables of `SCHEMA` once each. struct.error means: read beyond the end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.seen: set[tuple[str, int]] = set()
        self.items = 0

    def verify_model(self) -> None:
        self.table("Model", self.follow(0))

    def u16(self, at: int) -> int:
        return int(struct.unpack_from("<H", self.data, at)[0])

    def u32(self, at: int) -> int:
        return int(struct.unpack_from("<I", self.data, at)[0])

    def follow(self, at: int) -> int:
        """The position that the offset at `at` points to."""
        position = at + self.u32(at)
        if position == at or position + 4 > len(self.data):
            raise DamageError(f"the offset at byte {at} leads out of the file")
        return position

    def count(self, items: int) -> None:
        self.items += items
        if self.items > MOST_ITEMS:
            raise DamageError(f"more than {MOST_ITEMS} tensors, operators and operands")

    def fields(self, name: str, at: int) -> dict[int, int]:
        """Slot → position, for the slots that are there."""
        vtable = at - int(struct.unpack_from("<i", self.data, at)[0])
        if vtable < 0:
            raise DamageError(f"the {name} at byte {at} has no field table in the file")
        ends, size = self.u16(vtable), self.u16(vtable + 2)
        if ends < 4 or ends % 2 or size < 4 or at + size > len(self.data):
            raise DamageError(f"the {name} at byte {at} does not fit in the file")
        offsets = struct.unpack_from(f"<{(ends - 4) // 2}H", self.data, vtable + 4)
        if any(offset >= size for offset in offsets):
            raise DamageError(f"the {name} at byte {at} has a field outside of it")
        return {slot: at + offset for slot, offset in enumerate(offsets) if offset}

    def table(self, name: str, at: int) -> None:
        if (name, at) in self.seen:
            return
        self.seen.add((name, at))
        self.count(1)
        fields = self.fields(name, at)
        schema = SCHEMA[name] if name in SCHEMA else OPTIONS.get(name, {})
        for slot, kind in schema.items():
            if slot in fields:
                self.field(kind, fields, slot)

    def field(self, kind: Slot, fields: dict[int, int], slot: int) -> None:
        at = fields[slot]
        if isinstance(kind, int):
            if at + kind > len(self.data):
                raise DamageError(f"the value at byte {at} leaves the file")
        elif isinstance(kind, TableAt):
            self.table(kind.table, self.follow(at))
        elif isinstance(kind, TablesAt):
            start, length = self.vector(at, 4)
            self.count(length)
            for i in range(length):
                self.table(kind.table, self.follow(start + 4 * i))
        elif kind in _UNIONS:
            code = self.data[fields[slot - 1]] if slot - 1 in fields else 0
            self.table(_UNIONS[kind].get(code, "options"), self.follow(at))
        else:
            start, length = self.vector(at, _ELEMENT[kind])
            if kind == STRING and self.data[start + length : start + length + 1] != b"\0":
                raise DamageError(f"the text at byte {start} has no end")

    def vector(self, at: int, element: int) -> tuple[int, int]:
        """Start and number of elements of the vector that the offset at `at` points to."""
        start = self.follow(at)
        length = self.u32(start)
        if start + 4 + length * element > len(self.data):
            raise DamageError(f"the vector at byte {start} ends beyond the end of the file")
        return start + 4, length
