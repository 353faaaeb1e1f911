"""FILL: any shape, a value given at run time."""

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
    value = tensor(d, "value", (), d["dtype"])
    stated = const("shape", np.array(shape), d.pick((DType.INT32, DType.INT64)))
    options = Options("FillOptions")
    return network("FILL", [stated, value], [d.like(value, "out", shape)], options, 3)


ROWS = rows("fill", make, EVERY)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
