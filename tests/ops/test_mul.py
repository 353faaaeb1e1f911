"""MUL: quantised int8, uint8 and int16, plain integers, float32; every broadcast, activations."""

from __future__ import annotations

from compiler.ir import DType

from . import conformance
from .cases import REFUSALS, Draw, Row, activation
from .elementwise import PAIR_RANGES, binary, full_range, quantised
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    dtype = d["dtype"]
    if dtype not in (DType.INT8, DType.UINT8, DType.INT16):
        return binary(d, "MUL", dtype, "MulOptions", activated=True)
    options = Options("MulOptions", {"FusedActivationFunction": activation(d["activation"])})
    return quantised(d, "MUL", dtype, options, product=True)


def row(dtype: DType, cases: int = 40) -> Row:
    ranges = PAIR_RANGES | {"dtype": (dtype,)}
    name = f"mul_{dtype.value}"
    return Row(name, make, ranges, cases, refusals=REFUSALS, values=full_range)


ROWS = (
    row(DType.INT8, 80),
    row(DType.UINT8),
    row(DType.INT16),
    row(DType.INT32),
    row(DType.INT64),
    row(DType.FLOAT32),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)

# MVE has inner loops of its own for these.
test_c_on_m55 = conformance.m55_test([r for r in ROWS if r.name in ("mul_int16", "mul_float32")])
