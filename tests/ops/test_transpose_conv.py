"""TRANSPOSE_CONV: every padding and stride, outputs larger than needed, with and without bias."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from compiler.compile import Options as CompileOptions
from compiler.compile import compile_model
from compiler.ir import DType, Tensor

from . import conformance
from .cases import (
    IMAGE,
    INT16_RANGES,
    INT32,
    MAC_RANGES,
    Draw,
    Row,
    activation,
    bias_type_options,
    const,
    padding,
    single,
    weights_and_bias,
)
from .generated import Network, run_on_host
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
    Row("transpose_conv_float32", make, RANGES | {"dtype": (DType.FLOAT32,)}),
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
