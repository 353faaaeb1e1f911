"""Random single-operator networks, drawn with a seed from a table of parameter ranges.

A `Row` of the table is one operator with one combination of element types: ranges of parameters
and a function that makes a network of a draw. The rows stand in the operator's own test file
(`tests/ops/test_<op>.py`); what several rows need stands here. A case depends on the row's name
and the case's number alone, so `Row.case(17)` is the same today and tomorrow.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log2, prod, sqrt
from typing import Any

import numpy as np
import tflite

from compiler.ir import Array, DType, Quant, Tensor
from compiler.quant import integer_range

from .tflite_builder import Operator, Options, Subgraph, build

INT8, INT32, FLOAT32 = DType.INT8, DType.INT32, DType.FLOAT32

RUNS = 2  # of each case: with ordinary and with extreme inputs

# Scales near 0, usual ones, near 1 on both sides, a power of two, above 1.
SCALES = (1.7e-5, 2.3e-4, 0.0039215686, 0.0173, 0.25, 0.99999, 1.0, 1.00001, 3.7, 113.0)
# Both ends (often: small tables have to meet them), beside them, the middle and anything.
ZERO_POINTS = (*(-128, 127) * 6, -127, 0, 126, *range(-60, 60, 7))
# TFLite allows tensors of up to these.
RANKS = (1, 2, 3, 4, 5, 6)
ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")
REFUSALS = {"no_integer_overflow_from_quantization": "a bound of the activation is beyond int32"}
IMAGE = {
    "batch": (1, 1, 2, 3),
    "height": range(1, 14),
    "width": range(1, 14),
    "channels": (1, 2, 3, 4, 5, 7, 8, 13, 16, 20),
}


@dataclass(frozen=True, eq=False)
class Case:
    """A network (its subgraphs, the main one first) and the sets of inputs it is run on, one after
    the other where it has a state. `name` is a C identifier."""

    name: str
    graphs: tuple[Subgraph, ...]
    runs: tuple[tuple[Array, ...], ...]

    @cached_property
    def model(self) -> bytes:
        """The .tflite file."""
        return build(*self.graphs)


@dataclass(frozen=True, eq=False)
class Row:
    """One line of the table. `ranges` names what `make` draws; a pick is equally likely for each
    item of a range. `refusals` maps part of a message with which LiteRT refuses some of the cases
    to the reason; such cases are replaced by others, never counted. `values` makes the inputs where
    those of `Draw.input` will not do. `unknown` to LiteRT: the room's reference is what counts."""

    name: str
    make: Callable[[Draw], Subgraph | tuple[Subgraph, ...]]
    ranges: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    cases: int = 40
    runs: int = RUNS
    refusals: Mapping[str, str] = field(default_factory=lambda: REFUSALS)
    values: Callable[[Draw, Tensor, bool], Array] | None = None
    unknown: bool = False

    def case(self, number: int) -> Case:
        draw = Draw(self, number)
        made = self.make(draw)
        graphs = made if isinstance(made, tuple) else (made,)
        main, values = graphs[0], self.values or Draw.input
        arrays = [
            tuple(values(draw, main.tensors[i], r % 2 == 1) for i in main.inputs)
            for r in range(self.runs)
        ]
        return Case(f"{self.name}_{number}", graphs, tuple(arrays))


class Draw:
    """The random choices of one case."""

    def __init__(self, row: Row, number: int) -> None:
        self.row, self.number = row, number
        self.rng = np.random.default_rng(zlib.crc32(f"{row.name}/{number}".encode()))
        self.bounds: dict[str, tuple[int, int]] = {}  # of inputs, by name: least and greatest value

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 (what the range holds)
        """A pick from one of the row's ranges."""
        return self.pick(self.row.ranges[name])

    def pick(self, items: Sequence[Any]) -> Any:  # noqa: ANN401
        return items[int(self.rng.integers(len(items)))]

    def chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def image(self) -> tuple[int, int, int, int]:
        """An NHWC shape from the ranges of IMAGE."""
        return self["batch"], self["height"], self["width"], self["channels"]

    def shape(self, ranks: Sequence[int] = RANKS, most: int = 9) -> tuple[int, ...]:
        """One rank after the other; each second and third case meets all of them, too."""
        rank = ranks[(self.number + self.number // len(ranks)) % len(ranks)]
        if rank > 4:
            most = min(most, 3)  # for the number of elements
        return tuple(int(n) for n in self.rng.integers(1, most, rank, endpoint=True))

    def quant(self, scales: Sequence[float] = SCALES) -> Quant:
        """One scale and zero point for an int8 tensor."""
        return Quant((float(np.float32(self.pick(scales))),), (int(self.pick(ZERO_POINTS)),))

    def activations(
        self, name: str, shape: Iterable[int], dtype: DType, scales: Sequence[float] = SCALES
    ) -> Tensor:
        """A tensor that holds activations: quantised unless it is float."""
        if dtype.is_float:
            return Tensor(name, tuple(shape), dtype)
        quant = self.quant(scales)
        if dtype is DType.UINT8:
            quant = Quant(quant.scale, (quant.zero_point[0] + 128,))
        if dtype is DType.INT16:
            quant = Quant(quant.scale, (0,))
        return Tensor(name, tuple(shape), dtype, quant)

    def like(self, tensor: Tensor, name: str, shape: Iterable[int]) -> Tensor:
        """A tensor of the same type and quantisation."""
        return Tensor(name, tuple(shape), tensor.dtype, tensor.quant)

    def values(
        self, shape: tuple[int, ...], dtype: DType, low: int = -128, high: int = 127
    ) -> Array:
        """Random data. Floats are multiples of 1/8: sums of some thousand products of such are
        exact in float32 in any order, so that a comparison needs no tolerance for the order."""
        if dtype.is_float:
            return (np.round(self.rng.normal(size=shape) * 8) / 8).astype(dtype.numpy)
        return self.rng.integers(low, high, shape, endpoint=True).astype(dtype.numpy)

    def input(self, tensor: Tensor, extreme: bool) -> Array:
        """Values for an input: uniform (floats: normal), or many at the ends of the range."""
        if tensor.name in self.bounds:
            return self.values(tensor.shape, tensor.dtype, *self.bounds[tensor.name])
        wide = integer_range(tensor.dtype) if tensor.dtype is DType.INT16 else (-128, 127)
        values = self.values(tensor.shape, tensor.dtype, *wide)
        if not extreme:
            return values
        ends = [-30.0, 0.0, 0.125, 6.0, 40.0]
        if tensor.dtype is DType.BOOL:
            ends = [False, True]
        elif not tensor.dtype.is_float:
            low, high = integer_range(tensor.dtype)
            ends = [low, low + 1, 0, high]
        chosen = self.rng.choice(np.array(ends, tensor.dtype.numpy), tensor.shape)
        return np.where(self.rng.random(tensor.shape) < 0.7, chosen, values)


def const(name: str, data: Array, dtype: DType, quant: Quant | None = None) -> Tensor:
    return Tensor(name, tuple(data.shape), dtype, quant, np.asarray(data, dtype.numpy))


def single(
    code: str,
    tensors: Sequence[Tensor],
    options: Options | None = None,
    version: int = 1,
    absent: Sequence[int] = (),
) -> Subgraph:
    """A network of one operator: the last tensor is its output, the others its inputs in order (-1
    at the places in `absent`); the network's inputs are those that are not constant."""
    operands: list[int] = list(range(len(tensors) - 1))
    for place in absent:
        operands.insert(place, -1)
    inputs = tuple(i for i in range(len(tensors) - 1) if tensors[i].data is None)
    last = len(tensors) - 1
    operator = Operator(code, tuple(operands), (last,), options, version)
    return Subgraph(tuple(tensors), (operator,), inputs, (last,), name="main")


def activation(name: str) -> int:
    """The schema's code of a fused activation."""
    return int(getattr(tflite.ActivationFunctionType, name))


def padding(name: str) -> int:
    return int(getattr(tflite.Padding, name))


def windows(size: int, k: int, stride: int, dilation: int, pad: str) -> int:
    """Output rows (or columns): SAME gives ceil(size / stride)."""
    if pad == "SAME":
        return -(-size // stride)
    return (size - (k - 1) * dilation - 1) // stride + 1


def fits(size: int, k: int, dilation: int, pad: str) -> int:
    """An image size in which at least one window fits."""
    return size if pad == "SAME" else max(size, (k - 1) * dilation + 1)


def weights_and_bias(
    draw: Draw, shape: tuple[int, ...], axis: int, x: Tensor, out_shape: tuple[int, ...]
) -> tuple[list[Tensor], Tensor]:
    """Weights and bias (unless the row says so) of a layer that sums products, and its output.

    `axis` is the weights' axis of output channels. The output's scale is chosen such that sums
    spread over the range of int8 times the row's `gain`: below 1 they cluster, above they saturate.
    """
    channels = shape[axis]
    if x.dtype.is_float and draw.row.ranges.get("hybrid"):
        return hybrid_weights_and_bias(draw, shape, axis, out_shape)
    if x.dtype is DType.UINT8:
        return uint8_weights_and_bias(draw, shape, axis, x, out_shape)
    if x.dtype is DType.INT16:
        return int16_weights_and_bias(draw, shape, axis, x, out_shape)
    has_bias = draw["bias"]
    if x.dtype.is_float:
        tensors = [const("weights", draw.values(shape, FLOAT32), FLOAT32)]
        if has_bias:
            tensors.append(const("bias", draw.values((channels,), FLOAT32), FLOAT32))
        return tensors, Tensor("out", out_shape, FLOAT32)
    per_channel = draw["per_channel"]
    n = channels if per_channel else 1
    scales = draw["weight_scale"] * draw.rng.uniform(0.05, 1.0, n)
    ties = draw.row.ranges.get("ties", (False,))[0]
    scales = [power_of_two(s) if ties else float(s) for s in scales.astype(np.float32)]
    taps = prod(shape) // channels
    spread = 74.0 * 74.0 * sqrt(taps)  # the deviation of a sum of products of uniform int8
    data = draw.values(shape, INT8, -127)
    if ties:  # -128 beside a negative weight, so that packing turns signs
        first = np.moveaxis(data, axis, 0).reshape(channels, -1)[:, 0]
        np.moveaxis(data, axis, 0)[(slice(None), *(0,) * (len(shape) - 1))] = np.where(
            np.arange(channels) % 2, -np.abs(first), -128
        )
    elif draw.chance(0.2):
        data = np.where(draw.rng.random(shape) < 0.5, data, draw.pick([127, -127, -128]))
    share = draw.row.ranges.get("constant_channels", (0,))[0]
    pushed = np.zeros(channels, np.bool_)
    if share:  # of the channels that have always the same value: without weights, or saturated
        silent, pushed = draw.rng.random((2, channels)) < share / 2
        data = np.where(
            np.expand_dims(silent, [a for a in range(len(shape)) if a != axis]), 0, data
        )
    tensors = [
        const("weights", data, INT8, Quant(tuple(scales), (0,) * n, axis if per_channel else 0))
    ]
    if has_bias:
        bias = draw.rng.normal(size=channels) * spread * np.where(pushed, 300, 1)
        bias_scale = tuple(float(np.float32(x.scale) * np.float32(s)) for s in scales)
        tensors.append(const("bias", bias.astype(np.int32), INT32, Quant(bias_scale, (0,) * n)))
    ratio = spread / (60.0 * draw["gain"])
    # With powers of two multipliers are exact, and many results lie between two values.
    out_scale = x.scale * max(scales) * (power_of_two(ratio) if ties else ratio)
    out = Quant((float(np.float32(out_scale)),), (int(draw.pick(ZERO_POINTS)),))
    return tensors, Tensor("out", out_shape, INT8, out)


def silenced(draw: Draw, weights: Array, axis: int, zero: int = 0) -> Array:
    """The row's share of channels without weights."""
    share = draw.row.ranges.get("constant_channels", (0,))[0]
    if not share:
        return weights
    silent = draw.rng.random(weights.shape[axis]) < share
    where = np.expand_dims(silent, [a for a in range(weights.ndim) if a != axis])
    return np.where(where, zero, weights)


def power_of_two(x: float) -> float:
    """One that is near."""
    return float(2.0 ** round(log2(x)))


def int16_weights_and_bias(
    draw: Draw, shape: tuple[int, ...], axis: int, x: Tensor, out_shape: tuple[int, ...]
) -> tuple[list[Tensor], Tensor]:
    """int8 weights under int16 activations; the bias is int64 or int32."""
    channels = shape[axis]
    n = channels if draw["per_channel"] else 1
    scales = (draw["weight_scale"] * draw.rng.uniform(0.05, 1.0, n)).astype(np.float32)
    spread = 19000.0 * 74.0 * sqrt(prod(shape) // channels)
    quant = Quant(tuple(map(float, scales)), (0,) * n, axis if n > 1 else 0)
    data = silenced(draw, draw.values(shape, INT8, -127), axis)
    tensors = [const("weights", data, INT8, quant)]
    bias_type = draw["bias_type"]
    if bias_type is not None:
        bias = np.clip(draw.rng.normal(size=channels) * spread, -(2.0**30), 2.0**30)
        bias_scale = tuple(float(np.float32(x.scale) * s) for s in scales)
        tensors.append(const("bias", bias.astype(np.int64), bias_type, Quant(bias_scale, (0,) * n)))
    out_scale = float(np.float32(x.scale * max(scales) * spread / (15000.0 * draw["gain"])))
    return tensors, Tensor("out", out_shape, DType.INT16, Quant((out_scale,), (0,)))


INT16_RANGES: dict[str, Sequence[Any]] = {
    "dtype": (DType.INT16,),
    "bias_type": (DType.INT64, DType.INT64, INT32, None),
    "gain": (0.02, 0.5, 1.0, 1.0, 2.0, 30.0),
}


def uint8_weights_and_bias(
    draw: Draw, shape: tuple[int, ...], axis: int, x: Tensor, out_shape: tuple[int, ...]
) -> tuple[list[Tensor], Tensor]:
    """uint8 weights with a zero point, at the ends of the range or anywhere."""
    scale = float(np.float32(draw["weight_scale"] * draw.rng.uniform(0.05, 1.0)))
    zero = int(draw.pick((0, 1, 100, 128, 128, 151, 255)))
    spread = 74.0 * 90.0 * sqrt(prod(shape) // shape[axis])
    weights = silenced(draw, draw.values(shape, DType.UINT8, 0, 255), axis, zero)
    tensors = [const("weights", weights, DType.UINT8, Quant((scale,), (zero,)))]
    if draw["bias"]:
        bias_scale = float(np.float32(x.scale) * np.float32(scale))
        bias = (draw.rng.normal(size=shape[axis]) * spread).astype(np.int32)
        tensors.append(const("bias", bias, INT32, Quant((bias_scale,), (0,))))
    out_scale = float(np.float32(x.scale * scale * spread / (60.0 * draw["gain"])))
    zero = int(draw.pick(ZERO_POINTS)) + 128
    return tensors, Tensor("out", out_shape, DType.UINT8, Quant((out_scale,), (zero,)))


UINT8 = {"dtype": (DType.UINT8,), "gain": (0.02, 0.5, 1.0, 1.0, 2.0, 30.0)}


def hybrid_weights_and_bias(
    draw: Draw, shape: tuple[int, ...], axis: int, out_shape: tuple[int, ...]
) -> tuple[list[Tensor], Tensor]:
    """int8 weights under float activations. Weights are -127 to 127, as the converter makes them
    (LiteRT's code for SSE multiplies -128 wrongly)."""
    channels = shape[axis]
    per_channel = draw["per_channel"]
    n = channels if per_channel else 1
    drawn = (draw["weight_scale"] * draw.rng.uniform(0.05, 1.0, n)).astype(np.float32)
    if draw.chance(0.1):
        drawn[:] = drawn[0]
    quant = Quant(tuple(map(float, drawn)), (0,) * n, axis if per_channel else 0)
    tensors = [const("weights", draw.values(shape, INT8, -127), INT8, quant)]
    if draw["bias"]:
        tensors.append(const("bias", draw.values((channels,), FLOAT32), FLOAT32))
    return tensors, Tensor("out", out_shape, FLOAT32)


MAC_RANGES: dict[str, Sequence[Any]] = {
    "bias": (True,),
    "per_channel": (True, True, False),
    "weight_scale": (1e-4, 0.004, 0.03, 1.0, 1.5),
    # From all in a few steps to all at the ends; the greatest gives multipliers above 1.
    "gain": (0.02, 0.5, 1.0, 1.0, 2.0, 30.0, 20000.0),
    "activation": ACTIVATIONS,
}

UNARY_RANGES: dict[str, Sequence[Any]] = {
    "dtype": (INT8,),
    "same_quant": (False, False, True),
    "out_scale": (0.03, 0.4, 0.99999, 1.0, 1.3, 25.0),  # times the input's
}


def unary(d: Draw, code: str, options: Options | None = None) -> Subgraph:
    """An element-wise operator of one input."""
    shape, dtype = d.shape(), d["dtype"]
    x = d.activations("in", shape, dtype)
    out = d.like(x, "out", shape)
    if not dtype.is_float and not d["same_quant"]:
        out = d.activations("out", shape, dtype, (x.scale * d["out_scale"],))
    return single(code, [x, out], options, version=2)


def broadcast_pair(d: Draw, broadcast: bool) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    """Two shapes that broadcast to the third: dimensions become 1, leading ones fall away."""
    shape = d.shape(most=6)
    if not broadcast:
        return [shape, shape], shape
    pair = [[1 if d.chance(0.4) else n for n in shape], list(shape)]
    if d.chance(0.3):  # both are stretched, each along other axes
        pair[1] = [1 if pair[0][i] != 1 and d.chance(0.4) else n for i, n in enumerate(shape)]
    while len(pair[0]) > 1 and pair[0][0] == 1 and d.chance(0.5):
        pair[0].pop(0)
    if d.chance(0.5):
        pair.reverse()
    return [tuple(p) for p in pair], shape
