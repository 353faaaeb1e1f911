"""FLOOR_DIV, FLOOR_MOD, POW, MINIMUM, MAXIMUM, LOGICAL_AND, LOGICAL_OR: types, broadcasts."""

from __future__ import annotations

from compiler.ir import DType

from . import conformance
from .cases import Draw, Row
from .elementwise import PAIR_RANGES, binary, divisible, full_range
from .movement import QUANTISED
from .tflite_builder import Subgraph

OPTIONS = {
    "FLOOR_DIV": "FloorDivOptions",
    "FLOOR_MOD": "FloorModOptions",
    "POW": "PowOptions",
    "MINIMUM": "MaximumMinimumOptions",
    "MAXIMUM": "MaximumMinimumOptions",
    "LOGICAL_AND": "LogicalAndOptions",
    "LOGICAL_OR": "LogicalOrOptions",
}
INT8, UINT8, INT16, INT32 = DType.INT8, DType.UINT8, DType.INT16, DType.INT32
INT64, FLOAT32, BOOL = DType.INT64, DType.FLOAT32, DType.BOOL
DIVISIONS = ("FLOOR_DIV", "FLOOR_MOD")
REFUSED = {"Division by 0": "an integer divisor of 0"}


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
    *(row("MINIMUM", t) for t in (INT8, UINT8, INT16, INT32, INT64, FLOAT32)),
    *(row("MAXIMUM", t) for t in (INT8, UINT8, INT16, INT32, INT64, FLOAT32)),
    row("LOGICAL_AND", BOOL),
    row("LOGICAL_OR", BOOL),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
