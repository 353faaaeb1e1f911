"""QUANTIZE: float32 to int8, uint8 and int16, and between 8-bit types of other scales."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.ir import DType, Tensor
from compiler.ops import pointwise

from . import conformance
from .cases import SCALES, Draw, Row, single
from .elementwise import full_range, quant
from .generated import run_on_host
from .tflite_builder import Options, Subgraph

INT8, UINT8, INT16, INT32 = DType.INT8, DType.UINT8, DType.INT16, DType.INT32
FLOAT32 = DType.FLOAT32

RANGES = {
    "dtype": (FLOAT32,),
    "out_dtype": (INT8,),
    "out_scale": (0.002, 0.3, 0.99999, 1.0, 1.7, 2.0, 300.0),
    "scale": SCALES,
}


def make(d: Draw) -> Subgraph:
    shape = d.shape()
    x = d.activations("in", shape, d["dtype"])
    scale = d["scale"] if x.dtype.is_float else x.scale * d["out_scale"]
    out = d.activations("out", shape, d["out_dtype"], (scale,))
    return single("QUANTIZE", [x, out], Options("QuantizeOptions"), version=2)


INT32_RANGES = {"scale": (1e-6, 0.001, 0.25), "out_scale": (2.01, 300.0, 1e5, 1e7)}


def make_int32(d: Draw) -> Subgraph:
    """The input's zero point is 0, its scale below half of the output's: more could overflow."""
    shape = d.shape()
    x = Tensor("in", shape, DType.INT32, quant(d["scale"]))
    out = d.activations("out", shape, d["out_dtype"], (x.scale * d["out_scale"],))
    return single("QUANTIZE", [x, out], Options("QuantizeOptions"), version=2)


def row(dtype: DType, out_dtype: DType, cases: int = 40) -> Row:
    ranges = RANGES | {"dtype": (dtype,), "out_dtype": (out_dtype,)}
    return Row(f"quantize_{dtype.value}_{out_dtype.value}", make, ranges, cases=cases)


ROWS = (
    row(FLOAT32, INT8, 60),
    row(FLOAT32, UINT8),
    row(FLOAT32, INT16),
    row(INT8, INT8, 60),
    row(INT8, UINT8),
    row(UINT8, INT8),
    row(UINT8, UINT8),
    row(INT8, INT16),
    row(UINT8, INT16),
    row(INT16, INT8),
    row(INT16, INT16),
    row(INT16, INT32),
    *(
        Row(
            f"quantize_int32_{t.value}",
            make_int32,
            INT32_RANGES | {"out_dtype": (t,)},
            values=full_range,
        )
        for t in (INT8, INT16)
    ),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
# MVE has an inner loop of its own for it.
test_c_on_m55 = conformance.m55_test([r for r in ROWS if r.name == "quantize_int16_int16"])


@pytest.mark.parametrize("row", ROWS[3:7], ids=lambda r: r.name)
def test_tables(row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernels for functions that no multiplication equals."""
    monkeypatch.setattr(pointwise, "linear_single", lambda *_: None)
    conformance.check_c(row, run_on_host, "the host, by tables", tmp_path)
