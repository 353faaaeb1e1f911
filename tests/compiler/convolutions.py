"""Convolutions one after the other, as a .tflite."""

from __future__ import annotations

import itertools

import numpy as np

from compiler.ir import DType, Quant, Tensor
from tests.ops.tflite_builder import Operator, Options, Subgraph, build

SIDE = 6
CONV = Options(
    "Conv2DOptions",
    {"Padding": 0, "StrideH": 1, "StrideW": 1, "DilationHFactor": 1, "DilationWFactor": 1},
)


def model(channels: tuple[int, ...] = (3, 8, 8, 8, 8, 5), kernel: int = 1) -> bytes:
    """Convolutions one after the other, from channels to channels."""
    rng = np.random.default_rng(1)
    tensors = [image("x", channels[0])]
    operators = []
    for i, (c, k) in enumerate(itertools.pairwise(channels)):
        x, scales = len(tensors) - 1, tuple(float(np.float32(0.01 + 0.001 * j)) for j in range(k))
        quant = Quant(scales, (0,) * k)
        weights = rng.integers(-127, 128, (k, kernel, kernel, c)).astype(np.int8)
        bias = rng.integers(-500, 500, k).astype(np.int32)
        tensors += [
            Tensor(f"w{i}", weights.shape, DType.INT8, quant, weights),
            Tensor(f"b{i}", bias.shape, DType.INT32, quant, bias),
            image(f"y{i}", k),
        ]
        operators.append(Operator("CONV_2D", (x, x + 1, x + 2), (x + 3,), CONV, version=3))
    return build(Subgraph(tuple(tensors), tuple(operators), (0,), (len(tensors) - 1,)))


def image(name: str, channels: int) -> Tensor:
    return Tensor(name, (1, SIDE, SIDE, channels), DType.INT8, Quant((0.05,), (3,)))
