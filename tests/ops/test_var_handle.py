"""VAR_HANDLE: which variables there are. Its meaning is tested with ASSIGN_VARIABLE."""

from __future__ import annotations

import dataclasses

import pytest

from compiler.compile import compile_model
from compiler.errors import CompileError
from compiler.ir import DType, Tensor
from compiler.options import Options
from compiler.passes import resolve_variables
from compiler.target import HOST
from compiler.tflite.reader import read

from .streams import (
    ADDITION,
    KEEP_SUM,
    LOAD,
    ONCE,
    OPEN,
    SUM,
    X,
    first_value,
    handle,
    model,
    tensors,
)
from .tflite_builder import Operator, Subgraph, build


def test_handles_of_one_name_are_one_variable() -> None:
    second = Tensor("another handle", (), DType.RESOURCE)
    keep = dataclasses.replace(KEEP_SUM, inputs=(4, SUM))
    operators = (ONCE, OPEN, handle(4), LOAD, ADDITION, keep)
    data = build(Subgraph((*tensors(), second), operators, (X,), (SUM,)), first_value(1, 2, 3, 4))
    graph = resolve_variables.run(read(data, "m"), HOST)
    (variable,) = graph.variables
    assert graph.tensors[variable.tensor].name == "last"
    assert variable.initial.tolist() == [1, 2, 3, 4]
    assert [graph.updated(n) for n in graph.nodes] == [(), (), (variable.tensor,)]


def test_a_variable_without_a_first_value_is_refused() -> None:
    with pytest.raises(CompileError) as error:
        compile_model(model(OPEN, LOAD, ADDITION, KEEP_SUM), Options("m"))
    assert "variable 'last' is read before it has a value" in str(error.value)


def test_a_handle_may_only_be_read_and_assigned_to() -> None:
    bad = Operator("RESHAPE", (1,), (2,))
    with pytest.raises(CompileError) as error:
        compile_model(model(ONCE, OPEN, bad, ADDITION, KEEP_SUM), Options("m"))
    assert "variable 'last': a handle that other operators use" in str(error.value)
