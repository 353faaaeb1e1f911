"""TABLE: runs of two to four operators on one 8-bit value, as networks have them."""

from __future__ import annotations

import numpy as np

from compiler.compile import compile_model
from compiler.ir import DType, Quant, Tensor
from compiler.options import Options as CompileOptions

from . import conformance
from .cases import Draw, Row
from .tflite_builder import Operator, Options, Subgraph

CHAINED = ("RELU", "HARD_SWISH", "LOGISTIC", "QUANTIZE", "ABS", "ADD", "LEAKY_RELU", "REAL")
OPTIONS = {"ADD": Options("AddOptions"), "LEAKY_RELU": Options("LeakyReluOptions", {"Alpha": 0.25})}
SCALES = (0.02, 0.05, 0.1)


def make(d: Draw) -> Subgraph:
    shape, names = d.shape((1, 2, 4), 6), [d.pick(CHAINED) for _ in range(d.pick((2, 3, 4)))]
    tensors = [d.activations("x", shape, DType.INT8, SCALES)]
    operators: list[Operator] = []

    def apply(code: str, out: Tensor, *more: Tensor) -> None:
        x = len(tensors) - 1
        tensors.extend((*more, out))
        inputs = (x, *range(x + 1, x + 1 + len(more)))
        operators.append(Operator(code, inputs, (len(tensors) - 1,), OPTIONS.get(code)))

    for i, name in enumerate(names):
        out = d.activations(f"t{i}", shape, DType.INT8, SCALES)
        if name == "LOGISTIC":
            out = Tensor(out.name, shape, DType.INT8, Quant((1 / 256,), (-128,)))
        if name == "ADD":
            apply(name, out, Tensor(f"c{i}", (), DType.INT8, d.quant(SCALES), np.array(7, np.int8)))
        elif name == "REAL":
            apply("DEQUANTIZE", Tensor(f"f{i}", shape, DType.FLOAT32))
            apply("RELU", Tensor(f"r{i}", shape, DType.FLOAT32))
            apply("QUANTIZE", out)
        else:
            apply(name, out)
    dtype = d.pick((DType.INT8, DType.UINT8))
    apply("QUANTIZE", d.activations("y", shape, dtype, SCALES))
    return Subgraph(tuple(tensors), tuple(operators), (0,), (len(tensors) - 1,))


ROWS = (Row("table_int8", make, cases=60),)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def test_the_cases_are_tables() -> None:
    for number in range(10):
        output = compile_model(ROWS[0].case(number).model, CompileOptions("net"))
        (layer,) = output.program.layers
        assert [call.function[:8] for call in layer.calls] == ["nn_table"]
