"""FLOOR_DIV, FLOOR_MOD, POW, ATAN2, MINIMUM, MAXIMUM, LOGICAL_AND, LOGICAL_OR: types,
broadcasts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from compiler.ir import Array, DType, Tensor

from . import conformance
from .cases import Draw, Row, single
from .elementwise import PAIR_RANGES, binary, divisible, full_range, plain
from .movement import QUANTISED
from .tflite_builder import Options, Subgraph

OPTIONS = {
    "FLOOR_DIV": "FloorDivOptions",
    "FLOOR_MOD": "FloorModOptions",
    "POW": "PowOptions",
    "ATAN2": "ATan2Options",
    "MINIMUM": "MaximumMinimumOptions",
    "MAXIMUM": "MaximumMinimumOptions",
    "LOGICAL_AND": "LogicalAndOptions",
    "LOGICAL_OR": "LogicalOrOptions",
}
INT8, UINT8, INT16, INT32 = DType.INT8, DType.UINT8, DType.INT16, DType.INT32
INT64, FLOAT32, BOOL = DType.INT64, DType.FLOAT32, DType.BOOL
DIVISIONS = ("FLOOR_DIV", "FLOOR_MOD")
REFUSED = {"Division by 0": "an integer divisor of 0"}


def powers(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    """Bases and exponents whose powers are within 32 bits."""
    if tensor.name == "a":
        return d.rng.integers(-11, 11, tensor.shape, np.int32, endpoint=True)
    return d.rng.integers(0, 8, tensor.shape, np.int32, endpoint=True)


def integer_power(d: Draw) -> Subgraph:
    graph = binary(d, "POW", INT32, "PowOptions")
    tensors = tuple(
        replace(t, data=None if t.data is None else powers(d, t, extreme=False))
        for t in graph.tensors
    )
    return replace(graph, tensors=tensors)


def angle(d: Draw) -> Subgraph:
    """LiteRT wants both of one shape."""
    tensors = [plain(name, d.shape(most=6), FLOAT32) for name in ("a", "b", "out")]
    return single(
        "ATAN2", [replace(t, shape=tensors[0].shape) for t in tensors], Options("ATan2Options")
    )


def row(code: str, dtype: DType) -> Row:
    divides = code in DIVISIONS

    def make(d: Draw) -> Subgraph:
        return binary(d, code, dtype, OPTIONS[code], zero_free=divides, scaled=QUANTISED)

    values = divisible if divides else full_range
    name = f"{code.lower()}_{dtype.value}"
    return Row(name, make, PAIR_RANGES, refusals=REFUSED, values=values)


ROWS = (
    *(row("FLOOR_DIV", t) for t in (INT8, INT16, INT32, FLOAT32)),
    *(row("FLOOR_MOD", t) for t in (INT8, INT16, INT32, INT64, FLOAT32)),
    row("POW", FLOAT32),
    Row("pow_int32", integer_power, PAIR_RANGES, values=powers),
    Row("atan2_float32", angle),
    *(row("MINIMUM", t) for t in (INT8, UINT8, INT16, INT32, INT64, FLOAT32)),
    *(row("MAXIMUM", t) for t in (INT8, UINT8, INT16, INT32, INT64, FLOAT32)),
    row("LOGICAL_AND", BOOL),
    row("LOGICAL_OR", BOOL),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
