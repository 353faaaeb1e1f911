"""Computes at compile time what depends on constants, or shapes, alone.

const %0 …; %1 = op(%0)   →   const %1 = op's value
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from ..check import check
from ..errors import CompileError
from ..interpret import EndlessError, results
from ..ir import Array, Graph, Node, Site
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
        values = _values(graph, node, known) if computable and not _problems(node, site) else None
        if values is None:
            nodes.append(node)
            continue
        for t, value in zip(node.outputs, values, strict=True):
            tensor = tensors[t]
            data = np.ascontiguousarray(value, tensor.dtype.numpy).reshape(tensor.shape)
            tensors[t] = dataclasses.replace(tensor, data=data)
    return graph.replace(tensors=tensors, nodes=tuple(nodes)).map_subgraphs(
        lambda g: run(g, target)
    )


def _problems(node: Node, site: Site) -> bool:
    return bool(list(node.op.check(site)))


def _values(graph: Graph, node: Node, known: Sequence[Array | None]) -> tuple[Array, ...] | None:
    """What the node gives; None for a loop without end, or subgraphs that cannot be compiled."""
    if node.op.called():
        try:
            check(graph)
        except CompileError:
            return None
    try:
        return results(graph, node, known, graph.subgraphs)
    except EndlessError:
        return None
