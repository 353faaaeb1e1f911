"""QUANTIZE: float32 to int8, and int8 to int8 of another scale."""

from __future__ import annotations

from compiler.ir import DType

from . import conformance
from .cases import SCALES, Draw, Row, single
from .tflite_builder import Options, Subgraph

RANGES = {
    "dtype": (DType.FLOAT32,),
    "out_scale": (0.002, 0.3, 0.99999, 1.0, 1.7, 2.0, 300.0),
    "scale": SCALES,
}


def make(d: Draw) -> Subgraph:
    shape = d.shape()
    x = d.activations("in", shape, d["dtype"])
    scale = d["scale"] if x.dtype.is_float else x.scale * d["out_scale"]
    out = d.activations("out", shape, DType.INT8, (scale,))
    return single("QUANTIZE", [x, out], Options("QuantizeOptions"), version=2)


ROWS = (
    Row("quantize_float32_int8", make, RANGES, cases=60),
    Row("quantize_int8_int8", make, RANGES | {"dtype": (DType.INT8,)}, cases=60),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
