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
}
TANH = 4


class Layer:
    """The tensors of a layer as they are drawn."""

    def __init__(self, d: Draw) -> None:
        self.d = d
        self.tensors: list[Tensor] = []
        self.floats = bool(d["dtype"].is_float)
        self.quantised: dict[str, Quant] = {}

    def add(self, tensor: Tensor) -> int:
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def weights(self, name: str, shape: tuple[int, ...]) -> int:
        data: Array = self.d.values(shape, FLOAT32 if self.floats else INT8, -127)
        if self.floats:
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
    groups = {"w": inputs, "r": cells}
    operands = [x]
    for name, columns in groups.items():
        operands += [
            layer.weights(f"{name}{g}", (cells, columns)) if g in present else -1 for g in range(4)
        ]
    operands += [-1, -1, -1]
    operands += [layer.bias(f"b{g}", cells) if g in present else -1 for g in range(4)]
    hidden_quant = layer.quant(d["hidden_scale"], d["zero"])
    cell_quant = layer.quant(2.0 ** d["cell_power"], 0)
    hidden = layer.add(Tensor("hidden", (batch, cells), dtype, hidden_quant))
    cell = layer.add(Tensor("cell", (batch, cells), dtype if layer.floats else INT16, cell_quant))
    out = layer.add(Tensor("out", (*outer, cells), dtype, hidden_quant))
    operands += [-1, -1, hidden, cell, -1, -1, -1, -1]
    inside = [layer.add(Tensor(f"gate {g}", (0,), FLOAT32)) for g in range(4)]
    inside.append(layer.add(Tensor("effective hidden", (0,), dtype, hidden_quant)))
    fields = {"FusedActivationFunction": TANH, "CellClip": d["clip"], "TimeMajor": time_major}
    options = Options("UnidirectionalSequenceLSTMOptions", fields)
    code = "UNIDIRECTIONAL_SEQUENCE_LSTM"
    operator = Operator(code, tuple(operands), (out,), options, 3, intermediates=tuple(inside))
    tensors = tuple(layer.tensors)
    return Subgraph(tensors, (operator,), (x,), (out,), variables=(hidden, cell))


ROWS = (
    Row("lstm_int8", make, RANGES, cases=80, runs=6),
    Row("lstm_float32", make, RANGES | {"dtype": (FLOAT32,)}, runs=6),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (9, "operator 0 (UNIDIRECTIONAL_SEQUENCE_LSTM), inputs: peephole connections"),
        (16, "operator 0 (UNIDIRECTIONAL_SEQUENCE_LSTM), inputs: a projection"),
        (21, "operator 0 (UNIDIRECTIONAL_SEQUENCE_LSTM), inputs: layer normalisation"),
    ],
)
def test_variants_are_refused_by_name(place: int, found: str) -> None:
    graph = make(Draw(ROWS[1], 0))
    (operator,) = graph.operators
    inputs = list(operator.inputs)
    inputs[place] = inputs[15]
    changed = dataclasses.replace(operator, inputs=tuple(inputs))
    data = build(dataclasses.replace(graph, operators=(changed,)))
    with pytest.raises(CompileError) as error:
        compile_model(data, CompilerOptions("m"))
    assert str(error.value).startswith(found)
