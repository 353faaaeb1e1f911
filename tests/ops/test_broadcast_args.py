"""BROADCAST_ARGS: shapes of any two ranks, given at run time."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType, Tensor

from . import conformance
from .cases import Draw, const
from .movement import network, rows
from .tflite_builder import Subgraph


def make(d: Draw) -> Subgraph:
    dtype = d["dtype"]
    a, b = d.pick(range(1, 7)), d.pick(range(1, 7))
    # One shape is constant and has sizes of 1 wherever the other's, given at run time, matter.
    d.bounds["a"] = (1, 9)
    sizes = [1] * min(a, b)
    if b > a:
        sizes = [*d.rng.integers(1, 9, b - a), *sizes]
    inputs = [Tensor("a", (a,), dtype), const("b", np.array(sizes), dtype)]
    if d.chance(0.5):
        inputs.reverse()
    out = Tensor("out", (max(a, len(sizes)),), dtype)
    return network("BROADCAST_ARGS", inputs, [out])


ROWS = rows("broadcast_args", make, (DType.INT32, DType.INT64))
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
