"""LOG_SOFTMAX: outputs of 8 bits are sixteenths, the greatest value being 0."""

from __future__ import annotations

from compiler.ir import DType, Quant, Tensor

from . import conformance
from .cases import Draw, Row, single
from .elementwise import full_range
from .tflite_builder import Options, Subgraph

RANGES = {
    "dtype": (DType.FLOAT32,),
    "depth": (1, 2, 3, 4, 5, 10, 12, 37, 200),
    "outer": ((), (1,), (1,), (3,), (2, 3), (1, 2, 3), (2, 1, 2, 2), (1, 2, 1, 3, 1)),
    "scale": (1.7e-5, 0.004, 0.02, 0.0625, 0.1, 0.3, 1.0, 3.7, 50.0),
}


def make(d: Draw) -> Subgraph:
    shape, dtype = (*d["outer"], d["depth"]), d["dtype"]
    x = d.activations("in", shape, dtype, d.row.ranges["scale"])
    quant = None if dtype.is_float else Quant((1 / 16,), (127 if dtype is DType.INT8 else 255,))
    return single(
        "LOG_SOFTMAX", [x, Tensor("out", shape, dtype, quant)], Options("LogSoftmaxOptions")
    )


ROWS = (
    Row("log_softmax_float32", make, RANGES),
    Row("log_softmax_int8", make, RANGES | {"dtype": (DType.INT8,)}, cases=80),
    Row("log_softmax_uint8", make, RANGES | {"dtype": (DType.UINT8,)}, values=full_range),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
