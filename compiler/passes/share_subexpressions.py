"""Computes once what is computed twice.

    %1 = relu(%0); %2 = relu(%0)   →   %1 = relu(%0), read for %2 too

Constants count as equal where their data, types and scales are. An output of the network stays a
tensor of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable

from ..ir import Graph, Node, Tensor, TensorId
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    renames: dict[TensorId, TensorId] = {}
    seen: dict[Hashable, Node] = {}
    kept: list[Node] = []
    for node in graph.nodes:
        inputs = tuple(None if t is None else renames.get(t, t) for t in node.inputs)
        key = _meaning(graph, dataclasses.replace(node, inputs=inputs))
        before = seen.setdefault(key, node) if key is not None else node
        if before is node or any(graph.is_output(t) for t in node.outputs):
            kept.append(node)
        else:
            renames.update(zip(node.outputs, before.outputs, strict=True))
    return graph.rewire(renames, kept).map_subgraphs(lambda g: run(g, target))


def _meaning(graph: Graph, node: Node) -> Hashable:
    """Equal for nodes that compute the same; None for one with effects, or that reads state."""
    state = {v.tensor for v in graph.variables}
    if node.op.UPDATES or node.op.called() or state.intersection(node.inputs):
        return None
    inputs = tuple(t if t is None else _value(t, graph.tensors[t]) for t in node.inputs)
    outputs = tuple((t.shape, t.dtype, t.quant) for t in graph.site(node).outputs)
    return node.op, inputs, outputs


def _value(t: TensorId, tensor: Tensor) -> Hashable:
    if tensor.data is None:
        return t
    return tensor.shape, tensor.dtype, tensor.quant, tensor.data.tobytes()
