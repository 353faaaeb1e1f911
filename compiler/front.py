"""Puts one network before another: one that makes features of samples, one that judges the last of
them.

    front: samples [1, w] → features [k]          network: [1, r * k] → scores
    →
    the next samples [1, hop] → scores; state: the last w samples and the last r features

A run computes one list of features and the network's scores of the last r. Before the first samples
both windows hold real zeros.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from .check import check
from .errors import CompileError, Problem
from .ir import Graph, Node, Tensor, TensorId, Variable
from .ops.read_variable import ReadVariable
from .ops.reshape import Reshape
from .ops.room import Op
from .ops.slide_rows import SlideRows

FLAG = "--front"


def join(front: Graph, graph: Graph, hop: int | None) -> Graph:
    """The network with the front before it. `hop` is how many samples are new in a run; None: all
    are. Raises CompileError where the two do not fit."""
    check(front)
    rows = _rows(front, graph)
    joined = _Joined(graph)
    samples = front.tensors[front.inputs[0]]
    if not 1 <= (hop or 1) <= samples.elements:
        found = f"{hop} new samples of {samples.elements}"
        raise CompileError(Problem("--front-hop", found, f"1 to {samples.elements}"))
    fresh = (1, hop or samples.elements)
    given = joined.add(dataclasses.replace(samples, name="samples", shape=fresh))
    features = joined.append(front, joined.window(given, samples))
    whole = graph.tensors[graph.inputs[0]]
    each = dataclasses.replace(whole, name="features", shape=(1, whole.elements // rows))
    last = joined.window(joined.reshaped(features, each), whole)
    return joined.graph(given, last)


def _rows(front: Graph, graph: Graph) -> int:
    """How many lists of features the network looks at."""
    for name, g in (("the front", front), ("the network", graph)):
        if len(g.inputs) != 1 or (g is front and (len(g.outputs) != 1 or g.subgraphs)):
            found = (
                f"{len(g.inputs)} inputs, {len(g.outputs)} outputs, {len(g.subgraphs)} subgraphs"
            )
            supported = "a front of one input and one output, without subgraphs, for one input"
            raise CompileError(Problem(FLAG, f"{name} has {found}", supported))
    features, wanted = front.tensors[front.outputs[0]], graph.tensors[graph.inputs[0]]
    alike = features.quant in (None, wanted.quant) and features.dtype is wanted.dtype
    if not alike or wanted.elements % features.elements:
        found = f"features {_described(features)} for an input {_described(wanted)}"
        supported = (
            "features of the input's type and quantisation, of which it holds a whole number"
        )
        raise CompileError(Problem(FLAG, found, supported))
    return wanted.elements // features.elements


def _described(t: Tensor) -> str:
    scale = "" if t.quant is None else f" of scale {t.scale:.6g}, zero point {t.zero_point}"
    return f"{t.dtype.value}{list(t.shape)}{scale}"


class _Joined:
    """The graph as it grows: nodes before those of `after`, whose numbers stay."""

    def __init__(self, after: Graph) -> None:
        self.after = after
        self.tensors = dict(after.tensors)
        self.variables = list(after.variables)
        self.nodes: list[Node] = []

    def add(self, tensor: Tensor) -> TensorId:
        new = max(self.tensors) + 1
        self.tensors[new] = tensor
        return new

    def node(self, op: Op, inputs: Sequence[TensorId], out: Tensor | None) -> TensorId:
        """Appends a node; its output, if it has one."""
        outputs = () if out is None else (self.add(out),)
        self.nodes.append(Node(op, tuple(inputs), outputs, FLAG))
        return outputs[0] if outputs else -1

    def reshaped(self, t: TensorId, like: Tensor) -> TensorId:
        """Tensor t as `like`, which has as many elements."""
        if self.tensors[t].shape == like.shape:
            return t
        return self.node(Reshape(like.shape), (t,), like)

    def window(self, new: TensorId, whole: Tensor) -> TensorId:
        """What the window `whole` holds when `new` [1, n] has come last."""
        fresh = self.tensors[new]
        if fresh.elements == whole.elements:
            return self.reshaped(new, whole)
        name, shape = f"{fresh.name} window", (1, whole.elements)
        zero = whole.zero_point if whole.quant is not None else 0
        first = np.full(shape, zero, whole.dtype.numpy)
        kept = self.add(dataclasses.replace(whole, name=name, shape=shape))
        self.variables.append(Variable(kept, first))
        self.node(SlideRows(), (new, kept), None)
        last = self.node(ReadVariable(), (kept,), dataclasses.replace(self.tensors[kept]))
        return self.reshaped(last, whole)

    def append(self, front: Graph, given: TensorId) -> TensorId:
        """The front's nodes, on `given` as its input; its output."""
        numbers = {front.inputs[0]: given}
        numbers |= {t: self.add(x) for t, x in front.tensors.items() if t not in numbers}
        for n in front.nodes:
            inputs = tuple(None if t is None else numbers[t] for t in n.inputs)
            outputs = tuple(numbers[t] for t in n.outputs)
            origin = f"{n.origin} of {FLAG}"
            self.nodes.append(Node(n.op, inputs, outputs, origin))
        self.variables += [Variable(numbers[v.tensor], v.initial) for v in front.variables]
        return numbers[front.outputs[0]]

    def graph(self, given: TensorId, features: TensorId) -> Graph:
        """The whole, with `features` in the place of the network's own input."""
        old = self.after.inputs[0]
        renamed = [
            dataclasses.replace(n, inputs=tuple(features if t == old else t for t in n.inputs))
            for n in self.after.nodes
        ]
        del self.tensors[old]
        return self.after.replace(
            tensors=self.tensors, nodes=(*self.nodes, *renamed), inputs=(given,),
            outputs=tuple(features if t == old else t for t in self.after.outputs),
            variables=tuple(self.variables),
        )  # fmt: skip
