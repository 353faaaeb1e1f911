"""CONV_2D: every padding, stride, dilation, fused activation; grouped; int8 and float32."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.ir import DType, Site
from compiler.ops.conv_2d import Conv2D
from compiler.ops.slices import lean_convolutions
from compiler.options import Options as CompilerOptions
from compiler.program import Kernel
from compiler.target import HOST, Target, load

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
from .generated import run_on_host, run_on_m0, run_on_m4, run_on_m55
from .narrow import INT4, bias_type_options, packed
from .run_time import RUN_TIME, at_run_time
from .tflite_builder import Operator, Options, Subgraph

RANGES = IMAGE | MAC_RANGES | {
    "dtype": (DType.INT8,),
    "kernel_h": (1, 2, 3, 3, 5),
    "kernel_w": (1, 2, 3, 3, 4, 7),
    "stride_h": (1, 1, 2, 3),
    "stride_w": (1, 1, 2, 3),
    "dilation_h": (1, 1, 1, 2, 3),
    "dilation_w": (1, 1, 1, 2, 3),
    "padding": ("SAME", "VALID"),
    "groups": (1,),
    "group_out": (1, 2, 3, 4, 7, 8, 16),  # output channels of a group
}  # fmt: skip
POINTWISE = {
    name: (1,) for name in RANGES if name.partition("_")[0] in ("kernel", "stride", "dilation")
}
# More channels come out, of an odd number of pixels: the last pass has one.
WIDENING = {
    "batch": (1,),
    "height": (3, 5),
    "width": (3, 7),
    "channels": (20, 25),
    "group_out": (31, 33),
}
GROUPED = {"groups": (2, 3, 4), "channels": (1, 2, 3, 4, 5)}  # input channels of a group
FLOAT = {"dtype": (DType.FLOAT32,)}
# LiteRT: "has_bias was not true" without one.
INT16_CONV = INT16_RANGES | {"bias_type": (DType.INT64, DType.INT32)}
FOURS = INT16_CONV | {"padding": ("VALID",), "dilation_w": (1,), "group_out": (4, 8, 12)}
WIDE = {"channels": (8, 16, 20, 61), "group_out": (1, 4, 7, 16), "height": (1, 2, 3)}
STRIPS = {
    "channels": (1,), "stride_w": (2,), "dilation_w": (1,), "kernel_w": (4, 8),
    "width": (8, 9, 12, 14, 19), "group_out": (2, 4, 6, 16),
}  # fmt: skip
# Vectors of output channels: full ones, halves and what is left.
LANES = FLOAT | {"group_out": (3, 4, 5, 6, 7, 8, 9, 12, 13, 19)}
LINES = {
    "width": (1,), "kernel_w": (1,), "stride_w": (1,), "dilation_w": (1,), "batch": (1, 2),
    "height": (1, 2, 5, 9, 16, 17), "kernel_h": (1, 2, 3, 5, 9), "stride_h": (1, 1, 2, 3),
    "dilation_h": (1, 1, 2, 4), "channels": (1, 3, 4, 8, 12), "group_out": (1, 2, 5, 8, 16),
}  # fmt: skip
HYBRID = FLOAT | {"hybrid": (True,)}


def make(d: Draw) -> Subgraph:
    dtype, pad, groups = d["dtype"], d["padding"], d["groups"]
    n, h, w, c = d.image()
    k_h, k_w, d_h, d_w = d["kernel_h"], d["kernel_w"], d["dilation_h"], d["dilation_w"]
    s_h, s_w = d["stride_h"], d["stride_w"]
    h, w, out_c = fits(h, k_h, d_h, pad), fits(w, k_w, d_w, pad), groups * d["group_out"]
    x = d.activations("in", (n, h, w, c * groups), dtype)
    out_shape = (n, windows(h, k_h, s_h, d_h, pad), windows(w, k_w, s_w, d_w, pad), out_c)
    constants, out = weights_and_bias(d, (out_c, k_h, k_w, c), 0, x, out_shape)
    if "int4" in d.row.ranges:
        constants = packed(constants)
    if "one_table" in d.row.ranges:
        constants = clustered(d, constants, 0)
    fields = {
        "Padding": padding(pad),
        "StrideH": s_h,
        "StrideW": s_w,
        "DilationHFactor": d_h,
        "DilationWFactor": d_w,
        "FusedActivationFunction": activation(d["activation"]),
    }
    fields |= bias_type_options([x, *constants, out])
    return single("CONV_2D", [x, *constants, out], Options("Conv2DOptions", fields), version=3)


def make_float16(d: Draw) -> Subgraph:
    """Weights and bias of float16 behind a DEQUANTIZE each, as the converter leaves them."""
    graph = make(d)
    tensors, (operator,) = list(graph.tensors), graph.operators
    dequantize = []
    for i in (1, 2):
        constant = tensors[i]
        assert constant.data is not None
        half = dataclasses.replace(
            constant, name=f"half_{i}", dtype=DType.FLOAT16, data=constant.data.astype(np.float16)
        )
        tensors[i] = dataclasses.replace(constant, data=None)
        tensors.append(half)
        dequantize.append(
            Operator("DEQUANTIZE", (len(tensors) - 1,), (i,), Options("DequantizeOptions"), 3)
        )
    operators = (*dequantize, operator)
    return dataclasses.replace(graph, tensors=tuple(tensors), operators=operators)


ROWS = (
    Row("conv_2d_ties_int8", make, RANGES | {"ties": (True,), "gain": (0.7, 1.0, 2.0)}),
    Row("conv_2d_int8", make, RANGES, cases=60),
    Row("conv_2d_pointwise_int8", make, RANGES | POINTWISE, cases=30),
    Row("conv_2d_widening_int8", make, RANGES | POINTWISE | WIDENING, cases=12),
    Row("conv_2d_grouped_int8", make, RANGES | GROUPED, cases=30),
    Row("conv_2d_strips_int8", make, RANGES | STRIPS, cases=24),
    Row(
        "conv_2d_strips_of_pairs_int8",
        make,
        RANGES | STRIPS | {"channels": (2,), "stride_w": (1,), "kernel_w": (2, 4)},
        cases=12,
    ),
    Row("conv_2d_lines_int8", make, RANGES | LINES, cases=30),
    Row("conv_2d_lines_float32", make, RANGES | LINES | FLOAT, cases=12),
    Row("conv_2d_float32", make, RANGES | FLOAT),
    Row("conv_2d_grouped_float32", make, RANGES | GROUPED | FLOAT, cases=20),
    Row("conv_2d_lanes_float32", make, RANGES | LANES, cases=24),
    Row("conv_2d_lanes_pointwise_float32", make, RANGES | POINTWISE | LANES, cases=16),
    Row("conv_2d_hybrid", make, RANGES | HYBRID, cases=60),
    Row("conv_2d_grouped_hybrid", make, RANGES | GROUPED | HYBRID | {"per_channel": (True,)}),
    Row("conv_2d_int16", make, RANGES | INT16_CONV, cases=60),
    Row("conv_2d_fours_int16", make, RANGES | FOURS, cases=30),
    Row("conv_2d_grouped_int16", make, RANGES | GROUPED | INT16_CONV, cases=40),
    Row("conv_2d_int4", make, RANGES | INT4),
    Row("conv_2d_pointwise_int4", make, RANGES | POINTWISE | WIDE | INT4),
    Row("conv_2d_hybrid_int4", make, RANGES | HYBRID | INT4),
    Row("conv_2d_float16_weights", make_float16, RANGES | FLOAT, cases=40),
    Row("conv_2d_uint8", make, RANGES | UINT8, cases=50),
    Row("conv_2d_run_time_int8", at_run_time(make), RANGES | RUN_TIME),
    Row("conv_2d_run_time_pointwise_int8", at_run_time(make), RANGES | RUN_TIME | POINTWISE),
    Row("conv_2d_run_time_grouped_int8", at_run_time(make), RANGES | RUN_TIME | GROUPED),
    Row("conv_2d_run_time_int16", at_run_time(make), RANGES | RUN_TIME | INT16_CONV),
    Row("conv_2d_run_time_uint8", at_run_time(make), RANGES | RUN_TIME | UINT8),
    Row("conv_2d_run_time_float32", at_run_time(make), RANGES | RUN_TIME | FLOAT),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS, m4_every=1)


@pytest.mark.parametrize(
    ("run", "name", "every"),
    [(run_on_host, "host", 1), (run_on_m4, "mps2_an386", 2)],
    ids=("host", "m4"),
)
def test_float16_weights_kept(
    run: conformance.Runner, name: str, every: int, tmp_path: Path
) -> None:
    """--float16=keep: halves in flash."""
    row = next(r for r in ROWS if r.name == "conv_2d_float16_weights")
    target = dataclasses.replace(load(name), float16="keep")
    output = compile_model(row.case(0).model, CompilerOptions("m", target))
    assert "nn_conv_2d_f16.h" in output.files
    conformance.check_c(row, run, f"{name}, halves", tmp_path, target, every=every)


def test_unpacked_int4(tmp_path: Path) -> None:
    """--int4=unpacked: weights of four bits as bytes."""
    row = next(r for r in ROWS if r.name == "conv_2d_int4")
    target = dataclasses.replace(HOST, int4="unpacked")
    conformance.check_c(row, run_on_host, "the host, unpacked", tmp_path, target)


# MVE has inner loops of its own for these.
M55_TYPES = ("float32", "conv_2d_int16")
M55_ROWS = [r for r in ROWS if "int8" in r.name or r.name.endswith(M55_TYPES)]
test_c_on_m55 = conformance.m55_test(M55_ROWS)
M0_ROWS = [r for r in ROWS if "int8" in r.name or r.name == "conv_2d_fours_int16"]
SINGLE = RANGES | POINTWISE | {"batch": (1,), "height": (1,), "width": (1,)}
SINGLE_ROW = Row("conv_2d_single_pixel_int8", make, SINGLE, cases=20)
test_c_on_m0 = conformance.m0_test([*M0_ROWS, SINGLE_ROW])


SLICED = RANGES | {"channels": (4, 8, 12, 20), "group_out": (2, 4, 6, 10, 16), "width": (3, 5, 8)}
SLICED_ROW = Row("conv_2d_sliced_int8", make, SLICED, cases=40)


@pytest.mark.parametrize(
    ("run", "target"),
    [
        (run_on_host, "mps2_an386"),
        (run_on_host, "mps3_an547"),
        (run_on_m4, "mps2_an386"),
        (run_on_m55, "mps3_an547"),
        (run_on_host, "microbit"),
        (run_on_m0, "microbit"),
    ],
    ids=("host_as_m4", "host_as_m55", "m4", "m55", "host_as_m0", "m0"),
)
def test_sliced(
    run: conformance.Runner, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kernel that takes less scratch, in turn, though none is worth it in layers so small."""
    usual, taken = Conv2D.lower, list[Kernel]()

    def lower(self: Conv2D, site: Site, target: Target) -> Kernel:
        kernel = usual(self, site, target)
        found = lean_convolutions(kernel, self.macs(site), Fraction(1 << 40))[1:]
        if not found:
            return kernel
        chosen = found[5 * len(taken) % len(found)]
        taken.append(chosen.kernel())
        assert taken[-1].scratch_bytes == chosen.scratch_bytes < kernel.scratch_bytes
        return taken[-1]

    monkeypatch.setattr(Conv2D, "lower", lower)
    monkeypatch.setattr(Conv2D, "lean", lambda *_: ())
    conformance.check_c(SLICED_ROW, run, target, tmp_path, load(target))
    assert len(taken) >= SLICED_ROW.cases // 2
