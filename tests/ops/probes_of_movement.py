"""Probes (see probes.py) of operators that move or convert elements, and the table of all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tflite

from compiler.ir import DType, Tensor

from . import probes_of_indices
from .cases import FLOAT32, INT32, const
from .probes import (
    BOOL,
    QUANTISABLE,
    TYPES,
    Kind,
    Probe,
    arg,
    binary,
    ints,
    margins,
    network,
    pooled,
    reduced,
    resized,
    same_shape,
    scalar,
    unary,
)  # fmt: skip
from .tflite_builder import Operator, Options, Subgraph


def padv2(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    margins = const("margins", np.zeros((len(shape), 2)), INT32)
    inputs = [k.tensor("x", shape), margins, k.constant("value", (1,))]
    return network("PADV2", inputs, [k.tensor("out", shape)], "PadV2Options")


def concatenation(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [k.tensor("a", shape), k.tensor("b", shape)]
    out = k.tensor("out", (2 * shape[0], *shape[1:]))
    return network("CONCATENATION", inputs, [out], "ConcatenationOptions", Axis=0)


def pack(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [k.tensor("a", shape), k.tensor("b", shape)]
    out = k.tensor("out", (2, *shape))
    return network("PACK", inputs, [out], "PackOptions", Axis=0, ValuesCount=2)


def unpack(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    outputs = [k.tensor(f"out{i}", shape[1:]) for i in range(shape[0])]
    return network("UNPACK", [k.tensor("x", shape)], outputs, "UnpackOptions", Num=shape[0])


def split(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    outputs = [k.tensor(f"out{i}", (1, *shape[1:])) for i in range(shape[0])]
    inputs = [scalar("axis", 0), k.tensor("x", shape)]
    return network("SPLIT", inputs, outputs, "SplitOptions", NumSplits=shape[0])


def split_v(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    outputs = [k.tensor(f"out{i}", (1, *shape[1:])) for i in range(shape[0])]
    inputs = [k.tensor("x", shape), ints("sizes", *(1,) * shape[0]), scalar("axis", 0)]
    return network("SPLIT_V", inputs, outputs, "SplitVOptions", NumSplits=shape[0])


def slices(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [k.tensor("x", shape), ints("begin", *(0 for _ in shape)), ints("size", *shape)]
    return network("SLICE", inputs, [k.tensor("out", shape)], "SliceOptions")


def strided_slice(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    marks = ints("begin", *(0 for _ in shape)), ints("end", *shape), ints("by", *(1 for _ in shape))
    inputs = [k.tensor("x", shape), *marks]
    return network("STRIDED_SLICE", inputs, [k.tensor("out", shape)], "StridedSliceOptions")


def gather(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    out = k.tensor("out", (1, *shape[1:]))
    return network("GATHER", [k.tensor("x", shape), ints("i", 0)], [out], "GatherOptions")


def gather_nd(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    where = const("i", np.zeros((1, len(shape))), INT32)
    return network("GATHER_ND", [k.tensor("x", shape), where], [k.tensor("out", (1,))])


def lookup(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    out = k.tensor("out", (1, *shape[1:]))
    return network("EMBEDDING_LOOKUP", [ints("i", 0), k.tensor("x", shape)], [out])


def reshape(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [k.tensor("x", shape), ints("shape", int(np.prod(shape)))]
    out = k.tensor("out", (int(np.prod(shape)),))
    return network("RESHAPE", inputs, [out], "ReshapeOptions")


def squeeze(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    out = k.tensor("out", [n for n in shape if n != 1])
    return network("SQUEEZE", [k.tensor("x", shape)], [out], "SqueezeOptions")


def expand_dims(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [k.tensor("x", shape), scalar("axis", 0)]
    return network("EXPAND_DIMS", inputs, [k.tensor("out", (1, *shape))], "ExpandDimsOptions")


def shape_of(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    out = Tensor("out", (len(shape),), INT32)
    fields = {"OutType": tflite.TensorType.INT32}
    return network("SHAPE", [k.tensor("x", shape)], [out], "ShapeOptions", **fields)


def transpose(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [k.tensor("x", shape), ints("permutation", *reversed(range(len(shape))))]
    return network("TRANSPOSE", inputs, [k.tensor("out", shape[::-1])], "TransposeOptions")


def reverse(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    out = k.tensor("out", shape)
    return network("REVERSE_V2", [k.tensor("x", shape), ints("axes", 0)], [out])


def batches(code: str, options: str, name: str) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        sides = len(shape) - 2
        margins = const(name, np.zeros((sides, 2)), INT32)
        inputs = [k.tensor("x", shape), ints("block", *(1,) * sides), margins]
        return network(code, inputs, [k.tensor("out", shape)], options)

    return make


def select(code: str, options: str) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        inputs = [Tensor("c", shape, BOOL), k.tensor("a", shape), k.tensor("b", shape)]
        return network(code, inputs, [k.tensor("out", shape)], options)

    return make


def fill(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [ints("shape", *shape), k.tensor("value", ())]
    return network("FILL", inputs, [k.tensor("out", shape)], "FillOptions")


def broadcast_to(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [k.tensor("x", (1,)), ints("shape", *shape)]
    return network("BROADCAST_TO", inputs, [k.tensor("out", shape)], "BroadcastToOptions", 2)


def broadcast_args(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [k.constant("a", (2,)), k.tensor("b", (2,))]
    return network("BROADCAST_ARGS", inputs, [k.tensor("out", (2,))])


def cast(out: DType) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        return network("CAST", [k.tensor("x", shape)], [Tensor("out", shape, out)], "CastOptions")

    return make


def quantize(out: DType) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        result = Kind(out, True).tensor("out", shape)
        return network("QUANTIZE", [k.tensor("x", shape)], [result], "QuantizeOptions")

    return make


def dequantize(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    out = Tensor("out", shape, FLOAT32)
    return network("DEQUANTIZE", [k.tensor("x", shape)], [out], "DequantizeOptions", 3)


def prelu(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    alpha = k.constant("alpha", shape)
    return network("PRELU", [k.tensor("x", shape), alpha], [k.tensor("out", shape)])


def add_n(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [k.tensor("a", shape), k.tensor("b", shape)]
    return network("ADD_N", inputs, [k.tensor("out", shape)], "AddNOptions")


def update(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    start = ints("start", *(0 for _ in shape))
    inputs = [k.tensor("x", shape), k.tensor("update", shape), start]
    return network("DYNAMIC_UPDATE_SLICE", inputs, [k.tensor("out", shape)])


def variable(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    """What is assigned to a variable is read from it."""
    handle, x, out = (
        Tensor("handle", (), DType.RESOURCE),
        k.tensor("x", shape),
        k.tensor("out", shape),
    )
    operators = (
        Operator("VAR_HANDLE", (), (0,), Options("VarHandleOptions", {"SharedName": "v"})),
        Operator("ASSIGN_VARIABLE", (0, 1), (), Options("AssignVariableOptions")),
        Operator("READ_VARIABLE", (0,), (2,), Options("ReadVariableOptions")),
    )
    return Subgraph((handle, x, out), operators, (1,), (2,))


PROBES: Mapping[str, Probe] = {
    **{c: unary(c) for c in ("ABS", "CEIL", "COS", "ELU", "FLOOR", "LOGICAL_NOT")},
    **{c: unary(c) for c in ("LOG", "RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1", "ROUND")},
    **{c: unary(c) for c in ("RSQRT", "SIN", "SQRT", "SIGN")},
    "EXP": unary("EXP", "ExpOptions"),
    "NEG": unary("NEG", "NegOptions"),
    "SQUARE": unary("SQUARE", "SquareOptions"),
    "ZEROS_LIKE": unary("ZEROS_LIKE", "ZerosLikeOptions"),
    "HARD_SWISH": unary("HARD_SWISH", "HardSwishOptions"),
    "GELU": unary("GELU", "GeluOptions"),
    "LEAKY_RELU": unary("LEAKY_RELU", "LeakyReluOptions", Alpha=0.5),
    "LOGISTIC": unary("LOGISTIC", "", 1 / 256, -128),
    "TANH": unary("TANH", "", 1 / 128, 0),
    "SOFTMAX": unary("SOFTMAX", "SoftmaxOptions", 1 / 256, -128, Beta=1.0),
    "LOG_SOFTMAX": unary("LOG_SOFTMAX", "LogSoftmaxOptions", 16 / 256, 127),
    "L2_NORMALIZATION": unary("L2_NORMALIZATION", "L2NormOptions", 1 / 128, 0),
    "PRELU": prelu,
    "ADD": binary("ADD", "AddOptions"),
    "SUB": binary("SUB", "SubOptions"),
    "MUL": binary("MUL", "MulOptions"),
    "DIV": binary("DIV", "DivOptions"),
    "FLOOR_DIV": binary("FLOOR_DIV", "FloorDivOptions"),
    "FLOOR_MOD": binary("FLOOR_MOD", "FloorModOptions"),
    "MINIMUM": binary("MINIMUM", "MaximumMinimumOptions"),
    "MAXIMUM": binary("MAXIMUM", "MaximumMinimumOptions"),
    "SQUARED_DIFFERENCE": binary("SQUARED_DIFFERENCE", "SquaredDifferenceOptions"),
    "POW": binary("POW", "PowOptions"),
    "ATAN2": binary("ATAN2", "ATan2Options"),
    "BITWISE_XOR": binary("BITWISE_XOR", "BitwiseXorOptions"),
    "RIGHT_SHIFT": binary("RIGHT_SHIFT", "RightShiftOptions"),
    "LOGICAL_AND": binary("LOGICAL_AND", "LogicalAndOptions"),
    "LOGICAL_OR": binary("LOGICAL_OR", "LogicalOrOptions"),
    **{
        c: binary(c, "", BOOL)
        for c in ("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL")
    },
    "ADD_N": add_n,
    **{c: reduced(c) for c in ("SUM", "MEAN", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD")},
    **{c: reduced(c, version=1) for c in ("REDUCE_ALL", "REDUCE_ANY")},
    "ARG_MAX": arg("ARG_MAX", "ArgMaxOptions"),
    "ARG_MIN": arg("ARG_MIN", "ArgMinOptions"),
    "CUMSUM": same_shape("CUMSUM", "CumsumOptions", lambda r: scalar("axis", 0)),
    **{c: pooled(c) for c in ("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D")},
    "RESIZE_BILINEAR": resized("RESIZE_BILINEAR", "ResizeBilinearOptions"),
    "RESIZE_NEAREST_NEIGHBOR": resized("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions"),
    "PAD": same_shape("PAD", "PadOptions", margins),
    "PADV2": padv2,
    "MIRROR_PAD": same_shape("MIRROR_PAD", "MirrorPadOptions", margins, Mode=0),
    "TILE": same_shape("TILE", "TileOptions", lambda r: ints("times", *(1,) * r)),
    "CONCATENATION": concatenation,
    "PACK": pack,
    "UNPACK": unpack,
    "SPLIT": split,
    "SPLIT_V": split_v,
    "SLICE": slices,
    "STRIDED_SLICE": strided_slice,
    "GATHER": gather,
    "GATHER_ND": gather_nd,
    "EMBEDDING_LOOKUP": lookup,
    "RESHAPE": reshape,
    "SQUEEZE": squeeze,
    "EXPAND_DIMS": expand_dims,
    "SHAPE": shape_of,
    "TRANSPOSE": transpose,
    "REVERSE_V2": reverse,
    "SPACE_TO_BATCH_ND": batches("SPACE_TO_BATCH_ND", "SpaceToBatchNDOptions", "paddings"),
    "BATCH_TO_SPACE_ND": batches("BATCH_TO_SPACE_ND", "BatchToSpaceNDOptions", "crops"),
    "SPACE_TO_DEPTH": unary("SPACE_TO_DEPTH", "SpaceToDepthOptions", BlockSize=1),
    "DEPTH_TO_SPACE": unary("DEPTH_TO_SPACE", "DepthToSpaceOptions", BlockSize=1),
    "SELECT": select("SELECT", "SelectOptions"),
    "SELECT_V2": select("SELECT_V2", "SelectV2Options"),
    "FILL": fill,
    "BROADCAST_TO": broadcast_to,
    "BROADCAST_ARGS": broadcast_args,
    "DYNAMIC_UPDATE_SLICE": update,
    "variable": variable,
    **probes_of_indices.PROBES,
    "DEQUANTIZE": dequantize,
    **{f"QUANTIZE to {t.value}": quantize(t) for t in QUANTISABLE},
    **{f"CAST to {t.value}": cast(t) for t in TYPES},
}
# The rank that is probed with every type; 1x1 windows and blocks leave shapes alone.
SHAPES: Mapping[str, tuple[int, ...]] = {
    c: (1, 2, 2, 3)
    for c in (
        "AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D", "RESIZE_BILINEAR", "SPACE_TO_DEPTH",
        "RESIZE_NEAREST_NEIGHBOR", "SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND", "DEPTH_TO_SPACE",
        "PRELU", "LOCAL_RESPONSE_NORMALIZATION",
    )
}  # fmt: skip
