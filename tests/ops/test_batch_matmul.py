"""BATCH_MATMUL: batches that broadcast, either operand transposed or constant, all types."""

from __future__ import annotations

import dataclasses
from math import sqrt

import numpy as np

from compiler.ir import DType, Quant, Tensor

from . import conformance
from .cases import Draw, Row, single
from .tflite_builder import Options, Subgraph

INT8, INT16, INT32, FLOAT32 = DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32
SIZES = (1, 2, 3, 4, 5, 7, 8, 13, 16)
RANGES = {
    "types": ((INT8, INT8, INT8),),
    "rank": (2, 3, 3, 4, 5),
    "m": SIZES,
    "n": SIZES,
    "k": (*SIZES, 33, 64),
    "transpose": (False, True),
    "constant": (False, False, True),
    "gain": (0.02, 0.5, 1.0, 1.0, 2.0, 30.0),
}


def make(d: Draw) -> Subgraph:
    lhs, rhs, result = d["types"]
    m, n, k = d["m"], d["n"], d["k"]
    batch = [d.pick((1, 2, 3)) for _ in range(d["rank"] - 2)]
    hybrid = lhs.is_float and not rhs.is_float
    if hybrid:  # one axis of batches: LiteRT takes the scales of others for more
        long = int(d.rng.integers(max(len(batch), 1)))
        batch = [size if i == long else 1 for i, size in enumerate(batch)]
    a = [1 if d.chance(0.3) else size for size in batch]
    b = [size if a[i] != size or d.chance(0.6) else 1 for i, size in enumerate(batch)]
    adj_x, adj_y = d["transpose"], d["transpose"]
    while b and b[0] == 1 and d.chance(0.3):
        b.pop(0)
    x = d.activations("lhs", (*a, *((k, m) if adj_x else (m, k))), lhs)
    y = d.activations("rhs", (*b, *((n, k) if adj_y else (k, n))), rhs)
    if d["constant"]:
        y = dataclasses.replace(y, data=d.input(y, extreme=False))
    if hybrid:
        n_axis = len(y.shape) - (2 if adj_y else 1)
        scales = d.rng.uniform(0.001, 0.02, n if d["per_channel"] else 1).astype(np.float32)
        quant = Quant(
            tuple(map(float, scales)), (0,) * len(scales), n_axis if len(scales) > 1 else 0
        )
        y = dataclasses.replace(y, quant=quant, data=d.values(y.shape, INT8, -127))
    shape = (*np.broadcast_shapes(tuple(a), tuple(b)), m, n)
    quant = None
    if result in (INT8, INT16):
        if result is INT16 and y.quant is not None:
            y = dataclasses.replace(y, quant=Quant(y.quant.scale, (0,)))
        spread = (19000.0 if lhs is INT16 else 74.0) * (19000.0 if rhs is INT16 else 74.0)
        steps = 60.0 if result is INT8 else 15000.0
        scale = float(np.float32(x.scale * y.scale * spread * sqrt(k) / (steps * d["gain"])))
        quant = d.quant((scale,)) if result is INT8 else Quant((scale,), (0,))
    out = Tensor("out", shape, result, quant)
    fields = {"AdjX": adj_x, "AdjY": adj_y}
    if hybrid:
        fields["AsymmetricQuantizeInputs"] = d["asymmetric"]
    options = Options("BatchMatMulOptions", fields)
    return single("BATCH_MATMUL", [x, y, out], options, version=4)


ROWS = tuple(
    Row("batch_matmul_" + "_".join(t.value for t in types), make, RANGES | {"types": (types,)})
    for types in (
        (INT8, INT8, INT8),
        (INT8, INT8, INT32),
        (INT16, INT16, INT16),
        (INT16, INT8, INT16),
        (FLOAT32, FLOAT32, FLOAT32),
    )
)
HYBRID = {
    "types": ((FLOAT32, INT8, FLOAT32),),
    "per_channel": (False, True),
    "asymmetric": (False, True),
}
ROWS += (Row("batch_matmul_hybrid", make, RANGES | HYBRID, cases=60),)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
