"""SLICE: any box of up to 6 axes, sizes of -1."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType
from compiler.ops.strided import EVERY

from . import conformance
from .cases import Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=5)
    begin, size = [], []
    for n in shape:
        begin.append(0 if d.chance(0.3) else d.pick(range(n)))
        size.append(n - begin[-1] if d.chance(0.3) else d.pick(range(1, n - begin[-1] + 1)))
    stated = [
        -1 if s == n - b and d.chance(0.5) else s
        for n, b, s in zip(shape, begin, size, strict=True)
    ]
    x = tensor(d, "in", shape, d["dtype"])
    dtype = d.pick((DType.INT32, DType.INT64))
    box = [const("begin", np.array(begin), dtype), const("size", np.array(stated), dtype)]
    return network("SLICE", [x, *box], [d.like(x, "out", size)], Options("SliceOptions"), 2)


ROWS = rows("slice", make, EVERY)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
