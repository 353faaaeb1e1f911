"""Networks in which tensors are parts of others: slices of slices, split and joined again, changed
in place in between, some of them outputs."""

from __future__ import annotations

import numpy as np

from compiler.ir import DType

from . import conformance
from .cases import INT32, Draw, Row, const
from .tflite_builder import Operator, Options, Subgraph

STEPS = 9


class Network:
    """Grows by operators on tensors [n, 3, 5] of one type and quantisation."""

    def __init__(self, d: Draw) -> None:
        self.d = d
        self.tensors = [d.activations("in", (6, 3, 5), DType.INT8, (0.25,))]
        self.pool = [0]
        self.operators: list[Operator] = []

    def add(
        self, code: str, inputs: list[int], lengths: list[int], options: Options | None
    ) -> None:
        """An operator with outputs of these lengths."""
        first = len(self.tensors)
        for n in lengths:
            self.tensors.append(self.d.like(self.tensors[0], f"t{len(self.tensors)}", (n, 3, 5)))
        outputs = tuple(range(first, len(self.tensors)))
        self.operators.append(Operator(code, tuple(inputs), outputs, options, 2))
        self.pool += outputs

    def constant(self, *data: int) -> int:
        self.tensors.append(const(f"c{len(self.tensors)}", np.array(data), INT32))
        return len(self.tensors) - 1

    def length(self, t: int) -> int:
        return self.tensors[t].shape[0]

    def grow(self) -> None:
        d, t = self.d, self.d.pick(self.pool)
        n = self.length(t)
        kind = d.pick(("slice", "slice", "split", "join", "relu", "reverse", "add"))
        if kind == "slice":
            start = d.pick(range(n))
            size = d.pick(range(1, n - start + 1))
            box = [self.constant(start, 0, 0), self.constant(size, 3, 5)]
            self.add("SLICE", [t, *box], [size], Options("SliceOptions"))
        elif kind == "split":
            count = d.pick([k for k in (1, 2, 3) if n % k == 0])
            options = Options("SplitOptions", {"NumSplits": count})
            self.add("SPLIT", [self.constant(0), t], [n // count] * count, options)
        elif kind == "join":
            other = d.pick(self.pool)
            options = Options("ConcatenationOptions", {"Axis": 0})
            self.add("CONCATENATION", [t, other], [n + self.length(other)], options)
        elif kind == "relu":
            self.add("RELU", [t], [n], None)
        elif kind == "reverse":
            self.add("REVERSE_V2", [t, self.constant(0)], [n], Options("ReverseV2Options"))
        else:
            other = d.pick([u for u in self.pool if self.length(u) == n])
            self.add("ADD", [t, other], [n], Options("AddOptions"))


def make(d: Draw) -> Subgraph:
    network = Network(d)
    while len(network.operators) < STEPS:
        network.grow()
    made = network.pool[1:]
    outputs = tuple(sorted({made[-1], d.pick(made), d.pick(made)}))
    return Subgraph(tuple(network.tensors), tuple(network.operators), (0,), outputs)


ROWS = (Row("parts_int8", make, cases=80),)
test_reference, test_c_on_host, test_c_on_m4 = conformance.tests(ROWS)
