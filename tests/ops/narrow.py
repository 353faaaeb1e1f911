"""Networks whose weights or biases are narrower than usual: int4 weights, int32 biases of int16."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import tflite

from compiler.ir import DType, Tensor

from .cases import INT32, Draw
from .tflite_builder import Operator, Options, Subgraph


def bias_type_options(tensors: Sequence[Tensor]) -> dict[str, int]:
    """What the converter states for layers with int16 activations and an int32 bias."""
    int32 = tensors[0].dtype is DType.INT16 and tensors[2].dtype is INT32
    return {"QuantizedBiasType": tflite.TensorType.INT32} if int32 else {}


def packed(tensors: Sequence[Tensor]) -> list[Tensor]:
    """The weights (the first tensor) with their upper four bits alone, as int4."""
    weights, *others = tensors
    assert weights.data is not None
    return [dataclasses.replace(weights, dtype=DType.INT4, data=weights.data >> 4), *others]


INT4 = {"int4": (True,), "gain": (1.0, 16.0, 30.0)}


def narrowed(make: Callable[[Draw], Subgraph]) -> Callable[[Draw], Subgraph]:
    """The networks of a row with the upper four bits of their int8 constants, as int4."""

    def made(d: Draw) -> Subgraph:
        graph = make(d)
        tensors = tuple(
            packed([t])[0] if t.data is not None and t.dtype is DType.INT8 else t
            for t in graph.tensors
        )
        return dataclasses.replace(graph, tensors=tensors)

    return made


def halved(make: Callable[[Draw], Subgraph]) -> Callable[[Draw], Subgraph]:
    """The networks of a row with float16 constants, each behind a DEQUANTIZE, as the converter
    leaves them."""

    def made(d: Draw) -> Subgraph:
        graph = make(d)
        tensors, dequantize = list(graph.tensors), []
        for i, t in enumerate(graph.tensors):
            if t.data is None or t.dtype is not DType.FLOAT32:
                continue
            half = t.data.astype(np.float16)
            tensors.append(dataclasses.replace(t, name=f"half {i}", dtype=DType.FLOAT16, data=half))
            tensors[i] = dataclasses.replace(t, data=None)
            options = Options("DequantizeOptions")
            dequantize.append(Operator("DEQUANTIZE", (len(tensors) - 1,), (i,), options, 3))
        operators = (*dequantize, *graph.operators)
        return dataclasses.replace(graph, tensors=tuple(tensors), operators=operators)

    return made
