"""GATHER_ND: constant and run-time indices for any number of axes."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType, Tensor
from compiler.ops.strided import STORED

from . import conformance
from .cases import Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph

RANGES = {"constant": (False, False, True), "index_dtype": (DType.INT32, DType.INT32, DType.INT64)}


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=5)
    named = d.pick(range(1, len(shape) + 1))
    of_indices = (*d.shape((0, 1, 1, 2), 5), named)
    x = tensor(d, "in", shape, d["dtype"])
    data = d.rng.integers(0, shape[:named], of_indices)
    indices = const("indices", data, d["index_dtype"])
    if not d["constant"]:
        # All indices are drawn within the shortest of the axes.
        d.bounds["indices"] = (0, int(np.min(shape[:named])) - 1)
        indices = Tensor("indices", of_indices, d["index_dtype"])
    out = d.like(x, "out", [*of_indices[:-1], *shape[named:]])
    return network("GATHER_ND", [x, indices], [out], Options("GatherNdOptions"), 3)


ROWS = rows("gather_nd", make, STORED, RANGES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
