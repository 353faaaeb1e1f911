"""SUM: any axes, kept or not; 8-bit integers to other scales.

LiteRT 2.3.0 takes int8 and int16 for uint8. So int8 networks are compared with the uint8 network
whose values and zero points are greater by 128, which means the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compiler.compile import Options as Compilation
from compiler.compile import compile_model
from compiler.ir import Array, DType, Quant, Tensor
from compiler.ops.sum import TYPES
from compiler.target import HOST, load
from compiler.tflite.reader import read

from . import conformance, oracle
from .cases import Case, Draw
from .generated import Network, run_on_host, run_on_m4
from .movement import rows
from .reductions import RESCALED, reduction
from .tflite_builder import Subgraph

CASES = 40


def make(d: Draw) -> Subgraph:
    return reduction(d, "SUM")


ROWS = rows("sum", make, [t for t in TYPES if t is not DType.INT8], RESCALED, CASES)
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


def test_reference_of_int8() -> None:
    for case, wanted in int8_cases():
        found = conformance.interpret(read(case.model, case.name), case.runs)
        for outputs, right in zip(found, wanted, strict=True):
            conformance.compare(f"{case.name}: reference", outputs, right)
    print(f"sum_int8: reference equals LiteRT's for uint8 in {CASES} cases")


@pytest.mark.parametrize("where", ["host", "m4"])
def test_c_of_int8(where: str, tmp_path: Path) -> None:
    target, run = (HOST, run_on_host) if where == "host" else (load("mps2_an386"), run_on_m4)
    networks = [
        Network(c.name, compile_model(c.model, Compilation(c.name, target)).files, c.runs, wanted)
        for c, wanted in int8_cases()
    ]
    for network, outputs in zip(networks, run(networks, tmp_path), strict=True):
        for found, right in zip(outputs, network.wanted, strict=True):
            conformance.compare(f"{network.name}: C on {where}", found, right)
    print(f"sum_int8: C on {where} equals LiteRT's for uint8 in {CASES} cases")
