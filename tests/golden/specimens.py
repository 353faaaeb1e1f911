"""The networks whose generated files are kept: digits, gesture, small ones of an operator each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from compiler.compile import compile_model
from compiler.ir import Array, DType, Quant, Tensor
from compiler.options import Options
from compiler.target import load
from tests.ops.cases import activation, const, padding, single
from tests.ops.tflite_builder import Operator, Subgraph, build
from tests.ops.tflite_builder import Options as OperatorOptions

ROOT = Path(__file__).absolute().parents[2]
INT8, INT32, FLOAT32 = DType.INT8, DType.INT32, DType.FLOAT32
Q, R = Quant((0.05,), (-5,)), Quant((0.11,), (3,))


@dataclass(frozen=True)
class Specimen:
    """A network under a name of its own, compiled for a target."""

    name: str
    model: Callable[[], bytes]
    target: str = "host"
    flags: Mapping[str, Any] = field(default_factory=dict)  # further fields of Options

    def files(self) -> dict[str, str]:
        """The generated files that are kept: C, header, report. Kernel headers are in runtime/."""
        command = f"netsuke compile {self.name}.tflite"
        options = Options(self.name, load(self.target), command, **self.flags)
        output = compile_model(self.model(), options)
        kept = (f"{self.name}.{suffix}" for suffix in ("c", "h", "json"))
        return {name: output.files[name].decode() for name in kept}


def own(path: str) -> Callable[[], bytes]:
    return lambda: (ROOT / "models" / path).read_bytes()


def ramp(*shape: int) -> Array:
    """Weights: 1, 4, 7, … around zero, no two neighbours alike."""
    size = int(np.prod(shape))
    return ((np.arange(size) * 37 + 11) % 255 - 127).reshape(shape).astype(np.int8)


def activations(name: str, *shape: int, quant: Quant = Q) -> Tensor:
    return Tensor(name, shape, INT8, quant)


def bias(n: int, *scales: float) -> Tensor:
    return const("bias", np.arange(n) * 100 - 150, INT32, Quant(scales, (0,) * len(scales)))


def conv_2d() -> bytes:
    scales = (0.01, 0.02, 0.004)
    weights = const("weights", ramp(3, 3, 3, 2), INT8, Quant(scales, (0, 0, 0)))
    fields = {
        "Padding": padding("SAME"),
        "StrideH": 2,
        "StrideW": 1,
        "FusedActivationFunction": activation("RELU"),
    }
    tensors = [
        activations("in", 1, 5, 4, 2),
        weights,
        bias(3, *(0.05 * s for s in scales)),
        activations("out", 1, 3, 4, 3, quant=R),
    ]
    return build(single("CONV_2D", tensors, OperatorOptions("Conv2DOptions", fields), 3))


def depthwise_conv_2d() -> bytes:
    weights = const("weights", ramp(1, 3, 3, 4), INT8, Quant((0.02,), (0,)))
    fields = {"Padding": padding("VALID"), "StrideH": 1, "StrideW": 1, "DepthMultiplier": 1}
    tensors = [
        activations("in", 1, 4, 5, 4),
        weights,
        bias(4, 0.001),
        activations("out", 1, 2, 3, 4),
    ]
    options = OperatorOptions("DepthwiseConv2DOptions", fields)
    return build(single("DEPTHWISE_CONV_2D", tensors, options, 3))


def fully_connected() -> bytes:
    weights = const("weights", ramp(3, 10), INT8, Quant((0.02,), (0,)))
    tensors = [activations("in", 2, 10), weights, bias(3, 0.001), activations("out", 2, 3, quant=R)]
    return build(single("FULLY_CONNECTED", tensors, OperatorOptions("FullyConnectedOptions"), 4))


def add_of_constant() -> bytes:
    tensors = [
        activations("in", 1, 3, 2, 4),
        const("added", ramp(4), INT8, Q),
        activations("out", 1, 3, 2, 4, quant=R),
    ]
    return build(single("ADD", tensors, OperatorOptions("AddOptions"), 2))


def pooled(code: str) -> Callable[[], bytes]:
    fields = {"Padding": padding("SAME"), "FilterHeight": 3, "FilterWidth": 2}
    options = OperatorOptions("Pool2DOptions", fields | {"StrideH": 2, "StrideW": 2})
    tensors = [activations("in", 1, 5, 4, 3), activations("out", 1, 3, 2, 3)]
    return lambda: build(single(code, tensors, options, 2))


def softmax() -> bytes:
    tensors = [activations("in", 1, 6), activations("out", 1, 6, quant=Quant((1 / 256,), (-128,)))]
    return build(single("SOFTMAX", tensors, OperatorOptions("SoftmaxOptions", {"Beta": 1.0}), 2))


def float_in_and_out() -> bytes:
    """QUANTIZE, RELU of another scale, RESHAPE, DEQUANTIZE."""
    tensors = (
        Tensor("in", (1, 2, 3), FLOAT32),
        activations("quantised", 1, 2, 3),
        activations("relu", 1, 2, 3, quant=R),
        activations("flat", 1, 6, quant=R),
        Tensor("out", (1, 6), FLOAT32),
    )
    codes = ("QUANTIZE", "RELU", "RESHAPE", "DEQUANTIZE")
    reshape = OperatorOptions("ReshapeOptions", {"NewShape": [1, 6]})
    operators = tuple(
        Operator(code, (i,), (i + 1,), reshape if code == "RESHAPE" else None)
        for i, code in enumerate(codes)
    )
    return build(Subgraph(tensors, operators, (0,), (4,)))


SPECIMENS = (
    Specimen("digits", own("digits/digits.tflite")),
    Specimen("digits_m4", own("digits/digits.tflite"), "mps2_an386"),
    Specimen("digits_rows", own("digits/digits.tflite"), flags={"stream_input": True}),
    Specimen("digits_float", own("digits/digits_float.tflite")),
    Specimen("gesture_m4", own("gesture/gesture.tflite"), "mps2_an386"),
    Specimen("conv_2d", conv_2d),
    Specimen("conv_2d_m4", conv_2d, "mps2_an386"),
    Specimen("depthwise_conv_2d", depthwise_conv_2d),
    Specimen("fully_connected", fully_connected),
    Specimen("add_of_constant", add_of_constant),
    Specimen("average_pool_2d", pooled("AVERAGE_POOL_2D")),
    Specimen("max_pool_2d", pooled("MAX_POOL_2D")),
    Specimen("softmax", softmax),
    Specimen("float_in_and_out", float_in_and_out),
)
