"""SUM: any axes, kept or not; quantised integers to other scales.

LiteRT 2.3.0 takes int8 and int16 for uint8. So int8 networks are compared with the uint8 network
whose values and zero points are greater by 128, which means the same; int16 ones, of a power of two
of elements, with MEAN, whose output's scale is less by that power.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.ir import Array, DType, Quant, Tensor
from compiler.ops.sum import TYPES
from compiler.options import Options as Compilation
from compiler.target import HOST, load
from compiler.tflite.reader import read

from . import conformance, oracle
from .cases import INT32, Case, Draw, Row, const
from .drawn import Cases
from .elementwise import full_range
from .generated import Network, run_on_host, run_on_m4
from .movement import network, rows
from .reductions import RESCALED, reduction
from .tflite_builder import Options, Subgraph, build

CASES = 40


def make(d: Draw) -> Subgraph:
    return reduction(d, "SUM")


ROWS = rows("sum", make, [t for t in TYPES if t not in (DType.INT8, DType.INT16)], RESCALED, CASES)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
UINT8_ROW = next(row for row in ROWS if row.name == "sum_uint8")


def less_128(array: Array) -> Array:
    return (array.astype(np.int16) - 128).astype(np.int8)


def as_int8(tensor: Tensor) -> Tensor:
    if tensor.dtype is not DType.UINT8 or tensor.quant is None:
        return tensor
    quant = Quant(tensor.quant.scale, (tensor.quant.zero_point[0] - 128,))
    return replace(tensor, dtype=DType.INT8, quant=quant)


def int8_cases() -> Iterator[tuple[Case, list[tuple[Array, ...]]]]:
    """The uint8 cases as int8, with the outputs that LiteRT's for uint8 stand for."""
    for number in range(CASES):
        case = UINT8_ROW.case(number)
        outputs = oracle.run(case.model, case.runs)
        (graph,) = case.graphs
        moved = replace(graph, tensors=tuple(as_int8(t) for t in graph.tensors))
        runs = tuple(tuple(less_128(a) for a in run) for run in case.runs)
        wanted = [tuple(less_128(a) for a in run) for run in outputs]
        yield Case(f"sum_int8_{number}", (moved,), runs), wanted


def int16_cases() -> Iterator[tuple[Case, list[tuple[Array, ...]]]]:
    """Sums of powers of two of elements, with LiteRT's means."""
    for number in range(CASES):
        case = INT16_ROW.case(number)
        (graph,) = case.graphs
        x, axes, out = graph.tensors
        assert out.quant is not None
        count = x.elements // out.elements
        quant = Quant((out.scale / count,), (0,))
        mean = replace(
            graph,
            tensors=(x, axes, replace(out, quant=quant)),
            operators=(replace(graph.operators[0], code="MEAN"),),
        )
        yield case, oracle.run(build(mean), case.runs)


def make_int16(d: Draw) -> Subgraph:
    """Sizes are powers of two."""
    rank = len(d.shape())
    shape = [d.pick((1, 2, 4, 8) if rank < 5 else (1, 2, 4)) for _ in range(rank)]
    axes = [a for a in range(len(shape)) if d.chance(0.5)] or [0]
    keep = d.chance(0.5)
    left = [1 if a in axes else n for a, n in enumerate(shape) if keep or a not in axes]
    x = d.activations("in", shape, DType.INT16)
    out = d.activations("out", left, DType.INT16, (x.scale * d["out_scale"],))
    operands = [x, const("axes", np.array(axes), INT32)]
    return network("SUM", operands, [out], Options("ReducerOptions", {"KeepDims": keep}), 2)


INT16_ROW = Row("sum_int16", make_int16, RESCALED, CASES, values=full_range)
BY_OTHERS = {"int8": int8_cases, "int16": int16_cases}
INT8_CASES = Cases("sum_int8", lambda: [case for case, _ in int8_cases()])


@pytest.mark.parametrize("name", BY_OTHERS)
def test_reference_of_others(name: str) -> None:
    for case, wanted in BY_OTHERS[name]():
        found = conformance.interpret(read(case.model, case.name), case.runs)
        for outputs, right in zip(found, wanted, strict=True):
            conformance.compare(f"{case.name}: reference", outputs, right)
    print(f"sum_{name}: reference equals LiteRT's for another type in {CASES} cases")


@pytest.mark.parametrize("where", ["host", "m4"])
@pytest.mark.parametrize("name", BY_OTHERS)
def test_c_of_others(name: str, where: str, tmp_path: Path) -> None:
    target, run = (HOST, run_on_host) if where == "host" else (load("mps2_an386"), run_on_m4)
    networks = [
        Network(c.name, compile_model(c.model, Compilation(c.name, target)).files, c.runs, wanted)
        for c, wanted in BY_OTHERS[name]()
    ]
    for sums, outputs in zip(networks, run(networks, tmp_path), strict=True):
        for found, right in zip(outputs, sums.wanted, strict=True):
            conformance.compare(f"{sums.name}: C on {where}", found, right)
    print(f"sum_{name}: C on {where} equals LiteRT's for another type in {CASES} cases")
