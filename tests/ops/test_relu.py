"""RELU, int8 with equal and other output scales, and float32."""

from __future__ import annotations

from compiler.ir import DType

from . import conformance
from .cases import UNARY_RANGES, Draw, Row, unary
from .elementwise import full_range
from .tflite_builder import Subgraph


def make(d: Draw) -> Subgraph:
    return unary(d, "RELU")


ROWS = (
    Row("relu_int8", make, UNARY_RANGES, cases=60),
    Row("relu_uint8", make, UNARY_RANGES | {"dtype": (DType.UINT8,)}, values=full_range),
    Row("relu_int16", make, UNARY_RANGES | {"dtype": (DType.INT16,)}, values=full_range),
    Row("relu_float32", make, UNARY_RANGES | {"dtype": (DType.FLOAT32,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
