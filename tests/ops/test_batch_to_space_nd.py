"""BATCH_TO_SPACE_ND: blocks of 1 to 3, with and without crops, ranks 3 and 4."""

from __future__ import annotations

from math import prod

import numpy as np

from compiler.ops.batches import TYPES

from . import conformance
from .cases import INT32, Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    n, *sides, c = d.shape((3, 4, 4), 6)
    block = [d.pick((1, 2, 2, 3)) for _ in sides]
    cropped = d.chance(0.7)
    crops = []
    for side, b in zip(sides, block, strict=True):
        before = d.pick(range(side * b)) if cropped else 0
        after = d.pick(range(side * b - before)) if cropped else 0
        crops.append([before, after])
    x = tensor(d, "in", (n * prod(block), *sides, c), d["dtype"])
    image = [s * b - sum(m) for s, b, m in zip(sides, block, crops, strict=True)]
    operands = [const("block", np.array(block), INT32), const("crops", np.array(crops), INT32)]
    options = Options("BatchToSpaceNDOptions")
    out = d.like(x, "out", (n, *image, c))
    return network("BATCH_TO_SPACE_ND", [x, *operands], [out], options, 3)


ROWS = rows("batch_to_space_nd", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
