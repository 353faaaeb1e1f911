"""GATHER: constant and run-time indices of any rank, along any axis, with batch axes."""

from __future__ import annotations

import numpy as np

from compiler.ir import Array, DType, Tensor
from compiler.ops.strided import STORED

from . import conformance
from .cases import Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph

RANGES = {"constant": (False, True, True), "index_dtype": (DType.INT32, DType.INT32, DType.INT64)}


def indices_of(d: Draw, data: Array, size: int) -> Tensor:
    """Indices, constant or to be given at run time, into an axis."""
    if d["constant"]:
        return const("indices", data, d["index_dtype"])
    d.bounds["indices"] = (0, size - 1)
    return Tensor("indices", data.shape, d["index_dtype"])


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=5)
    axis = d.pick(range(len(shape)))
    batch = d.pick(range(axis + 1)) if d.chance(0.4) else 0
    of_indices = shape[:batch] + d.shape((0, 1, 1, 2), 4)
    x = tensor(d, "in", shape, d["dtype"])
    data = d.rng.integers(0, shape[axis], of_indices)
    if d.chance(0.3):
        data = np.arange(data.size).reshape(of_indices) % shape[axis]
    indices = indices_of(d, data, shape[axis])
    out = d.like(x, "out", [*shape[:axis], *of_indices[batch:], *shape[axis + 1 :]])
    stated = axis - len(shape) if d.chance(0.3) else axis
    options = Options("GatherOptions", {"Axis": stated, "BatchDims": batch})
    return network("GATHER", [x, indices], [out], options, 5)


ROWS = rows("gather", make, STORED, RANGES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
