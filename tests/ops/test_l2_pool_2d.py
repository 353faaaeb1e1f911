"""L2_POOL_2D of float32: every window, stride, padding and fused activation."""

from __future__ import annotations

from compiler.ir import DType

from . import conformance
from .cases import Draw, Row
from .pools import POOL_RANGES, pool
from .tflite_builder import Subgraph


def make(d: Draw) -> Subgraph:
    return pool(d, "L2_POOL_2D", version=1)


ROWS = (Row("l2_pool_2d_float32", make, POOL_RANGES | {"dtype": (DType.FLOAT32,)}),)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
