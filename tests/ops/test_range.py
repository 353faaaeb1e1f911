"""RANGE: up and down, added to an input, for a network without inputs cannot be run."""

from __future__ import annotations

import math

import numpy as np

from compiler.ir import Tensor
from compiler.ops.range import TYPES

from . import conformance
from .cases import Draw, const
from .movement import rows
from .tflite_builder import Operator, Options, Subgraph


def make(d: Draw) -> Subgraph:
    dtype = d["dtype"]
    start, count = int(d.rng.integers(-50, 50)), d.pick(range(1, 20))
    delta = d.pick((1, 2, 7, -1, -3)) * (0.25 if dtype.is_float else 1)
    limit = start + delta * (count - (0.5 if dtype.is_float else 0))
    if dtype.is_float:
        count = math.ceil(abs((limit - start) / delta))
    numbers = [
        const(n, np.array(v), dtype) for n, v in zip("sld", (start, limit, delta), strict=True)
    ]
    tensors = [*numbers, *(Tensor(n, (count,), dtype) for n in ("range", "in", "out"))]
    operators = (
        Operator("RANGE", (0, 1, 2), (3,), Options("RangeOptions")),
        Operator("ADD", (3, 4), (5,), Options("AddOptions")),
    )
    return Subgraph(tuple(tensors), operators, (4,), (5,))


ROWS = rows("range", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
