"""ONE_HOT: any axis; indices within the depth and beyond; values constant and at run time."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType, Tensor
from compiler.ops.one_hot import INDEX_TYPES, TYPES

from . import conformance
from .cases import INT32, Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=5)
    axis, depth = d.pick(range(-1, len(shape) + 1)), d.pick((1, 2, 5, 9))
    place = len(shape) if axis == -1 else axis
    index_type = d.pick(INDEX_TYPES)
    d.bounds["indices"] = (-2, depth + 1)
    indices = Tensor("indices", shape, index_type)
    out = tensor(d, "out", (*shape[:place], depth, *shape[place:]), d["dtype"])
    values = []
    for name in ("on", "off"):
        value = d.like(out, name, ())
        if d.chance(0.7):
            ends = (0, 1) if out.dtype is DType.BOOL else (-128, 127)
            data = d.values((), out.dtype, *ends)
            value = const(name, np.asarray(data), out.dtype, out.quant)
        values.append(value)
    operands = [indices, const("depth", np.array(depth), INT32), *values]
    return network("ONE_HOT", operands, [out], Options("OneHotOptions", {"Axis": axis}))


ROWS = rows("one_hot", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
