"""IF: two branches, on a condition that is an input, against LiteRT."""

from __future__ import annotations

import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Tensor
from compiler.options import Options as CompilerOptions

from . import conformance
from .cases import Draw, Row
from .flow import BOOL, FLOAT32, add, adding, branch, first_values, open_handle
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


def make_stateful(d: Draw) -> tuple[Subgraph, ...]:
    """Each branch adds x to one variable or the other, to both or none; the sum of both is added to
    the output behind."""
    shape, handed = d.shape((1, 2, 3), 5), d["handed"]
    names = ("a", "b")
    floats = ("x", "out", "read a", "read b", "sum", "total")
    tensors = (
        Tensor("condition", (), BOOL),
        *(Tensor(n, shape, FLOAT32) for n in floats),
        *(Tensor(f"handle {n}", (), DType.RESOURCE) for n in names),
    )
    handles = tuple(open_handle(n, 7 + i) for i, n in enumerate(names))
    options = Options("IfOptions", {"ThenSubgraphIndex": 2, "ElseSubgraphIndex": 3})
    branch_inputs = (0, 1, 7, 8) if handed else (0, 1)
    operators = (
        Operator("CALL_ONCE", (), (), Options("CallOnceOptions", {"InitSubgraphIndex": 1})),
        *handles,
        Operator("IF", branch_inputs, (2,), options),
        Operator("READ_VARIABLE", (7,), (3,)),
        Operator("READ_VARIABLE", (8,), (4,)),
        add(3, 4, 5),
        add(2, 5, 6),
    )
    main = Subgraph(tensors, operators, (0, 1), (6,))
    used = [d.pick(((0,), (1,), (0, 1))), d.pick(((), (0,), (1, 0)))]
    branches = [adding(d, shape, u, names, handed) for u in used]
    return main, first_values(d, shape, names), *branches


ROWS = (
    ROW,
    *(
        Row(f"if_variables_{how}", make_stateful, {"handed": (how == "handed",)}, cases=20, runs=7)
        for how in ("named", "handed")
    ),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def test_a_condition_that_is_no_bool_is_refused() -> None:
    main, *branches = make(Draw(ROW, 0))
    tensors = (Tensor("condition", (), FLOAT32), *main.tensors[1:])
    data = build(Subgraph(tensors, main.operators, main.inputs, main.outputs), *branches)
    with pytest.raises(CompileError) as error:
        compile_model(data, CompilerOptions("m"))
    assert str(error.value).startswith("operator 0 (IF): a condition of type float32[]; supported:")
