"""Probes (see probes.py) of operators that go by indices, and of those on diagonals."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType, Tensor

from .cases import INT32, const
from .probes import Kind, Probe, ints, network, scalar, unary
from .tflite_builder import Subgraph


def one_hot(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    values = [k.constant("on", ()), k.constant("off", ())]
    inputs = [Tensor("i", shape, INT32), scalar("depth", 4), *values]
    out = k.tensor("out", (*shape, 4))
    return network("ONE_HOT", inputs, [out], "OneHotOptions", Axis=-1)


def topk(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    out = (*shape[:-1], min(shape[-1], 2))
    outputs = [k.tensor("values", out), Tensor("indices", out, INT32)]
    inputs = [k.tensor("x", shape), scalar("k", out[-1])]
    return network("TOPK_V2", inputs, outputs, "TopKV2Options")


def reverse_sequence(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    inputs = [k.tensor("x", shape), ints("lengths", *(1,) * shape[0])]
    out = k.tensor("out", (shape[0], shape[1], *shape[2:]))
    return network("REVERSE_SEQUENCE", inputs, [out], "ReverseSequenceOptions", SeqDim=1)


def scatter_nd(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    indices = const("i", np.zeros((1, 1)), INT32)
    inputs = [indices, k.tensor("updates", (1, *shape[1:])), ints("shape", shape[0], *shape[1:])]
    return network("SCATTER_ND", inputs, [k.tensor("out", shape)], "ScatterNdOptions")


def segments(code: str, options: str) -> Probe:
    def make(k: Kind, shape: tuple[int, ...]) -> Subgraph:
        inputs = [k.tensor("x", shape), ints("numbers", *range(shape[0]))]
        if code != "SEGMENT_SUM":
            inputs.append(scalar("segments", shape[0]))
        return network(code, inputs, [k.tensor("out", shape)], options)

    return make


def diagonal(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    out = k.tensor("out", (*shape, shape[-1]))
    return network("MATRIX_DIAG", [k.tensor("x", shape)], [out], "MatrixDiagOptions")


def set_diagonal(k: Kind, shape: tuple[int, ...]) -> Subgraph:
    least = min(shape[-2], shape[-1])
    inputs = [k.tensor("x", shape), k.tensor("diagonal", (*shape[:-2], least))]
    return network("MATRIX_SET_DIAG", inputs, [k.tensor("out", shape)], "MatrixSetDiagOptions")


# Types that LiteRT moves as float32, which are larger: it writes behind the tensor.
OVERRUN = {
    code: (DType.INT4, DType.BOOL, DType.UINT16, DType.FLOAT16)
    for code in ("MATRIX_DIAG", "MATRIX_SET_DIAG")
}
UNSORTED = {f"UNSORTED_SEGMENT_{n.upper()}": n for n in ("Sum", "Prod", "Max", "Min")}
PROBES = {
    "ONE_HOT": one_hot,
    "TOPK_V2": topk,
    "REVERSE_SEQUENCE": reverse_sequence,
    "SCATTER_ND": scatter_nd,
    "MATRIX_DIAG": diagonal,
    "MATRIX_SET_DIAG": set_diagonal,
    "SEGMENT_SUM": segments("SEGMENT_SUM", "SegmentSumOptions"),
    **{code: segments(code, f"UnsortedSegment{n}Options") for code, n in UNSORTED.items()},
    "LOCAL_RESPONSE_NORMALIZATION": unary(
        "LOCAL_RESPONSE_NORMALIZATION", "LocalResponseNormalizationOptions", Radius=1, Bias=1.0
    ),
}
