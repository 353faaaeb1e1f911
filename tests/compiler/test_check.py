"""What is read well but cannot be compiled is refused, node by node."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from compiler.check import check
from compiler.errors import CompileError
from compiler.ir import DType, Quant
from compiler.tflite.reader import read
from tests.compiler.small_models import BIAS, SHAPE, WEIGHTS, X, Y, Z, model

SHORT_BIAS = {
    "shape": (2,),
    "data": np.zeros(2, np.int32),
    "quant": Quant((0.5, 0.5), (0, 0)),
}
SCALAR_BIAS = {"shape": (), "data": np.array(1, np.int32), "quant": Quant((0.5,), (0,))}
LARGE_BIAS = {"data": np.array([0, 0, -(2**31)], np.int32)}


def found(data: bytes) -> list[str]:
    with pytest.raises(CompileError) as error:
        check(read(data, "m"))
    return [str(p) for p in error.value.problems]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({BIAS: SHORT_BIAS}, "operator 0 (CONV_2D): a bias of shape [2] for 3 output channels"),
        ({BIAS: SCALAR_BIAS}, "operator 0 (CONV_2D): a bias of shape [] for 3 output channels"),
        ({BIAS: LARGE_BIAS}, "operator 0 (CONV_2D): sums up to 2.1"),
        ({X: {"quant": None}}, "operator 0 (CONV_2D): input 0 'x' without such quantisation"),
        ({WEIGHTS: {"quant": None}}, "operator 0 (CONV_2D): weights without scales"),
        ({X: {"dtype": DType.UINT8}}, "operator 0 (CONV_2D): types (uint8, int8, int32) → int8"),
        ({SHAPE: {"data": np.array([1, 28], np.int32)}}, "operator 1 (RESHAPE): output shapes"),
        (
            {SHAPE: {"data": np.array([1, 28], np.int32)}, Z: {"shape": (1, 28)}},
            "operator 1 (RESHAPE): 27 elements in, 28 out",
        ),
    ],
    ids=lambda p: p if isinstance(p, str) else "",
)
def test_each_broken_rule_is_named(changes: Mapping[int, Mapping[str, Any]], problem: str) -> None:
    (only,) = found(model(changes))
    assert only.startswith(problem)


def test_the_problems_of_all_nodes_come_together() -> None:
    wrong_shape = {"data": np.array([1, 28], np.int32)}
    changes: dict[int, Mapping[str, Any]] = {BIAS: SHORT_BIAS, SHAPE: wrong_shape}
    assert [p.split(":")[0] for p in found(model(changes))] == [
        "operator 0 (CONV_2D)",
        "operator 1 (RESHAPE)",
    ]


def test_what_can_be_compiled_passes() -> None:
    check(read(model(), "m"))
    graph = read(model(outputs=(Z, Y)), "m")
    check(dataclasses.replace(graph, subgraphs=(graph,)))
