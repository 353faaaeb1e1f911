"""FULLY_CONNECTED: batches, inputs of rank 1 to 4, keep_num_dims, with and without bias."""

from __future__ import annotations

from math import prod

from compiler.ir import DType

from . import conformance
from .cases import MAC_RANGES, Draw, Row, activation, single, weights_and_bias
from .tflite_builder import Options, Subgraph

RANGES = MAC_RANGES | {
    "dtype": (DType.INT8,),
    "bias": (True, True, True, False),
    "depth": (1, 2, 3, 4, 5, 8, 15, 16, 17, 63, 64, 128),
    "units": (1, 2, 3, 4, 7, 10, 12, 32),
    "outer": ((1,), (1,), (2,), (3,), (5,), (1, 1), (2, 3), (1, 2, 2)),
    "keep_num_dims": (False, False, True),
}  # fmt: skip


def make(d: Draw) -> Subgraph:
    dtype, depth, units, outer = d["dtype"], d["depth"], d["units"], d["outer"]
    keep = d["keep_num_dims"]
    x = d.activations("in", (*outer, depth), dtype)
    out_shape = (*outer, units) if keep else (prod(outer), units)
    constants, out = weights_and_bias(d, (units, depth), 0, x, out_shape)
    fields = {"FusedActivationFunction": activation(d["activation"]), "KeepNumDims": keep}
    options = Options("FullyConnectedOptions", fields)
    absent = () if len(constants) == 2 or d.chance(0.5) else (2,)
    return single("FULLY_CONNECTED", [x, *constants, out], options, version=5, absent=absent)


ROWS = (
    Row("fully_connected_int8", make, RANGES, cases=80),
    Row("fully_connected_float32", make, RANGES | {"dtype": (DType.FLOAT32,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
