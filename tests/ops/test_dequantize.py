"""DEQUANTIZE: int8 to float32."""

from __future__ import annotations

from compiler.ir import DType, Tensor

from . import conformance
from .cases import Draw, Row, single
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape()
    x = d.activations("in", shape, DType.INT8)
    out = Tensor("out", shape, DType.FLOAT32)
    return single("DEQUANTIZE", [x, out], Options("DequantizeOptions"), version=2)


ROWS = (Row("dequantize_int8_float32", make),)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
