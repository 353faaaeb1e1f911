"""Writes listen.tflite: how strongly a signal of three axes shook over the last 64 samples.

Convolutions without padding in time (`padding='valid'`), stride 2, then the mean over the window.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from compiler.ir import Quant, Tensor
from tests.ops.cases import INT8, INT32, activation, const, padding
from tests.ops.tflite_builder import Operator, Options, Subgraph, build

Q = Quant((1 / 128,), (0,))


def convolution(name: str, kernel: np.ndarray, rows: int) -> tuple[Tensor, Tensor, Tensor]:
    """Weights [out, k, 1, in], no bias, and what [1, rows, 1, in] gives with stride 2."""
    out_c, k = kernel.shape[:2]
    weights = const(f"{name}_weights", kernel, INT8, Quant((1 / 64,), (0,)))
    bias = const(f"{name}_bias", np.zeros(out_c), INT32, Quant((1 / 8192,), (0,)))
    out = Tensor(name, (1, (rows - k) // 2 + 1, 1, out_c), INT8, Quant((1 / 64,), (-128,)))
    return weights, bias, out


def model() -> bytes:
    """The file's bytes."""
    rng = np.random.default_rng(5)
    first = convolution("edges", rng.integers(-60, 60, (8, 5, 1, 3)), 64)
    second = convolution("shakes", rng.integers(-20, 60, (4, 3, 1, 8)), first[2].shape[1])
    axes = const("axes", np.array([1, 2]), INT32)
    strength = Tensor("strength", (1, 4), INT8, second[2].quant)
    tensors = (Tensor("motion", (1, 64, 1, 3), INT8, Q), *first, *second, axes, strength)
    fields = {
        "Padding": padding("VALID"),
        "StrideH": 2,
        "StrideW": 1,
        "FusedActivationFunction": activation("RELU"),
    }
    options = Options("Conv2DOptions", fields | {"DilationHFactor": 1, "DilationWFactor": 1})
    operators = (
        Operator("CONV_2D", (0, 1, 2), (3,), options, 3),
        Operator("CONV_2D", (3, 4, 5), (6,), options, 3),
        Operator("MEAN", (6, 7), (8,), Options("ReducerOptions", {"KeepDims": False}), 2),
    )
    return build(Subgraph(tensors, operators, (0,), (8,)))


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(model())
