"""SPLIT_V: along any axis, parts of any size, one left open."""

from __future__ import annotations

import numpy as np

from compiler.ops.split import TYPES

from . import conformance
from .cases import INT32, Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = list(d.shape(most=4))
    axis, count = d.pick(range(len(shape))), d.pick(range(1, 6))
    sizes = [d.pick(range(1, 5)) for _ in range(count)]
    shape[axis] = sum(sizes)
    x = tensor(d, "in", shape, d["dtype"])
    stated = list(sizes)
    if d.chance(0.3):
        stated[d.pick(range(count))] = -1
    operands = [
        const("sizes", np.array(stated), INT32),
        const("axis", np.array(axis - len(shape) if d.chance(0.3) else axis), INT32),
    ]
    outputs = [
        d.like(x, f"out_{i}", [n if a == axis else m for a, m in enumerate(shape)])
        for i, n in enumerate(sizes)
    ]
    options = Options("SplitVOptions", {"NumSplits": count})
    return network("SPLIT_V", [x, *operands], outputs, options, 2)


ROWS = rows("split_v", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
