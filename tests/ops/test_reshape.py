"""RESHAPE: the new shape as a constant input or as an option, with and without -1."""

from __future__ import annotations

from math import prod

import numpy as np

from compiler.ir import DType
from compiler.ops.reshape import TYPES

from . import conformance
from .cases import INT32, Draw, Row, const, single
from .movement import rows, tensor
from .tflite_builder import Options, Subgraph

RANGES = {
    "dtype": (DType.INT8,),
    "infer": (False, True),  # one dimension as -1
    "form": ("input", "input", "option"),
}


def make(d: Draw) -> Subgraph:
    shape = d.shape()
    rest, new = prod(shape), []
    for _ in range(d.pick(range(4))):
        new.append(d.pick([f for f in range(1, rest + 1) if rest % f == 0]))
        rest //= new[-1]
    new.append(rest)
    d.rng.shuffle(new)
    new = [int(n) for n in new]
    stated = list(new)
    if d["infer"]:
        stated[d.pick(range(len(stated)))] = -1
    x = tensor(d, "in", shape, d["dtype"])
    out = d.like(x, "out", new)
    options = Options("ReshapeOptions", {"NewShape": stated})
    if d["form"] == "option":
        return single("RESHAPE", [x, out], options)
    return single("RESHAPE", [x, const("shape", np.array(stated), INT32), out], options)


ROWS = (
    Row("reshape_int8", make, RANGES),
    *rows("reshape", make, [t for t in TYPES if t is not DType.INT8], RANGES),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
