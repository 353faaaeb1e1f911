"""Lets time run along rows where converters have it run along the columns of an image of one row.

    %1: [1,1,50,8] = conv_2d(%0: [1,1,100,4], [8,1,3,4]) {stride=(1, 2)}
    →
    %1: [1,50,1,8] = conv_2d(%0: [1,100,1,4], [8,3,1,4]) {stride=(2, 1)}

One-dimensional layers come as images of one row. The bytes of activations and weights stay as they
are, and so does every product; but what works row by row then works step by step.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ..ir import Graph, Node, Tensor, TensorId
from ..ops.conv_2d import Conv2D
from ..ops.depthwise_conv_2d import DepthwiseConv2D
from ..ops.pool import Pool2D
from ..ops.reshape import Reshape
from ..ops.window import Padding
from ..program import Alias, Form, Kernel
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    """From the input on, as far as operators can be turned."""
    if len(graph.inputs) != 1 or not _is_line(graph.tensors[graph.inputs[0]]):
        return graph
    return _Turning(graph, target).run()


def _is_line(tensor: Tensor) -> bool:
    return len(tensor.shape) == 4 and tensor.shape[:2] == (1, 1) and tensor.shape[2] > 1


def _turned(tensor: Tensor) -> Tensor:
    n, h, w, c = tensor.shape
    return dataclasses.replace(tensor, shape=(n, w, h, c))


class _Turning:
    def __init__(self, graph: Graph, target: Target) -> None:
        self.before = graph
        self.graph = graph
        self.target = target
        self.turned: set[TensorId] = set()

    def run(self) -> Graph:
        self._turn(self.before.inputs[0])
        nodes: list[Node] = []
        for node in self.before.nodes:
            if self.turned.isdisjoint(node.inputs):
                nodes.append(node)
            elif turned := self._node(node):
                nodes.append(turned)
                self._turn(node.outputs[0])
            else:
                nodes += self._back(node)
        return self.graph.replace(nodes=tuple(nodes))

    def _turn(self, t: TensorId) -> None:
        self.turned.add(t)
        self.graph = self.graph.replace(
            tensors={**self.graph.tensors, t: _turned(self.before.tensors[t])}
        )

    def _node(self, node: Node) -> Node | None:
        """The node on turned tensors; None where it cannot be."""
        site = self.before.site(node)
        if len(site.outputs) != 1 or self.graph.is_output(node.outputs[0]):
            return None
        if len(site.output.shape) != 4 or site.output.shape[:2] != (1, 1):
            return None
        op = node.op
        if isinstance(op, Pool2D):
            return self._pool(node, op) if op.window[0] == 1 else None
        if isinstance(op, Conv2D | DepthwiseConv2D):
            return self._convolution(node, op)
        how = op.lower(site, self.target)
        flat = isinstance(how, Kernel) and how.form is Form.FLAT
        return node if flat and all(self._alike(node, t) for t in node.inputs) else None

    def _alike(self, node: Node, t: TensorId | None) -> bool:
        """Whether an input of an element-wise operator is a turned one of the output's shape, or a
        constant that is the same at all times."""
        if t is None or t in self.turned:
            return t is None or self.before.tensors[t].shape == self.before.site(node).output.shape
        tensor = self.before.tensors[t]
        return tensor.is_const and tensor.elements in (1, tensor.shape[-1])

    def _pool(self, node: Node, op: Pool2D) -> Node:
        swapped = dataclasses.replace(
            op, window=op.window[::-1], stride=op.stride[::-1], padding=_swapped(op.padding)
        )
        return dataclasses.replace(node, op=swapped)

    def _convolution(self, node: Node, op: Conv2D | DepthwiseConv2D) -> Node | None:
        w = node.inputs[1]
        assert w is not None
        weights = self.before.tensors[w]
        if weights.data is None or weights.shape[1] != 1:
            return None
        o, h, k, c = weights.shape
        data = weights.data.reshape(o, k, h, c)
        self.graph, new = self.graph.with_tensor(
            dataclasses.replace(weights, shape=data.shape, data=data)
        )
        swapped = dataclasses.replace(
            op,
            stride=op.stride[::-1],
            dilation=op.dilation[::-1],
            padding=_swapped(op.padding),
        )
        return dataclasses.replace(node, op=swapped, inputs=(node.inputs[0], new, *node.inputs[2:]))

    def _back(self, node: Node) -> Iterator[Node]:
        """The node behind reshapes that turn its inputs back."""
        site = self.before.site(node)
        if node.op.lower(site, self.target) == Alias() and len(node.outputs) == 1:
            yield dataclasses.replace(node, op=Reshape(site.output.shape), inputs=(node.inputs[0],))
            return
        renamed: dict[TensorId | None, TensorId] = {}
        for t in dict.fromkeys(node.inputs):
            if t in self.turned and t is not None:
                tensor = self.before.tensors[t]
                self.graph, renamed[t] = self.graph.with_tensor(tensor)
                yield Node(Reshape(tensor.shape), (t,), (renamed[t],), node.origin)
        yield dataclasses.replace(node, inputs=tuple(renamed.get(t, t) for t in node.inputs))


def _swapped(p: Padding) -> Padding:
    return Padding(p.left, p.right, p.top, p.bottom)
