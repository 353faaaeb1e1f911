"""Small networks with a state, for the tests of it."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType, Quant, Tensor

from .cases import const
from .tflite_builder import Operator, Options, Subgraph, build

QUANT = Quant((0.5,), (3,))
X, HANDLE, READ, SUM = range(4)
ADD = Options("AddOptions", {"FusedActivationFunction": 0})


def tensors() -> tuple[Tensor, ...]:
    return (
        Tensor("x", (4,), DType.INT8, QUANT),
        Tensor("handle", (), DType.RESOURCE),
        Tensor("read", (4,), DType.INT8, QUANT),
        Tensor("sum", (4,), DType.INT8, QUANT),
    )


def handle(output: int, name: str = "last") -> Operator:
    options = Options("VarHandleOptions", {"Container": "", "SharedName": name})
    return Operator("VAR_HANDLE", (), (output,), options)


ONCE = Operator("CALL_ONCE", (), (), Options("CallOnceOptions", {"InitSubgraphIndex": 1}))
OPEN = handle(HANDLE)
LOAD = Operator("READ_VARIABLE", (HANDLE,), (READ,))
ADDITION = Operator("ADD", (X, READ), (SUM,), ADD)
KEEP_SUM = Operator("ASSIGN_VARIABLE", (HANDLE, SUM), ())
KEEP_INPUT = Operator("ASSIGN_VARIABLE", (HANDLE, X), ())


def first_value(*values: int) -> Subgraph:
    """The subgraph that CALL_ONCE names."""
    data = const("first", np.array(values, np.int8), DType.INT8, QUANT)
    handles = (Tensor("handle", (), DType.RESOURCE), data)
    assign = Operator("ASSIGN_VARIABLE", (0, 1), ())
    return Subgraph(handles, (handle(0), assign), (), (), name="NoOp")


def model(*operators: Operator, first: Subgraph | None = None) -> bytes:
    """A network of these operators, x → sum."""
    main = Subgraph(tensors(), operators, (X,), (SUM,))
    return build(main, first or first_value(3, 3, 3, 3))


def accumulator(first: Subgraph | None = None) -> bytes:
    """sum of all inputs so far"""
    return model(ONCE, OPEN, LOAD, ADDITION, KEEP_SUM, first=first)
