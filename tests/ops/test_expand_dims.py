"""EXPAND_DIMS: an axis of size 1 anywhere."""

from __future__ import annotations

import numpy as np

from compiler.ops.strided import EVERY

from . import conformance
from .cases import INT32, Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = list(d.shape(most=5))
    axis = d.pick(range(-len(shape) - 1, len(shape) + 1))
    new = list(shape)
    new.insert(axis % (len(shape) + 1), 1)
    x = tensor(d, "in", shape, d["dtype"])
    where = const("axis", np.array([axis]), INT32)
    return network("EXPAND_DIMS", [x, where], [d.like(x, "out", new)], Options("ExpandDimsOptions"))


ROWS = rows("expand_dims", make, EVERY)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
