"""LOGISTIC: int8, uint8 and int16 of any input scale, float32."""

from __future__ import annotations

import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Quant, Tensor
from compiler.options import Options

from . import conformance
from .cases import SCALES, Draw, Row, single
from .curves import RANGES_16, curve
from .tflite_builder import Subgraph, build

INT16, FLOAT32 = DType.INT16, DType.FLOAT32

RANGES = {"dtype": (DType.INT8,), "scale": (*SCALES, 0.05, 0.1, 0.15), "out_scale": (1 / 256,)}


def make(d: Draw) -> Subgraph:
    return curve(d, "LOGISTIC")


ROWS = (
    Row("logistic_int8", make, RANGES, cases=60),
    Row("logistic_uint8", make, RANGES | {"dtype": (DType.UINT8,)}),
    Row("logistic_int16", make, RANGES_16, cases=60),
    Row("logistic_float32", make, RANGES | {"dtype": (FLOAT32,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


@pytest.mark.parametrize(
    ("dtype", "x", "out", "found"),
    [
        (DType.INT8, (0.1, 0), (1 / 255, -128), "scale 0.00392156886"),
        (INT16, (0.1, 0), (2.0**-14, 0), "zero points 0, 0, scales 0.100000001, 6.10351562e-05"),
        (INT16, (6.0, 0), (2.0**-15, 0), "zero points 0, 0, scales 6, 3.05175781e-05"),
        (INT16, (0.1, 1), (2.0**-15, 0), "zero points 1, 0, scales 0.100000001, 3.05175781e-05"),
    ],
)
def test_rules(dtype: DType, x: tuple[float, int], out: tuple[float, int], found: str) -> None:
    a, b = (Tensor(n, (3,), dtype, Quant((s,), (z,))) for n, (s, z) in (("in", x), ("out", out)))
    with pytest.raises(CompileError) as error:
        compile_model(build(single("LOGISTIC", [a, b])), Options("m"))
    assert str(error.value).startswith(f"operator 0 (LOGISTIC): {found}; supported: int")
