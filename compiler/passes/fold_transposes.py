"""Takes a transposition before a dense layer into the order of its weights.

    %1 = transpose(%0, p); %2 = reshape(%1) of one row; %3 = fully_connected(%2, w)
    →
    %2 = reshape(%0) of one row; %3 = fully_connected(%2, w with its columns in that order)

As networks have it that were trained with channels first. Exact: the same products in another order
(float32: to the rounding of sums).
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..ir import Graph, Node
from ..ops.fully_connected import FullyConnected
from ..ops.reshape import Reshape
from ..ops.transpose import Transpose
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    nodes: list[Node] = []
    for node in graph.nodes:
        if isinstance(node.op, FullyConnected):
            graph, before, node = _folded(graph, node)
            nodes += before
        nodes.append(node)
    return graph.replace(nodes=tuple(nodes)).map_subgraphs(lambda g: run(g, target))


def _folded(graph: Graph, node: Node) -> tuple[Graph, list[Node], Node]:
    """A reshape, if there is a transposition to fold, and the layer."""
    producers, (x, w) = graph.producers(), node.inputs[:2]
    reshape = producers.get(x) if x is not None else None
    before = reshape.inputs[0] if reshape and isinstance(reshape.op, Reshape) else x
    transpose = producers.get(before) if before is not None else None
    if transpose is None or not isinstance(transpose.op, Transpose) or x is None or w is None:
        return graph, [], node
    site, weights, row = graph.site(transpose), graph.tensors[w], graph.tensors[x]
    if weights.data is None or weights.shape[-1:] != (site.input(0).elements,):
        return graph, [], node
    # Where the source's elements stand in the layer's row.
    order = np.arange(row.elements).reshape(site.output.shape)
    columns = np.transpose(order, np.argsort(transpose.op.permutation(site))).reshape(-1)
    data = np.ascontiguousarray(weights.data[..., columns])
    graph, new_w = graph.with_tensor(dataclasses.replace(weights, data=data))
    graph, new_x = graph.with_tensor(row)
    flat = Node(Reshape(row.shape), (transpose.inputs[0],), (new_x,), transpose.origin)
    return graph, [flat], dataclasses.replace(node, inputs=(new_x, new_w, *node.inputs[2:]))
