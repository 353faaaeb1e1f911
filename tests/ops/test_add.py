"""ADD: equal shapes and every broadcast, constant operands, fused activations."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.ir import DType
from compiler.ops import add

from . import conformance
from .cases import Draw, Row, activation, broadcast_pair, const, single
from .elementwise import SUM_RANGES, full_range, sum_or_difference
from .generated import run_on_host
from .tflite_builder import Options, Subgraph

RANGES = {
    "dtype": (DType.INT8,),
    "broadcast": (False, True),
    "constant": ("neither", "neither", "neither", "first", "second"),
    # Output scale over the larger input scale: LiteRT wants it above 2^-19.
    "out_scale": (1e-4, 0.3, 0.99, 1.0, 1.7, 2.0, 40.0),
    "activation": ("NONE", "RELU", "RELU6", "RELU_N1_TO_1"),
}


def make(d: Draw) -> Subgraph:
    dtype = d["dtype"]
    shapes, out_shape = broadcast_pair(d, d["broadcast"])
    a, b = (d.activations(n, s, dtype) for n, s in zip("ab", shapes, strict=True))
    constant = d["constant"]
    if constant == "first":
        a = const("a", d.values(a.shape, dtype), dtype, a.quant)
    if constant == "second":
        b = const("b", d.values(b.shape, dtype), dtype, b.quant)
    scales = () if dtype.is_float else (max(a.scale, b.scale) * d["out_scale"],)
    out = d.activations("out", out_shape, dtype, scales)
    options = Options("AddOptions", {"FusedActivationFunction": activation(d["activation"])})
    return single("ADD", [a, b, out], options, version=2)


def make_wide(d: Draw) -> Subgraph:
    return sum_or_difference(d, "ADD", "AddOptions")


ROWS = (
    Row("add_int8", make, RANGES, cases=80),
    Row("add_float32", make, RANGES | {"dtype": (DType.FLOAT32,)}),
    *(
        Row(
            f"add_{t.value}",
            make_wide,
            SUM_RANGES | {"dtype": (t,)},
            values=full_range,
        )
        for t in (DType.UINT8, DType.INT16, DType.INT32, DType.INT64)
    ),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def test_steps_of_tflite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel for scales without a linear form."""
    monkeypatch.setattr(add, "narrow_pair", lambda *_: None)
    monkeypatch.setattr(add, "linear_pair", lambda *_: None)
    conformance.check_c(ROWS[0], run_on_host, "the host, in TFLite's steps", tmp_path)


def test_64_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel for scales without a linear form in 32 bits."""
    monkeypatch.setattr(add, "narrow_pair", lambda *_: None)
    conformance.check_c(ROWS[0], run_on_host, "the host, in 64 bits", tmp_path)


# MVE has inner loops of its own for int8 and int16.
M55_ROWS = ("add_int8", "add_int16", "add_float32")
test_c_on_m55 = conformance.m55_test([r for r in ROWS if r.name in M55_ROWS])
