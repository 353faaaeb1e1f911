"""Removes nodes whose results nobody needs, and tensors that no node mentions. A variable that only
its own updates mention is needed by nobody.

%1 = op(%0); %2 = op(%0); output %1   →   %1 = op(%0); output %1
"""

from __future__ import annotations

from ..ir import Graph, Node
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    needed = set(graph.outputs)
    kept: list[Node] = []
    before = -1
    # An update may be needed by what reads the variable in the next invocation, further up.
    while before != len(needed):
        before = len(needed)
        kept = []
        for node in reversed(graph.nodes):
            if needed.intersection((*node.outputs, *graph.updated(node))):
                kept.append(node)
                needed.update(t for t in node.inputs if t is not None)
    mentioned = needed | set(graph.inputs) | {t for n in kept for t in n.outputs}
    tensors = {t: tensor for t, tensor in graph.tensors.items() if t in mentioned}
    variables = tuple(v for v in graph.variables if v.tensor in mentioned)
    changed = graph.replace(tensors=tensors, nodes=tuple(reversed(kept)), variables=variables)
    return changed.map_subgraphs(lambda g: run(g, target))
