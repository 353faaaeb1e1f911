"""RELU6, int8 with equal and other output scales, and float32."""

from __future__ import annotations

from compiler.ir import DType

from . import conformance
from .cases import UNARY_RANGES, Draw, Row, unary
from .elementwise import full_range
from .tflite_builder import Subgraph


def make(d: Draw) -> Subgraph:
    return unary(d, "RELU6")


ROWS = (
    Row("relu6_int8", make, UNARY_RANGES, cases=60),
    Row("relu6_uint8", make, UNARY_RANGES | {"dtype": (DType.UINT8,)}, values=full_range),
    Row("relu6_int16", make, UNARY_RANGES | {"dtype": (DType.INT16,)}, values=full_range),
    Row("relu6_float32", make, UNARY_RANGES | {"dtype": (DType.FLOAT32,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
# MVE has an inner loop of its own for int16.
test_c_on_m55 = conformance.m55_test([r for r in ROWS if r.name == "relu6_int16"])
