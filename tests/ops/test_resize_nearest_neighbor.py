"""RESIZE_NEAREST_NEIGHBOR: larger and smaller images, every alignment of pixels."""

from __future__ import annotations

from compiler.ops.resize_nearest_neighbor import TYPES

from . import conformance
from .cases import Draw
from .movement import rows
from .resize import RANGES, resize
from .tflite_builder import Subgraph


def make(d: Draw) -> Subgraph:
    return resize(d, "RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions")


ROWS = rows("resize_nearest_neighbor", make, TYPES, RANGES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
