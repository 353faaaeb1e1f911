"""MEAN: any axes (negative, repeated, none), keep_dims, equal and other output scales."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compiler.ir import DType, Tensor

from . import conformance
from .cases import INT32, RANKS, Draw, Row, const, single
from .elementwise import full_range
from .tflite_builder import Options, Subgraph

RANGES = {
    "dtype": (DType.INT8,),
    "rank": RANKS,
    "spatial": (False, False, True),  # axes 1 and 2 of four: global average pooling
    "keep_dims": (False, True),
    "same_quant": (False, True),
    "out_scale": (0.11, 0.97, 1.0, 1.2, 6.0),  # times the input's
}


def make(d: Draw) -> Subgraph:
    dtype = d["dtype"]
    spatial = d["spatial"]
    shape = d.shape((4,) if spatial else d.row.ranges["rank"])
    rank = len(shape)
    axes = [1, 2] if spatial else [a for a in range(rank) if d.chance(0.5)] or [rank - 1]
    if d.chance(0.05):
        axes = []
    d.rng.shuffle(axes)
    stated = [a - rank if d.chance(0.3) else a for a in axes]
    if axes and d.chance(0.1):
        stated.append(stated[0])
    keep = d["keep_dims"]
    kept = [1 if a in axes else n for a, n in enumerate(shape) if keep or a not in axes]
    if dtype in (INT32, DType.INT64):
        x, out = Tensor("in", shape, dtype), Tensor("out", tuple(kept), dtype)
        return network(x, stated, keep, out)
    x = d.activations("in", shape, dtype)
    out = d.activations("out", kept, dtype, () if dtype.is_float else (x.scale * d["out_scale"],))
    if d["same_quant"]:
        out = d.like(x, "out", kept)
    return network(x, stated, keep, out)


def network(x: Tensor, axes: Sequence[int], keep: bool, out: Tensor) -> Subgraph:
    axis = const("axes", np.array(axes, np.int32), INT32)
    return single("MEAN", [x, axis, out], Options("ReducerOptions", {"KeepDims": keep}), version=2)


ROWS = (
    Row("mean_int8", make, RANGES, cases=80),
    Row("mean_int16", make, RANGES | {"dtype": (DType.INT16,)}),
    *(
        Row(f"mean_{t.value}", make, RANGES | {"dtype": (t,)}, values=full_range)
        for t in (DType.UINT8, INT32, DType.INT64)
    ),
    Row("mean_float32", make, RANGES | {"dtype": (DType.FLOAT32,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
