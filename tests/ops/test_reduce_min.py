"""REDUCE_MIN: any axes, kept or not."""

from __future__ import annotations

from compiler.ops.reduce_max import TYPES

from . import conformance
from .cases import Draw
from .movement import rows
from .reductions import RANGES, reduction
from .tflite_builder import Subgraph


def make(d: Draw) -> Subgraph:
    return reduction(d, "REDUCE_MIN")


ROWS = rows("reduce_min", make, TYPES, RANGES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
