"""Removes nodes whose results nobody needs, and tensors that no node mentions.

%1 = op(%0); %2 = op(%0); output %1   →   %1 = op(%0); output %1
"""

from __future__ import annotations

from ..ir import Graph
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    needed = set(graph.outputs)
    kept = []
    for node in reversed(graph.nodes):
        if needed.intersection(node.outputs):
            kept.append(node)
            needed.update(t for t in node.inputs if t is not None)
    mentioned = needed | set(graph.inputs) | {t for n in kept for t in n.outputs}
    tensors = {t: tensor for t, tensor in graph.tensors.items() if t in mentioned}
    return graph.replace(tensors=tensors, nodes=tuple(reversed(kept))).map_subgraphs(
        lambda g: run(g, target)
    )
