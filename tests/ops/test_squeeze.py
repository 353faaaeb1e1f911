"""SQUEEZE: stated axes of size 1, or all."""

from __future__ import annotations

from compiler.ops.strided import EVERY

from . import conformance
from .cases import Draw
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = [1 if d.chance(0.5) else n for n in d.shape(most=5)]
    ones = [a for a, n in enumerate(shape) if n == 1]
    axes = [a for a in ones if d.chance(0.5)]
    gone = axes or ones
    x = tensor(d, "in", shape, d["dtype"])
    out = d.like(x, "out", [n for a, n in enumerate(shape) if a not in gone])
    stated = [a - len(shape) if d.chance(0.3) else a for a in axes]
    return network("SQUEEZE", [x], [out], Options("SqueezeOptions", {"SqueezeDims": stated}))


ROWS = rows("squeeze", make, EVERY)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
