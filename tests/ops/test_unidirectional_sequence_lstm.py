"""UNIDIRECTIONAL_SEQUENCE_LSTM: int8 with int16 cell state, float32; batch or time first, with and
without an input gate, with and without a clip, run after run; int16, and int8 with
--reference=tflm, as TensorFlow Lite Micro computes them."""

from __future__ import annotations

import dataclasses
import zlib
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Array, DType, Quant, Tensor
from compiler.options import Options as CompilerOptions
from compiler.passes import choose_rounding
from compiler.target import load
from compiler.tflite.reader import read

from . import conformance
from .cases import Case, Draw, Row, const
from .generated import Network, run_on_host, run_on_m4
from .old_weights import called_uint8
from .tflite_builder import Operator, Options, Subgraph, build

INT8, INT16, INT32, INT64 = DType.INT8, DType.INT16, DType.INT32, DType.INT64
FLOAT32 = DType.FLOAT32

RANGES = {
    "dtype": (INT8,),
    "batch": (1, 1, 2, 3),
    "steps": (1, 2, 7),
    "inputs": (1, 3, 8, 13),
    "cells": (1, 2, 4, 9),
    "time_major": (False, True),
    "cifg": (False, False, True),
    "clip": (0.0, 0.0, 0.5, 3.0, 10.0),
    "cell_power": (-15, -14, -12, -11, -11, -10, -9),
    "scale": (0.004, 0.02, 0.1),
    "weight_scale": (0.001, 0.006, 0.02),  # times small inputs: linear; large: saturated
    "hidden_scale": (1 / 127, 1 / 128, 0.004, 0.02),
    "zero": (-128, -4, 0, 31, 127),
    "peephole": (False,),
    "norm": (False,),
    "projected": (0,),
}
VARIANTS = {"peephole": (False, True), "norm": (False, True), "projected": (0, 0, 1, 3, 6)}
NORMAL = {"norm": (True,), "cells": (1, 2, 4, 9, 20)}
TIMES = {"time_major": (False, True, True), "batch": (1, 2, 3)}
HYBRID = VARIANTS | {"asymmetric": (False, True), "weight_scale": (0.001, 0.006)}
# What TensorFlow Lite Micro has: int8, and int16, which LiteRT refuses.
MICRO8 = {"cifg": (False,)}
MICRO16 = MICRO8 | {
    "dtype": (INT16,),
    "scale": (3e-6, 3.0518044e-5, 1e-4),
    "hidden_scale": (1 / 32768, 1 / 32767, 2e-5, 1e-4),
    "zero": (0,),
    "bias": (10**7,) * 9 + (5 * 10**9,),  # sums beyond 32 bits
}
TANH = 4


class Layer:
    """The tensors of a layer as they are drawn."""

    def __init__(self, d: Draw) -> None:
        self.d = d
        self.tensors: list[Tensor] = []
        self.floats = bool(d["dtype"].is_float)
        self.hybrid = "asymmetric" in d.row.ranges
        self.norm = False

    def add(self, tensor: Tensor) -> int:
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def weights(self, name: str, shape: tuple[int, ...]) -> int:
        floats = self.floats and not self.hybrid
        data: Array = self.d.values(shape, FLOAT32 if floats else INT8, -127)
        if floats:
            return self.add(const(name, data / np.float32(4), FLOAT32))
        scale = float(np.float32(self.d["weight_scale"] * self.d.rng.uniform(0.5, 1.5)))
        return self.add(const(name, data, INT8, Quant((scale,), (0,))))

    def vector(self, name: str, cells: int) -> int:
        """Peephole weights or coefficients of normalisation."""
        if self.floats:
            return self.weights(name, (cells,)) if name[0] == "p" else self.bias(name, cells)
        step = self.d.pick((1e-6, 3e-5, 1.2e-4)) * self.d.rng.uniform(0.5, 1.5)
        data = self.d.values((cells,), INT16, -32767, 32767)
        return self.add(const(name, data, INT16, Quant((float(np.float32(step)),), (0,))))

    def bias(self, name: str, cells: int) -> int:
        if self.floats:
            return self.add(const(name, self.d.values((cells,), FLOAT32), FLOAT32))
        if self.d["dtype"] is INT16:
            most = self.d["bias"]
            data = self.d.rng.integers(-most, most, cells)
            return self.add(const(name, data, INT64, Quant((1e-7,), (0,))))
        normal = self.norm and name != "projection bias"
        most = self.d.pick((3000, 10**6, 3 * 10**7)) if normal else 3000
        data = self.d.rng.integers(-most, most, cells)
        return self.add(const(name, data, INT32, Quant((1e-4,), (0,))))

    def quant(self, scale: float, zero: int) -> Quant | None:
        return None if self.floats else Quant((float(np.float32(scale)),), (zero,))


def make(d: Draw) -> Subgraph:
    layer = Layer(d)
    batch, steps, inputs, cells = d["batch"], d["steps"], d["inputs"], d["cells"]
    time_major, cifg = d["time_major"], d["cifg"]
    dtype = d["dtype"]
    outer = (steps, batch) if time_major else (batch, steps)
    x = layer.add(Tensor("in", (*outer, inputs), dtype, layer.quant(d["scale"], d["zero"])))
    present = range(1 if cifg else 0, 4)
    projected, peephole, norm = d["projected"], d["peephole"], d["norm"]
    layer.norm = norm
    if peephole and dtype is INT8:
        projected = min(projected, cells)  # beyond, LiteRT writes where nothing of its is
    outs = projected or cells
    groups = {"w": inputs, "r": outs}
    operands = [x]
    for name, columns in groups.items():
        operands += [
            layer.weights(f"{name}{g}", (cells, columns)) if g in present else -1 for g in range(4)
        ]
    peeps = [0, 1, 2] if peephole else []
    operands += [
        layer.vector(f"p{g}", cells) if g in peeps and g in present else -1 for g in range(3)
    ]
    operands += [layer.bias(f"b{g}", cells) if g in present else -1 for g in range(4)]
    projection = [-1, -1]
    if projected:
        projection[0] = layer.weights("projection", (outs, cells))
        projection[1] = layer.bias("projection bias", outs) if d.chance(0.5) else -1
    hidden_quant = layer.quant(d["hidden_scale"], d["zero"])
    cell_quant = layer.quant(2.0 ** d["cell_power"], 0)
    hidden = layer.add(Tensor("hidden", (batch, outs), dtype, hidden_quant))
    cell = layer.add(Tensor("cell", (batch, cells), dtype if layer.floats else INT16, cell_quant))
    out = layer.add(Tensor("out", (*outer, outs), dtype, hidden_quant))
    operands += [*projection, hidden, cell]
    normal = present if norm else ()
    operands += [layer.vector(f"n{g}", cells) if g in normal else -1 for g in range(4)]
    gate_type = INT16 if norm and not layer.floats else FLOAT32
    gates = [layer.quant(d.pick((1e-4, 2.0**-12, 0.003)), 0) if norm else None for _ in range(4)]
    inside = [layer.add(Tensor(f"gate {g}", (0,), gate_type, gates[g])) for g in range(4)]
    made = layer.quant(d["hidden_scale"], d["zero"]) if projected else hidden_quant
    inside.append(layer.add(Tensor("effective hidden", (0,), dtype, made)))
    fields = {"FusedActivationFunction": TANH, "CellClip": d["clip"], "TimeMajor": time_major}
    fields["ProjClip"] = d.pick((0.0, 0.5)) if projected else 0.0
    if layer.hybrid:
        fields["AsymmetricQuantizeInputs"] = d["asymmetric"]
    options = Options("UnidirectionalSequenceLSTMOptions", fields)
    code = "UNIDIRECTIONAL_SEQUENCE_LSTM"
    operator = Operator(code, tuple(operands), (out,), options, 3, intermediates=tuple(inside))
    tensors = tuple(layer.tensors)
    return Subgraph(tensors, (operator,), (x,), (out,), variables=(hidden, cell))


INT16_ROW = Row("lstm_int16", make, RANGES | MICRO16, 80, runs=6, unknown=True)
MICRO_ROW = Row("lstm_micro_int8", make, RANGES | MICRO8, 80, runs=6)
ROWS = (
    Row("lstm_int8", make, RANGES | {"inputs": (1, 3, 8, 13, 21)}, cases=80, runs=6),
    Row("lstm_float32", make, RANGES | {"dtype": (FLOAT32,)}, runs=6),
    Row("lstm_variants_float32", make, RANGES | VARIANTS | {"dtype": (FLOAT32,)}, 60, runs=6),
    Row("lstm_hybrid", make, RANGES | HYBRID | {"dtype": (FLOAT32,)}, 60, runs=6),
    Row("lstm_int8_peephole", make, RANGES | {"peephole": (True,)}, runs=4),
    Row("lstm_int8_norm", make, RANGES | NORMAL, runs=4),
    Row("lstm_int8_projection", make, RANGES | {"projected": (1, 3, 6, 11)}, runs=4),
    Row("lstm_int8_variants", make, RANGES | VARIANTS | TIMES, 60, runs=4),
    INT16_ROW,
    Row("lstm_hybrid_uint8", called_uint8(make), RANGES | HYBRID | {"dtype": (FLOAT32,)}, runs=4),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
test_c_on_m0 = conformance.m0_test(ROWS[:1])
EIGHTS = RANGES | {"inputs": (1, 13, 16, 33), "cells": (1, 7, 8, 9, 16, 20)}
M55_ROWS = (Row("lstm_int8_eights", make, EIGHTS, cases=80, runs=4), ROWS[1])
test_c_on_m55 = conformance.m55_test(M55_ROWS)


@pytest.mark.parametrize(
    ("variant", "found"),
    [
        ({"peephole": (True,)}, "int16 with peephole connections"),
        ({"projected": (3,)}, "int16 with a projection"),
        ({"norm": (True,)}, "int16 with layer normalisation"),
    ],
)
def test_int16_variants_are_refused_by_name(variant: dict[str, tuple[int]], found: str) -> None:
    case = Row("lstm_refused", make, RANGES | MICRO16 | variant).case(0)
    with pytest.raises(CompileError) as error:
        compile_model(case.model, CompilerOptions("m"))
    where = "operator 0 (UNIDIRECTIONAL_SEQUENCE_LSTM)"
    assert str(error.value).startswith(f"{where}: {found}; supported: int8 with it")


def by_micro(case: Case) -> list[tuple[Array, ...]]:
    """The outputs with TensorFlow Lite Micro's rounding."""
    target = dataclasses.replace(load("host"), reference="tflm")
    return list(
        conformance.interpret(choose_rounding.run(read(case.model, case.name), target), case.runs)
    )


@pytest.mark.parametrize(
    ("row", "wanted"),
    [(INT16_ROW, 0x9D65AB60), (MICRO_ROW, 0x556FC3F7)],
    ids=lambda r: getattr(r, "name", ""),
)
def test_reference_is_that_of_micro(row: Row, wanted: int) -> None:
    """The CRC of what TensorFlow Lite Micro's own interpreter (tflite-micro 90b983c2, built for the
    host) gives for all runs of all cases of the row, one after the other."""
    crc = 0
    for number in range(row.cases):
        for (output,) in by_micro(row.case(number)):
            crc = zlib.crc32(output.astype(output.dtype.newbyteorder("<")).tobytes(), crc)
    assert crc == wanted


@pytest.mark.parametrize("run, target", [(run_on_host, "host"), (run_on_m4, "mps2_an386")])
def test_int8_as_micro_rounds(run: conformance.Runner, target: str, tmp_path: Path) -> None:
    """--reference=tflm: the C equals our meaning of it, which is not TFLite's everywhere."""
    micro = dataclasses.replace(load(target), reference="tflm")
    networks, differ = [], 0
    for number in range(0, MICRO_ROW.cases, 2):
        case = MICRO_ROW.case(number)
        wanted = by_micro(case)
        others = conformance.by_reference(case)
        differ += any((a[0] != b[0]).any() for a, b in zip(others, wanted, strict=True))
        files = compile_model(case.model, CompilerOptions(case.name, micro)).files
        assert "nn_lstm_micro_s8.h" in files
        networks.append(Network(case.name, files, case.runs, wanted))
    assert differ > 10
    for network, outputs in zip(networks, run(networks, tmp_path), strict=True):
        for r, (found, right) in enumerate(zip(outputs, network.wanted, strict=True)):
            conformance.compare(f"{network.name} run {r}", found, right)


def test_figures_that_micro_publishes() -> None:
    """TensorFlow Lite Micro's unit test of int16 (kernels/testdata/lstm_test_data.cc, outputs of
    three steps of two batches from the state 0), which allows 1e-3."""
    scale, hidden, cells = 3.0518044e-5, 2.1362956633198035e-05, 2
    gates = {0: (10, 20, -1, -2), 1: (-10, -20, 1, 2), 2: (1, 1, 0, 0), 3: (1, 1, 0, 0)}
    tensors = [Tensor("in", (2, 3, 2), INT16, Quant((scale,), (0,)))]
    operands = [-1] * 24

    def put(at: int, tensor: Tensor) -> None:
        operands[at] = len(tensors)
        tensors.append(tensor)

    operands[0] = 0
    for g, (first, second, *bias) in gates.items():
        step = max(abs(first), abs(second)) / 127
        weights = np.rint(np.array([[first] * 2, [second] * 2]) / step)
        for at in (1 + g, 5 + g):
            put(at, const(f"w{at}", weights, INT8, Quant((step,), (0,))))
        put(12 + g, const(f"b{g}", np.rint(np.array(bias) / (step * scale)), INT64))
    states = len(tensors), len(tensors) + 1
    put(18, Tensor("hidden", (2, cells), INT16, Quant((hidden,), (0,))))
    put(19, Tensor("cell", (2, cells), INT16, Quant((2.0**-12,), (0,))))
    tensors.append(Tensor("out", (2, 3, cells), INT16, Quant((hidden,), (0,))))
    out = len(tensors) - 1
    fields = {"FusedActivationFunction": TANH, "CellClip": 6.0, "TimeMajor": False}
    options = Options("UnidirectionalSequenceLSTMOptions", fields)
    operator = Operator("UNIDIRECTIONAL_SEQUENCE_LSTM", tuple(operands), (out,), options, 3)
    graph = Subgraph(tuple(tensors), (operator,), (0,), (out,), variables=states)
    real = np.array([[[0.2, 0.3]] * 3, [[-0.98, 0.62], [0.01, 0.99], [0.49, -0.32]]])
    x = np.rint(real / scale).astype(np.int16)
    ((found,),) = conformance.by_reference(Case("published", (graph,), ((x,),)))
    wanted = [
        [[0.26455893, 0.26870455], [0.47935803, 0.47937014], [0.58013272, 0.58013278]],
        [[-1.41184672e-3, -1.43329117e-5], [0.46887168, 0.46891281], [0.50054074, 0.50054148]],
    ]
    np.testing.assert_allclose(found * hidden, wanted, rtol=0, atol=1e-3)


def test_half_a_variant_is_refused() -> None:
    graph = make(Draw(ROWS[1], 0))
    (operator,) = graph.operators
    inputs = list(operator.inputs)
    inputs[9] = inputs[15]
    changed = dataclasses.replace(operator, inputs=tuple(inputs))
    data = build(dataclasses.replace(graph, operators=(changed,)))
    with pytest.raises(CompileError) as error:
        compile_model(data, CompilerOptions("m"))
    assert "input 10 absent, others of its kind not" in str(error.value)
