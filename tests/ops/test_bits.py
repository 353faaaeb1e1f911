"""BITWISE_XOR, RIGHT_SHIFT: types, broadcasts, distances beyond the type."""

from __future__ import annotations

import numpy as np

from compiler.ir import Array, DType, Tensor
from compiler.ops.bits import TYPES

from . import conformance
from .cases import Draw, Row
from .elementwise import PAIR_RANGES, binary, full_range
from .movement import QUANTISED
from .tflite_builder import Subgraph

OPTIONS = {"BITWISE_XOR": "BitwiseXorOptions", "RIGHT_SHIFT": "RightShiftOptions"}


def distances(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    """Of what is shifted, any; many distances within the type."""
    found = full_range(d, tensor, extreme)
    near = d.rng.integers(0, 8 * tensor.dtype.bytes, tensor.shape).astype(found.dtype)
    return np.where(d.rng.random(tensor.shape) < 0.6, near, found) if tensor.name == "b" else found


def row(code: str, dtype: DType) -> Row:
    def make(d: Draw) -> Subgraph:
        return binary(d, code, dtype, OPTIONS[code], scaled=QUANTISED)

    values = distances if code == "RIGHT_SHIFT" else full_range
    return Row(f"{code.lower()}_{dtype.value}", make, PAIR_RANGES, values=values)


ROWS = tuple(row(code, dtype) for code in OPTIONS for dtype in TYPES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
