"""TRANSPOSE_CONV: every padding and stride, outputs larger than needed, with and without bias."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from compiler.compile import compile_model
from compiler.ir import DType, Tensor
from compiler.options import Options as CompileOptions

from . import conformance
from .cases import (
    IMAGE,
    INT16_RANGES,
    INT32,
    MAC_RANGES,
    UINT8,
    Draw,
    Row,
    activation,
    const,
    padding,
    single,
    weights_and_bias,
)
from .generated import Network, run_on_host
from .narrow import bias_type_options
from .run_time import RUN_TIME, at_run_time
from .tflite_builder import Options, Subgraph

RANGES = IMAGE | MAC_RANGES | {
    "dtype": (DType.INT8,),
    "bias": (True, True, False),
    "height": range(1, 7),
    "width": range(1, 7),
    "out_channels": (1, 2, 3, 4, 7, 8),
    "kernel_h": (1, 2, 3, 4, 5),
    "kernel_w": (1, 2, 3, 4, 5),
    "stride_h": (1, 1, 2, 3),
    "stride_w": (1, 1, 2, 3),
    "padding": ("SAME", "VALID"),
}  # fmt: skip


FLOAT = {"dtype": (DType.FLOAT32,)}
# LiteRT adds up rounded floats, whose error (ours are integers) shows where large ones cancel out.
HYBRID = FLOAT | {"hybrid": (True,), "weight_scale": (1e-4, 0.004)}


def make(d: Draw) -> Subgraph:
    dtype, pad = d["dtype"], d["padding"]
    n, h, w, c = d.image()
    k_h, k_w, s_h, s_w = d["kernel_h"], d["kernel_w"], d["stride_h"], d["stride_w"]
    x = d.activations("in", (n, h, w, c), dtype)
    sizes, out_c = [], d["out_channels"]
    for size, k, stride in ((h, k_h, s_h), (w, k_w, s_w)):
        more = int(d.rng.integers(stride))
        sizes.append(size * stride - more if pad == "SAME" else (size - 1) * stride + k + more)
    out_shape = (n, *sizes, out_c)
    constants, out = weights_and_bias(d, (out_c, k_h, k_w, c), 0, x, out_shape)
    fields = {
        "Padding": padding(pad),
        "StrideH": s_h,
        "StrideW": s_w,
        "FusedActivationFunction": activation(d["activation"]),
    }
    fields |= bias_type_options([x, *constants, out])
    shape = const("shape", np.array(out_shape), INT32)
    tensors = [shape, constants[0], x, *constants[1:], out]
    return single("TRANSPOSE_CONV", tensors, Options("TransposeConvOptions", fields), version=4)


ROWS = (
    Row("transpose_conv_int8", make, RANGES, cases=60),
    Row("transpose_conv_int16", make, RANGES | INT16_RANGES, cases=50),
    Row("transpose_conv_float32", make, RANGES | FLOAT),
    Row("transpose_conv_uint8", make, RANGES | UINT8, cases=50),
    Row("transpose_conv_hybrid", make, RANGES | HYBRID, cases=50),
    Row("transpose_conv_run_time_int8", at_run_time(make), RANGES | RUN_TIME, cases=50),
    Row("transpose_conv_run_time_int16", at_run_time(make), RANGES | RUN_TIME | INT16_RANGES),
    Row("transpose_conv_run_time_uint8", at_run_time(make), RANGES | RUN_TIME | UINT8),
    Row("transpose_conv_run_time_float32", at_run_time(make), RANGES | RUN_TIME | FLOAT),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def test_output_shape_at_run_time(tmp_path: Path) -> None:
    """The shape is an input that nobody reads: the output's is what the model states."""
    row = ROWS[0]
    networks = []
    for number in range(4):
        case = row.case(number)
        wanted = conformance.oracle.run(case.model, case.runs)
        graph = case.graphs[0]
        stated = graph.tensors[0]
        assert stated.data is not None
        tensors = (Tensor(stated.name, stated.shape, stated.dtype), *graph.tensors[1:])
        graph = dataclasses.replace(graph, tensors=tensors, inputs=(0, *graph.inputs))
        runs = tuple((stated.data, *run) for run in case.runs)
        moved = dataclasses.replace(case, graphs=(graph,), runs=runs)
        files = compile_model(moved.model, CompileOptions(case.name)).files
        networks.append(Network(case.name, files, runs, wanted))
    for network, outputs in zip(networks, run_on_host(networks, tmp_path), strict=True):
        for found, right in zip(outputs, network.wanted, strict=True):
            conformance.compare(network.name, found, right)


# MVE has an inner loop of its own for it.
test_c_on_m55 = conformance.m55_test([r for r in ROWS if r.name == "transpose_conv_int16"])
