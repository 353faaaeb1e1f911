"""ZEROS_LIKE: any shape."""

from __future__ import annotations

from compiler.ops.zeros_like import TYPES

from . import conformance
from .cases import Draw
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    x = tensor(d, "in", d.shape(most=4), d["dtype"])
    return network("ZEROS_LIKE", [x], [d.like(x, "out", x.shape)], Options("ZerosLikeOptions"))


ROWS = rows("zeros_like", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
