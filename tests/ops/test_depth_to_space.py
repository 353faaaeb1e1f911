"""DEPTH_TO_SPACE: blocks of 1 to 4."""

from __future__ import annotations

from compiler.ops.space_to_depth import TYPES

from . import conformance
from .cases import Draw
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    n, h, w, c = d.shape((4,), 4)
    b = d.pick((1, 2, 2, 3, 4))
    x = tensor(d, "in", (n, h, w, c * b * b), d["dtype"])
    out = d.like(x, "out", (n, h * b, w * b, c))
    return network("DEPTH_TO_SPACE", [x], [out], Options("DepthToSpaceOptions", {"BlockSize": b}))


ROWS = rows("depth_to_space", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
