"""Computes at compile time what depends on constants, or shapes, alone.

const %0 …; %1 = op(%0)   →   const %1 = op's value
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..ir import Graph
from ..target import Target


def run(graph: Graph, target: Target) -> Graph:
    tensors = dict(graph.tensors)
    nodes = []
    for node in graph.nodes:
        site = dataclasses.replace(graph, tensors=tensors).site(node)
        known = [None if t is None else t.data for t in site.inputs]
        computable = all(t is None or t.is_const for t in site.inputs) and bool(site.inputs)
        if node.op.is_constant(site):
            computable = not any(graph.is_output(t) for t in node.outputs)
        # A node with problems stays: the check reports it.
        if not computable or node.op.called() or list(node.op.check(site)):
            nodes.append(node)
            continue
        for t, value in zip(node.outputs, node.op.reference(site, known), strict=True):
            tensor = tensors[t]
            data = np.ascontiguousarray(value, tensor.dtype.numpy).reshape(tensor.shape)
            tensors[t] = dataclasses.replace(tensor, data=data)
    return graph.replace(tensors=tensors, nodes=tuple(nodes)).map_subgraphs(
        lambda g: run(g, target)
    )
