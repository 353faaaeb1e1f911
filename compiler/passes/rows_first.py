"""Makes the input what the first layer reads where a change of shape stands between.

    input %0: [1,1960]; %1: [1,49,40,1] = reshape(%0)   →   input %1: [1,49,40,1]

The bytes are the same; but now the input has rows, which the caller can give one by one.
"""

from __future__ import annotations

import dataclasses

from ..ir import Graph
from ..program import Alias
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    while len(graph.inputs) == 1:
        (t,) = graph.inputs
        x, readers = graph.tensors[t], graph.consumers()[t]
        if (len(x.shape) == 4 and x.shape[1] > 1) or len(readers) != 1 or graph.is_output(t):
            break
        (node,) = readers
        alias = node.inputs[0] == t and node.op.lower(graph.site(node), target) == Alias()
        if not alias or len(node.outputs) != 1 or graph.is_output(node.outputs[0]):
            break
        new = node.outputs[0]
        tensors = {**graph.tensors, new: dataclasses.replace(graph.tensors[new], name=x.name)}
        nodes = tuple(n for n in graph.nodes if n is not node)
        graph = graph.replace(tensors=tensors, nodes=nodes, inputs=(new,))
    return graph
