"""Makes sums of many tensors sums of as many as a kernel takes, in the same order.

%9 = add_n(%0, …, %8)   →   %10 = add_n(%0, …, %7); %9 = add_n(%10, %8)
"""

from __future__ import annotations

import dataclasses

from ..ir import Graph, Node
from ..ops.add_n import AT_ONCE, AddN
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    nodes: list[Node] = []
    for node in graph.nodes:
        while isinstance(node.op, AddN) and len(node.inputs) > AT_ONCE:
            out = graph.tensors[node.outputs[0]]
            part = dataclasses.replace(out, name=f"{out.name} part")
            graph, t = graph.with_tensor(part)
            nodes.append(dataclasses.replace(node, inputs=node.inputs[:AT_ONCE], outputs=(t,)))
            node = dataclasses.replace(node, inputs=(t, *node.inputs[AT_ONCE:]))
        nodes.append(node)
    return graph.replace(nodes=tuple(nodes)).map_subgraphs(lambda g: run(g, target))
