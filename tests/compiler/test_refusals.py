"""Every rule of the operators' rooms refuses what breaks it, with its own words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest

from compiler.ir import DType, Quant, Tensor
from tests.ops.tflite_builder import Options

from .refusals import FLOAT32, INT8, INT32, activations, constant, problem

FRACTION = Quant((1 / 256,), (-128,))
DENSE = Options("FullyConnectedOptions")
RELU6 = {"FusedActivationFunction": 3}
WEIGHTS = constant(np.ones((2, 4)), INT8, Quant((0.1,), (0,)))
WIDE = constant(np.ones((2, 4)), INT8, Quant((0.1,) * 4, (0,) * 4, 1))
BARE = dataclasses.replace(WEIGHTS, quant=None)
CUBE = constant(np.ones((2, 2, 4)), INT8, Quant((0.1,), (0,)))
FINE = Quant((1e-9,), (0,))
TINY = Quant((1e-38,), (0,))
HUGE = Quant((3e38,), (0,))
PAIR = Quant((0.1, 0.2), (0, 0))


@pytest.mark.parametrize(
    ("code", "tensors", "options", "words"),
    [
        ("FULLY_CONNECTED", [activations(3, 3), WEIGHTS, activations(2, 2)], DENSE, "[3, 3]"),
        ("FULLY_CONNECTED", [activations(4), BARE, activations(1, 2)], DENSE, "without scales"),
        ("FULLY_CONNECTED", [activations(4), WIDE, activations(1, 2)], DENSE, "along axis 1"),
        ("FULLY_CONNECTED", [activations(4), CUBE, activations(1, 2)], DENSE, "rank 3"),
        (
            "FULLY_CONNECTED",
            [activations(1 << 14), activations(2, 1 << 14), activations(1, 2)],
            DENSE,
            "16384 products; supported: int8 weights or bias computed at run time: fewer than 2^14",
        ),
        (
            "FULLY_CONNECTED",
            [Tensor("x", (4,), FLOAT32), activations(2, 4), Tensor("y", (1, 2), FLOAT32)],
            DENSE,
            "computed at run time; supported: float32 activations with int8 weights: weights and",
        ),
        (
            "FULLY_CONNECTED",
            [activations(4, quant=HUGE), WEIGHTS, activations(1, 2, quant=FINE)],
            DENSE,
            "steps of the output",
        ),
        (
            "FULLY_CONNECTED",
            [activations(4), WEIGHTS, activations(1, 2, quant=TINY)],
            Options("FullyConnectedOptions", RELU6),
            "relu6 on an output with scale",
        ),
        (
            "FULLY_CONNECTED",
            [activations(4), WEIGHTS, activations(1, 2)],
            Options("FullyConnectedOptions", {"WeightsFormat": 1}),
            "shuffled",
        ),
        ("ADD", [activations(3), activations(4), activations(4)], Options("AddOptions"), "[3]"),
        (
            "ADD",
            [activations(3), activations(3, quant=None), activations(3)],
            Options("AddOptions"),
            "without such quantisation",
        ),
        (
            "ADD",
            [activations(3), activations(3), activations(3, quant=FINE)],
            Options("AddOptions"),
            "scales 0.5 and 0.5 in, 1e-09 out",
        ),
        ("SOFTMAX", [activations(3), activations(3)], Options("SoftmaxOptions"), "scale 0.5"),
        (
            "SOFTMAX",
            [activations(3), activations(3, quant=FRACTION)],
            Options("SoftmaxOptions", {"Beta": -1.0}),
            "beta -1",
        ),
        (
            "SOFTMAX",
            [activations(4096), activations(4096, quant=FRACTION)],
            Options("SoftmaxOptions", {"Beta": 1.0}),
            "4096 elements",
        ),
        (
            "QUANTIZE",
            [activations(2, dtype=FLOAT32), activations(2, quant=PAIR)],
            Options("QuantizeOptions"),
            "without such quantisation",
        ),
        (
            "QUANTIZE",
            [activations(3), activations(3, quant=FINE)],
            Options("QuantizeOptions"),
            "scales 0.5 in, 1e-09 out",
        ),
        (
            "DEQUANTIZE",
            [activations(2, quant=PAIR), activations(2, dtype=FLOAT32)],
            Options("DequantizeOptions"),
            "an input with 2 scales",
        ),
        (
            "DEQUANTIZE",
            [activations(2, dtype=DType.FLOAT16), activations(2, dtype=FLOAT32)],
            Options("DequantizeOptions"),
            "float16 input computed at run time",
        ),
        (
            "DEQUANTIZE",
            [activations(2, quant=HUGE), activations(2, dtype=FLOAT32)],
            Options("DequantizeOptions"),
            "a scale of 3e+38",
        ),
        (
            "RELU6",
            [activations(2, quant=TINY), activations(2, quant=TINY)],
            Options("PadOptions"),
            "relu6 on an output",
        ),
        (
            "PAD",
            [activations(2), constant([[-1, 1]], INT32), activations(2)],
            Options("PadOptions"),
            "paddings [[-1, 1]]",
        ),
        (
            "PAD",
            [activations(2), constant([1, 1], INT32), activations(4)],
            Options("PadOptions"),
            "paddings of shape [2]",
        ),
        (
            "PADV2",
            [activations(2), constant([[1, 1]], INT32), constant([1], INT8), activations(4)],
            Options("PadV2Options"),
            "another scale",
        ),
        (
            "RESHAPE",
            [activations(4), constant([3, -1], INT32), activations(2, 2)],
            Options("ReshapeOptions"),
            "output shapes",
        ),
    ],
)
def test_each_broken_rule_is_named(
    code: str, tensors: Sequence[Tensor], options: Options, words: str
) -> None:
    found = problem(code, tensors, options)
    assert found.startswith("operator 0") and code.removesuffix("V2") in found
    assert words in found


@pytest.mark.parametrize(
    ("code", "options", "types", "words"),
    [
        ("ADD", "AddOptions", (INT8, FLOAT32, INT8), "way out: quantise the operator as a whole"),
        ("ADD", "AddOptions", (DType.FLOAT16,) * 3, "way out: convert it to float32 or int8"),
        ("ADD", "AddOptions", (DType.FLOAT64,) * 3, "way out: train or export the model with flo"),
        ("ADD", "AddOptions", (DType.BOOL,) * 3, "way out: quantise the model to one of these"),
        ("ADD", "AddOptions", (INT32, INT32, INT8), "supported: (int32, int32) → int32 or "),
        ("ADD", "AddOptions", (INT32, INT32, INT8), "or 2 more (docs/SUPPORTED_OPS.md)"),
    ],
)
def test_the_nearest_types_come_first(
    code: str, options: str, types: Sequence[DType], words: str
) -> None:
    tensors = [activations(2, quant=None, dtype=t) for t in types]
    assert words in problem(code, tensors, Options(options))
