"""RELU_N1_TO_1, RELU_0_TO_1, LEAKY_RELU, ELU, GELU, HARD_SWISH: all types, all scales."""

from __future__ import annotations

from dataclasses import replace

from compiler.ir import DType

from . import conformance
from .cases import UNARY_RANGES, Draw, Row, unary
from .elementwise import full_range
from .tflite_builder import Options, Subgraph

INT8, UINT8, INT16, FLOAT32 = DType.INT8, DType.UINT8, DType.INT16, DType.FLOAT32
RANGES = UNARY_RANGES | {
    "scale": (0.004, 0.0173, 0.03, 0.05, 0.25, 1.0),
    "alpha": (0.0, 0.01, 0.1, 0.2, 0.3, 1.0, 1.7, -0.2, -1.3),
    "approximate": (False, True),
}


def make(code: str, d: Draw) -> Subgraph:
    options = None
    if code == "LEAKY_RELU":
        options = Options("LeakyReluOptions", {"Alpha": d["alpha"]})
    if code == "GELU":
        options = Options("GeluOptions", {"Approximate": d["approximate"]})
    if code == "HARD_SWISH":
        options = Options("HardSwishOptions")
    graph = unary(d, code, options)
    return replace(graph, operators=(replace(graph.operators[0], version=1),))


def row(code: str, dtype: DType) -> Row:
    name = f"{code.lower()}_{dtype.value}"
    refused = {"output_multiplier_exponent <= 0": "an input step is over 128 output steps"}
    return Row(
        name,
        lambda d: make(code, d),
        RANGES | {"dtype": (dtype,)},
        refusals=refused,
        values=full_range,
    )


ROWS = (
    *(row("RELU_N1_TO_1", t) for t in (INT8, UINT8, FLOAT32)),
    *(row("RELU_0_TO_1", t) for t in (INT8, UINT8, FLOAT32)),
    *(row("LEAKY_RELU", t) for t in (INT8, UINT8, INT16, FLOAT32)),
    *(row("ELU", t) for t in (INT8, FLOAT32)),
    *(row("GELU", t) for t in (INT8, UINT8, INT16, FLOAT32)),
    *(row("HARD_SWISH", t) for t in (INT8, UINT8, FLOAT32)),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
