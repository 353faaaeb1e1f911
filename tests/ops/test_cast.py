"""CAST between all types: wrapping, saturation, what is no number."""

from __future__ import annotations

import numpy as np

from compiler.ir import Array, DType, Tensor
from compiler.ops.cast import TYPES

from . import conformance
from .cases import Draw, Row, single
from .elementwise import full_range, plain
from .tflite_builder import Options, Subgraph

WEIRD = (0.0, -0.0, 0.99, -0.99, 127.5, -128.9, 255.5, 32768.0, 65536.0, 2147483648.0, 2147483520.0)
WEIRD += (-2147483648.0, 4294967296.0, 1e19, -1e19, 9.3e18, -9.3e18, np.inf, -np.inf, np.nan)


def make(d: Draw) -> Subgraph:
    """The output's type differs from case to case."""
    shape = d.shape()
    x = plain("in", shape, d["dtype"])
    return single("CAST", [x, plain("out", shape, d["out_dtype"])], Options("CastOptions"))


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
        {"dtype": (t,), "out_dtype": TYPES},
        cases=160 if t is DType.FLOAT32 else 80,
        values=values,
    )
    for t in TYPES
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
