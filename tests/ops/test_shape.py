"""SHAPE: as an output of the network, and as a constant that another operator folds."""

from __future__ import annotations

import tflite

from compiler.ir import DType, Tensor
from compiler.ops.strided import EVERY

from . import conformance
from .cases import Draw
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=5)
    x = tensor(d, "in", shape, d["dtype"])
    out = d.pick((DType.INT32, DType.INT64))
    code = getattr(tflite.TensorType, out.name)
    options = Options("ShapeOptions", {"OutType": code})
    return network("SHAPE", [x], [Tensor("out", (len(shape),), out)], options)


ROWS = rows("shape", make, EVERY, cases=44)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
