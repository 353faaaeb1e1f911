"""EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL: types, scales and broadcasts."""

from __future__ import annotations

from dataclasses import replace

from compiler.ir import DType

from . import conformance
from .cases import SCALES, Draw, Row
from .elementwise import PAIR_RANGES, binary, full_range, quantised
from .tflite_builder import Options, Subgraph

OPTIONS = {
    "EQUAL": "EqualOptions",
    "NOT_EQUAL": "NotEqualOptions",
    "GREATER": "GreaterOptions",
    "GREATER_EQUAL": "GreaterEqualOptions",
    "LESS": "LessOptions",
    "LESS_EQUAL": "LessEqualOptions",
}
TYPES = (DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32)
SCALED = (DType.INT8, DType.UINT8)
# LiteRT computes nothing for NOT_EQUAL of int16 without scales. It aborts at a scale of 1 ("Check
# failed: double_multiplier > 1."); above, its shifts are undefined.
RANGES = PAIR_RANGES | {"scale": [s for s in SCALES if s < 1] + [0.0078125, 0.0078, 0.03]}


def row(code: str, dtype: DType, quant: bool) -> Row:
    def make(d: Draw) -> Subgraph:
        if not quant:
            return binary(d, code, dtype, OPTIONS[code], out_dtype=DType.BOOL)
        graph = quantised(d, code, dtype, Options(OPTIONS[code]), False, same=d.chance(0.5))
        *operands, out = graph.tensors
        return replace(graph, tensors=(*operands, replace(out, dtype=DType.BOOL, quant=None)))

    name = f"{code.lower()}_{'quantised_' if quant else ''}{dtype.value}"
    return Row(name, make, RANGES, values=full_range)


ROWS = (
    *(row(c, t, True) for c in OPTIONS for t in SCALED),
    *(
        row(c, t, False)
        for c in OPTIONS
        for t in TYPES
        if t not in SCALED and (c, t) != ("NOT_EQUAL", DType.INT16)
    ),
    *(row(c, DType.BOOL, False) for c in ("EQUAL", "NOT_EQUAL")),
    *(row(c, DType.INT16, True) for c in ("EQUAL", "NOT_EQUAL", "LESS")),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
