"""Parameters with which LiteRT's reference kernels refuse a type that they otherwise take, or crash
on it: of each range a network inside, and the nearest one outside that runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from compiler.ir import Array, DType, Quant, Tensor

from .cases import FLOAT32, INT8, INT32, activation, const, padding
from .litert import Question
from .probes import INT16, INT64, ints, network
from .tflite_builder import Subgraph

BOOL = DType.BOOL
Image = tuple[int, ...]


@dataclass(frozen=True)
class Range:
    """`refused` says which parameters LiteRT refuses; the networks are its nearest ends."""

    operator: str
    types: str
    refused: str
    inside: Question
    outside: Question


def scaled(
    name: str, dtype: DType, scale: float = 0.0, zero: int = 0, shape: Sequence[int] = (2, 3)
) -> Tensor:
    quant = Quant((float(np.float32(scale)),), (zero,)) if scale else None
    return Tensor(name, tuple(shape), dtype, quant)


def ask(graph: Subgraph, *inputs: Array) -> Question:
    """With zeros as inputs, or others."""
    zeros = (np.zeros(graph.tensors[i].shape, graph.tensors[i].dtype.numpy) for i in graph.inputs)
    return Question((graph,), inputs or tuple(zeros))


def options_of(code: str) -> str:
    """The name of its table of options."""
    if code in ("MAXIMUM", "MINIMUM"):
        return "MaximumMinimumOptions"
    return "".join(part.capitalize() for part in code.split("_")) + "Options"


def pair(
    code: str,
    dtype: DType,
    scales: tuple[float, float, float],
    shapes: Sequence[Sequence[int]] = ((2, 3), (2, 3)),
    out: DType | None = None,
    **fields: float,
) -> Question:
    """a, b → output with the scales."""
    a, b = (
        scaled(n, dtype, s, 0, shape) for n, s, shape in zip("ab", scales, shapes, strict=False)
    )
    result = scaled("out", out or dtype, 0 if out else scales[2], 0, np.broadcast_shapes(*shapes))
    return ask(network(code, [a, b], [result], options_of(code), 2, **fields))


def divided(code: str, dtype: DType, divisor: int, scale: float = 0.0) -> Question:
    tensors = [scaled(n, dtype, scale) for n in ("a", "b", "out")]
    graph = network(code, tensors[:2], tensors[2:], options_of(code))
    one = np.ones((2, 3), dtype.numpy)
    return ask(graph, one, one * dtype.numpy.type(divisor))


def one(
    code: str, x: Tensor, out: Tensor, table: str = "", value: int | None = None, **fields: float
) -> Question:
    inputs = () if value is None else (np.full(x.shape, value, x.dtype.numpy),)
    return ask(network(code, [x], [out], table, **fields), *inputs)


def convolution(
    code: str, dtype: DType, bias: DType | None, out_scale: float = 1.0, zero: int = 0, **more: int
) -> Question:
    """A layer of 1x1 windows."""
    x = scaled("x", dtype, 1.0, zero, (1, 2, 2, 2))
    depthwise = code == "DEPTHWISE_CONV_2D"
    shape = (1, 1, 1, 2) if depthwise else (2, 1, 1, 2)
    weights = const("w", np.ones(shape), INT8, Quant((1.0,), (0,)))
    tensors: list[Tensor | None] = [x, weights]
    tensors.append(None if bias is None else const("b", np.zeros(2), bias, Quant((1.0,), (0,))))
    table = {
        "CONV_2D": "Conv2DOptions", "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions",
        "TRANSPOSE_CONV": "TransposeConvOptions",
    }[code]  # fmt: skip
    fields = {"Padding": padding("VALID"), "StrideH": 1, "StrideW": 1, **more}
    if depthwise:
        fields["DepthMultiplier"] = 1
    if code == "TRANSPOSE_CONV":
        tensors = [ints("shape", 1, 2, 2, 2), weights, x, *tensors[2:]]
    out = scaled("out", dtype, out_scale, zero, (1, 2, 2, 2))
    return ask(network(code, tensors, [out], table, 3, **fields))


def dense(dtype: DType, bias: DType | None, zero: int = 0) -> Question:
    x, out = scaled("x", dtype, 1.0, zero, (1, 2)), scaled("out", dtype, 1.0, zero, (1, 2))
    weights = const("w", np.ones((2, 2)), INT8, Quant((1.0,), (0,)))
    end = None if bias is None else const("b", np.zeros(2), bias, Quant((1.0,), (0,)))
    return ask(network("FULLY_CONNECTED", [x, weights, end], [out], "FullyConnectedOptions", 4))


def joined(code: str, table: str, dtype: DType, scale: float) -> Question:
    axis = {"CONCATENATION": (4, 3), "PACK": (2, 2, 3)}[code]
    inputs = [scaled("a", dtype, 1.0), scaled("b", dtype, scale)]
    fields = {"Axis": 0, **({"ValuesCount": 2} if code == "PACK" else {})}
    return ask(network(code, inputs, [scaled("out", dtype, 1.0, 0, axis)], table, **fields))


def resized(corners: bool) -> Question:
    x, out = scaled("x", FLOAT32, 0, 0, (1, 2, 2, 1)), scaled("out", FLOAT32, 0, 0, (1, 4, 4, 1))
    fields = {"AlignCorners": corners, "HalfPixelCenters": True}
    inputs = [x, ints("size", 4, 4)]
    return ask(network("RESIZE_BILINEAR", inputs, [out], "ResizeBilinearOptions", 3, **fields))


def gathered(code: str, index: int) -> Question:
    out = scaled("out", FLOAT32, 0, 0, (1, 3))
    x = scaled("x", FLOAT32)
    where = Tensor("i", (1,) if code != "GATHER_ND" else (1, 1), INT32)
    inputs = [where, x] if code == "EMBEDDING_LOOKUP" else [x, where]
    graph = network(code, inputs, [out], "GatherOptions" if code == "GATHER" else "")
    arrays = {"x": np.zeros((2, 3), np.float32), "i": np.full(where.shape, index, np.int32)}
    return ask(graph, *(arrays[graph.tensors[i].name] for i in graph.inputs))


def padded(rank: int) -> Question:
    shape = (2,) * rank
    x, out = scaled("x", FLOAT32, 0, 0, shape), scaled("out", FLOAT32, 0, 0, shape)
    margins = const("margins", np.zeros((rank, 2)), INT32)
    return ask(network("PAD", [x, margins], [out], "PadOptions"))


def _sums() -> Iterator[Range]:
    for code in ("ADD", "SUB"):
        least = 2.0**-19
        yield Range(
            code, "int8, uint8", "output scale of 2^-19 of the larger input scale or less",
            pair(code, INT8, (1.0, 1.0, least)), pair(code, INT8, (1.0, 1.0, 1.01 * least)),
        )  # fmt: skip
        yield Range(
            code, "int16", "output scale of 2^-14 of the larger input scale or less",
            pair(code, INT16, (1.0, 1.0, 2.0**-14), PotScaleInt16=False),
            pair(code, INT16, (1.0, 1.0, 1.01 * 2.0**-14), PotScaleInt16=False),
        )  # fmt: skip
    yield Range(
        "ADD", "int16", "scales that are powers of two, one input stretched",
        pair("ADD", INT16, (1.0, 0.5, 1.0), ((2, 3), (1, 3)), PotScaleInt16=True),
        pair("ADD", INT16, (1.0, 0.5, 1.0), PotScaleInt16=True),
    )  # fmt: skip


def _pairs() -> Iterator[Range]:
    yield Range(
        "SQUARED_DIFFERENCE", "int8", "output scale of 2^-12 of the square of the inputs' or less",
        pair("SQUARED_DIFFERENCE", INT8, (1.0, 1.0, 2.0**-12)),
        pair("SQUARED_DIFFERENCE", INT8, (1.0, 1.0, 1.01 * 2.0**-12)),
    )  # fmt: skip
    for code in ("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL"):
        yield Range(
            code, "int8, uint8", "an input scale of 1",
            pair(code, INT8, (1.0, 1.0, 0.0), out=BOOL),
            pair(code, INT8, (0.99999, 0.99999, 0.0), out=BOOL),
        )  # fmt: skip
    for code, types in (("DIV", (INT32,)), ("FLOOR_DIV", (INT8, INT16, INT32))):
        for dtype in types:
            yield Range(
                code, dtype.value, "a divisor of 0",
                divided(code, dtype, 0), divided(code, dtype, 1),
            )  # fmt: skip
    for dtype in (INT8, INT16, INT32, INT64):
        yield Range(
            "FLOOR_MOD", dtype.value, "a divisor of 0",
            divided("FLOOR_MOD", dtype, 0), divided("FLOOR_MOD", dtype, 1),
        )  # fmt: skip


def _curves() -> Iterator[Range]:
    for code in ("SQRT", "RSQRT"):
        x, out = scaled("x", INT8, 0.1), scaled("out", INT8, 0.1)
        yield Range(
            code, "int8", "a value below the zero point",
            one(code, x, out, value=-1), one(code, x, out, value=1),
        )  # fmt: skip
    for code in ("ABS", "EXP", "LOG", "SQRT", "RSQRT"):
        graphs = [
            one(code, scaled("x", INT16, 0.001, z), scaled("out", INT16, 0.001), value=2)
            for z in (1, 0)
        ]
        yield Range(code, "int16", "a zero point other than 0", graphs[0], graphs[1])
    for code in ("LOGISTIC", "TANH", "SOFTMAX"):
        table = "SoftmaxOptions" if code == "SOFTMAX" else ""
        more = {"Beta": 1.0} if code == "SOFTMAX" else {}
        asked = [
            one(code, scaled("x", INT8, 0.1), scaled("out", INT8, s, -128), table, **more)
            for s in (1 / 100, 1 / 256)
        ]
        if code != "TANH":
            yield Range(code, "int8", "an output scale other than 1/256", *asked)
        asked = [
            one(code, scaled("x", INT16, 0.1), scaled("out", INT16, s), table, **more)
            for s in (1 / 100, 2.0**-15)
        ]
        yield Range(code, "int16", "an output scale other than 2^-15", *asked)
    asked = [
        one("LOG_SOFTMAX", scaled("x", INT8, 0.1), scaled("out", INT8, s, 127), "LogSoftmaxOptions")
        for s in (1 / 10, 1 / 16)
    ]
    yield Range("LOG_SOFTMAX", "int8", "an output scale other than 1/16", *asked)
    asked = [
        one("L2_NORMALIZATION", scaled("x", INT8, 0.1), scaled("out", INT8, s), "L2NormOptions")
        for s in (1 / 100, 1 / 128)
    ]
    yield Range("L2_NORMALIZATION", "int8", "an output scale other than 1/128", *asked)
    asked = [
        one("LEAKY_RELU", scaled("x", INT16, 0.1, z), scaled("out", INT16, 0.1), "LeakyReluOptions")
        for z in (1, 0)
    ]
    yield Range("LEAKY_RELU", "int16", "a zero point other than 0", *asked)


def _layers() -> Iterator[Range]:
    relu6 = activation("RELU6")
    for code in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        yield Range(
            code, "int8", "RELU6 whose 6 is 2^31 steps of the output or more",
            convolution(code, INT8, INT32, 6 * 2.0**-31.01, FusedActivationFunction=relu6),
            convolution(code, INT8, INT32, 6 * 2.0**-30.99, FusedActivationFunction=relu6),
        )  # fmt: skip
    yield Range(
        "CONV_2D", "int16", "no bias",
        convolution("CONV_2D", INT16, None), convolution("CONV_2D", INT16, INT64),
    )  # fmt: skip
    yield Range(
        "DEPTHWISE_CONV_2D", "int16", "a bias of int32",
        convolution("DEPTHWISE_CONV_2D", INT16, INT32),
        convolution("DEPTHWISE_CONV_2D", INT16, INT64),
    )  # fmt: skip
    for code in ("CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV"):
        yield Range(
            code, "int16", "a zero point other than 0",
            convolution(code, INT16, INT64, zero=1), convolution(code, INT16, INT64),
        )  # fmt: skip
    yield Range(
        "FULLY_CONNECTED", "int16", "a zero point other than 0",
        dense(INT16, INT64, 1), dense(INT16, INT64),
    )  # fmt: skip


def _movements() -> Iterator[Range]:
    for code, table in (("CONCATENATION", "ConcatenationOptions"), ("PACK", "PackOptions")):
        for dtype in (INT8, INT16):
            if (code, dtype) == ("CONCATENATION", INT16):
                continue  # joined as they are
            yield Range(
                code, dtype.value, "inputs of other scales than the output",
                joined(code, table, dtype, 0.5), joined(code, table, dtype, 1.0),
            )  # fmt: skip
    yield Range(
        "RESIZE_BILINEAR", "float32", "corners aligned and half-pixel centres",
        resized(True), resized(False),
    )  # fmt: skip
    for code in ("GATHER", "GATHER_ND", "EMBEDDING_LOOKUP"):
        for index in (-1, 2):
            yield Range(
                code, "float32", f"an index of {index} in 2 rows",
                gathered(code, index), gathered(code, 1),
            )  # fmt: skip
    yield Range("PAD", "float32", "more than 5 axes", padded(6), padded(5))


RANGES = (*_sums(), *_pairs(), *_curves(), *_layers(), *_movements())
