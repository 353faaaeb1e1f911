"""Writes outputs that are constants: the caller reads them like others.

const %1 …; output %1   →   %2 = constant(%1); output %2
"""

from __future__ import annotations

import dataclasses

from ..ir import Graph, Node
from ..ops.constant import Constant
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    for t in dict.fromkeys(graph.outputs):
        tensor = graph.tensors[t]
        if not tensor.is_const:
            continue
        graph, new = graph.with_tensor(dataclasses.replace(tensor, data=None))
        node = Node(Constant(), (t,), (new,), f"output '{tensor.name}'")
        outputs = tuple(new if o == t else o for o in graph.outputs)
        graph = graph.replace(nodes=(*graph.nodes, node), outputs=outputs)
    return graph.map_subgraphs(lambda g: run(g, target))
