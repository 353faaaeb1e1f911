"""L2_NORMALIZATION: float32, int8, uint8."""

from __future__ import annotations

from compiler.ir import DType, Tensor

from . import conformance
from .cases import Draw, Row, single
from .elementwise import plain, quant
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    dtype = d["dtype"]
    shape = d.shape()
    if dtype is DType.FLOAT32:
        tensors = [plain("in", shape, dtype), plain("out", shape, dtype)]
    else:
        out = quant(1 / 128, 0 if dtype is DType.INT8 else 128)
        tensors = [d.activations("in", shape, dtype), Tensor("out", tuple(shape), dtype, out)]
    return single("L2_NORMALIZATION", tensors, Options("L2NormOptions"))


ROWS = tuple(
    Row(f"l2_normalization_{t.value}", make, {"dtype": (t,)})
    for t in (DType.FLOAT32, DType.INT8, DType.UINT8)
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
