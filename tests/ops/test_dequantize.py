"""DEQUANTIZE: int8, uint8 and int16 to float32; constants per channel, and of float16."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType, Quant, Tensor

from . import conformance
from .cases import Draw, Row, const, single
from .tflite_builder import Operator, Options, Subgraph

DTYPES = (DType.INT8, DType.UINT8, DType.INT16)


def make(d: Draw) -> Subgraph:
    shape = d.shape()
    x = d.activations("in", shape, d["dtype"])
    out = Tensor("out", shape, DType.FLOAT32)
    return single("DEQUANTIZE", [x, out], Options("DequantizeOptions"), version=2)


def make_constant(d: Draw) -> Subgraph:
    """A constant beside an input, for a network without inputs cannot be run."""
    shape, dtype = d.shape(), d["dtype"]
    axis = d.pick(range(len(shape)))
    channels = shape[axis]
    quant = None
    if not dtype.is_float:
        scales = np.abs(d.rng.normal(size=channels)).astype(np.float32) + np.float32(1e-3)
        zeros = [int(d.rng.integers(-128, 127)) for _ in range(channels)]
        quant = Quant(tuple(float(s) for s in scales), tuple(zeros), axis)
    constant = const("constant", d.values(shape, dtype), dtype, quant)
    tensors = (
        constant,
        Tensor("real", shape, DType.FLOAT32),
        Tensor("in", shape, DType.FLOAT32),
        Tensor("out", shape, DType.FLOAT32),
    )
    operators = (
        Operator("DEQUANTIZE", (0,), (1,), Options("DequantizeOptions"), 5),
        Operator("ADD", (1, 2), (3,), Options("AddOptions")),
    )
    return Subgraph(tensors, operators, (2,), (3,))


ROWS = (
    *(Row(f"dequantize_{t.value}_float32", make, {"dtype": (t,)}) for t in DTYPES),
    Row("dequantize_constant_int8", make_constant, {"dtype": (DType.INT8,)}),
    Row("dequantize_constant_float16", make_constant, {"dtype": (DType.FLOAT16,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
