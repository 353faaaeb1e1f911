"""UNPACK: along any axis."""

from __future__ import annotations

from compiler.ops.unpack import TYPES

from . import conformance
from .cases import Draw
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = list(d.shape(most=4))
    axis = d.pick(range(len(shape)))
    x = tensor(d, "in", shape, d["dtype"])
    part = [n for a, n in enumerate(shape) if a != axis]
    outputs = [d.like(x, f"out_{i}", part) for i in range(shape[axis])]
    stated = axis - len(shape) if d.chance(0.3) else axis
    options = Options("UnpackOptions", {"Num": shape[axis], "Axis": stated})
    return network("UNPACK", [x], outputs, options, 2)


ROWS = rows("unpack", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
