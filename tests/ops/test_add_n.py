"""ADD_N: two to eight inputs, some of them constant."""

from __future__ import annotations

from compiler.ir import DType

from . import conformance
from .cases import Draw, Row, const, single
from .elementwise import full_range, plain
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape, dtype = d.shape(most=6), d["dtype"]
    tensors = [plain(f"in{i}", shape, dtype) for i in range(d["inputs"])]
    if d.chance(0.3):
        x = tensors[1]
        tensors[1] = const(x.name, full_range(d, x, extreme=False), dtype)
    return single("ADD_N", [*tensors, plain("out", shape, dtype)], Options("AddNOptions"))


ROWS = tuple(
    Row(
        f"add_n_{t.value}",
        make,
        {"dtype": (t,), "inputs": (2, 3, 4, 5, 8, 9, 15, 16, 40)},
        values=full_range,
    )
    for t in (DType.INT32, DType.FLOAT32)
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
