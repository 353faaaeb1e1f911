"""Networks whose weights or biases are narrower than usual: int4 weights, int32 biases of int16."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import tflite

from compiler.ir import DType, Tensor

from .cases import INT32


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
