"""TRANSPOSE: any permutation of up to 6 axes."""

from __future__ import annotations

import numpy as np

from compiler.ops.strided import EVERY

from . import conformance
from .cases import INT32, Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=5)
    axes = [int(a) for a in d.rng.permutation(len(shape))]
    x = tensor(d, "in", shape, d["dtype"])
    out = d.like(x, "out", [shape[a] for a in axes])
    stated = [a - len(shape) if d.chance(0.2) else a for a in axes]
    permutation = const("permutation", np.array(stated), INT32)
    return network("TRANSPOSE", [x, permutation], [out], Options("TransposeOptions"), 2)


ROWS = rows("transpose", make, EVERY)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
