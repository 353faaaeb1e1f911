"""SQUARED_DIFFERENCE: int8, int32, float32; every broadcast."""

from __future__ import annotations

from dataclasses import replace

from compiler.ir import DType

from . import conformance
from .cases import Draw, Row
from .elementwise import PAIR_RANGES, binary, full_range, quantised
from .elementwise import quant as quant_of
from .tflite_builder import Options, Subgraph

# Beyond, LiteRT aborts: "Check failed: double_multiplier < 1.".
RANGES = PAIR_RANGES | {
    "scale": (1.7e-5, 0.004, 0.0173, 0.25, 0.99999, 1.0, 3.7),
    "coarseness": (3e-4, 0.01, 0.3, 1.0, 20.0),
}


def make(d: Draw, dtype: DType) -> Subgraph:
    table = "SquaredDifferenceOptions"
    if dtype is not DType.INT8:
        return binary(d, "SQUARED_DIFFERENCE", dtype, table)
    graph = quantised(d, "SQUARED_DIFFERENCE", dtype, Options(table), product=False)
    a, b, out = graph.tensors
    scale = max(a.scale, b.scale) ** 2 * 255 * d["coarseness"]
    out = replace(out, quant=quant_of(scale, out.zero_point))
    return replace(graph, tensors=(a, b, out))


ROWS = tuple(
    Row(f"squared_difference_{t.value}", lambda d, t=t: make(d, t), RANGES, values=full_range)
    for t in (DType.INT8, DType.INT32, DType.FLOAT32)
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
