"""NEG, SIGN, SQUARE, SIN, COS, CEIL, FLOOR, ROUND, LOGICAL_NOT."""

from __future__ import annotations

import numpy as np

from compiler.ir import Array, DType, Tensor

from . import conformance
from .cases import Draw, Row, single
from .elementwise import full_range
from .movement import tensor
from .tflite_builder import Options, Subgraph

OPTIONS = {
    "NEG": "NegOptions",
    "SQUARE": "SquareOptions",
    "SIGN": "SignOptions",
    "COS": "CosOptions",
    "LOGICAL_NOT": "LogicalNotOptions",
}


def floats(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    """Many multiples of 1/2 if extreme: ties of roundings."""
    x = d.rng.normal(size=tensor.shape) * 5
    halves = d.rng.integers(-9, 9, tensor.shape) / 2
    chosen = d.rng.random(tensor.shape) < (0.6 if extreme else 0.0)
    return np.where(chosen, halves, x).astype(np.float32)


def row(code: str, dtype: DType) -> Row:
    def make(d: Draw) -> Subgraph:
        shape = d.shape(most=6)
        options = Options(OPTIONS[code]) if code in OPTIONS else None
        x = tensor(d, "in", shape, dtype)
        return single(code, [x, d.like(x, "out", shape)], options)

    name = f"{code.lower()}_{dtype.value}"
    return Row(name, make, values=floats if dtype.is_float else full_range)


INTEGERS = (DType.INT8, DType.INT16, DType.INT32, DType.INT64)
FLOATS = ("NEG", "SIGN", "SQUARE", "SIN", "COS", "CEIL", "FLOOR", "ROUND")
ROWS = (
    *(row("NEG", t) for t in INTEGERS),
    row("SIGN", DType.INT32),
    *(row(c, DType.FLOAT32) for c in FLOATS),
    row("LOGICAL_NOT", DType.BOOL),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
