"""A small network as a .tflite, and variations of it: conv_2d, then reshape."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from compiler.ir import DType, Quant, Tensor
from tests.ops.tflite_builder import Operator, Options, Subgraph, build

X, WEIGHTS, BIAS, Y, SHAPE, Z = range(6)

CONV_OPTIONS = Options(
    "Conv2DOptions",
    {"Padding": 1, "StrideH": 1, "StrideW": 1, "DilationHFactor": 1, "DilationWFactor": 1},
)
CONV = Operator("CONV_2D", (X, WEIGHTS, BIAS), (Y,), CONV_OPTIONS, version=3)
RESHAPE = Operator("RESHAPE", (Y, SHAPE), (Z,), Options("ReshapeOptions", {"NewShape": (1, 27)}))


def tensors() -> tuple[Tensor, ...]:
    weights = np.arange(54, dtype=np.int8).reshape(3, 3, 3, 2)
    scales = (0.25, 0.5, 0.125)
    return (
        Tensor("x", (1, 5, 5, 2), DType.INT8, Quant((0.5,), (3,))),
        Tensor("weights", (3, 3, 3, 2), DType.INT8, Quant(scales, (0, 0, 0)), weights),
        Tensor("bias", (3,), DType.INT32, Quant(scales, (0, 0, 0)), np.array([1, 2, 3], np.int32)),
        Tensor("y", (1, 3, 3, 3), DType.INT8, Quant((2.0,), (-3,))),
        Tensor("shape", (2,), DType.INT32, None, np.array([1, 27], np.int32)),
        Tensor("z", (1, 27), DType.INT8, Quant((2.0,), (-3,))),
    )


def subgraph(
    changes: Mapping[int, Mapping[str, Any]] | None = None,
    **fields: Any,  # noqa: ANN401 (fields of every type)
) -> Subgraph:
    """The network with some fields of tensors (by index) and of the subgraph changed."""
    changed = tuple(
        dataclasses.replace(t, **(changes or {}).get(i, {})) for i, t in enumerate(tensors())
    )
    return dataclasses.replace(Subgraph(changed, (CONV, RESHAPE), (X,), (Z,)), **fields)


def model(
    changes: Mapping[int, Mapping[str, Any]] | None = None,
    **fields: Any,  # noqa: ANN401 (fields of every type)
) -> bytes:
    return build(subgraph(changes, **fields))
