"""MATRIX_DIAG, MATRIX_SET_DIAG: all types, matrices that are no squares."""

from __future__ import annotations

from compiler.ops.matrix_diag import TYPES

from . import conformance
from .cases import Draw
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    x = tensor(d, "in", d.shape(most=5), d["dtype"])
    out = d.like(x, "out", (*x.shape, x.shape[-1]))
    return network("MATRIX_DIAG", [x], [out], Options("MatrixDiagOptions"))


def make_set(d: Draw) -> Subgraph:
    shape = d.shape((2, 3, 4, 5, 6), most=5)
    x = tensor(d, "in", shape, d["dtype"])
    diagonals = d.like(x, "diagonals", (*shape[:-2], min(shape[-2:])))
    inputs = [x, diagonals]
    options = Options("MatrixSetDiagOptions")
    return network("MATRIX_SET_DIAG", inputs, [d.like(x, "out", shape)], options)


ROWS = (*rows("matrix_diag", make, TYPES), *rows("matrix_set_diag", make_set, TYPES))
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
