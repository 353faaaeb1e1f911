"""TANH: int8, uint8 and int16 of any input scale, float32."""

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

RANGES = {
    "dtype": (DType.INT8,),
    "scale": (*SCALES, 0.03, 0.1),
    "out_scale": (1 / 128, 1 / 128, 0.01, 0.0039, 1e-6, 0.5, 3.0),
}


def make(d: Draw) -> Subgraph:
    return curve(d, "TANH")


ROWS = (
    Row("tanh_int8", make, RANGES, cases=60),
    Row("tanh_uint8", make, RANGES | {"dtype": (DType.UINT8,)}),
    Row("tanh_int16", make, RANGES_16, cases=60),
    Row("tanh_float32", make, RANGES | {"dtype": (DType.FLOAT32,)}),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


@pytest.mark.parametrize(
    ("dtype", "scale", "found"),
    [
        (DType.INT8, 1e-10, "scale 1.00000001e-10; supported: int8 and uint8"),
        (DType.INT16, 2.0**-14, "zero points 0, 0, scales 0.1"),
    ],
)
def test_rules(dtype: DType, scale: float, found: str) -> None:
    x, out = (Tensor(n, (3,), dtype, Quant((s,), (0,))) for n, s in (("in", 0.1), ("out", scale)))
    with pytest.raises(CompileError) as error:
        compile_model(build(single("TANH", [x, out])), Options("m"))
    assert str(error.value).startswith(f"operator 0 (TANH): {found}")
