"""UNIDIRECTIONAL_SEQUENCE_LSTM: int8 with int16 cell state, float32; batch or time first, with and
without an input gate, with and without a clip, run after run."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from compiler.compile import Options as CompilerOptions
from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import Array, DType, Quant, Tensor

from . import conformance
from .cases import Draw, Row, const
from .old_weights import called_uint8
from .tflite_builder import Operator, Options, Subgraph, build

INT8, INT16, INT32, FLOAT32 = DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32

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
HYBRID = VARIANTS | {"asymmetric": (False, True), "weight_scale": (0.001, 0.006)}
TANH = 4


class Layer:
    """The tensors of a layer as they are drawn."""

    def __init__(self, d: Draw) -> None:
        self.d = d
        self.tensors: list[Tensor] = []
        self.floats = bool(d["dtype"].is_float)
        self.hybrid = "asymmetric" in d.row.ranges
        self.quantised: dict[str, Quant] = {}

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

    def bias(self, name: str, cells: int) -> int:
        if self.floats:
            return self.add(const(name, self.d.values((cells,), FLOAT32), FLOAT32))
        data = self.d.rng.integers(-3000, 3000, cells)
        return self.add(const(name, data, INT32, Quant((1e-4,), (0,))))

    def quant(self, scale: float, zero: int) -> Quant | None:
        return None if self.floats else Quant((float(np.float32(scale)),), (zero,))


def make(d: Draw) -> Subgraph:
    layer = Layer(d)
    batch, steps, inputs, cells = d["batch"], d["steps"], d["inputs"], d["cells"]
    time_major, cifg = d["time_major"], d["cifg"]
    dtype = FLOAT32 if layer.floats else INT8
    outer = (steps, batch) if time_major else (batch, steps)
    x = layer.add(Tensor("in", (*outer, inputs), dtype, layer.quant(d["scale"], d["zero"])))
    present = range(1 if cifg else 0, 4)
    projected, peephole, norm = d["projected"], d["peephole"], d["norm"]
    outs = projected or cells
    groups = {"w": inputs, "r": outs}
    operands = [x]
    for name, columns in groups.items():
        operands += [
            layer.weights(f"{name}{g}", (cells, columns)) if g in present else -1 for g in range(4)
        ]
    peeps = [0, 1, 2] if peephole else []
    operands += [
        layer.weights(f"p{g}", (cells,)) if g in peeps and g in present else -1 for g in range(3)
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
    operands += [layer.bias(f"n{g}", cells) if g in normal else -1 for g in range(4)]
    inside = [layer.add(Tensor(f"gate {g}", (0,), FLOAT32)) for g in range(4)]
    inside.append(layer.add(Tensor("effective hidden", (0,), dtype, hidden_quant)))
    fields = {"FusedActivationFunction": TANH, "CellClip": d["clip"], "TimeMajor": time_major}
    fields["ProjClip"] = d.pick((0.0, 0.5)) if projected else 0.0
    if layer.hybrid:
        fields["AsymmetricQuantizeInputs"] = d["asymmetric"]
    options = Options("UnidirectionalSequenceLSTMOptions", fields)
    code = "UNIDIRECTIONAL_SEQUENCE_LSTM"
    operator = Operator(code, tuple(operands), (out,), options, 3, intermediates=tuple(inside))
    tensors = tuple(layer.tensors)
    return Subgraph(tensors, (operator,), (x,), (out,), variables=(hidden, cell))


ROWS = (
    Row("lstm_int8", make, RANGES, cases=80, runs=6),
    Row("lstm_float32", make, RANGES | {"dtype": (FLOAT32,)}, runs=6),
    Row("lstm_variants_float32", make, RANGES | VARIANTS | {"dtype": (FLOAT32,)}, 60, runs=6),
    Row("lstm_hybrid", make, RANGES | HYBRID | {"dtype": (FLOAT32,)}, 60, runs=6),
    Row("lstm_hybrid_uint8", called_uint8(make), RANGES | HYBRID | {"dtype": (FLOAT32,)}, runs=4),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
test_c_on_m0 = conformance.m0_test(ROWS[:1])


@pytest.mark.parametrize(
    ("variant", "found"),
    [
        ({"peephole": (True,)}, "int8 with peephole connections"),
        ({"projected": (3,)}, "int8 with a projection"),
        ({"norm": (True,)}, "int8 with layer normalisation"),
    ],
)
def test_int8_variants_are_refused_by_name(variant: dict[str, tuple[int]], found: str) -> None:
    case = Row("lstm_refused", make, RANGES | variant).case(0)
    with pytest.raises(CompileError) as error:
        compile_model(case.model, CompilerOptions("m"))
    where = "operator 0 (UNIDIRECTIONAL_SEQUENCE_LSTM)"
    assert str(error.value).startswith(f"{where}: {found}; supported: float32 with it")


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
