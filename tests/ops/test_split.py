"""SPLIT: along any axis, 1 to 5 parts."""

from __future__ import annotations

import numpy as np

from compiler.ops.split import TYPES

from . import conformance
from .cases import INT32, Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    part = list(d.shape(most=4))
    axis, count = d.pick(range(len(part))), d.pick(range(1, 6))
    shape = [n * count if a == axis else n for a, n in enumerate(part)]
    x = tensor(d, "in", shape, d["dtype"])
    where = const("axis", np.array(axis - len(part) if d.chance(0.3) else axis), INT32)
    outputs = [d.like(x, f"out_{i}", part) for i in range(count)]
    return network("SPLIT", [where, x], outputs, Options("SplitOptions", {"NumSplits": count}), 2)


ROWS = rows("split", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
