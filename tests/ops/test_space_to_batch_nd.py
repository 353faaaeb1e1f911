"""SPACE_TO_BATCH_ND: blocks of 1 to 3, with and without padding, ranks 3 and 4."""

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
    padded = d.chance(0.7)
    paddings = []
    for i, b in enumerate(block):
        before = d.pick(range(4)) if padded else 0
        after = -(sides[i] + before) % b
        if not padded:
            sides[i], after = sides[i] * b, 0
        paddings.append([before, after])
    x = tensor(d, "in", (n, *sides, c), d["dtype"])
    cut = [(s + sum(p)) // b for s, p, b in zip(sides, paddings, block, strict=True)]
    out = d.like(x, "out", (n * prod(block), *cut, c))
    operands = [
        const("block", np.array(block), INT32),
        const("paddings", np.array(paddings), INT32),
    ]
    options = Options("SpaceToBatchNDOptions")
    return network("SPACE_TO_BATCH_ND", [x, *operands], [out], options, 3)


ROWS = rows("space_to_batch_nd", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
