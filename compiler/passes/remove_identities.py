"""Removes operators that give back their input as it is, and reshapes of reshapes.

    %1 = reshape(%0) of the same shape; %2 = op(%1)   →   %2 = op(%0)
    %1 = reshape(%0); %2 = reshape(%1)                →   %1 = reshape(%0); %2 = reshape(%0)

An identity that computes an output of the network stays: it costs nothing (it is an alias), and
the output keeps its name.
"""

from __future__ import annotations

import dataclasses

from ..ir import Graph, TensorId
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    renames: dict[TensorId, TensorId] = {}
    nodes = []
    producers = graph.producers()
    for node in graph.nodes:
        source = node.inputs[0] if node.inputs else None
        if (
            source is not None
            and node.op.is_identity(graph.site(node))
            and not graph.is_output(node.outputs[0])
        ):
            renames[node.outputs[0]] = source
            continue
        before = producers.get(source) if source is not None else None
        if node.op.NAME == "reshape" and before and before.op.NAME == "reshape":
            node = dataclasses.replace(node, inputs=(before.inputs[0], *node.inputs[1:]))
        nodes.append(node)
    return graph.rewire(renames, nodes).map_subgraphs(lambda g: run(g, target))
