"""DYNAMIC_UPDATE_SLICE: boxes of any size that start anywhere, outside of the operand too."""

from __future__ import annotations

from compiler.ir import DType, Tensor
from compiler.ops.strided import EVERY

from . import conformance
from .cases import Draw
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=5)
    x = tensor(d, "in", shape, d["dtype"])
    update = d.like(x, "update", [d.pick(range(1, n + 1)) for n in shape])
    d.bounds["start"] = (-2, 6)
    start = Tensor("start", (len(shape),), d.pick((DType.INT32, DType.INT64)))
    options = Options("DynamicUpdateSliceOptions")
    return network(
        "DYNAMIC_UPDATE_SLICE", [x, update, start], [d.like(x, "out", shape)], options, 2
    )


ROWS = rows("dynamic_update_slice", make, EVERY)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
