"""STABLEHLO_COMPOSITE: the operators of a subgraph, in its place."""

from __future__ import annotations

import dataclasses

import pytest
from flatbuffers import flexbuffers

from compiler.compile import Options as CompilerOptions
from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Tensor

from . import conformance
from .cases import Draw, Row, const
from .flow import FLOAT32, NO_ACTIVATION, add, branch
from .tflite_builder import Operator, Options, Subgraph, build


def composite(
    subgraph: int, inputs: tuple[int, ...], outputs: tuple[int, ...], name: str = "odml.something"
) -> Operator:
    fields = {"Name": name, "DecompositionSubgraphIndex": subgraph, "Version": 1}
    fields["CompositeAttributes"] = bytes(flexbuffers.Dumps({}))
    options = Options("StableHLOCompositeOptions", fields)
    return Operator("STABLEHLO_COMPOSITE", inputs, outputs, options)


def make(d: Draw) -> tuple[Subgraph, ...]:
    """Two uses of one composite, the second on what the first gives; an output is an input."""
    shape = d.shape()
    tensors = tuple(Tensor(n, shape, FLOAT32) for n in ("x", "y", "z", "copy", "out", "again"))
    operators = (composite(1, (0, 1), (2, 3)), composite(1, (2, 3), (4, 5)))
    outputs = d.pick(((4, 5), (4, 2, 3), (3,)))
    body = branch(d, shape, d.pick(("ADD", "SUB", "MUL")))
    return Subgraph(tensors, operators, (0, 1), outputs), body


def make_nested(d: Draw) -> tuple[Subgraph, ...]:
    """A dense layer whose weights are operands, inside of a composite that adds its input."""
    n = d.pick((1, 3, 8))
    tensors = (
        Tensor("x", (1, n), FLOAT32),
        const("weights", d.values((n, n), FLOAT32), FLOAT32),
        const("bias", d.values((n,), FLOAT32), FLOAT32),
        Tensor("y", (1, n), FLOAT32),
    )
    main = Subgraph(tensors, (composite(2, (0, 1, 2), (3,)),), (0,), (3,))
    inside = tuple(dataclasses.replace(t, data=None) for t in tensors)
    dense = Options("FullyConnectedOptions", NO_ACTIVATION)
    layer = Operator("FULLY_CONNECTED", (0, 1, 2), (3,), dense, 1)
    body = Subgraph(inside, (layer,), (0, 1, 2), (3,), name="dense")
    sums = (*inside, Tensor("sum", (1, n), FLOAT32))
    outer = (composite(1, (0, 1, 2), (3,)), add(0, 3, 4))
    return main, body, Subgraph(sums, outer, (0, 1, 2), (4,), name="residual")


def make_branches(d: Draw) -> tuple[Subgraph, ...]:
    """Composites in what IF runs."""
    shape = d.shape((1, 2, 3), 5)
    tensors = (
        Tensor("condition", (), DType.BOOL),
        *(Tensor(n, shape, FLOAT32) for n in ("x", "y", "z", "copy")),
    )
    options = Options("IfOptions", {"ThenSubgraphIndex": 1, "ElseSubgraphIndex": 2})
    main = Subgraph(tensors, (Operator("IF", (0, 1, 2), (3, 4), options),), (0, 1, 2), (3, 4))
    inside = tuple(Tensor(n, shape, FLOAT32) for n in ("x", "y", "z", "copy"))
    then = Subgraph(inside, (composite(3, (0, 1), (2, 3)),), (0, 1), (2, 3), name="then")
    return main, then, branch(d, shape, "SUB"), branch(d, shape, "MUL")


ROWS = (
    Row("composite", make),
    Row("composite_nested", make_nested),
    Row("composite_in_branches", make_branches, cases=20, runs=4),
)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)


def refusal(*graphs: Subgraph) -> str:
    with pytest.raises(CompileError) as error:
        compile_model(build(*graphs), CompilerOptions("m"))
    return str(error.value)


def test_what_cannot_be_put_in_its_place_is_refused() -> None:
    main, body = make(Draw(ROWS[0], 0))
    start = "operator 0 (STABLEHLO_COMPOSITE): "
    missing = dataclasses.replace(main, operators=(composite(2, (0, 1), (2, 3)),), outputs=(2,))
    assert refusal(missing, body).startswith(f"{start}subgraph 2, which is not there")
    again = (composite(1, (0, 1), (2,)),)
    once = dataclasses.replace(main, operators=again, outputs=(2,))
    endless = dataclasses.replace(body, operators=again, outputs=(2,))
    found = f"subgraph 1 {start}subgraph 1, which runs itself"
    assert refusal(once, endless).startswith(found)
    other = dataclasses.replace(body, inputs=(0,), operators=(add(0, 0, 2),), outputs=(2, 0))
    assert refusal(main, other).startswith(f"{start}inputs of 'm_subgraph_1' are float32[")


def test_decompositions_that_grow_without_end_are_refused() -> None:
    """Each runs the next one 16 times."""
    tensors = tuple(Tensor(f"t{i}", (1,), FLOAT32) for i in range(17))
    twice = [
        Subgraph(tensors, tuple(composite(k, (i,), (i + 1,)) for i in range(16)), (0,), (16,))
        for k in range(1, 7)
    ]
    last = Subgraph(tensors[:2], (add(0, 0, 1),), (0,), (1,))
    assert refusal(*twice, last).startswith("file: composites of more than 100000 operators")
