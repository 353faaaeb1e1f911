"""BROADCAST_TO: axes of size 1 and missing ones, up to 6 axes."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType
from compiler.ops.strided import EVERY

from . import conformance
from .cases import Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=4)
    small = [1 if d.chance(0.5) else n for n in shape]
    while len(small) > 1 and small[0] == 1 and d.chance(0.5):
        small.pop(0)
    x = tensor(d, "in", small, d["dtype"])
    stated = const("shape", np.array(shape), d.pick((DType.INT32, DType.INT64)))
    options = Options("BroadcastToOptions")
    return network("BROADCAST_TO", [x, stated], [d.like(x, "out", shape)], options, 3)


ROWS = rows("broadcast_to", make, EVERY)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
