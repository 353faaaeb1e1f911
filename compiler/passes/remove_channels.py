"""Removes channels whose value is always the same, or that nobody reads.

Interval analysis (compiler/intervals.py) gives each channel the range of its values, whatever the
input. A channel that is constant goes into the bias of the layers that read it; then nobody needs
it, so its weights and those of what only it needed go too.

    %1[..., 8] = conv_2d(%0, w[8, ...], b)     channel 5 of %1 is always 3
    %2 = conv_2d(%1, v[4, 1, 1, 8], c)
    →
    %1[..., 7] = conv_2d(%0, w without 5, b without 5)
    %2 = conv_2d(%1, v without 5, c + (3 - zero point) * v[..., 5])

Sums, products, concatenations, pools and all that keeps channels apart lose them with their inputs:
what is one channel on both sides of such an operator stays or goes as a whole. With padding a
constant can be folded only where it is the zero point, since that is what padding holds. Every
output bit stays as it was.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from ..errors import InternalError
from ..intervals import Interval, Mask, of_graph
from ..ir import Graph, Node, Tensor, TensorId
from ..ops.channels import Channels, Mixed, Narrowing, Tied
from ..target import Target

Needed = Mapping[TensorId, Mask]


def run(graph: Graph, target: Target) -> Graph:
    intervals = of_graph(graph)
    together = [node.op.channels(graph.site(node)) for node in graph.nodes]
    needed = _needed(graph, intervals, together)
    if all(mask.all() for mask in needed.values()):
        return graph
    return _shrink(graph, intervals, needed, together)


def _needed(
    graph: Graph, intervals: Mapping[TensorId, Interval], together: list[Channels | None]
) -> Needed:
    """Per tensor the channels that must be there: the least fixed point, from the outputs."""
    needed = {t: np.zeros(len(i.low), np.bool_) for t, i in intervals.items()}
    movable = {
        t for n in graph.nodes for t in n.inputs if t is not None and graph.tensors[t].is_const
    }
    for node, channels in zip(graph.nodes, together, strict=True):
        made = set(range(len(node.outputs))) if channels is not None else set()
        if isinstance(channels, Tied):
            made -= {o for (i, o) in channels.source if node.inputs[i] not in needed}
        movable |= {node.outputs[o] for o in made}
    for t, mask in needed.items():
        mask[:] = graph.is_output(t) or t not in movable
    while True:
        before = sum(int(m.sum()) for m in needed.values())
        for node, channels in zip(reversed(graph.nodes), reversed(together), strict=True):
            _need(graph, node, channels, intervals, needed)
        if sum(int(m.sum()) for m in needed.values()) > before:
            continue
        empty = [mask for mask in needed.values() if len(mask) and not mask.any()]
        if not empty:
            return needed
        empty[0][0] = True  # a tensor keeps a channel


def _need(
    graph: Graph,
    node: Node,
    channels: Channels | None,
    intervals: Mapping[TensorId, Interval],
    needed: Needed,
) -> None:
    """Adds what a node reads, given which of its output channels are needed."""
    named: set[int] = set()
    if isinstance(channels, Tied):
        for (i, o), source in channels.source.items():
            x, out = node.inputs[i], node.outputs[o]
            if x is None or x not in needed or out not in needed:
                continue
            named.add(i)
            there, made = source >= 0, source.clip(0)
            needed[x][source[there & needed[out]]] = True
            needed[out] |= there & needed[x][made]
        named -= {i for (i, o) in channels.source if node.outputs[o] not in needed}
    elif isinstance(channels, Mixed) and (x := node.inputs[channels.data]) in needed:
        assert x is not None
        outputs = needed.get(node.outputs[0], np.ones(len(channels.weights), np.bool_))
        read = channels.reads[outputs].any(axis=0)
        needed[x] |= read & ~_foldable(graph.tensors[x], intervals[x], channels)
        named.add(channels.data)
    for i, t in enumerate(node.inputs):
        if t is not None and t in needed and i not in named:
            needed[t][:] = True


def _foldable(tensor: Tensor, x: Interval, layer: Mixed) -> Mask:
    """Input channels that are constant and can go into the bias."""
    foldable: Mask = x.constant & (layer.always | (x.low == tensor.zero_point))
    return foldable


def _shrink(
    graph: Graph,
    intervals: Mapping[TensorId, Interval],
    needed: Needed,
    together: list[Channels | None],
) -> Graph:
    """The graph with the channels that are not needed left out everywhere."""
    tensors = dict(graph.tensors)
    kept = {t: mask for t, mask in needed.items() if not mask.all()}
    for t, mask in kept.items():
        data = tensors[t].data
        tensors[t] = dataclasses.replace(
            tensors[t],
            shape=(*tensors[t].shape[:-1], int(mask.sum())),
            data=None if data is None else np.ascontiguousarray(data[..., mask]),
        )
    shrunk = graph.replace(tensors=tensors)
    nodes = []
    for node, channels in zip(graph.nodes, together, strict=True):
        narrowing = _narrowing(graph, node, channels, intervals, kept)
        if narrowing.inputs or narrowing.outputs:
            op, changes = node.op.narrowed(graph.site(node), narrowing)
            shrunk, node = _with_inputs(shrunk, dataclasses.replace(node, op=op), changes)
            _verify(shrunk, node)
        nodes.append(node)
    return shrunk.replace(nodes=tuple(nodes))


def _narrowing(
    graph: Graph,
    node: Node,
    channels: Channels | None,
    intervals: Mapping[TensorId, Interval],
    kept: Needed,
) -> Narrowing:
    """What becomes narrower around a node."""
    inputs = {i: kept[t] for i, t in enumerate(node.inputs) if t is not None and t in kept}
    outputs = {o: kept[t] for o, t in enumerate(node.outputs) if t in kept}
    constants = None
    if isinstance(channels, Mixed) and channels.data in inputs:
        x = node.inputs[channels.data]
        assert x is not None
        foldable = _foldable(graph.tensors[x], intervals[x], channels)
        constants = np.where(foldable, intervals[x].low - graph.tensors[x].zero_point, 0)
    return Narrowing(inputs, outputs, constants)


def _with_inputs(graph: Graph, node: Node, changes: Mapping[int, Tensor]) -> tuple[Graph, Node]:
    """The node reading new tensors at some of its inputs."""
    inputs = list(node.inputs)
    for index, tensor in changes.items():
        graph, new = graph.with_tensor(tensor)
        inputs += [None] * (index + 1 - len(inputs))
        inputs[index] = new
    return graph, dataclasses.replace(node, inputs=tuple(inputs))


def _verify(graph: Graph, node: Node) -> None:
    """Raises InternalError if a room left out other channels than it was told to."""
    site = graph.site(node)
    stated, found = tuple(t.shape for t in site.outputs), tuple(node.op.shapes(site))
    if stated != found:
        raise InternalError(f"remove_channels: {node.where} makes {found} instead of {stated}")
