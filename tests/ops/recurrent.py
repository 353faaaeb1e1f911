"""A GRU that returns its sequence, as the converter leaves Keras': a WHILE over time whose body
takes one item of the input and replaces one of the output."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compiler.ir import Array, DType, Quant, Tensor

from .cases import FLOAT32, INT8, INT32, Draw, const
from .tflite_builder import Operator, Options, Subgraph

HALVES = (2.0**-7, 0)  # of values in [-1, 1)
FRACTIONS = (2.0**-8, -128)  # of values in [0, 1)
SUMS = (2.0**-5, 0)


class Body:
    """Tensors and operators in the order in which they are stated."""

    def __init__(self, d: Draw, dtype: DType) -> None:
        self.d, self.dtype = d, dtype
        self.tensors: list[Tensor] = []
        self.operators: list[Operator] = []

    def tensor(self, name: str, shape: Sequence[int], quant: tuple[float, int] = HALVES) -> int:
        q = None if self.dtype.is_float else Quant((quant[0],), (quant[1],))
        self.tensors.append(Tensor(name, tuple(shape), self.dtype, q))
        return len(self.tensors) - 1

    def index(self, name: str, shape: Sequence[int], data: Array | None = None) -> int:
        self.tensors.append(Tensor(name, tuple(shape), INT32, data=data))
        return len(self.tensors) - 1

    def constant(self, values: Sequence[int]) -> int:
        return self.index("constant", (len(values),), np.array(values, np.int32))

    def op(self, code: str, inputs: Sequence[int], outputs: Sequence[int] | int, **f: int) -> int:
        """Appends an operator and answers its first output."""
        written = (outputs,) if isinstance(outputs, int) else tuple(outputs)
        names = {"FULLY_CONNECTED": "FullyConnected", "EXPAND_DIMS": "ExpandDims"}
        name = names.get(code, code.capitalize())
        options = None if code in ("LOGISTIC", "TANH") else Options(f"{name}Options", f)
        self.operators.append(
            Operator(code, tuple(inputs), written, options, 2 if "ADD" in code else 1)
        )
        return written[0]

    def dense(self, x: int, units: int) -> int:
        shape = (units, self.tensors[x].shape[-1])
        if self.dtype.is_float:
            self.tensors.append(const("weights", self.d.values(shape, FLOAT32) / 2, FLOAT32))
            self.tensors.append(const("bias", self.d.values((units,), FLOAT32), FLOAT32))
        else:
            scale = 2.0**-7
            self.tensors.append(
                const("w", self.d.values(shape, INT8, -127), INT8, Quant((scale,), (0,)))
            )
            bias = self.d.values((units,), INT32, -4000, 4000)
            quant = Quant((scale * self.tensors[x].scale,), (0,))
            self.tensors.append(const("bias", bias, INT32, quant))
        weights = len(self.tensors) - 2
        return self.op(
            "FULLY_CONNECTED", (x, weights, weights + 1), self.tensor("dense", (1, units), SUMS)
        )

    def thirds(self, x: int, n: int) -> list[int]:
        axis = self.index("axis", (), np.array(-1, np.int32))
        parts = [self.tensor(f"part {i}", (1, n), SUMS) for i in range(3)]
        self.op("SPLIT", (axis, x), parts, NumSplits=3)
        return parts

    def gate(self, a: int, b: int, n: int) -> int:
        total = self.op("ADD", (a, b), self.tensor("sum", (1, n), SUMS))
        return self.op("LOGISTIC", (total,), self.tensor("gate", (1, n), FRACTIONS))

    def one_less(self, x: int, n: int) -> int:
        """1 - x"""
        if self.dtype.is_float:
            self.tensors.append(const("one", np.array(1, np.float32), FLOAT32))
        else:
            self.tensors.append(const("one", np.array(127), INT8, Quant((2.0**-7,), (-1,))))
        one = len(self.tensors) - 1
        return self.op("SUB", (one, x), self.tensor("rest", (1, n), FRACTIONS))


def body(d: Draw, dtype: DType, times: int, m: int, n: int) -> Subgraph:
    """turn, h, x, y → turn + 1, new h, x, y with the new h at turn."""
    b = Body(d, dtype)
    turn = b.index("turn", ())
    h, x, y = b.tensor("h", (1, n)), b.tensor("x", (times, 1, m)), b.tensor("y", (times, 1, n))
    one = b.index("one", (), np.array(1, np.int32))
    following = b.op("ADD", (turn, one), b.index("next turn", ()))
    now = b.op("GATHER", (x, turn), b.tensor("now", (1, m)))
    from_x, from_h = (b.thirds(b.dense(t, 3 * n), n) for t in (now, h))
    update, reset = (b.gate(from_x[i], from_h[i], n) for i in (0, 1))
    kept = b.op("MUL", (reset, from_h[2]), b.tensor("kept", (1, n), SUMS))
    total = b.op("ADD", (kept, from_x[2]), b.tensor("total", (1, n), SUMS))
    new = b.op("TANH", (total,), b.tensor("candidate", (1, n)))
    old = b.op("MUL", (update, h), b.tensor("old", (1, n)))
    new = b.op("MUL", (b.one_less(update, n), new), b.tensor("new", (1, n)))
    new_h = b.op("ADD", (old, new), b.tensor("new h", (1, n)))
    item = b.op("RESHAPE", (new_h, b.constant((1, 1, n))), b.tensor("item", (1, 1, n)))
    at = b.op("RESHAPE", (turn, b.constant((1,))), b.index("at", (1,)))
    behind = b.op("RESHAPE", (following, b.constant((1,))), b.index("behind", (1,)))
    zeros, rest = b.constant((0, 0)), b.constant((-1, -1))
    size = b.op("CONCATENATION", (at, rest), b.index("size", (3,)))
    begin = b.op("CONCATENATION", (behind, zeros), b.index("begin", (3,)))
    first, all_of_it = b.constant((0, 0, 0)), b.constant((-1, -1, -1))
    before = b.op("SLICE", (y, first, size), b.tensor("before", (1, 1, n)))
    after = b.op("SLICE", (y, begin, all_of_it), b.tensor("after", (1, 1, n)))
    new_y = b.op("CONCATENATION", (before, item, after), b.tensor("new y", (times, 1, n)), Axis=0)
    signatures = {before: (-1, 1, n), after: (-1, 1, n)}
    return Subgraph(
        tuple(b.tensors), tuple(b.operators), (turn, h, x, y), (following, new_h, x, new_y),
        name="body", signatures=signatures,
    )  # fmt: skip


def condition(d: Draw, dtype: DType, times: int, m: int, n: int) -> Subgraph:
    """turn, h, x, y → turn < times."""
    b = Body(d, dtype)
    turn = b.index("turn", ())
    values = [b.tensor("h", (1, n)), b.tensor("x", (times, 1, m)), b.tensor("y", (times, 1, n))]
    most = b.index("most", (), np.array(times, np.int32))
    b.tensors.append(Tensor("go on", (), DType.BOOL))
    result = b.op("LESS", (turn, most), len(b.tensors) - 1)
    return Subgraph(tuple(b.tensors), tuple(b.operators), (turn, *values), (result,), name="cond")


def gru(d: Draw) -> tuple[Subgraph, ...]:
    """x → the sequence and the last state."""
    dtype, times, m, n = d["dtype"], d["times"], d["inputs"], d["units"]
    b = Body(d, dtype)
    x = b.tensor("in", (times, 1, m))
    turn = b.index("zero", (), np.array(0, np.int32))
    starts = []
    for shape in ((1, n), (times, 1, n)):
        t = b.tensor("zeros", shape)
        b.tensors[t] = Tensor(
            "zeros", shape, dtype, b.tensors[t].quant, np.zeros(shape, dtype.numpy)
        )
        starts.append(t)
    outputs = [
        b.index("turns", ()), b.tensor("last h", (1, n)), b.tensor("same x", (times, 1, m)),
        b.tensor("y", (times, 1, n)),
    ]  # fmt: skip
    b.op(
        "WHILE", (turn, starts[0], x, starts[1]), outputs, CondSubgraphIndex=1, BodySubgraphIndex=2
    )
    main = Subgraph(tuple(b.tensors), tuple(b.operators), (x,), (outputs[3], outputs[1]))
    return main, condition(d, dtype, times, m, n), body(d, dtype, times, m, n)
