"""Moves changes of shape by axes of size 1 down to where they meet, so that layers chain as images.

    %1 = expand_dims(%0, 1); %2 = conv_2d(%1); %3 = squeeze(%2); %4 = relu(%3)
    →
    %1 = expand_dims(%0, 1); %2 = conv_2d(%1); %3 = relu(%2); %4 = reshape(%3)

That is how converters write one-dimensional layers: images of one row between tensors of rank 3.
What works element by element, pads, joins, permutes or takes means of such a tensor works on the
image as well, its axes being named as they are there. Shapes change at no cost; but now operators
fuse, and run row by row together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import numpy as np

from ..ir import Graph, Node, Site, Tensor, TensorId
from ..ops.concatenation import Concatenation
from ..ops.expand_dims import ExpandDims
from ..ops.pad import Pad
from ..ops.reduce import Reduction
from ..ops.reshape import Reshape
from ..ops.room import Op
from ..ops.squeeze import Squeeze
from ..ops.transpose import Transpose
from ..target import Target

Shape = tuple[int, ...]
IMAGE = 4  # axes


def run(graph: Graph, target: Target) -> Graph:
    joined = _Joining(graph).run()
    return joined.map_subgraphs(lambda g: run(g, target))


def axes_of(view: Shape, image: Shape) -> list[int | None] | None:
    """Which axis of the image each axis of the view is, None: one of size 1. None where they are no
    views of each other: their sizes but 1, and their channels, are not the same in order."""
    if not view or not image or view[-1] != image[-1]:
        return None
    inner = [a for a, n in enumerate(image[:-1]) if n != 1]
    if [n for n in view[:-1] if n != 1] != [image[a] for a in inner]:
        return None
    left = iter(inner)
    found: list[int | None] = [next(left) if n != 1 else None for n in view[:-1]]
    return [*found, len(image) - 1]


class _Joining:
    def __init__(self, graph: Graph) -> None:
        self.before = graph
        self.graph = graph
        self.images: dict[TensorId, TensorId] = {}  # of which tensor one is a view
        self.renames: dict[TensorId, TensorId] = {}
        self.nodes: list[Node] = []
        self.readers = graph.consumers()
        self.variables = {v.tensor for v in graph.variables}

    def run(self) -> Graph:
        for before in self.before.nodes:
            inputs = tuple(None if t is None else self.renames.get(t, t) for t in before.inputs)
            node = dataclasses.replace(before, inputs=inputs)
            if self._is_view(node):
                assert node.inputs[0] is not None
                self._view(node, node.inputs[0], node.outputs[0])
            elif not self._on_image(node):
                self.nodes.append(node)
        used, kept = set(self.graph.outputs), []
        for node in reversed(self.nodes):
            if not isinstance(node.op, Reshape) or not used.isdisjoint(node.outputs):
                kept.append(node)
                used |= {t for t in node.inputs if t is not None}
        return self.graph.replace(nodes=tuple(reversed(kept)))

    def _shape(self, t: TensorId) -> Shape:
        return self.graph.tensors[t].shape

    def _is_view(self, node: Node) -> bool:
        """A change of shape alone."""
        site = self.graph.site(node)
        if not node.inputs or node.inputs[0] is None or node.inputs[0] in self.variables:
            return False
        if isinstance(node.op, Transpose):
            moved = [a for a in node.op.permutation(site) if site.input(0).shape[a] != 1]
            return moved == sorted(moved)
        return isinstance(node.op, Reshape | ExpandDims | Squeeze)

    def _view(self, node: Node, source: TensorId, out: TensorId) -> None:
        """`out` as a view of the image that the source is a view of, or of the source."""
        image, shape = self.images.get(source, source), self._shape(out)
        if self.graph.tensors[image].quant != self.graph.tensors[out].quant:
            image = source
        if self._shape(image) == shape and not self.graph.is_output(out):
            self.renames[out] = image
            return
        if axes_of(shape, self._shape(image)) is not None:
            self.images[out] = image
        self.nodes.append(
            dataclasses.replace(node, op=Reshape(shape), inputs=(image,), outputs=(out,))
        )

    def _lift(self, node: Node) -> None:
        """Makes an input of an operator whose output is read as an image alone an image before."""
        if not isinstance(node.op, Pad) and not node.op.POINTWISE:
            return
        x = node.inputs[0]
        readers = self.readers[node.outputs[0]] if len(node.outputs) == 1 else []
        if x is None or x in self.images or not readers or self.graph.is_output(node.outputs[0]):
            return
        shapes = {self._shape(n.outputs[0]) for n in readers if self._is_view(n)}
        if len(shapes) != 1 or not all(self._is_view(n) for n in readers):
            return
        ((*image,),) = shapes
        view, before = self._shape(node.outputs[0]), self._shape(x)
        axes = axes_of(view, tuple(image))
        if axes is None or len(image) != IMAGE or len(view) != len(before):
            return
        for axis, size in zip(axes, before, strict=True):
            if axis is not None:
                image[axis] = size
        if axes_of(before, tuple(image)) is None or len(before) == IMAGE:
            return
        tensor = dataclasses.replace(self.graph.tensors[x], shape=tuple(image))
        self.graph, new = self.graph.with_tensor(tensor)
        self.nodes.append(Node(Reshape(tensor.shape), (x,), (new,), node.origin))
        self.images[x] = new

    def _on_image(self, node: Node) -> bool:
        """Applies the node to images instead of their views, if it can be."""
        self._lift(node)
        images = [self.images[t] for t in node.inputs if t in self.images]
        images = [t for t in images if len(self._shape(t)) == IMAGE]
        rule = next((r for kind, r in _RULES.items() if isinstance(node.op, kind)), None)
        if not images or len(node.outputs) != 1 or node.op.UPDATES:
            return False
        if rule is None and node.op.POINTWISE:
            rule = _elements
        if rule is None:
            return False
        site, image = self.graph.site(node), self._shape(images[0])
        moved = rule(site, image)
        if moved is None:
            return False
        self._apply(node, site, moved)
        return True

    def _apply(self, node: Node, site: Site, moved: _Moved) -> None:
        inputs = list(node.inputs)
        for i, new in moved.operands.items():
            t = inputs[i]
            assert t is not None
            if isinstance(new, Tensor):
                self.graph, inputs[i] = self.graph.with_tensor(new)
                continue
            image = self.images.get(t, t)
            if self._shape(image) != new:
                self.graph, reshaped = self.graph.with_tensor(
                    dataclasses.replace(site.input(i), shape=new)
                )
                self.nodes.append(Node(Reshape(new), (image,), (reshaped,), node.origin))
                self.images.setdefault(t, reshaped)
                image = reshaped
            inputs[i] = image
        (out,) = node.outputs
        whole = dataclasses.replace(node, op=moved.op, inputs=tuple(inputs))
        if moved.shape == site.output.shape:
            self.nodes.append(whole)
            return
        self.graph, made = self.graph.with_tensor(
            dataclasses.replace(site.output, shape=moved.shape)
        )
        self.nodes.append(dataclasses.replace(whole, outputs=(made,)))
        self._view(node, made, out)


@dataclasses.dataclass(frozen=True)
class _Moved:
    """A node on images: its operator, the shape of its output, and its operands (by index): a shape
    that they have as images, or another constant."""

    op: Op
    shape: Shape
    operands: Mapping[int, Shape | Tensor]


def _elements(site: Site, image: Shape) -> _Moved | None:
    view = site.output.shape
    if axes_of(view, image) is None:
        return None
    operands: dict[int, Shape | Tensor] = {}
    for i, tensor in enumerate(site.inputs):
        if tensor is None or (tensor.is_const and tensor.elements == 1):
            continue
        if tensor.data is not None and tensor.elements == tensor.shape[-1] == image[-1]:
            operands[i] = dataclasses.replace(
                tensor, shape=image[-1:], data=tensor.data.reshape(image[-1:]), quant=tensor.quant
            )
        elif tensor.data is not None and tensor.shape == view:
            operands[i] = dataclasses.replace(tensor, shape=image, data=tensor.data.reshape(image))
        elif tensor.data is None and tensor.shape == view:
            operands[i] = image
        else:
            return None
    return _Moved(site.node.op, image, operands)


def _numbers(like: Tensor, numbers: object) -> Tensor:
    data = np.array(numbers, like.dtype.numpy)
    return dataclasses.replace(like, shape=data.shape, data=data)


def _pad(site: Site, image: Shape) -> _Moved | None:
    axes, amounts = axes_of(site.input(0).shape, image), site.const(1)
    if axes is None:
        return None
    moved = np.zeros((len(image), 2), np.int64)
    for axis, amount in zip(axes, amounts, strict=True):
        if axis is not None:
            moved[axis] = amount
        elif amount.any():
            return None
    shape = tuple(int(n) for n in np.array(image) + moved.sum(axis=1))
    return _Moved(site.node.op, shape, {0: image, 1: _numbers(site.input(1), moved)})


def _reduction(site: Site, image: Shape) -> _Moved | None:
    """Axes of size 1 that the view has not are taken together too."""
    op = site.node.op
    assert isinstance(op, Reduction)
    axes = axes_of(site.input(0).shape, image)
    if axes is None or op.keep_dims:
        return None
    taken = {axes[a] for a in op.axes(site)}
    if None in taken or len(image) - 1 in taken or 0 in taken:
        return None
    kept = {a for a in axes if a is not None} - taken
    ones = {a for a in range(1, len(image) - 1) if a not in kept}
    shape = tuple(n for a, n in enumerate(image) if a not in ones)
    if shape != site.output.shape:
        return None
    numbers = _numbers(site.input(1), sorted(ones))
    return _Moved(op, shape, {0: image, 1: numbers})


def _concatenation(site: Site, image: Shape) -> _Moved | None:
    op = site.node.op
    assert isinstance(op, Concatenation)
    rank = len(site.output.shape)
    parts: dict[int, Shape | Tensor] = {}
    axis: int | None = None
    for t in site.inputs:
        axes = None if t is None else axes_of(t.shape, image)
        if axes is not None:
            axis = axes[op.axis % rank]
    if axis is None:
        return None
    for i, t in enumerate(site.inputs):
        assert t is not None
        part = (*image[:axis], t.shape[op.axis % rank], *image[axis + 1 :])
        if axes_of(t.shape, part) is None:
            return None
        parts[i] = part
        if t.data is not None:
            parts[i] = dataclasses.replace(t, shape=part, data=t.data.reshape(part))
    shape = (*image[:axis], site.output.shape[op.axis % rank], *image[axis + 1 :])
    return _Moved(dataclasses.replace(op, axis=axis), shape, parts)


def _transpose(site: Site, image: Shape) -> _Moved | None:
    op = site.node.op
    assert isinstance(op, Transpose)
    axes, order = axes_of(site.input(0).shape, image), op.permutation(site)
    if axes is None or image[-1] == 1 or site.output.shape[-1] == 1:
        return None
    in_order = iter([axes[a] for a in order if site.input(0).shape[a] != 1])
    moved = [a if n == 1 else next(in_order) for a, n in enumerate(image)]
    shape = tuple(image[a] for a in moved if a is not None)
    numbers = _numbers(site.input(1), moved)
    return _Moved(op, shape, {0: image, 1: numbers})


_RULES: dict[type, Callable[[Site, Shape], _Moved | None]] = {
    Pad: _pad,
    Reduction: _reduction,
    Concatenation: _concatenation,
    Transpose: _transpose,
}
