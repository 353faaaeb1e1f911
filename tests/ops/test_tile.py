"""TILE: up to 6 axes, repeated up to three times each."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType
from compiler.ops.strided import EVERY

from . import conformance
from .cases import Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=3)
    times = [d.pick((1, 1, 2, 3)) for _ in shape]
    x = tensor(d, "in", shape, d["dtype"])
    out = d.like(x, "out", [n * t for n, t in zip(shape, times, strict=True)])
    multiples = const("multiples", np.array(times), d.pick((DType.INT32, DType.INT64)))
    return network("TILE", [x, multiples], [out], Options("TileOptions"))


ROWS = rows("tile", make, EVERY)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
