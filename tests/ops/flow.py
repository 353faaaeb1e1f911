"""Networks of IF and WHILE."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compiler.ir import DType, Tensor

from .cases import Draw, const
from .tflite_builder import Operator, Options, Subgraph

INT32, FLOAT32, BOOL = DType.INT32, DType.FLOAT32, DType.BOOL
NO_ACTIVATION = {"FusedActivationFunction": 0}


def add(a: int, b: int, out: int) -> Operator:
    return Operator("ADD", (a, b), (out,), Options("AddOptions", NO_ACTIVATION), 2)


def less(most: int | None, n: int) -> Subgraph:
    """turn, turns, h, x → turn < turns, or turn < `most`."""
    tensors = (
        Tensor("turn", (), INT32),
        Tensor("turns", (), INT32),
        Tensor("h", (1, n), FLOAT32),
        Tensor("x", (1, n), FLOAT32),
        const("most", np.array(most or 0), INT32),
        Tensor("go on", (), BOOL),
    )
    operands = (0, 1) if most is None else (0, 4)
    operator = Operator("LESS", operands, (5,), Options("LessOptions"))
    return Subgraph(tensors, (operator,), (0, 1, 2, 3), (5,), name="cond")


def step(d: Draw, n: int) -> Subgraph:
    """turn + 1, turns, tanh(W h + x), x: a recurrent layer as converters emit it."""
    tensors = (
        Tensor("turn", (), INT32),
        Tensor("turns", (), INT32),
        Tensor("h", (1, n), FLOAT32),
        Tensor("x", (1, n), FLOAT32),
        const("one", np.array(1), INT32),
        Tensor("next", (), INT32),
        const("weights", d.values((n, n), FLOAT32) / np.float32(2), FLOAT32),
        Tensor("product", (1, n), FLOAT32),
        Tensor("sum", (1, n), FLOAT32),
        Tensor("new h", (1, n), FLOAT32),
    )
    dense = Options("FullyConnectedOptions", NO_ACTIVATION)
    operators = (
        add(0, 4, 5),
        Operator("FULLY_CONNECTED", (2, 6, -1), (7,), dense, 1),
        add(7, 3, 8),
        Operator("TANH", (8,), (9,)),
    )
    return Subgraph(tensors, operators, (0, 1, 2, 3), (5, 1, 9, 3), name="body")


def branch(d: Draw, shape: tuple[int, ...], code: str) -> Subgraph:
    """x, y → an operator of both, and x as it is."""
    tensors = [Tensor(n, shape, FLOAT32) for n in ("x", "y", "z")]
    table = f"{code.capitalize()}Options"
    operator = Operator(code, (0, 1), (2,), Options(table, NO_ACTIVATION), 2)
    return Subgraph(tuple(tensors), (operator,), (0, 1), (2, 0), name=code)


def open_handle(name: str, tensor: int) -> Operator:
    fields = {"Container": "", "SharedName": name}
    return Operator("VAR_HANDLE", (), (tensor,), Options("VarHandleOptions", fields))


def first_values(d: Draw, shape: tuple[int, ...], names: Sequence[str]) -> Subgraph:
    """What CALL_ONCE runs: gives variables their first values."""
    n = len(names)
    tensors = (
        *(Tensor(f"handle {name}", (), DType.RESOURCE) for name in names),
        *(const(f"first {name}", d.values(shape, FLOAT32), FLOAT32) for name in names),
    )
    opened = (open_handle(name, i) for i, name in enumerate(names))
    assigned = (Operator("ASSIGN_VARIABLE", (i, n + i), ()) for i in range(n))
    return Subgraph(tensors, (*opened, *assigned), (), (), name="first")


def adding(
    d: Draw, shape: tuple[int, ...], used: Sequence[int], names: Sequence[str], handed: bool
) -> Subgraph:
    """x → x plus what the variables `used` hold, each of which then holds it; the handles are
    inputs (`handed`) or opened here."""
    tensors = [Tensor("x", shape, FLOAT32)]
    tensors += [Tensor(f"handle {name}", (), DType.RESOURCE) for name in names]
    operators: list[Operator] = []
    if not handed:
        operators += [open_handle(names[v], 1 + v) for v in used]
    last = 0
    for v in used:
        read = len(tensors)
        tensors += [Tensor(f"{what} {v}", shape, FLOAT32) for what in ("read", "sum")]
        operators.append(Operator("READ_VARIABLE", (1 + v,), (read,)))
        operators.append(add(last, read, read + 1))
        if d.chance(0.8):
            operators.append(Operator("ASSIGN_VARIABLE", (1 + v, read + 1), ()))
        last = read + 1
    out = len(tensors)
    tensors.append(Tensor("out", shape, FLOAT32))
    operators.append(add(last, last, out))
    inputs = (0, *range(1, 1 + len(names))) if handed else (0,)
    return Subgraph(tuple(tensors), tuple(operators), inputs, (out,), name="branch")
