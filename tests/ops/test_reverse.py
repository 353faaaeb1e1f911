"""REVERSE_V2: neighbouring axes (TensorFlow Lite turns no others), or none."""

from __future__ import annotations

import numpy as np

from compiler.ops.strided import STORED

from . import conformance
from .cases import INT32, Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=5)
    first = d.pick(range(len(shape)))
    axes = list(range(first, d.pick(range(first + 1, len(shape) + 1))))
    d.rng.shuffle(axes)
    x = tensor(d, "in", shape, d["dtype"])
    stated = [a - len(shape) if d.chance(0.3) else a for a in axes]
    where = const("axes", np.array(stated), INT32)
    return network("REVERSE_V2", [x, where], [d.like(x, "out", shape)], Options("ReverseV2Options"))


ROWS = rows("reverse", make, STORED)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
