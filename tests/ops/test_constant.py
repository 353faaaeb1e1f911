"""Networks and branches that answer constants, and control flow that constants decide."""

from __future__ import annotations

import numpy as np

from compiler.compile import compile_model
from compiler.ir import DType, Tensor
from compiler.ops.strided import EVERY
from compiler.options import Options as CompilerOptions

from . import conformance
from .cases import Draw, Row, const
from .elementwise import full_range
from .flow import BOOL, FLOAT32, INT32, branch, less, step
from .movement import rows
from .tflite_builder import Operator, Options, Subgraph, build


def make(d: Draw) -> Subgraph:
    """An input passed through, and a constant."""
    shape, dtype = d.shape(), d["dtype"]
    x = Tensor("in", shape, dtype)
    constant = const("constant", full_range(d, x, extreme=True), dtype)
    if dtype.is_float:
        constant = const("constant", d.values(shape, dtype), dtype)
    rank = Tensor("rank", (), INT32)
    operator = Operator("RANK", (0,), (2,), Options("RankOptions"))
    return Subgraph((x, constant, rank), (operator,), (0,), (1, 2))


def make_branches(d: Draw) -> tuple[Subgraph, ...]:
    """One branch computes, the other answers a constant."""
    shape = d.shape()
    tensors = (
        Tensor("condition", (), BOOL),
        *(Tensor(n, shape, FLOAT32) for n in ("x", "y", "z", "copy")),
    )
    options = Options("IfOptions", {"ThenSubgraphIndex": 1, "ElseSubgraphIndex": 2})
    operator = Operator("IF", (0, 1, 2), (3, 4), options)
    known = const("known", d.values(shape, FLOAT32), FLOAT32)
    inputs = tuple(Tensor(n, shape, FLOAT32) for n in ("x", "y"))
    other = Subgraph((*inputs, known), (), (0, 1), (2, 0), name="other")
    branches = [branch(d, shape, "ADD"), other]
    if d.chance(0.5):
        branches.reverse()
    return Subgraph(tensors, (operator,), (0, 1, 2), (3, 4)), *branches


ROWS = (
    *rows("constant", make, [t for t in EVERY if t is not DType.BOOL]),
    Row("constant_branch", make_branches, runs=4),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def test_loops_over_constants_are_folded() -> None:
    """h of 7 turns over constants, plus an input."""
    d, n = Draw(ROWS[-1], 0), 3
    h, x = (const(name, d.values((1, n), FLOAT32), FLOAT32) for name in "hx")
    outputs = [Tensor(name, (1, n), FLOAT32) for name in ("last h", "same x", "in", "sum")]
    turns = [
        const("zero", np.array(0), INT32),
        Tensor("turn", (), INT32),
        Tensor("turns", (), INT32),
    ]
    options = Options("WhileOptions", {"CondSubgraphIndex": 1, "BodySubgraphIndex": 2})
    operators = (
        Operator("WHILE", (0, 0, 3, 4), (1, 2, 5, 6), options),
        Operator("ADD", (5, 7), (8,), Options("AddOptions")),
    )
    main = Subgraph((*turns, h, x, *outputs), operators, (7,), (8,))
    compiled = compile_model(build(main, less(7, n), step(d, n)), CompilerOptions("m"))
    assert [layer["name"] for layer in compiled.report["layers"]] == ["00_add"]
