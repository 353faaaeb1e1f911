"""CAST between all types: wrapping, saturation, what is no number."""

from __future__ import annotations

import numpy as np

from compiler.ir import Array, Tensor
from compiler.ops.cast import TYPES

from . import conformance
from .cases import Draw, Row
from .elementwise import full_range, plain
from .tflite_builder import Operator, Options, Subgraph

WEIRD = (0.0, -0.0, 0.99, -0.99, 127.5, -128.9, 255.5, 32768.0, 65536.0, 2147483648.0, 2147483520.0)
WEIRD += (-2147483648.0, 4294967296.0, 1e19, -1e19, 9.3e18, -9.3e18, np.inf, -np.inf, np.nan)


def make(d: Draw) -> Subgraph:
    """One input cast to each other type: a case of every pair. (To its own it is the input.)"""
    shape, dtype = d.shape(), d["dtype"]
    others = [t for t in TYPES if t is not dtype]
    tensors = [plain("in", shape, dtype), *(plain(f"out_{t.value}", shape, t) for t in others)]
    outputs = tuple(range(1, len(tensors)))
    operators = tuple(Operator("CAST", (0,), (i,), Options("CastOptions")) for i in outputs)
    return Subgraph(tuple(tensors), operators, (0,), outputs)


def values(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    if not tensor.dtype.is_float:
        return full_range(d, tensor, extreme)
    scale = d.rng.choice(np.array([1, 100, 3e4, 3e9], np.float32), tensor.shape)
    ordinary = d.rng.normal(size=tensor.shape).astype(np.float32) * scale
    if not extreme:
        return ordinary
    weird = d.rng.choice(np.array(WEIRD, np.float32), tensor.shape)
    return np.where(d.rng.random(tensor.shape) < 0.7, weird, ordinary)


ROWS = tuple(
    Row(
        f"cast_{t.value}",
        make,
        {"dtype": (t,)},
        cases=50,
        values=values,
    )
    for t in TYPES
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
