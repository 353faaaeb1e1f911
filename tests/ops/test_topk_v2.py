"""TOPK_V2: any number of the greatest, many of them equal; what is no number."""

from __future__ import annotations

import numpy as np

from compiler.ir import Array, DType, Tensor
from compiler.ops.topk_v2 import TYPES

from . import conformance
from .cases import INT32, Draw, Row, const
from .elementwise import full_range
from .movement import network, tensor
from .tflite_builder import Options, Subgraph


def make(d: Draw) -> Subgraph:
    shape = d.shape(most=7)
    count = d.pick(range(1, shape[-1] + 1))
    x = tensor(d, "in", shape, d["dtype"])
    kinds = (INT32, INT32, DType.INT16)
    k = const("k", np.array(count), d.pick(kinds))
    values = d.like(x, "values", (*shape[:-1], count))
    indices = Tensor("indices", values.shape, d.pick(kinds))
    return network("TOPK_V2", [x, k], [values, indices], Options("TopKV2Options"), 3)


def values(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    if not tensor.dtype.is_float:
        return full_range(d, tensor, extreme)
    found = d.rng.integers(-3, 4, tensor.shape).astype(np.float32)
    weird = d.rng.choice(np.array([np.inf, -np.inf, np.nan, 0.5], np.float32), tensor.shape)
    return np.where(d.rng.random(tensor.shape) < (0.5 if extreme else 0.0), weird, found)


ROWS = tuple(Row(f"topk_v2_{t.value}", make, {"dtype": (t,)}, values=values) for t in TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
