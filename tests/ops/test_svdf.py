"""SVDF: int8 with int16 state, and float32, run after run. LiteRT takes an int8 state for int16:
there the C is held against the reference, which is TensorFlow Lite Micro's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Quant, Tensor
from compiler.options import Options as CompilerOptions
from compiler.target import HOST, Target, load
from compiler.tflite.reader import read

from . import conformance
from .cases import Case, Draw, Row, activation, const
from .generated import Network, run_on_host, run_on_m4, run_on_m55
from .old_weights import called_uint8
from .tflite_builder import Operator, Options, Subgraph, build

INT8, INT16, INT32, FLOAT32 = DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32

RANGES = {
    "dtype": (INT8,),
    "state": (INT16,),
    "batch": (1, 1, 2),
    "inputs": (1, 3, 8, 17, 40),
    "units": (1, 2, 5, 8),
    "rank": (1, 1, 2, 3),
    "memory": (1, 2, 4, 5, 8, 11),
    "scale": (1.7e-5, 0.003, 0.05, 1.0),
    "gain": (0.1, 1.0, 1.0, 4.0),  # of both stages: above 1 they saturate
    "bias": (True, True, False),
    "activation": ("RELU",),
}


def make(d: Draw) -> Subgraph:
    batch, inputs, memory = d["batch"], d["inputs"], d["memory"]
    units, rank, gain = d["units"], d["rank"], d["gain"]
    filters = units * rank
    dtype, state_type = d["dtype"], d["state"]
    x = d.activations("in", (batch, inputs), dtype, (d["scale"],))
    out = d.activations("out", (batch, units), dtype)
    shapes = (filters, inputs), (filters, memory)
    weights = [d.values(shapes[0], dtype), d.values(shapes[1], dtype)]
    state_quant = quants = None
    if not dtype.is_float:
        weights[1] = weights[1].astype(state_type.numpy)
        zero = int(d.pick((-128, -7, 0, 37, 127))) if state_type is INT8 else 0
        ends = 100.0 if state_type is INT8 else 20000.0
        state_scale = x.scale * 0.01 * 74 * 74 * inputs**0.5 / ends / gain
        out_scale = state_scale * 0.02 * 74 * ends / 2 * (memory * rank) ** 0.5 / 60 / gain
        state_quant = Quant((float(np.float32(state_scale)),), (zero,))
        quants = Quant((float(np.float32(0.01)),), (0,)), Quant((float(np.float32(0.02)),), (0,))
        out = d.activations("out", out.shape, dtype, (out_scale,))
    types = (dtype, dtype if dtype.is_float else state_type)
    if "asymmetric" in d.row.ranges:  # int8 weights, all else float
        types = (INT8, INT8)
        quants = Quant((float(np.float32(d["scale"])),), (0,)), Quant((0.0078125,), (0,))
        weights = [d.values(s, INT8, -127) for s in shapes]
    tensors = [
        x,
        const("feature", weights[0], types[0], quants and quants[0]),
        const("time", weights[1], types[1], quants and quants[1]),
    ]
    has_bias = d["bias"]
    if has_bias:
        bias_type = FLOAT32 if dtype.is_float else INT32
        tensors.append(const("bias", d.values((units,), bias_type, -9000, 9000), bias_type))
    state = Tensor(
        "state", (batch, filters * memory), dtype if dtype.is_float else state_type, state_quant
    )
    tensors += [state, out]
    last = len(tensors) - 1
    operands = (0, 1, 2, 3 if has_bias else -1, last - 1)
    fields = {"Rank": rank, "FusedActivationFunction": activation(d["activation"])}
    if "asymmetric" in d.row.ranges:
        fields["AsymmetricQuantizeInputs"] = d["asymmetric"]
    operator = Operator("SVDF", operands, (last,), Options("SVDFOptions", fields), version=3)
    return Subgraph(tuple(tensors), (operator,), (0,), (last,), variables=(last - 1,))


FLOAT = RANGES | {"dtype": (FLOAT32,), "activation": ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")}
ROWS = (
    Row("svdf_int8_int16", make, RANGES, cases=60, runs=14),
    Row("svdf_float32", make, FLOAT, runs=14),
    Row("svdf_hybrid", make, FLOAT | {"asymmetric": (False, True)}, cases=50, runs=14),
    Row("svdf_hybrid_uint8", called_uint8(make), FLOAT | {"asymmetric": (False, True)}, runs=6),
)
INT8_STATE = Row("svdf_int8_int8", make, RANGES | {"state": (INT8,)}, cases=60, runs=14)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


@pytest.mark.parametrize(
    ("run", "target"),
    [
        (run_on_host, HOST),
        (run_on_m4, load("mps2_an386")),
        (run_on_m55, load("mps3_an547")),
    ],
    ids=("host", "m4", "m55"),
)
def test_c_with_int8_state(run: conformance.Runner, target: Target, tmp_path: Path) -> None:
    cases: list[Case] = [INT8_STATE.case(i) for i in range(INT8_STATE.cases)]
    networks = []
    for case in cases:
        wanted = list(conformance.interpret(read(case.model, case.name), case.runs))
        files = compile_model(case.model, CompilerOptions(case.name, target)).files
        networks.append(Network(case.name, files, case.runs, wanted))
    for network, outputs in zip(networks, run(networks, tmp_path), strict=True):
        for r, (ours, right) in enumerate(zip(outputs, network.wanted, strict=True)):
            conformance.compare(f"{network.name} run {r}", ours, right)


def test_activations_that_integers_do_not_have_are_refused() -> None:
    row = Row("svdf_refused", make, RANGES | {"activation": ("RELU6",)})
    with pytest.raises(CompileError) as error:
        compile_model(row.case(0).model, CompilerOptions("m"))
    assert str(error.value).startswith("operator 0 (SVDF): activation relu6; supported: int8: RELU")


def test_a_state_that_is_no_variable_is_refused() -> None:
    graph = make(Draw(ROWS[1], 0))
    last = len(graph.tensors) - 1
    inputs = (0, last - 1)
    data = build(Subgraph(graph.tensors, graph.operators, inputs, (last,)))
    with pytest.raises(CompileError) as error:
        compile_model(data, CompilerOptions("m"))
    assert str(error.value).startswith("operator 0 (SVDF): input 4 is no variable")
