"""MIRROR_PAD: both modes, any amounts along up to 5 axes."""

from __future__ import annotations

import numpy as np
import tflite

from compiler.ir import DType
from compiler.ops.mirror_pad import TYPES

from . import conformance
from .cases import Draw, const
from .movement import network, rows, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    mode = d.pick(("REFLECT", "SYMMETRIC"))
    edge = int(mode == "REFLECT")
    shape = d.shape(most=4)
    amounts = [
        [d.pick(range(n - edge + 1)) if d.chance(0.4) else 0 for _ in range(2)] for n in shape
    ]
    x = tensor(d, "in", shape, d["dtype"])
    out = d.like(x, "out", [n + sum(pair) for n, pair in zip(shape, amounts, strict=True)])
    paddings = const("paddings", np.array(amounts), d.pick((DType.INT32, DType.INT64)))
    options = Options("MirrorPadOptions", {"Mode": getattr(tflite.MirrorPadMode, mode)})
    return network("MIRROR_PAD", [x, paddings], [out], options, 2)


ROWS = rows("mirror_pad", make, TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
