"""Lets time run along rows where converters have it run along the columns of an image of one row.

    %1: [1,1,100,4] = reshape(%0); %2: [1,1,50,8] = conv_2d(%1, [8,1,3,4]) {stride=(1, 2)}
    →
    %1: [1,100,1,4] = reshape(%0); %2: [1,50,1,8] = conv_2d(%1, [8,3,1,4]) {stride=(2, 1)}

One-dimensional layers come as images of one row, with changes of shape between. The bytes of
activations and weights stay as they are, and so does every product; but what works row by row then
works step by step, and what stands between layers is not in the way of one with the other.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np

from ..ir import Graph, Node, Site, Tensor, TensorId
from ..ops.concatenation import Concatenation
from ..ops.conv_2d import Conv2D
from ..ops.depthwise_conv_2d import DepthwiseConv2D
from ..ops.pad import Pad
from ..ops.pool import Pool2D
from ..ops.reshape import Reshape
from ..ops.resize import Resize
from ..ops.window import Padding
from ..target import Target

RESHAPES = ("reshape", "expand_dims", "squeeze")


def run(graph: Graph, target: Target) -> Graph:
    """Where a layer works along the columns of an image of one row: as far as operators can be
    turned, from the inputs on."""
    if any(works_along(graph.site(node)) for node in graph.nodes):
        graph = _Turning(graph).run()
    return graph.map_subgraphs(lambda g: run(g, target))


def of_streamed(graph: Graph, target: Target) -> Graph:
    """The same where the input comes row by row: a line is to come step by step, whatever layers
    there are."""
    x = graph.tensors[graph.inputs[0]]
    line = _line(x) if len(graph.inputs) == 1 else None
    if line is not None and x.shape != (1, line[0], 1, line[1]):
        return _Turning(graph).run()
    return run(graph, target)


def works_along(site: Site) -> bool:
    """A layer that makes an image of one row of one."""
    op = site.node.op
    if not isinstance(op, Conv2D | DepthwiseConv2D | Pool2D) or len(site.outputs) != 1:
        return False
    if not _is_row(site.input(0)) or site.input(0).shape[2] == 1 or not _is_row(site.output):
        return False
    if isinstance(op, Pool2D):
        return op.window[0] == 1
    return site.input(1).is_const and site.input(1).shape[1] == 1


def _is_row(tensor: Tensor) -> bool:
    return len(tensor.shape) == 4 and tensor.shape[:2] == (1, 1)


def _is_column(site: Site) -> bool:
    """A layer that makes an image of one column of one."""
    x, out = site.input(0).shape, site.output.shape
    return (
        isinstance(site.node.op, Conv2D | DepthwiseConv2D | Pool2D | Resize)
        and (x[0], x[2]) == (1, 1)
        and (out[0], out[2]) == (1, 1)
    )


def _line(tensor: Tensor) -> tuple[int, int] | None:
    """The steps and channels that a tensor may stand for."""
    match tensor.shape:
        case (1, steps, channels) | (1, 1, steps, channels) | (1, steps, 1, channels):
            return steps, channels
    return None


def _steps_axis(tensor: Tensor) -> int:
    """Which axis of a line runs through its steps."""
    return 2 if _is_row(tensor) else 1


def _turned(tensor: Tensor) -> Tensor:
    line = _line(tensor)
    assert line is not None
    return dataclasses.replace(tensor, shape=(1, line[0], 1, line[1]))


def _swapped(p: Padding) -> Padding:
    return Padding(p.left, p.right, p.top, p.bottom)


class _Turning:
    """`roots` has the tensor of which each is another shape: itself, mostly; `tall` the new tensor
    [1,steps,1,channels] of roots that were turned. What is `there` exists in its own shape too."""

    def __init__(self, graph: Graph) -> None:
        self.before = graph
        self.graph = graph
        self.roots = {t: t for t in graph.tensors}
        self.tall: dict[TensorId, TensorId] = {}
        self.there = set(graph.inputs) | {v.tensor for v in graph.variables}
        self.nodes: list[Node] = []

    def run(self) -> Graph:
        for node in self.before.nodes:
            (t, *_), out = (*node.inputs, None), node.outputs[0] if node.outputs else None
            if node.op.NAME in RESHAPES and t in self.roots and out is not None:
                self.roots[out] = self.roots[t]
            elif not self._turned(node):
                self._need(node.inputs, node.origin)
                self.nodes.append(node)
                self.there.update(node.outputs)
        self._need(self.before.outputs, "")
        return self.graph.replace(nodes=tuple(self.nodes))

    def _need(self, tensors: Iterable[TensorId | None], origin: str) -> None:
        """Makes tensors in their own shapes."""
        for t in tensors:
            if t is None or t in self.there or self.graph.tensors[t].is_const:
                continue
            root = self.roots[t]
            source = root if root in self.there else self.tall[root]
            self.nodes.append(Node(Reshape(self.graph.tensors[t].shape), (source,), (t,), origin))
            self.there.add(t)

    def _add(self, tensor: Tensor) -> TensorId:
        self.graph, new = self.graph.with_tensor(tensor)
        return new

    def _standing(self, t: TensorId, origin: str) -> TensorId:
        """The turned tensor of one that stands for a line."""
        root, tensor = self.roots[t], self.before.tensors[t]
        if root not in self.tall:
            new = self._add(_turned(tensor))
            self.nodes.append(Node(Reshape(_turned(tensor).shape), (root,), (new,), origin))
            self.tall[root] = new
        return self.tall[root]

    def _stands(self, t: TensorId | None) -> bool:
        """Whether a tensor has been turned, with the steps and channels that it has here, or may
        be: an input."""
        if t is None or _line(self.before.tensors[t]) is None:
            return False
        root = self.roots[t]
        source = self.graph.tensors[self.tall.get(root, root)]
        is_line = _line(source) == _line(self.before.tensors[t])
        return is_line and (root in self.tall or root in self.before.inputs)

    def _turned(self, node: Node) -> bool:
        """Adds the node on turned tensors; False where that cannot be."""
        if len(node.outputs) != 1 or node.op.called() or node.op.UPDATES:
            return False
        site = self.before.site(node)
        if _line(site.output) is None:
            return False
        found = self._on_lines(node, site)
        if found is None:
            return False
        (out,) = node.outputs
        self.tall[out] = self._add(_turned(site.output))
        self.nodes.append(dataclasses.replace(found, outputs=(self.tall[out],)))
        return True

    def _on_lines(self, node: Node, site: Site) -> Node | None:
        op, t = node.op, node.inputs[0] if node.inputs else None
        if t is None:
            return None
        if works_along(site) or (_is_column(site) and self._stands(t)):
            along = works_along(site)
            if isinstance(op, Pool2D):
                return self._pool(node, op, t, along)
            if isinstance(op, Conv2D | DepthwiseConv2D):
                return self._convolution(node, op, t, along)
            inputs = (self._standing(t, node.origin), *node.inputs[1:])
            return None if along else dataclasses.replace(node, inputs=inputs)
        if isinstance(op, Pad):
            return self._pad(node, site, t)
        if isinstance(op, Concatenation):
            return self._joined(node, site, op)
        return self._pointwise(node, site) if op.POINTWISE else None

    def _pool(self, node: Node, op: Pool2D, t: TensorId, along: bool) -> Node:
        if along:
            op = dataclasses.replace(
                op, window=op.window[::-1], stride=op.stride[::-1], padding=_swapped(op.padding)
            )
        return dataclasses.replace(node, op=op, inputs=(self._standing(t, node.origin),))

    def _convolution(
        self, node: Node, op: Conv2D | DepthwiseConv2D, t: TensorId, along: bool
    ) -> Node:
        w = node.inputs[1]
        if along:
            assert w is not None
            weights = self.before.tensors[w]
            assert weights.data is not None
            o, h, k, c = weights.shape
            data = weights.data.reshape(o, k, h, c)
            w = self._add(dataclasses.replace(weights, shape=data.shape, data=data))
            op = dataclasses.replace(
                op,
                stride=op.stride[::-1],
                dilation=op.dilation[::-1],
                padding=_swapped(op.padding),
            )
        inputs = (self._standing(t, node.origin), w, *node.inputs[2:])
        return dataclasses.replace(node, op=op, inputs=inputs)

    def _pad(self, node: Node, site: Site, t: TensorId) -> Node | None:
        """Of steps and channels alone."""
        amounts, steps = site.const(1), _steps_axis(site.input(0))
        others = [axis for axis in range(len(amounts) - 1) if axis != steps]
        if not self._stands(t) or amounts[others].any():
            return None
        none = np.zeros(2, amounts.dtype)
        data = np.stack([none, amounts[steps], none, amounts[-1]])
        new = self._add(dataclasses.replace(site.input(1), shape=data.shape, data=data))
        inputs = (self._standing(t, node.origin), new, *node.inputs[2:])
        return dataclasses.replace(node, inputs=inputs)

    def _joined(self, node: Node, site: Site, op: Concatenation) -> Node | None:
        """Step after step, or channels beside each other."""
        axis, rank = op.axis % len(site.output.shape), len(site.output.shape)
        steps = _steps_axis(site.output)
        if not all(map(self._stands, node.inputs)) or axis not in (steps, rank - 1):
            return None
        turned = dataclasses.replace(op, axis=1 if axis == steps else 3)
        inputs = tuple(self._standing(t, node.origin) for t in node.inputs if t is not None)
        return dataclasses.replace(node, op=turned, inputs=inputs)

    def _pointwise(self, node: Node, site: Site) -> Node | None:
        """Inputs of the output's shape that are lines, and constants that are the same at all
        steps."""
        inputs: list[TensorId | None] = []
        for t in node.inputs:
            if t is None or self._is_steady(self.before.tensors[t], site.output):
                inputs.append(t)
            elif self.before.tensors[t].shape == site.output.shape and self._stands(t):
                inputs.append(self._standing(t, node.origin))
            else:
                return None
        lines = [t for t in inputs if t is not None and not self.graph.tensors[t].is_const]
        return dataclasses.replace(node, inputs=tuple(inputs)) if lines else None

    def _is_steady(self, tensor: Tensor, out: Tensor) -> bool:
        """A constant that is the same at all steps."""
        sizes = (1, out.shape[-1]) if tensor.shape[-1:] == out.shape[-1:] else (1,)
        return tensor.is_const and tensor.elements in sizes
