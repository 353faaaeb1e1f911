"""LOG_SOFTMAX of float32."""

from __future__ import annotations

from compiler.ir import DType

from . import conformance
from .cases import Draw, Row, single
from .elementwise import plain
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape((1, 2, 3, 4))
    tensors = [plain("in", shape, DType.FLOAT32), plain("out", shape, DType.FLOAT32)]
    return single("LOG_SOFTMAX", tensors, Options("LogSoftmaxOptions"))


ROWS = (Row("log_softmax_float32", make),)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
