"""Random networks that put tensors together: heads of detectors, packed steps, windows of rows that
a state keeps, and a state that is computed from itself."""

from __future__ import annotations

from math import prod

import numpy as np

from compiler.ir import DType, Tensor

from .cases import INT32, Draw, const, weights_and_bias
from .networks import Chain
from .networks import network as network_of
from .tflite_builder import Operator, Options, Subgraph

AXIS_1 = Options("ConcatenationOptions", {"Axis": 1})
AXIS_2 = Options("ConcatenationOptions", {"Axis": 2})


def heads(d: Draw) -> Subgraph:
    """A chain whose tensors are flattened and joined, two of them twice."""
    return network_of(d, Heads)


class Heads(Chain):
    """See Chain."""

    def head(self) -> None:
        """A convolution beside the chain, as [n, boxes, 4]."""
        before = self.last
        self.conv_2d(channels=4, stride=1, pad="SAME")
        n, h, w, c = self.x.shape
        shape = [n, h * w, c]
        options = Options("ReshapeOptions", {"NewShape": shape})
        flat = self.d.like(self.x, "boxes", shape)
        self.append("RESHAPE", [const("shape", np.array(shape), INT32)], flat, options)
        if getattr(self, "boxes", None):
            quant = self.tensors[self.boxes[0]].quant
            if quant != self.x.quant:
                out = Tensor("same", self.x.shape, self.x.dtype, quant)
                self.append("QUANTIZE", [], out, None)
        self.boxes = [*getattr(self, "boxes", []), self.last]
        self.last = before

    def joined(self) -> None:
        """Tail: all boxes, those after the first joined before."""
        for _ in range(2 + len(getattr(self, "boxes", []))):
            self.head()
        inner = self._join(self.boxes[1:])
        self.last = self._join([self.boxes[0], inner])

    def dense(self) -> None:
        """Tail: each layer reads all that the ones before gave, and stands behind it."""
        n, h, w, c = self.x.shape
        options = Options("ReshapeOptions", {"NewShape": [n, 1, h * w * c]})
        shape = const("shape", np.array([n, 1, h * w * c]), INT32)
        self.append("RESHAPE", [shape], self.d.like(self.x, "flat", (n, 1, h * w * c)), options)
        self.fully_connected(4)
        for _ in range(3):
            before = self.last
            self.fully_connected(4 * self.d.pick((1, 2)))
            wide = self.tensors[before].shape[2] + self.x.shape[2]
            joined = self.d.like(self.x, "block", (n, 1, wide))
            self.append("CONCATENATION", [], joined, AXIS_2)
            behind = self.operators[-1]
            parts = (before, *behind.inputs)
            self.operators[-1] = Operator("CONCATENATION", parts, behind.outputs, AXIS_2, 2)
        self.fully_connected(2)

    def fully_connected(self, units: int) -> None:
        n, _, depth = self.x.shape
        more, out = weights_and_bias(self.d, (units, depth), 0, self.x, (n, 1, units))
        options = Options("FullyConnectedOptions", {"KeepNumDims": True})
        self.append("FULLY_CONNECTED", more, out, options)

    def _join(self, parts: list[int]) -> int:
        tensors = [self.tensors[t] for t in parts]
        n, _, c = tensors[0].shape
        out = Tensor(
            "all", (n, sum(t.shape[1] for t in tensors), c), tensors[0].dtype, tensors[0].quant
        )
        self.append("CONCATENATION", [], out, AXIS_1)
        self.operators[-1] = Operator("CONCATENATION", tuple(parts), (self.last,), AXIS_1, 2)
        return self.last


def handle(variable: int) -> Options:
    return Options("VarHandleOptions", {"Container": "", "SharedName": f"rows {variable}"})


class Windows:
    """Sums of windows of the last rows: each level has a row a run, and keeps some before it."""

    def __init__(self, d: Draw) -> None:
        self.d = d
        self.kept = d["kept"][: d["levels"]]  # rows, of each level
        self.x = d.activations("in", (1, d["fresh"], d["width"], 1), d["dtype"], (0.5,))
        self.tensors: list[Tensor] = [self.x]
        self.operators: list[Operator] = []

    def add(self, tensor: Tensor) -> int:
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def op(self, code: str, inputs: tuple[int, ...], out: Tensor, options: Options | None) -> int:
        t = self.add(out)
        self.operators.append(Operator(code, inputs, (t,), options, 1))
        return t

    def main(self) -> Subgraph:
        once = Options("CallOnceOptions", {"InitSubgraphIndex": 1})
        self.operators.append(Operator("CALL_ONCE", (), (), once))
        last, outputs = 0, []
        for level in range(len(self.kept)):
            last = self.level(level, last)
            outputs.append(last)
        return Subgraph(tuple(self.tensors), tuple(self.operators), (0,), (outputs[-1],))

    def level(self, level: int, x: int) -> int:
        """The maximum over a window of rows, and some of it plus what was before."""
        d, (_, n, w, _) = self.d, self.tensors[x].shape
        kept = self.kept[level]
        whole = d.like(self.x, "window", (1, kept + n, w, 1))
        v = self.op("VAR_HANDLE", (), Tensor("handle", (), DType.RESOURCE), handle(level))
        old = self.op("READ_VARIABLE", (v,), d.like(self.x, "old", (1, kept, w, 1)), None)
        c = self.op("CONCATENATION", (old, x), whole, AXIS_1)
        numbers = ([0, n, 0, 0], [0, kept + n, 0, 0], [1, 1, 1, 1])
        box = [self.add(const("box", np.array(each), INT32)) for each in numbers]
        masks = {"BeginMask": 0b1101, "EndMask": 0b1101}
        options = Options("StridedSliceOptions", masks)
        rest = self.op("STRIDED_SLICE", (c, *box), d.like(self.x, "rest", (1, kept, w, 1)), options)
        self.operators.append(Operator("ASSIGN_VARIABLE", (v, rest), ()))
        fields = {"FilterHeight": kept + 1, "FilterWidth": 1, "StrideH": 1, "StrideW": 1}
        pool = Options("Pool2DOptions", {**fields, "Padding": 1})
        return self.op("MAX_POOL_2D", (c,), d.like(self.x, "most", (1, n, w, 1)), pool)

    def first_values(self) -> Subgraph:
        self.tensors, self.operators = [], []
        for level in range(len(self.kept)):
            v = self.op("VAR_HANDLE", (), Tensor("handle", (), DType.RESOURCE), handle(level))
            shape = (1, self.kept[level], self.x.shape[2], 1)
            data = self.d.values(shape, self.x.dtype)
            t = self.add(const("first", data, self.x.dtype, self.x.quant))
            self.operators.append(Operator("ASSIGN_VARIABLE", (v, t), ()))
        return Subgraph(tuple(self.tensors), tuple(self.operators), (), (), name="NoOp")


def windows(d: Draw) -> tuple[Subgraph, ...]:
    network = Windows(d)
    return network.main(), network.first_values()


def recurrent(d: Draw) -> tuple[Subgraph, ...]:
    """h = x * a + h * b, and the output is h + x: the new state is computed where it is kept."""
    network = Windows(d)
    shape = (1, prod(network.x.shape))
    network.x = x = d.activations("in", shape, d["dtype"], (0.5,))
    network.tensors = [x]
    network.operators.append(
        Operator("CALL_ONCE", (), (), Options("CallOnceOptions", {"InitSubgraphIndex": 1}))
    )
    none = {"FusedActivationFunction": 0}
    mul, add = Options("MulOptions", none), Options("AddOptions", none)
    v = network.op("VAR_HANDLE", (), Tensor("handle", (), DType.RESOURCE), handle(0))
    h = network.op("READ_VARIABLE", (v,), d.like(x, "h", shape), None)
    factors = [
        network.add(const(name, d.values(shape, x.dtype), x.dtype, x.quant)) for name in "ab"
    ]
    parts = [
        network.op("MUL", (t, factor), d.activations("part", shape, x.dtype, (20.0,)), mul)
        for t, factor in zip((0, h), factors, strict=True)
    ]
    new = network.op("ADD", (parts[0], parts[1]), d.like(x, "new", shape), add)
    network.operators.append(Operator("ASSIGN_VARIABLE", (v, new), ()))
    out = network.op("ADD", (new, 0), d.activations("out", shape, x.dtype, (1.0,)), add)
    main = Subgraph(tuple(network.tensors), tuple(network.operators), (0,), (out,))
    network.tensors, network.operators = [], []
    v = network.op("VAR_HANDLE", (), Tensor("handle", (), DType.RESOURCE), handle(0))
    t = network.add(const("first", d.values(shape, x.dtype), x.dtype, x.quant))
    network.operators.append(Operator("ASSIGN_VARIABLE", (v, t), ()))
    once = Subgraph(tuple(network.tensors), tuple(network.operators), (), (), name="NoOp")
    return main, once
