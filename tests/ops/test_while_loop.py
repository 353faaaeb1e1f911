"""WHILE: recurrent layers, one with as many turns as an input or a constant says; and GRU."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Tensor
from compiler.options import Options as CompilerOptions

from . import conformance
from .cases import Draw, Row, const
from .flow import FLOAT32, INT32, add, adding, first_values, less, open_handle, step
from .recurrent import gru
from .tflite_builder import Operator, Options, Subgraph, build

# The number of turns comes from an int8 input; a negative one is none.
ROW = Row("while", lambda d: make(d), {"n": (1, 3, 8), "most": (None, None, 0, 1, 7)}, runs=3)

GRU = {"times": (1, 2, 5, 9), "inputs": (1, 3, 8), "units": (1, 4, 8)}


def make(d: Draw) -> tuple[Subgraph, ...]:
    n, most = d["n"], d["most"]
    tensors = (
        const("zero", np.array(0), INT32),
        Tensor("turns", (), INT32),
        Tensor("h", (1, n), FLOAT32),
        Tensor("x", (1, n), FLOAT32),
        Tensor("turn", (), INT32),
        Tensor("turns out", (), INT32),
        Tensor("h out", (1, n), FLOAT32),
        Tensor("x out", (1, n), FLOAT32),
        Tensor("few turns", (), DType.INT8),
    )
    cast = Operator("CAST", (8,), (1,), Options("CastOptions", {"InDataType": 9, "OutDataType": 2}))
    options = Options("WhileOptions", {"CondSubgraphIndex": 1, "BodySubgraphIndex": 2})
    operator = Operator("WHILE", (0, 1, 2, 3), (4, 5, 6, 7), options)
    return (
        Subgraph(tensors, (cast, operator), (8, 2, 3), (6, 4, 7)),
        less(most, n),
        step(d, n),
    )


def make_stateful(d: Draw) -> tuple[Subgraph, ...]:
    """The loop adds h to a variable in each turn; `nested`: in a branch that some turns take."""
    main, condition, body = make(d)
    shape, first = body.tensors[2].shape, len(body.tensors)
    once = Operator("CALL_ONCE", (), (), Options("CallOnceOptions", {"InitSubgraphIndex": 1}))
    fields = {"CondSubgraphIndex": 2, "BodySubgraphIndex": 3}
    cast, loop = main.operators
    loop = dataclasses.replace(loop, options=Options("WhileOptions", fields))
    main = dataclasses.replace(main, operators=(once, cast, loop))
    start = first_values(d, shape, ("s",))
    h = body.outputs[2]
    more = [Tensor("handle", (), DType.RESOURCE), Tensor("read", shape, FLOAT32)]
    more.append(Tensor("sum", shape, FLOAT32))
    operators = [
        open_handle("s", first),
        Operator("READ_VARIABLE", (first,), (first + 1,)),
        add(first + 1, h, first + 2),
        Operator("ASSIGN_VARIABLE", (first, first + 2), ()),
    ]
    branches: list[Subgraph] = []
    if d["nested"]:
        more = [Tensor("few", (), DType.BOOL), Tensor("sum", shape, FLOAT32)]
        chosen = Options("IfOptions", {"ThenSubgraphIndex": 4, "ElseSubgraphIndex": 5})
        operators = [
            Operator("LESS", (0, 4), (first,), Options("LessOptions")),
            Operator("IF", (first, h), (first + 1,), chosen),
        ]
        branches = [adding(d, shape, used, ("s",), False) for used in ((0,), ())]
    outputs = (*body.outputs[:2], len(body.tensors) + len(more) - 1, body.outputs[3])
    body = dataclasses.replace(
        body,
        tensors=(*body.tensors, *more),
        operators=(*body.operators, *operators),
        outputs=outputs,
    )
    return main, start, condition, body, *branches


ROWS = (
    *(
        Row(
            f"while_variables{'_nested' * nested}",
            make_stateful,
            {**ROW.ranges, "nested": (nested,)},
            cases=20,
            runs=5,
        )
        for nested in (False, True)
    ),
    ROW,
    *(Row(f"gru_{t.value}", gru, GRU | {"dtype": (t,)}) for t in (FLOAT32, DType.INT8)),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def test_a_body_of_other_shapes_is_refused() -> None:
    d = Draw(ROW, 0)
    main, condition, _ = make(d)
    with pytest.raises(CompileError) as error:
        compile_model(build(main, condition, step(d, 5)), CompilerOptions("m"))
    assert str(error.value).startswith("operator 1 (WHILE): inputs of 'm_subgraph_2' are ")


def test_subgraphs_that_are_not_there_are_refused() -> None:
    main, condition, _ = make(Draw(ROW, 0))
    with pytest.raises(CompileError) as error:
        compile_model(build(main, condition), CompilerOptions("m"))
    assert str(error.value).startswith("operator 1 (WHILE): subgraphs (1, 2), which are not there")


def test_memory_of_the_subgraphs_is_in_the_arena() -> None:
    report = compile_model(ROW.case(0).model, CompilerOptions("m")).report
    scratch = [b for b in report["buffers"] if b["role"] == "scratch"]
    assert [b["name"] for b in scratch] == ["scratch of while"]
    assert DType.BOOL.bytes < scratch[0]["bytes"] <= report["arena_bytes"]
