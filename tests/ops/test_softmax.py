"""SOFTMAX over the last axis, any beta; int8 outputs have scale 1/256 and zero point -128, int16
outputs of int8 inputs 1/65536 and -32768."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType, Quant, Tensor

from . import conformance
from .cases import Draw, Row, single
from .tflite_builder import Options, Subgraph

RANGES = {
    "dtype": (DType.INT8,),
    "out_dtype": (None,),
    "depth": (1, 2, 3, 4, 5, 10, 12, 37, 200),
    "outer": ((), (1,), (1,), (3,), (2, 3), (1, 2, 3), (2, 1, 2, 2), (1, 2, 1, 3, 1)),
    "beta": (1.0, 1.0, 1.0, 0.1, 0.5, 2.0, 10.0),
    "scale": (1.7e-5, 0.004, 0.02, 0.0625, 0.1, 0.3, 1.0, 3.7),
}


INT16 = {
    "dtype": (DType.INT16,),
    "beta": (1.0, 1.0, 0.1, 0.5, 1.3),
    "scale": (1e-5, 1e-4, 3e-4, 0.0031, 0.3, 1.0, 3.7),
}


def make(d: Draw) -> Subgraph:
    dtype, shape = d["dtype"], (*d["outer"], d["depth"])
    x = d.activations("in", shape, dtype, d.row.ranges["scale"])
    out = Tensor("out", shape, dtype, None if dtype.is_float else Quant((1 / 256,), (-128,)))
    if d["out_dtype"] is DType.INT16:
        scale = float(np.float32(d.pick((1 / 65536, 1 / 65535))))
        out = Tensor("out", shape, DType.INT16, Quant((scale,), (-32768,)))
    if dtype is DType.UINT8:
        out = Tensor("out", shape, dtype, Quant((1 / 256,), (0,)))
    if dtype is DType.INT16:
        out = Tensor("out", shape, dtype, Quant((1 / 32768,), (0,)))
    return single("SOFTMAX", [x, out], Options("SoftmaxOptions", {"Beta": d["beta"]}), version=2)


ROWS = (
    Row("softmax_int8", make, RANGES, cases=80),
    Row("softmax_int8_int16", make, RANGES | {"out_dtype": (DType.INT16,)}, cases=60),
    Row("softmax_int16", make, RANGES | INT16, cases=60),
    Row("softmax_uint8", make, RANGES | {"dtype": (DType.UINT8,)}),
    Row("softmax_float32", make, RANGES | {"dtype": (DType.FLOAT32,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
