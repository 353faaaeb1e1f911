"""What the rows of element-wise operators share: networks of two operands, and their inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from compiler.ir import Array, DType, Quant, Tensor
from compiler.quant import integer_range

from .cases import ACTIVATIONS, SCALES, Draw, activation, broadcast_pair, const, single
from .tflite_builder import Options, Subgraph

PAIR_RANGES: dict[str, Sequence[Any]] = {
    "broadcast": (False, True, True),
    "constant": ("neither", "neither", "neither", "first", "second", "scalar"),
    # Of the output, times the product or the larger of the inputs' scales.
    "out_scale": (1e-3, 0.3, 0.99, 1.0, 1.7, 40.0),
    "activation": ACTIVATIONS,
}


def full_range(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    """Values over the whole range of an integer type, many at its ends if extreme; floats and
    booleans likewise."""
    dtype, shape = tensor.dtype, tensor.shape
    if dtype is DType.BOOL:
        return d.rng.random(shape) < 0.5
    if dtype.is_float:
        return d.input(tensor, extreme)
    low, high = integer_range(dtype)
    values = d.rng.integers(low, high, shape, dtype.numpy, endpoint=True)
    if not extreme:
        small = d.rng.integers(max(low, -9), 9, shape, endpoint=True).astype(dtype.numpy)
        return np.where(d.rng.random(shape) < 0.5, small, values)
    ends = np.array([low, low + 1, 0, 1, high], dtype.numpy)
    return np.where(d.rng.random(shape) < 0.7, d.rng.choice(ends, shape), values)


def divisible(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    """The same without zeros in what comes second, and no quotient that overflows."""
    values = full_range(d, tensor, extreme)
    if tensor.name == "b" and not tensor.dtype.is_float:
        return np.where((values == 0) | (values == -1), np.array(3, values.dtype), values)
    return values


def plain(name: str, shape: Sequence[int], dtype: DType) -> Tensor:
    """A tensor without quantisation."""
    return Tensor(name, tuple(shape), dtype)


def binary(
    d: Draw,
    code: str,
    dtype: DType,
    options: str = "",
    activated: bool = False,
    out_dtype: DType | None = None,
    zero_free: bool = False,
    scaled: Sequence[DType] = (),
) -> Subgraph:
    """An operator on two tensors; one of them may be constant. The second one is free of zeros if
    `zero_free`. Of the types `scaled`, all are quantised alike, of others they have no scales."""
    shapes, out_shape = broadcast_pair(d, d["broadcast"])
    constant = d["constant"]
    if constant == "scalar":
        shapes, out_shape = [out_shape, (1,)], out_shape
    values = divisible if zero_free else full_range
    quants = d.activations("", (), dtype).quant if dtype in scaled else None
    operands = []
    for name, shape, which in zip("ab", shapes, ("first", "second"), strict=True):
        tensor = Tensor(name, shape, dtype, quants)
        if constant == which or (constant == "scalar" and name == "b"):
            tensor = const(name, values(d, tensor, extreme=False), dtype, quants)
        operands.append(tensor)
    out = Tensor("out", out_shape, out_dtype or dtype, None if out_dtype else quants)
    fields = {"FusedActivationFunction": activation(d["activation"])} if activated else {}
    table = Options(options, fields) if options else None
    return single(code, [*operands, out], table, version=1)


def quantised(
    d: Draw, code: str, dtype: DType, options: Options | None, product: bool, same: bool = False
) -> Subgraph:
    """An operator on two quantised tensors. The output's scale is `out_scale` times the product
    of theirs, or the larger of them; `same`: all are quantised alike."""
    shapes, out_shape = broadcast_pair(d, d["broadcast"])
    constant = d["constant"]
    if constant == "scalar":
        shapes, out_shape = [out_shape, (1,)], out_shape
    scales = d.row.ranges.get("scale", SCALES)
    operands = [d.activations(n, s, dtype, scales) for n, s in zip("ab", shapes, strict=True)]
    if same:
        operands[1] = d.like(operands[0], "b", operands[1].shape)
    a, b = operands
    spread = 2.0 ** (4 * dtype.bytes + 2) if dtype.bytes < 2 else 2.0**14
    scale = a.scale * b.scale * spread if product else max(a.scale, b.scale)
    out = d.activations("out", out_shape, dtype, (scale * d["out_scale"],))
    if same:
        out = d.like(a, "out", out_shape)
    for i, which in enumerate(("first", "second")):
        if constant == which or (constant == "scalar" and i == 1):
            x = operands[i]
            operands[i] = const(x.name, full_range(d, x, extreme=False), dtype, x.quant)
    return single(code, [*operands, out], options, version=2)


def quant(scale: float, zero: int = 0) -> Quant:
    return Quant((float(np.float32(scale)),), (zero,))


SUM_RANGES: dict[str, Sequence[Any]] = PAIR_RANGES | {
    # Output scale over the larger input scale: LiteRT wants it above 2^-19 (int16: 2^-14).
    "out_scale": (1e-3, 0.3, 0.99, 1.0, 1.7, 2.0, 40.0),
    "powers_of_two": (False, False, True),
}


def sum_or_difference(d: Draw, code: str, table: str) -> Subgraph:
    """ADD or SUB of the row's type. int16 has scales that are powers of two in a third of the
    cases. (With those, LiteRT's ADD aborts where it broadcasts: "Check failed: exponent >= 0".)"""
    dtype = d["dtype"]
    if dtype not in (DType.INT8, DType.UINT8, DType.INT16):
        return binary(d, code, dtype, table, activated=True)
    general = not (dtype is DType.INT16 and d["powers_of_two"])
    fields = {"FusedActivationFunction": activation(d["activation"])}
    fields["PotScaleInt16"] = int(not general)
    graph = quantised(d, code, dtype, Options(table, fields), product=False)
    if general:
        return graph
    if code == "ADD":
        shape = graph.tensors[-1].shape
        kept = tuple(replace(t, shape=shape, data=None) for t in graph.tensors)
        graph = replace(graph, tensors=kept, inputs=(0, 1))
    scale, shift = 2.0 ** d.pick((-15, -12, -3)), d.pick((0, 1, 3, 9))
    quants = [quant(scale), quant(scale / 2**shift), quant(scale)]
    if d.chance(0.5):
        quants[:2] = reversed(quants[:2])
    tensors = tuple(replace(t, quant=q) for t, q in zip(graph.tensors, quants, strict=True))
    return replace(graph, tensors=tensors)
