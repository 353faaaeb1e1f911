"""REDUCE_PROD: any axes, kept or not; integers wrap."""

from __future__ import annotations

from compiler.ops.reduce_prod import TYPES

from . import conformance
from .cases import Draw
from .movement import rows
from .reductions import RANGES, reduction
from .tflite_builder import Subgraph


def make(d: Draw) -> Subgraph:
    return reduction(d, "REDUCE_PROD", version=1)


ROWS = rows("reduce_prod", make, TYPES, RANGES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
