"""DIV: plain and quantised types, broadcasts, all activations.

Quantised operands and scales are such that LiteRT does not shift right by more than 31 bits, where
its result is undefined (1 / 100 with scales of 1 gives 127); netsuke gives 0 there.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from compiler.compile import compile_model
from compiler.ir import Array, DType, Quant, Tensor
from compiler.options import Options as Compilation
from compiler.tflite.reader import read

from . import conformance
from .cases import Case, Draw, Row, activation, single
from .elementwise import PAIR_RANGES, binary, divisible, full_range, quantised
from .generated import Network, run_on_host
from .tflite_builder import Options, Subgraph

INT8, UINT8, INT16 = DType.INT8, DType.UINT8, DType.INT16
REFUSED = {"Division by 0": "an integer divisor of 0"}
RANGES = PAIR_RANGES | {
    "scale": (0.004, 0.0173, 0.25, 1.0, 3.7),
    "out_scale": (1.0, 0.5, 0.3, 1 / 30),  # of the coarsest that is defined
}


def make(d: Draw) -> Subgraph:
    return binary(d, "DIV", d["dtype"], "DivOptions", activated=True, zero_free=True)


def make_quantised(d: Draw) -> Subgraph:
    fields = {"FusedActivationFunction": activation(d["activation"])}
    graph = quantised(d, "DIV", d["dtype"], Options("DivOptions", fields), product=False)
    a, b, out = graph.tensors
    assert out.quant is not None
    scale = a.scale / b.scale / (1 << (9 if d["dtype"] is INT16 else 8)) * d["out_scale"]
    quant = Quant((float(np.float32(scale)),), out.quant.zero_point)
    tensors = [a, b, dataclasses.replace(out, quant=quant)]
    for i, t in enumerate(tensors[:2]):
        if t.data is not None:
            tensors[i] = dataclasses.replace(t, data=values(d, t, extreme=False))
    return dataclasses.replace(graph, tensors=tuple(tensors))


def values(d: Draw, tensor: Tensor, extreme: bool) -> Array:
    """Divisors other than 0, of int16 below 2^9."""
    found = full_range(d, tensor, extreme)
    if tensor.name != "b":
        return found
    assert tensor.quant is not None
    zero = tensor.quant.zero_point[0]
    if tensor.dtype is INT16:
        found = np.clip(found, -511, 511)
    return np.where(found == zero, np.array(zero + (1 if zero < 127 else -1), found.dtype), found)


ROWS = (
    *(
        Row(
            f"div_{t.value}",
            make,
            PAIR_RANGES | {"dtype": (t,)},
            refusals=REFUSED,
            values=divisible,
        )
        for t in (DType.INT32, DType.FLOAT32)
    ),
    *(
        Row(f"div_{t.value}", make_quantised, RANGES | {"dtype": (t,)}, values=values)
        for t in (INT8, UINT8, INT16)
    ),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def test_what_is_undefined_gives_0(tmp_path: Path) -> None:
    """Quotients far below a step, and divisors of 0."""
    one = Quant((1.0,), (0,))
    tensors = [Tensor(name, (6,), INT8, one) for name in ("a", "b", "out")]
    graph = single("DIV", tensors, Options("DivOptions"), version=2)
    a, b = np.array([1, -2, 0, 5, 100, -100], np.int8), np.array([100, 127, 99, 0, 7, 7], np.int8)
    case = Case("div_small", (graph,), ((a, b),))
    wanted = [(np.array([0, 0, 0, 0, 14, -14], np.int8),)]
    (found,) = conformance.interpret(read(case.model, case.name), case.runs)
    conformance.compare("reference", found, wanted[0])
    files = compile_model(case.model, Compilation(case.name)).files
    (outputs,) = run_on_host([Network(case.name, files, case.runs, wanted)], tmp_path)
    conformance.compare("C", outputs[0], wanted[0])
