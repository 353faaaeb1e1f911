"""IF: two branches, on a condition that is an input, against LiteRT."""

from __future__ import annotations

import pytest

from compiler.compile import Options as CompilerOptions
from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Tensor

from . import conformance
from .cases import Draw, Row
from .flow import BOOL, FLOAT32, branch
from .tflite_builder import Operator, Options, Subgraph, build

ROW = Row("if", lambda d: make(d), runs=6)


def make(d: Draw) -> tuple[Subgraph, ...]:
    shape = d.shape()
    tensors = (
        Tensor("condition", (), BOOL),
        *(Tensor(n, shape, FLOAT32) for n in ("x", "y", "z", "copy")),
    )
    options = Options("IfOptions", {"ThenSubgraphIndex": 1, "ElseSubgraphIndex": 2})
    operator = Operator("IF", (0, 1, 2), (3, 4), options)
    codes = d.pick((("ADD", "MUL"), ("SUB", "ADD"), ("MUL", "SUB")))
    branches = [branch(d, shape, code) for code in codes]
    return Subgraph(tensors, (operator,), (0, 1, 2), (3, 4)), *branches


ROWS = (ROW,)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def test_variables_of_a_branch_are_refused() -> None:
    main, *branches = make(Draw(ROW, 0))
    handle = Operator("VAR_HANDLE", (), (3,), Options("VarHandleOptions", {"SharedName": "v"}))
    read = Operator("READ_VARIABLE", (3,), (4,))
    first = branches[0]
    tensors = (*first.tensors, Tensor("handle", (), DType.RESOURCE), first.tensors[0])
    branches[0] = Subgraph(
        tensors, (*first.operators, handle, read), first.inputs, (first.outputs[0], 4)
    )
    with pytest.raises(CompileError) as error:
        compile_model(build(main, *branches), CompilerOptions("m"))
    found = (
        "subgraph 1 operator 1 (VAR_HANDLE): variable 'v' inside of a branch or a loop; supported"
    )
    assert str(error.value).startswith(found)


def test_a_condition_that_is_no_bool_is_refused() -> None:
    main, *branches = make(Draw(ROW, 0))
    tensors = (Tensor("condition", (), FLOAT32), *main.tensors[1:])
    data = build(Subgraph(tensors, main.operators, main.inputs, main.outputs), *branches)
    with pytest.raises(CompileError) as error:
        compile_model(data, CompilerOptions("m"))
    assert str(error.value).startswith("operator 0 (IF): a condition of type float32[]; supported:")
