"""DEPTHWISE_CONV_2D: every padding, stride, dilation, fused activation, channel multipliers."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from compiler.compile import compile_model
from compiler.ir import DType
from compiler.options import Options as CompileOptions
from compiler.target import load

from . import conformance
from .cases import (
    IMAGE,
    INT16_RANGES,
    MAC_RANGES,
    UINT8,
    Draw,
    Row,
    activation,
    fits,
    padding,
    single,
    weights_and_bias,
    windows,
)
from .clustered import clustered
from .generated import run_on_host, run_on_m4
from .narrow import INT4, packed
from .run_time import RUN_TIME, at_run_time
from .tflite_builder import Options, Subgraph

RANGES = IMAGE | MAC_RANGES | {
    "dtype": (DType.INT8,),
    "multiplier": (1, 1, 1, 2, 3, 8),
    "kernel_h": (1, 2, 3, 3, 5),
    "kernel_w": (1, 2, 3, 3, 4, 7),
    "stride": (1, 1, 2, 3),  # BUILTIN_REF reads both, the converter makes only equal ones
    "dilation_h": (1, 1, 1, 2, 3),
    "dilation_w": (1, 1, 1, 2, 3),
    "padding": ("SAME", "VALID"),
}  # fmt: skip

# Vectors of channels, in rows of several strips.
LANES = {"dtype": (DType.FLOAT32,), "multiplier": (1,), "channels": (4, 5, 7, 8, 12, 19),
         "width": (5, 8, 11, 17)}  # fmt: skip
MORE = {"channels": (8, 9, 12, 16, 19)}


def make(d: Draw) -> Subgraph:
    dtype, pad, multiplier = d["dtype"], d["padding"], d["multiplier"]
    n, h, w, c = d.image()
    k_h, k_w, d_h, d_w = d["kernel_h"], d["kernel_w"], d["dilation_h"], d["dilation_w"]
    s_h = d["stride"]
    s_w = s_h if d.chance(0.7) else d["stride"]
    h, w, out_c = fits(h, k_h, d_h, pad), fits(w, k_w, d_w, pad), c * multiplier
    x = d.activations("in", (n, h, w, c), dtype)
    out_shape = (n, windows(h, k_h, s_h, d_h, pad), windows(w, k_w, s_w, d_w, pad), out_c)
    constants, out = weights_and_bias(d, (1, k_h, k_w, out_c), 3, x, out_shape)
    if "int4" in d.row.ranges:
        constants = packed(constants)
    if "one_table" in d.row.ranges:
        constants = clustered(d, constants, 3)
    fields = {
        "Padding": padding(pad),
        "StrideH": s_h,
        "StrideW": s_w,
        "DilationHFactor": d_h,
        "DilationWFactor": d_w,
        "DepthMultiplier": multiplier,
        "FusedActivationFunction": activation(d["activation"]),
    }
    options = Options("DepthwiseConv2DOptions", fields)
    return single("DEPTHWISE_CONV_2D", [x, *constants, out], options, version=3)


RANGES_3X3 = RANGES | {
    "multiplier": (1,),
    "kernel_h": (3,),
    "kernel_w": (3,),
    "stride": (1, 1, 2),
    "dilation_h": (1,),
    "dilation_w": (1,),
}

RANGES_RELU = {"activation": ("RELU", "RELU", "RELU6"), "gain": (0.5, 1.0, 2.0)}

FLOAT = {"dtype": (DType.FLOAT32,)}
HYBRID = {"dtype": (DType.FLOAT32,), "hybrid": (True,), "per_channel": (True,)}
INT16 = INT16_RANGES | {"bias_type": (DType.INT64,)}

ROWS = (
    Row("depthwise_conv_2d_ties_int8", make, RANGES | {"ties": (True,), "gain": (0.7, 1.0, 2.0)}),
    Row("depthwise_conv_2d_int8", make, RANGES, cases=80),
    Row("depthwise_conv_2d_3x3_relu_int8", make, RANGES_3X3 | RANGES_RELU),
    Row("depthwise_conv_2d_3x3_int8", make, RANGES_3X3),
    Row("depthwise_conv_2d_float32", make, RANGES | {"dtype": (DType.FLOAT32,)}),
    Row("depthwise_conv_2d_lanes_float32", make, RANGES | LANES, cases=30),
    Row("depthwise_conv_2d_hybrid", make, RANGES | HYBRID, cases=50),
    Row("depthwise_conv_2d_int16", make, RANGES | INT16),
    Row("depthwise_conv_2d_lanes_int16", make, RANGES | LANES | INT16 | MORE, cases=30),
    Row("depthwise_conv_2d_int4", make, RANGES | INT4),
    Row("depthwise_conv_2d_uint8", make, RANGES | UINT8, cases=50),
    Row("depthwise_conv_2d_run_time_int8", at_run_time(make), RANGES | RUN_TIME, cases=50),
    Row("depthwise_conv_2d_run_time_int16", at_run_time(make), RANGES | RUN_TIME | INT16),
    Row("depthwise_conv_2d_run_time_uint8", at_run_time(make), RANGES | RUN_TIME | UINT8),
    Row("depthwise_conv_2d_run_time_float32", at_run_time(make), RANGES | RUN_TIME | FLOAT),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS, m4_every=1)


@pytest.mark.parametrize("run, name", [(run_on_host, "host"), (run_on_m4, "mps2_an386")])
def test_float16_weights_kept(run: conformance.Runner, name: str, tmp_path: Path) -> None:
    """--float16=keep: halves in flash, where they hold the weights exactly (as in these cases)."""
    row = next(r for r in ROWS if r.name == "depthwise_conv_2d_float32")
    target = dataclasses.replace(load(name), float16="keep")
    files = compile_model(row.case(0).model, CompileOptions("m", target)).files
    assert "nn_depthwise_conv_2d_f16.h" in files
    conformance.check_c(row, run, f"{name}, halves", tmp_path, target, every=2)


# MVE has inner loops of its own for these.
M55_ROWS = [r for r in ROWS if "int8" in r.name or r.name.endswith(("float32", "lanes_int16"))]
test_c_on_m55 = conformance.m55_test(M55_ROWS)
test_c_on_m0 = conformance.m0_test([r for r in ROWS if "3x3_relu" in r.name])
