"""EMBEDDING_LOOKUP: constant and run-time indices; int8 tables with scales for float32 output."""

from __future__ import annotations

from compiler.ir import DType, Quant, Tensor
from compiler.ops.strided import EVERY

from . import conformance
from .cases import INT32, Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Subgraph

RANGES = {"hybrid": (False,)}
HYBRID = {"hybrid": (True,), "scale": (1.7e-4, 0.1, 1.05)}


def make(d: Draw) -> Subgraph:
    shape = d.shape((2, 3, 4, 5, 6), 6)
    count = d.pick(range(1, 6))
    x = tensor(d, "table", shape, d["dtype"])
    out = d.like(x, "out", (count, *shape[1:]))
    if d["hybrid"]:
        rows_scaled = shape[0] if d.chance(0.5) else 1
        scales = [
            float(s) for s in (d.rng.uniform(0.1, 1, rows_scaled) * d["scale"]).astype("float32")
        ]
        x = Tensor("table", shape, DType.INT8, Quant(tuple(scales), (0,) * rows_scaled))
        out = Tensor("out", out.shape, DType.FLOAT32)
    if d["hybrid"] or d.chance(0.5):
        x = const(x.name, d.values(shape, x.dtype), x.dtype, x.quant)
    d.bounds["indices"] = (0, shape[0] - 1)
    return network("EMBEDDING_LOOKUP", [Tensor("indices", (count,), INT32), x], [out], version=3)


ROWS = (
    *rows("embedding_lookup", make, EVERY, RANGES),
    *rows("embedding_lookup_hybrid", make, (DType.INT8,), HYBRID),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
