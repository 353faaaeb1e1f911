"""AVERAGE_POOL_2D: every window, stride, padding and fused activation."""

from __future__ import annotations

from compiler.ir import DType

from . import conformance
from .cases import Draw, Row
from .pools import POOL_RANGES, pool
from .tflite_builder import Subgraph


def make(d: Draw) -> Subgraph:
    return pool(d, "AVERAGE_POOL_2D")


ROWS = (
    Row("average_pool_2d_int8", make, POOL_RANGES, cases=60),
    Row("average_pool_2d_int16", make, POOL_RANGES | {"dtype": (DType.INT16,)}),
    Row("average_pool_2d_uint8", make, POOL_RANGES | {"dtype": (DType.UINT8,)}),
    Row("average_pool_2d_float32", make, POOL_RANGES | {"dtype": (DType.FLOAT32,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS, m4_every=1)
